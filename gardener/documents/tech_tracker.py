"""tech-tracker.md: debt, grades and technologies, read in all the shapes that people write them in."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from gardener.core.belief import Unread
from gardener.core.lines import LineIndex
from gardener.core.tracker import Tracker
from gardener.documents.core_beliefs import refuse_endless, refuse_huge
from gardener.documents.grades_block import find_block
from gardener.documents.markdown import outline
from gardener.documents.places import find_tech_tracker
from gardener.documents.sections import sections
from gardener.documents.tracker_items import rows_of_headings, rows_of_items, without_repeats
from gardener.documents.tracker_tables import Tables
from gardener.documents.vocabulary import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gardener.core.tracker import TrackerRow

__all__ = ["find_tech_tracker", "read_tracker"]


def read_tracker(text: str, path: str) -> Tracker:
    """The rows of a tracker. Raises DocumentError for a text that is too large to be one.

    What cannot be understood is in `unread`, template and empty rows in `skipped`.
    """
    refuse_huge(text, path)
    shape = outline(text)
    refuse_endless(shape, path)
    parts = sections(shape.headings, len(LineIndex.of(text)))
    tables = Tables(shape, parts, find_block(text))
    tables.read()
    rows = list(tables.rows)
    taken = [*tables.ranges]
    if not tables.grades or rows:
        rows += rows_of_headings(shape, parts, taken, tables.skipped)
        rows += rows_of_items(shape, parts, taken, tables.skipped, sparing=[row.line for row in rows])
    rows = sorted(without_repeats(rows), key=lambda row: row.line)
    unread = sorted([*tables.unread, *_duplicates(rows)], key=lambda problem: problem.line)
    return Tracker(
        path=path,
        rows=tuple(rows),
        grades=tuple(tables.grades),
        radar=tuple(tables.radar),
        unread=tuple(unread),
        skipped=tuple(sorted(tables.skipped)),
        grades_block=tables.block,
        prefix=_prefix(rows),
    )


def _duplicates(rows: Sequence[TrackerRow]) -> Iterable[Unread]:
    seen: dict[str, int] = {}
    for row in rows:
        first = seen.setdefault(key(row.id), row.line) if row.id else row.line
        if first != row.line:
            yield Unread(row.line, f"`{row.id}` is the id of another row, on line {first}, too")


def _prefix(rows: Sequence[TrackerRow]) -> str:
    """What the ids of this tracker begin with, for new ones."""
    found = (re.match(r"([A-Za-z][A-Za-z-]*?)-?\d+$", row.id) for row in rows)
    counted = Counter(match[1] for match in found if match)
    return counted.most_common(1)[0][0] if counted else "TD"
