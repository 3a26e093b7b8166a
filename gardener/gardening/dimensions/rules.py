"""Rules: how long it would take to mend what is found, against how long the code took to write."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from gardener.gardening.grades.formula import LINE_MINUTES, RULES_GRID, minutes_for, on_grid
from gardener.gardening.grades.records import Action, Measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gardener.core.finding import Finding
    from gardener.gardening.grades.records import Evidence, Inputs, Part

TITLE = "Rules"


def measure(part: Part, evidence: Evidence) -> Measure:
    """All open findings in the Python files of an area, whoever found them.

    What is grave counts as such even where a baseline accepts it: to be accepted is not to be mended.
    """
    inputs = _inputs(part, list(open_findings(part, evidence)), _accepted(part, evidence))
    return Measure(score(inputs), inputs)


def score(inputs: Mapping[str, int]) -> int | None:
    """From the debt ratio; None for an area without code."""
    if not inputs["lines"]:
        return None
    return on_grid(1000 * inputs["minutes"] // (LINE_MINUTES * inputs["lines"]), RULES_GRID)


def actions(part: Part, evidence: Evidence) -> Iterator[Action]:
    """Mend all that one rule finds in the area."""
    found = list(open_findings(part, evidence))
    grouped: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in found:
        grouped[finding.rule].append(finding)
    for rule, some in sorted(grouped.items()):
        number = f"the {len(some)} findings" if len(some) > 1 else f"the finding in {some[0].path}"
        left = [finding for finding in found if finding.rule != rule]
        after = _inputs(part, left, _accepted(part, evidence))
        yield Action(part.name, "rules", f"mend {number} of `{rule}`", sum(map(minutes_for, some)), after)


def open_findings(part: Part, evidence: Evidence) -> Iterator[Finding]:
    """What is found in the code of an area and nobody has answered."""
    return (
        finding
        for finding in evidence.findings
        if finding.suppressed is None and finding.state != "shadow" and finding.path in part.files
    )


def _accepted(part: Part, evidence: Evidence) -> list[Finding]:
    """What a baseline accepts in the code of an area."""
    known = (one for one in evidence.findings if one.suppressed is not None and one.suppressed.by == "baseline")
    return [finding for finding in known if finding.path in part.files]


def _inputs(part: Part, found: list[Finding], accepted: list[Finding]) -> Inputs:
    every = (*found, *accepted)
    grave = [finding for finding in every if finding.state == "error" and finding.certainty != "maybe"]
    return {
        "lines": part.lines,
        "findings": len(found),
        "minutes": sum(map(minutes_for, found)),
        "p0": sum(finding.severity == "P0" for finding in grave),
        "p1": sum(finding.severity == "P1" for finding in grave),
    }
