"""Tests: how much of the code a test run went through, as a `coverage.xml` in the root of the repository says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.gardening.grades.formula import LINE_TEST_MINUTES
from gardener.gardening.grades.records import Action, Measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gardener.gardening.grades.records import Evidence, Part

TITLE = "Tests"


def measure(part: Part, evidence: Evidence) -> Measure:
    """The lines that ran among those that could, over the files of the area that were measured."""
    if evidence.covered is None:
        return Measure(None)
    some = [evidence.covered[path] for path in part.files if path in evidence.covered]
    inputs = {"ran": sum(ran for ran, _ in some), "lines": sum(lines for _, lines in some)}
    return Measure(score(inputs), inputs)


def score(inputs: Mapping[str, int]) -> int | None:
    """The share of lines that ran; None where nothing was measured."""
    return 100 * inputs["ran"] // inputs["lines"] if inputs.get("lines") else None


def actions(part: Part, evidence: Evidence) -> Iterator[Action]:
    """Test what does not run of one file."""
    now = measure(part, evidence)
    if now.score is None or evidence.covered is None:
        return
    for path in sorted(part.files & evidence.covered.keys()):
        ran, lines = evidence.covered[path]
        if ran < lines:
            after = {**now.inputs, "ran": now.inputs["ran"] + lines - ran}
            what = f"test the {lines - ran} lines of {path} that no test runs"
            yield Action(part.name, "tests", what, (lines - ran) * LINE_TEST_MINUTES, after)
