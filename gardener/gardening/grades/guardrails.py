"""What a judge says of areas by guardrail, from verdicts that are stored: it asks nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from gardener.gardening.grades.scoring import Guardrails
    from gardener.reviewing.assessment import Assessment

VERDICTS = ".gardener/verdicts"

Cells = dict[str, dict[str, str]]


def guardrail_cells(root: Path) -> tuple[Guardrails, Cells]:
    """The guardrails (id, title), and how each area stands on them. Raises what reading a repository's policy does."""
    from gardener.documents.places import find_core_beliefs
    from gardener.repo.settings import read_settings
    from gardener.repo.trees import WorkingTree
    from gardener.reviewing.assessing import assessed
    from gardener.reviewing.request import ReviewRequest

    tree = WorkingTree(root)
    if find_core_beliefs(tree.paths(), read_settings(tree)) is None:
        return (), {}
    if not _marks_guardrails(root):
        return (), {}
    return cells_of(assessed(ReviewRequest(root=root, mode="frozen")).assessment)


def cells_of(made: Assessment) -> tuple[Guardrails, Cells]:
    """The same for an assessment that was made."""
    guardrails = tuple((one.belief, one.title) for one in made.guardrails)
    cells = {area.area: {cell.guardrail.belief: str(cell) for cell in area.cells} for area in made.areas}
    return guardrails, cells


def _marks_guardrails(root: Path) -> bool:
    """Judging costs time even where nobody is asked: only beliefs that are marked make it worth while."""
    from gardener.checking.beliefs import document_path, read_document
    from gardener.repo.settings import read_settings
    from gardener.repo.trees import WorkingTree

    tree = WorkingTree(root)
    beliefs = read_document(tree, document_path(tree, read_settings(tree))).beliefs
    return any(belief.guardrail and belief.status == "active" for belief in beliefs)
