"""Debt: the open rows of the tech tracker that are about an area, by their severity and age."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from gardener.gardening.grades.formula import DEBT_AGES, DEBT_MINUTES, DEBT_POINTS
from gardener.gardening.grades.records import Action, Measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gardener.core.tracker import TrackerRow
    from gardener.gardening.grades.records import Evidence, Part

TITLE = "Debt"
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


def measure(part: Part, evidence: Evidence) -> Measure:
    """The quarter points that the open rows of an area cost. A tracker without rows is no evidence."""
    tracker = evidence.tracker
    if tracker is None or not tracker.rows:
        return Measure(None)
    inputs = {"open": len(part.rows), "quarters": sum(_quarters(row, evidence.as_of) for row in part.rows)}
    return Measure(score(inputs), inputs)


def score(inputs: Mapping[str, int]) -> int | None:
    """What is left of 100 points."""
    return max(0, 100 - -(-inputs["quarters"] // 4)) if "quarters" in inputs else None


def actions(part: Part, evidence: Evidence) -> Iterator[Action]:
    """Pay one row."""
    now = measure(part, evidence)
    for row in part.rows:
        quarters = now.inputs["quarters"] - _quarters(row, evidence.as_of)
        after = {"open": now.inputs["open"] - 1, "quarters": quarters}
        name = f"`{row.id}`" if row.id else f"“{row.title[:60]}”"
        yield Action(part.name, "debt", f"pay {name}", DEBT_MINUTES[row.severity or "P2"], after)


def _quarters(row: TrackerRow, as_of: date | None) -> int:
    """Quarter points: the older, the dearer. A row whose date cannot be read counts as new."""
    opened = _DATE.search(row.opened)
    age = 0
    if opened and as_of:
        try:
            age = max(0, (as_of - date(*map(int, opened.groups()))).days)
        except ValueError:
            age = 0
    return DEBT_POINTS[row.severity or "P2"] * next(quarters for days, quarters in DEBT_AGES if age >= days)
