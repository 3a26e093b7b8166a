"""Suppressions: how much is told to be silent, so that ignoring a finding never raises a grade for nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gardener.gardening.grades.formula import SUPPRESSIONS_GRID, minutes_for, on_grid
from gardener.gardening.grades.records import Action, Measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gardener.core.finding import Finding
    from gardener.gardening.grades.records import Evidence, Part

TITLE = "Suppressions"


def measure(part: Part, evidence: Evidence) -> Measure:
    """Suppressed findings, and comments that silence other checkers, among the lines of an area's code."""
    comments = sum(evidence.silenced.get(path, 0) for path in part.files)
    inputs = {"lines": part.lines, "comments": comments, "findings": len(_suppressed(part, evidence))}
    return Measure(score(inputs), inputs)


def score(inputs: Mapping[str, int]) -> int | None:
    """From their density; None for an area without code."""
    if not inputs["lines"]:
        return None
    return on_grid(100_000 * (inputs["comments"] + inputs["findings"]) // inputs["lines"], SUPPRESSIONS_GRID)


def actions(part: Part, evidence: Evidence) -> Iterator[Action]:
    """Mend in one file what the baseline and comments of ours accept."""
    found = _suppressed(part, evidence)
    inputs = measure(part, evidence).inputs
    for path, number in sorted(Counter(finding.path for finding in found).items()):
        minutes = sum(minutes_for(finding) for finding in found if finding.path == path)
        what = f"mend what is suppressed in {path} ({number})"
        yield Action(part.name, "suppressions", what, minutes, {**inputs, "findings": inputs["findings"] - number})


def _suppressed(part: Part, evidence: Evidence) -> list[Finding]:
    return [one for one in evidence.findings if one.suppressed is not None and one.path in part.files]
