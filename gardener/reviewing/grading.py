"""The grade of an area by a guardrail: the one place where the formula and its cut-offs stand.

A unit keeps a guardrail when no clause of it is violated there, and does not count where no clause applies, where the
judge is unsure, or where nobody judged. Of the units that count, the share that keeps it is at least the lower bound of
Wilson's interval, one-sided at 90 %: that bound is graded, so that a few clean units are no proof of an A.

    A from 0.90 · B from 0.75 · C from 0.60 · D from 0.45 · F below

Without a violation it takes 15 units for an A, 5 for a B and 3 for a C; fewer than 3 give no grade. A change of any of
this is a new version: grades of different versions are not compared.
"""

from __future__ import annotations

from typing import Literal

from gardener.core.wilson import Z_90_ONE_SIDED, lower_bound

Letter = Literal["A", "B", "C", "D", "F"]

VERSION = 1
LEAST_UNITS = 3
GOOD_ENOUGH: Letter = "B"
CUT_OFFS: tuple[tuple[Letter, float], ...] = (("A", 0.90), ("B", 0.75), ("C", 0.60), ("D", 0.45), ("F", 0.0))


def letter_of(units: int, violations: int) -> Letter | None:
    """The grade for `violations` among `units` that count; None for too few of them."""
    if units < LEAST_UNITS:
        return None
    bound = lower_bound(units - violations, units, Z_90_ONE_SIDED)
    return next(letter for letter, least in CUT_OFFS if bound >= least)


def is_worse(letter: Letter, other: Letter) -> bool:
    """True when the first letter is the worse one."""
    return letter > other
