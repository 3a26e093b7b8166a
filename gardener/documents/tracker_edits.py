"""Changing a tracker row by row: an added, changed or closed row is all that changes, byte for byte."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gardener.core.errors import DocumentError
from gardener.core.finding import Edit
from gardener.documents.fields import split_fields
from gardener.documents.markdown import outline
from gardener.documents.splicing import after_line, appended, newline_of
from gardener.documents.tables import cell_source, row_source
from gardener.documents.tech_tracker import read_tracker
from gardener.documents.tracker_tables import columns_of, rejoined
from gardener.documents.vocabulary import TRACKER_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.core.tracker import Tracker, TrackerRow
    from gardener.documents.tables import Row, Table

COLUMNS = {
    "id": "ID",
    "area": "Area",
    "title": "Debt",
    "severity": "Severity",
    "status": "Status",
    "belief": "Belief",
    "evidence": "Evidence",
    "opened": "Opened",
    "owner": "Owner",
    "done_when": "Done when",
}
_FIELD_FIRST = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:\*\*|__)?\w[^\r\n]{0,30}:")
RULER = "|" + "---|" * len(COLUMNS)


def next_id(tracker: Tracker) -> str:
    """The id after the highest of a tracker, with its prefix and as many digits."""
    numbers = [match[1] for row in tracker.rows if (match := re.search(r"(\d+)$", row.id))]
    if not numbers:
        return f"{tracker.prefix}-001"
    highest = max(numbers, key=int)
    following = f"{int(highest) + 1:0{len(highest)}}"
    if all(row.id.lstrip("#").isdecimal() for row in tracker.rows if row.id):
        return following
    return f"{tracker.prefix}{'-' if any('-' in row.id for row in tracker.rows) else ''}{following}"


def add_row(text: str, path: str, values: Mapping[str, str]) -> Edit:
    """The edit that adds a row with `values` (by the keys of `COLUMNS`) below the last row of the ledger.

    Without an `id` it gets the next one. Where there is no table of debt, a section `Open` with one is added. Values
    that the table has no column for are left out. Raises DocumentError for a text too large.
    """
    tracker = read_tracker(text, path)
    found = {"id": next_id(tracker), "status": "open", **values}
    table = _ledger(text, tracker)
    end = newline_of(text)
    if table is None:
        row = row_source([found.get(name, "") for name in COLUMNS])
        return appended(text, f"## Open{end}{end}{row_source(list(COLUMNS.values()))}{end}{RULER}{end}{row}{end}")
    columns = {index: name for name, index in columns_of(table.header.texts).items()}
    cells = [found.get(columns.get(index, ""), "") for index in range(len(table.header.cells))]
    last = table.rows[-1].span.end if table.rows else _line_end(text, table)
    return after_line(text, last, _margin(text, table) + row_source(cells))


def change_row(text: str, path: str, name: str, values: Mapping[str, str]) -> tuple[Edit, ...]:
    """The edits that put `values` into the cells of the row with the id `name`.

    Raises DocumentError when there is no such row, it stands in no table, or the table lacks a column.
    """
    row = _row(text, path, name)
    table, raw = _place(text, row)
    if table is None or raw is None:
        raise DocumentError(f"`{name}` stands in no table; change its text by hand", at=f"{path}:{row.line}")
    columns = columns_of(table.header.texts)
    edits: list[Edit] = []
    for key, value in values.items():
        if key not in columns:
            raise DocumentError(f"the table of `{name}` has no column for `{key}`", at=f"{path}:{table.line}")
        edits.append(_cell_edit(text, raw, columns[key], value))
    return tuple(sorted(edits, key=lambda edit: edit.start))


def close_row(text: str, path: str, name: str, status: str = "resolved") -> tuple[Edit, ...]:
    """The edits that mark a row as resolved, in the way its tracker does: its status, its check-box, or crossed out.

    Raises DocumentError when there is no such row.
    """
    row = _row(text, path, name)
    table, raw = _place(text, row)
    if table is not None and raw is not None:
        columns = columns_of(table.header.texts)
        if "status" in columns:
            return (_cell_edit(text, raw, columns["status"], status),)
        cell = raw.cells[columns.get("title", 0)]
        return (Edit(cell.span.start, cell.span.start, "~~"), Edit(cell.span.end, cell.span.end, "~~"))
    return _close_block(text, row, status)


def _close_block(text: str, row: TrackerRow, status: str) -> tuple[Edit, ...]:
    """A row that is a heading or list item: its check-box, its field for the status, else its first words."""
    start, end = row.span.start, _block_end(text, row)
    block = text[start:end]
    box = re.match(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[( )\]", block)
    if box:
        return (Edit(start + box.start(1), start + box.end(1), "x"),)
    field = re.search(r"(?mi)(?:\*\*|__)?\bstatus\b[:.]?(?:\*\*|__)?[:.]?[ \t]+([^\r\n|]+?)[ \t]*$", block)
    if field:
        return (Edit(start + field.start(1), start + field.end(1), status),)
    if split_fields(block, 0, TRACKER_COLUMNS)[1] and _FIELD_FIRST.match(block):
        return (_status_line(text, block, start, status),)
    words = re.match(r"([ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)([^\r\n]*?)[ \t]*(?=\r|\n|\Z)", block)
    if words is None or words[2].startswith("~~") or not words[2]:
        return ()
    return (
        Edit(start + words.start(2), start + words.start(2), "~~"),
        Edit(start + words.end(2), start + words.end(2), "~~"),
    )


def _status_line(text: str, block: str, start: int, status: str) -> Edit:
    """A line for the status after the first line of an item of fields, in the form of its second line."""
    second = re.match(r"[^\r\n]*(?:\r\n?|\n)([ \t]*(?:[-*+][ \t]+)?)(?:\*\*|__)?\w", block)
    margin = second[1] if second else "   "
    first = re.match(r"[^\r\n]*", block)
    return after_line(text, start + (first.end() if first else 0), f"{margin}**Status:** {status}")


def _block_end(text: str, row: TrackerRow) -> int:
    """Where the row's lines end; the span of a heading covers its title only."""
    if row.layout != "heading":
        return row.span.end
    from gardener.core.lines import LineIndex

    lines = LineIndex.of(text)
    last = min(row.end, len(lines))
    return lines.offset(last, 1) + len(lines.line(last))


def _row(text: str, path: str, name: str) -> TrackerRow:
    row = read_tracker(text, path).find(name)
    if row is None:
        raise DocumentError(f"there is no row `{name}`", at=path)
    return row


def _place(text: str, row: TrackerRow) -> tuple[Table | None, Row | None]:
    """The table and the raw row behind a row."""
    for table in outline(text).tables:
        for raw in table.rows:
            if raw.line == row.line and row.layout == "table":
                return table, rejoined(raw, len(table.header.cells))
    return None, None


def _cell_edit(text: str, raw: Row, index: int, value: str) -> Edit:
    """Replace what stands in a cell; a row that is too short gets the cells it lacks."""
    if index < len(raw.cells):
        span = raw.cells[index].span
        source = cell_source(value)
        if span.start == span.end and source:
            source = source if text[span.start - 1] in " \t" else f" {source}"
            source = source if text[span.end : span.end + 1] in (" ", "\t", "") else f"{source} "
        return Edit(span.start, span.end, source)
    missing = index - len(raw.cells)
    end = raw.cells[-1].span.end if raw.cells else raw.span.end
    return Edit(end, end, " |" + " |" * missing + f" {cell_source(value)}")


def _ledger(text: str, tracker: Tracker) -> Table | None:
    """The table that new rows go into: that of the first open row, else the first with the columns of a ledger."""
    tables = [table for table in outline(text).tables if table.depth == 0]
    for row in tracker.rows:
        if row.layout == "table" and row.status != "resolved":
            return next((table for table in tables if table.line <= row.line <= table.end), None)
    wanted = {"title", "status"}
    graded = {row.line for row in tracker.grades}
    usable = [table for table in tables if wanted <= set(columns_of(table.header.texts))]
    return next((table for table in usable if not any(row.line in graded for row in table.rows)), None)


def _line_end(text: str, table: Table) -> int:
    """Where the ruler under a header ends."""
    from gardener.core.lines import LineIndex

    lines = LineIndex.of(text)
    return lines.offset(table.line + 1, 1) + len(lines.line(table.line + 1))


def _margin(text: str, table: Table) -> str:
    """The indentation of a table's rows."""
    start = table.header.span.start
    line = text[start : table.header.span.end]
    return line[: len(line) - len(line.lstrip(" \t"))]
