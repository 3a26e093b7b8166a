"""Grades put into a tech tracker: the generated block is replaced, follow-ups become rows, nothing else is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.core.edits import apply_edits
from gardener.documents.escaping import inert
from gardener.documents.grades_block import find_block, grades_edit
from gardener.documents.tables import row_source
from gardener.documents.tech_tracker import read_tracker
from gardener.documents.tracker_edits import add_row
from gardener.documents.vocabulary import key
from gardener.reviewing.assessment import NOT_GRADED
from gardener.reviewing.grading import GOOD_ENOUGH
from gardener.reviewing.guardrails import FIXED_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gardener.core.tracker import Tracker
    from gardener.reviewing.assessment import AreaGrades, Assessment, Cell

AREA, GRADE, SCORE, FOLLOW_UPS = "Area", "Grade", "Score", "Follow-ups"
LAST = "trend"
_OWN = frozenset((key(AREA), key(GRADE), key(FOLLOW_UPS)))


def write(assessment: Assessment, text: str, path: str = "tech-tracker.md") -> str:
    """The text of a tracker with the grades, and with a row for each follow-up that it does not mention yet.

    Columns that others fill keep their cells, and so does a cell about which nobody was asked. Rows that are there stay
    as they are. Raises DocumentError for a text that is too large to be read.
    """
    for cell in assessment.follow_ups:
        text = _with_row(text, path, cell)
    tracker = read_tracker(text, path)
    return apply_edits(text, [grades_edit(text, _block(assessment, tracker, text))])


def table_of(assessment: Assessment, follow_ups: Mapping[str, Sequence[str]] | None = None) -> str:
    """The grades as a table of their own; `follow_ups` are the ids of rows by area."""
    columns, rows = _table(assessment, {}, {}, follow_ups or {})
    return _source(columns, rows)


def _with_row(text: str, path: str, cell: Cell) -> str:
    """The text with a row for a cell; as it is when its mark stands in it already, wherever people moved it."""
    if cell.fingerprint in text:
        return text
    values = _values(cell)
    changed = apply_edits(text, [add_row(text, path, values)])
    if cell.fingerprint in changed:
        return changed
    # A ledger without a column for evidence must hold the mark all the same, or each run would add a row.
    values["title"] += f" ({_mark(cell)})"
    return apply_edits(text, [add_row(text, path, values)])


def _values(cell: Cell) -> dict[str, str]:
    places = ", ".join(inert(f"`{place}`") for place in cell.places)
    return {
        "area": inert(cell.area),
        "title": f"{inert(cell.guardrail.title)}: not kept in {inert(cell.area)}",
        "severity": cell.guardrail.severity,
        "belief": inert(cell.guardrail.belief),
        "evidence": f"{_mark(cell)}: {places}",
        "done_when": f"the grade is {GOOD_ENOUGH} or better",
    }


def _mark(cell: Cell) -> str:
    return f"assessment `{cell.fingerprint}`"


def _block(assessment: Assessment, tracker: Tracker, text: str) -> str:
    """What stands between the markers."""
    header, old = _old_cells(tracker, text)
    ids = {area.area: _ids(area, tracker, text) for area in assessment.areas}
    return _source(*_table(assessment, header, old, ids))


def _old_cells(tracker: Tracker, text: str) -> tuple[dict[str, str], dict[str, Mapping[str, str]]]:
    """The columns of the block as written, by their key, and the cells of each area by the key of their column."""
    from gardener.core.lines import LineIndex

    span = find_block(text)
    if span is None:
        return {}, {}
    place = LineIndex.of(text).place(span)
    rows = [row for row in tracker.grades if place.line <= row.line <= place.end_line]
    header = {key(name): name for row in rows for name in row.cells}
    return header, {key(row.area): {key(name): cell for name, cell in row.cells.items()} for row in rows}


def _ids(area: AreaGrades, tracker: Tracker, text: str) -> list[str]:
    """The ids of the rows that follow up cells of an area."""
    marks = [cell.fingerprint for cell in area.cells if cell.needs_follow_up]
    return [
        row.id for row in tracker.rows if row.id and any(mark in text[row.span.start : row.span.end] for mark in marks)
    ]


def _table(
    assessment: Assessment,
    header: Mapping[str, str],
    old: Mapping[str, Mapping[str, str]],
    ids: Mapping[str, Sequence[str]],
) -> tuple[list[str], list[list[str]]]:
    """Columns and rows: ours, and between them those that others fill."""
    others = [name for name in header if name in {key(fixed) for fixed in FIXED_COLUMNS} - _OWN and name]
    before, after = [name for name in others if name != LAST], [name for name in others if name == LAST]
    titles = [inert(guardrail.title) for guardrail in assessment.guardrails]
    columns = [AREA, GRADE, *(header[name] for name in before), *titles, *(header[name] for name in after), FOLLOW_UPS]
    rows: list[list[str]] = []
    for area in assessment.areas:
        known = old.get(key(inert(area.area)), {})
        cells = [_shown(cell, known.get(key(title), "")) for cell, title in zip(area.cells, titles, strict=True)]
        rows.append(
            [
                inert(area.area),
                _grade(area, known),
                *(known.get(name, "") for name in before),
                *cells,
                *(known.get(name, "") for name in after),
                ", ".join(ids.get(area.area, ())),
            ]
        )
    return columns, rows


def _shown(cell: Cell, before: str) -> str:
    """A cell; what stood there stays where nobody judged enough to say anything else."""
    return before if before and cell.letter is None and cell.unjudged else str(cell)


def _grade(area: AreaGrades, known: Mapping[str, str]) -> str:
    """The grade; where the matrix has scores, it follows from those, and what a judge says stands beside it."""
    if known.get(key(SCORE)):
        return known.get(key(GRADE), area.grade)
    unknown = area.grade == NOT_GRADED and any(cell.unjudged for cell in area.cells)
    return known.get(key(GRADE), area.grade) if unknown else area.grade


def _source(columns: list[str], rows: list[list[str]]) -> str:
    return "\n".join([row_source(columns), "|" + "---|" * len(columns), *map(row_source, rows)]) + "\n"
