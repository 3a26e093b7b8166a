"""`gardener review --assess`: a sample of every area is judged, or looked up, and graded by each guardrail.

It is the review's own pipeline over the review's own store: what was judged before costs nothing, and without a key the
grades are those that the stored verdicts give.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gardener.core.errors import DocumentError
from gardener.reviewing.areas import areas_of, sampled
from gardener.reviewing.assessment import Assessment, assess, guardrails_of
from gardener.reviewing.assessment_writing import table_of, write
from gardener.reviewing.grading import VERSION
from gardener.reviewing.preparing import prepare
from gardener.reviewing.reporting import report_of
from gardener.reviewing.settling import filled, frozen

if TYPE_CHECKING:
    from gardener.core.finding import Failure
    from gardener.core.report import Report
    from gardener.core.review import Answer, Pair
    from gardener.repo.trees import Tree
    from gardener.reviewing.preparing import Prepared
    from gardener.reviewing.request import ReviewRequest
    from gardener.reviewing.settling import Standing


@dataclass(frozen=True, slots=True)
class Assessed:
    """The grades, and the report of the review they come from: its failures, its notes and what it cost."""

    assessment: Assessment
    report: Report
    written: str = ""

    @property
    def exit_code(self) -> int:
        """0, or 2 when something could not be read or judged; a bad grade stops nothing."""
        return 2 if self.report.failures else 0


def assessed(request: ReviewRequest, *, write_grades: bool = False) -> Assessed:
    """Grade the areas of the repository; with `write_grades` put the grades into its tech tracker.

    Raises what a review raises when it cannot start, and DocumentError when there is no tracker to write into.
    """
    prepared = prepare(request)
    tracker = _tracker(prepared) if write_grades else ""
    areas = areas_of(prepared.settings, prepared.selected.files)
    grading = [pair for pair in prepared.selected.pairs if pair.criterion.guardrail]
    units = {area.name: sampled(grading, area) for area in areas}
    wanted = {id(pair) for pairs in units.values() for pair in pairs}
    pairs = tuple(pair for pair in grading if id(pair) in wanted)
    prepared = replace(prepared, selected=replace(prepared.selected, pairs=pairs))
    standing = frozen(prepared) if prepared.mode == "frozen" else filled(prepared)
    guardrails = guardrails_of(prepared.compiled.beliefs, (criterion.id for criterion in prepared.criteria))
    made = assess(units, _Verdicts(prepared, standing), guardrails)
    if tracker:
        _write(prepared.tree, tracker, made)
    return Assessed(made, report_of(prepared, standing), tracker)


def reviewed(request: ReviewRequest) -> tuple[Report, Assessment]:
    """A review of everything, and the grades that follow from the verdicts it ends with; the code is read once.

    Raises what a review raises when it cannot start.
    """
    prepared = prepare(request)
    standing = frozen(prepared) if prepared.mode == "frozen" else filled(prepared)
    areas = areas_of(prepared.settings, prepared.selected.files)
    grading = [pair for pair in prepared.selected.pairs if pair.criterion.guardrail]
    units = {area.name: sampled(grading, area) for area in areas}
    guardrails = guardrails_of(prepared.compiled.beliefs, (criterion.id for criterion in prepared.criteria))
    return report_of(prepared, standing), assess(units, _Verdicts(prepared, standing), guardrails)


def as_text(found: Assessed) -> str:
    """For people: the table, what is below a B, and what is to be said about the judging."""
    made, report = found.assessment, found.report
    if not made.guardrails:
        return "no belief is marked as a guardrail: `- **Guardrail:** yes` marks one\n"
    below = [
        f"{cell.area}: {cell.guardrail.title}: {cell}, {cell.violations} of {cell.units} units break it, at "
        + ", ".join(cell.places)
        for cell in made.follow_ups
    ]
    unjudged = sum(cell.unjudged for area in made.areas for cell in area.cells)
    notes = [f"{unjudged} sampled units are not judged yet"] if unjudged else []
    notes += [f"wrote the grades to {found.written}"] if found.written else []
    failures = [f"failed: {failure.path or failure.rule or 'review'}: {failure.reason}" for failure in report.failures]
    lines = [*below, *notes, *report.notes, *failures, f"grading version {VERSION}"]
    return f"{table_of(made)}\n" + "".join(f"{line}\n" for line in lines)


def as_json(found: Assessed) -> str:
    """For programs."""
    document = {
        "grading": VERSION,
        "areas": [
            {
                "area": area.area,
                "grade": area.grade,
                "guardrails": [
                    {
                        "belief": cell.guardrail.belief,
                        "grade": cell.letter,
                        "judged": cell.guardrail.judged,
                        "units": cell.units,
                        "violations": cell.violations,
                        "unjudged": cell.unjudged,
                        "places": list(cell.places),
                        "follow_up": cell.fingerprint if cell.needs_follow_up else None,
                    }
                    for cell in area.cells
                ],
            }
            for area in found.assessment.areas
        ],
        "failures": [_failure(failure) for failure in found.report.failures],
        "notes": list(found.report.notes),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


class _Verdicts:
    """Looks up what stands about a pair; a violation that the refuter would not confirm is no more than a doubt."""

    def __init__(self, prepared: Prepared, standing: Standing) -> None:
        self._prepared = prepared
        self._standing = standing

    def __call__(self, pair: Pair) -> Answer | None:
        found = self._standing.found.get(self._prepared.ingredients_for(pair).base_key)
        if found is None:
            return None
        doubtful = found.settled.verdict == "violation" and found.settled.verified is False
        return "unsure" if doubtful else found.settled.verdict


def _failure(failure: Failure) -> dict[str, str]:
    return {"path": failure.path or "", "reason": failure.reason}


def _tracker(prepared: Prepared) -> str:
    from gardener.documents.places import TRACKER_PLACES, find_tech_tracker

    path = find_tech_tracker(prepared.tree.paths(), prepared.settings)
    if path is None:
        hint = f"write {TRACKER_PLACES[0]}, or let `gardener init` do it"
        raise DocumentError("this repository has no tech tracker to put grades into", hint=hint)
    return path


def _write(tree: Tree, path: str, made: Assessment) -> None:
    from gardener.core.errors import RepoError
    from gardener.repo.files import decode, encode, write_atomic

    try:
        decoded = decode(tree.read(path), cookie=False)
        text = write(made, decoded.text, path)
        if text != decoded.text:
            write_atomic(tree.root / path, encode(text, decoded), root=tree.root)
    except ValueError as error:
        raise DocumentError(f"cannot be read: {error}", at=path) from None
    except OSError as error:
        raise RepoError(f"cannot be written: {error.strerror or error}", at=path) from None
