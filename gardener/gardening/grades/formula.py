"""How grades are made: the one place where weights, cut-offs, caps and estimates stand.

Scores go from 0 to 100, letters from them: A from 90, B from 75, C from 60, D from 45, F below; the same cut-offs as
for the guardrails that a judge looks at. An area's score is the mean of its dimensions by their weights; a dimension
without evidence does not count, and an area with fewer than two dimensions has no grade. Weights follow the levels of
risk of OpenSSF Scorecard (10, 7.5, 5, 2.5; here doubled), the grid for rules is the SQALE grid as Sonar ships it.

A change of anything here is a new version: records of different versions are never compared.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gardener.core.finding import Finding, Severity
    from gardener.gardening.grades.records import Measure

VERSION = 1
LEAST_DIMENSIONS = 2
CUT_OFFS: tuple[tuple[str, int], ...] = (("A", 90), ("B", 75), ("C", 60), ("D", 45), ("F", 0))
WEIGHTS: Mapping[str, int] = {"rules": 20, "tests": 15, "documents": 10, "beliefs": 15, "debt": 10, "suppressions": 5}

# The score of an area with something open that is this grave.
CAPS: Mapping[Severity, int] = {"P0": 59, "P1": 89}
# A belief that names an enforcer which is not there cannot be kept well.
DANGLING_CAP = 74

# Minutes that a person needs for one finding: with a fix at hand, and without.
FIXED_MINUTES = 2
MINUTES: Mapping[Severity, int] = {"P0": 60, "P1": 30, "P2": 15, "P3": 5}
# Minutes that writing a line of code took: the share of it that findings would cost is the debt ratio.
LINE_MINUTES = 30
# (debt ratio in thousandths, score): A to 5 %, B to 10 %, C to 20 %, D to 50 %.
RULES_GRID = ((0, 100), (50, 90), (100, 75), (200, 60), (500, 45), (1000, 0))
# (suppressions in 100,000 lines of code, score).
SUPPRESSIONS_GRID = ((0, 100), (200, 90), (500, 75), (1000, 60), (2000, 45), (5000, 0))
# Points that an open row of debt costs, and by how many quarters more from an age in days.
DEBT_POINTS: Mapping[Severity, int] = {"P0": 40, "P1": 20, "P2": 8, "P3": 3}
DEBT_AGES = ((365, 8), (180, 6), (90, 5), (0, 4))
# Minutes that are estimated for what no finding says.
DEBT_MINUTES: Mapping[Severity, int] = {"P0": 480, "P1": 240, "P2": 120, "P3": 60}
RULE_MINUTES = 90
NAMING_MINUTES = 10
LINE_TEST_MINUTES = 2


def letter(score: int | None) -> str:
    """The letter of a score; `n/a` for none."""
    if score is None:
        return "n/a"
    return next(name for name, least in CUT_OFFS if score >= least)


def mean(measures: Mapping[str, Measure], caps: Sequence[int] = ()) -> int | None:
    """The score of an area, rounded down; None with evidence in too few dimensions."""
    known = {name: measure.score for name, measure in measures.items() if measure.score is not None}
    if len(known) < LEAST_DIMENSIONS:
        return None
    weight = sum(WEIGHTS[name] for name in known)
    return min(sum(WEIGHTS[name] * score for name, score in known.items()) // weight, *caps, 100)


def on_grid(value: int, grid: Sequence[tuple[int, int]]) -> int:
    """The score of a value, in a straight line between the points of a grid, rounded down."""
    for (low, high_score), (high, low_score) in itertools.pairwise(grid):
        if value <= high:
            return high_score - -(-(value - low) * (high_score - low_score) // (high - low))
    return grid[-1][1]


def minutes_for(finding: Finding) -> int:
    """How long it takes to mend a finding."""
    ready = finding.fix is not None and finding.fix.safety != "shown"
    return FIXED_MINUTES if ready else MINUTES[finding.severity]


def digest() -> str:
    """Identifies all figures of the formula, so that nobody changes one and keeps the version."""
    figures = [LEAST_DIMENSIONS, CUT_OFFS, WEIGHTS, CAPS, DANGLING_CAP, FIXED_MINUTES, MINUTES, LINE_MINUTES]
    figures += [RULES_GRID, SUPPRESSIONS_GRID, DEBT_POINTS, DEBT_AGES]
    return hashlib.sha256(json.dumps(figures, sort_keys=True, default=dict).encode()).hexdigest()[:12]
