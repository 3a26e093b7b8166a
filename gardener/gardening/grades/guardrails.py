"""What a judge says of areas by guardrail, from verdicts that are stored: it asks nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from gardener.core.settings import Settings
    from gardener.gardening.grades.scoring import Guardrails
    from gardener.repo.trees import Tree
    from gardener.reviewing.assessment import Assessment

VERDICTS = ".gardener/verdicts/"

Cells = dict[str, dict[str, str]]


def guardrail_cells(root: Path) -> tuple[Guardrails, Cells]:
    """The guardrails (id, title), and how each area stands on them. Raises what reading a repository's policy does.

    Where no verdict is stored no code is read: what nobody judged has no grade.
    """
    from gardener.documents.places import find_core_beliefs
    from gardener.repo.settings import read_settings
    from gardener.repo.trees import WorkingTree
    from gardener.reviewing.assessing import assessed
    from gardener.reviewing.request import ReviewRequest

    tree = WorkingTree(root)
    settings = read_settings(tree)
    if find_core_beliefs(tree.paths(), settings) is None:
        return (), {}
    made = _unjudged(tree, settings)
    if made.guardrails and holds_verdicts(tree):
        made = assessed(ReviewRequest(root=root, mode="frozen")).assessment
    return cells_of(made)


def holds_verdicts(tree: Tree) -> bool:
    """True where a judge has said anything yet."""
    return any(path.startswith(VERDICTS) for path in tree.paths())


def cells_of(made: Assessment) -> tuple[Guardrails, Cells]:
    """The same for an assessment that was made."""
    guardrails = tuple((one.belief, one.title) for one in made.guardrails)
    cells = {area.area: {cell.guardrail.belief: str(cell) for cell in area.cells} for area in made.areas}
    return guardrails, cells


def _unjudged(tree: Tree, settings: Settings) -> Assessment:
    """The guardrails of a repository, and areas of which nothing is known."""
    from gardener.repo.discovery import discover
    from gardener.reviewing.areas import areas_of
    from gardener.reviewing.assessment import assess, guardrails_of
    from gardener.reviewing.clauses import compile_clauses

    compiled = compile_clauses(tree, settings)
    guardrails = guardrails_of(compiled.beliefs, (criterion.id for criterion in compiled.criteria))
    areas = areas_of(settings, discover(tree, settings).python)
    return assess({area.name: () for area in areas}, lambda _: None, guardrails)
