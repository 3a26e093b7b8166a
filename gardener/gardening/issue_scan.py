"""What a scan can say about issues: who owns which area, what was looked for, and what was not seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gardener.core.belief import Area, Beliefs
from gardener.core.globs import matches
from gardener.repo.codeowners import Owners
from gardener.repo.forge_links import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from gardener.core.report import Report
    from gardener.core.settings import Settings
    from gardener.repo.trees import Tree

ROOT_AREA = "root"


_NOBODY = Owners()
_NOTHING = Beliefs("")
_NOWHERE = Origin()


@dataclass(frozen=True, slots=True)
class Ground:
    """The repository around the findings: its areas and owners, its beliefs, where it is served, and its commit.

    `folders` are its outermost folders, which are areas too where no other covers a file.
    """

    areas: tuple[Area, ...] = ()
    folders: tuple[str, ...] = ()
    owners: Owners = _NOBODY
    beliefs: Beliefs = _NOTHING
    origin: Origin = _NOWHERE
    commit: str = ""

    def area_of(self, path: str) -> str:
        """The area of a file: the first whose globs match, else its outermost folder."""
        named = next((area.name for area in self.areas if matches(area.globs, path)), None)
        if named is not None:
            return named
        folder, slash, _ = path.partition("/")
        return folder if slash else ROOT_AREA


@dataclass(frozen=True, slots=True)
class Scan:
    """What a full look at the tree covered, by which alone an issue may be closed.

    `subjects` are the rules and clauses that were looked for, `families` the kinds of them that were looked for at all:
    `check`, `ruff`, `review`, `learn`; `areas` are all there are. What could not be analysed makes the areas in
    `blind_areas` and the subjects in `blind_subjects` say nothing, or everything: `blind`.
    """

    subjects: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    blind_areas: frozenset[str] = frozenset()
    blind_subjects: frozenset[str] = frozenset()
    blind: bool = False

    def clean(self, subject: str, area: str) -> bool:
        """True when the scan would have found `subject` in `area`, or shows that nobody looks for it any more."""
        seen = not self.blind and subject not in self.blind_subjects and area not in self.blind_areas
        return seen and family_of(subject) in self.families

    def retired(self, subject: str) -> bool:
        """True for a rule or clause that is gone or switched off."""
        return family_of(subject) in {"check", "review"} and subject not in self.subjects


def family_of(subject: str) -> str:
    """Who looks for a subject: the ids of clauses end in a part after a dot, those of ruff and themes begin so."""
    if subject.startswith("ruff:"):
        return "ruff"
    if subject.startswith("theme:"):
        return "learn"
    return "review" if "." in subject else "check"


@dataclass(slots=True)
class _Blindness:
    areas: set[str] = field(default_factory=set)
    subjects: set[str] = field(default_factory=set)
    everywhere: bool = False


def scan_of(reports: Sequence[Report], ground: Ground, *, families: Iterable[str]) -> Scan:
    """What `reports` of the whole tree, made by looking for `families`, can say."""
    blind = _Blindness()
    for failure in (failure for report in reports for failure in report.failures):
        if failure.path is not None:
            blind.areas.add(ground.area_of(failure.path))
        elif failure.rule is not None:
            blind.subjects.add(failure.rule)
        else:
            blind.everywhere = True
    clauses = {clause.id for _, clause in ground.beliefs.clauses}
    rules = {rule.id for report in reports for rule in report.rules if rule.state != "shadow"}
    looked = set(families)
    if "ruff" in blind.subjects:
        looked.discard("ruff")
    # What was not judged, or only by an older judge, shows nothing about a clause.
    if any(report.counts.unjudged or report.counts.stale for report in reports):
        looked.discard("review")
    return Scan(
        frozenset(rules | clauses),
        frozenset(looked),
        frozenset({*(area.name for area in ground.areas), *ground.folders, ROOT_AREA}),
        frozenset(blind.areas),
        frozenset(blind.subjects),
        blind.everywhere,
    )


def ground_of(root: Path, tree: Tree, settings: Settings) -> Ground:
    """The ground of a repository. Raises GardenerError for beliefs that cannot be read."""
    from gardener.repo.codeowners import owners_of
    from gardener.repo.forge_links import head_of, origin_of
    from gardener.reviewing.areas import areas_of

    python = [path for path in tree.paths() if path.endswith(".py")]
    return Ground(
        areas=areas_of(settings, python),
        folders=tuple(sorted({path.partition("/")[0] for path in tree.paths() if "/" in path})),
        owners=owners_of(tree),
        beliefs=_beliefs(tree, settings),
        origin=origin_of(root),
        commit=head_of(root),
    )


def _beliefs(tree: Tree, settings: Settings) -> Beliefs:
    from gardener.checking.beliefs import read_document
    from gardener.documents.places import find_core_beliefs

    path = find_core_beliefs(tree.paths(), settings)
    return _NOTHING if path is None else read_document(tree, path)
