"""Tables of a tracker: which hold debt, grades or technologies, and what their rows say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypedDict

from gardener.core.belief import Unread
from gardener.core.tracker import GradeRow, TrackerRow
from gardener.documents.radar import is_radar, read_radar
from gardener.documents.tracker_words import clean, is_aside, is_template, section_severity, standing, take_id
from gardener.documents.vocabulary import (
    GRADE_COLUMNS,
    TRACKER_COLUMNS,
    is_nothing,
    is_schedule,
    key,
    plain,
    severity_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gardener.core.finding import Severity, Span
    from gardener.core.tracker import RadarRow
    from gardener.documents.markdown import Outline
    from gardener.documents.sections import Section
    from gardener.documents.tables import Row, Table

_RUBRIC = frozenset(
    ("grade", "score", "level", "rating", "severity", "priority", "status", "symbol", "emoji", "等级", "评分")
)
_MEANING = frozenset(
    {"meaning", "definition", "description", "criteria", "criterion", "range", "what it means", "response", "sla"}
    | {"说明", "含义", "意味"}
)
_GATES = frozenset(
    {"check", "gate", "tool", "command", "metric", "measure", "kpi", "statistic", "count", "ci job", "hook"}
    | {"指标", "检查"}
)


def section_of(parts: Sequence[Section], line: int) -> Section | None:
    """The innermost section that a line stands in."""
    return next((part for part in reversed(parts) if part.owns(line)), None)


def columns_of(headers: Sequence[str], words: Mapping[str, str] = TRACKER_COLUMNS) -> dict[str, int]:
    """Known columns to their index; of several headers for one column the most usual one counts."""
    found: dict[str, int] = {}
    ranks: dict[str, int] = {}
    order = {name: rank for rank, name in enumerate(words)}
    for index, header in enumerate(headers):
        name = key(header) or ("id" if index == 0 and header.strip() == "#" else "")
        name = "#" if header.strip() == "#" else name
        column = words.get(name)
        if column is not None and order[name] < ranks.get(column, len(order)):
            found[column], ranks[column] = index, order[name]
    if "title" not in found and key(headers[found.get("id", 0)]) in ("issue", "ticket") and words is TRACKER_COLUMNS:
        found["title"] = found.pop("id")
    return found


def rejoined(row: Row, width: int) -> Row:
    """`row` with cells put together again that a bare pipe in code has torn apart."""
    from gardener.core.finding import Span
    from gardener.documents.tables import Cell, Row

    cells = list(row.cells)
    at = 0
    while len(cells) > width and at + 1 < len(cells):
        if cells[at].text.count("`") % 2:
            one, other = cells[at : at + 2]
            cells[at : at + 2] = [Cell(f"{one.text}|{other.text}", Span(one.span.start, other.span.end))]
        else:
            at += 1
    return Row(tuple(cells), row.line, row.span) if len(cells) < len(row.cells) else row


class Tables:
    """What the tables of one document hold; `ranges` are the lines they take up."""

    def __init__(self, shape: Outline, parts: Sequence[Section], block: Span | None) -> None:
        self._shape = shape
        self._parts = parts
        self.block = block
        self.rows: list[TrackerRow] = []
        self.grades: list[GradeRow] = []
        self.radar: list[RadarRow] = []
        self.unread: list[Unread] = []
        self.skipped: list[int] = []
        self.ranges: list[tuple[int, int]] = []

    def read(self) -> None:
        """Take in every table."""
        for table in self._shape.tables:
            self.ranges.append((table.line, table.end))
            section = section_of(self._parts, table.line)
            if is_radar(self._shape, table, section):
                self.radar += read_radar(table, section, self.unread)
            elif self._is_grades(table):
                self._grades(table)
            elif not is_aside(section) and not _is_look_alike(table):
                self._table(table, section)

    def _is_grades(self, table: Table) -> bool:
        columns = columns_of(table.header.texts, GRADE_COLUMNS)
        inside = self.block is not None and self.block.start <= table.header.span.start < self.block.end
        debt = {"id", "status"} & set(columns_of(table.header.texts))
        return "area" in columns and (inside or ("grade" in columns and not debt))

    def _grades(self, table: Table) -> None:
        columns = columns_of(table.header.texts, GRADE_COLUMNS)
        headers = table.header.texts
        for row in table.rows:
            texts = row.texts
            area = plain(_at(texts, columns, "area"))
            if is_template(area):
                self.skipped.append(row.line)
                continue
            cells = {header: text for header, text in zip(headers, texts, strict=False) if header}
            self.grades.append(GradeRow(area, plain(_at(texts, columns, "grade")), row.line, cells))

    def _table(self, table: Table, section: Section | None) -> None:
        columns = columns_of(table.header.texts)
        if len(columns) < 2 or not {"title", "done_when", "id"} & set(columns):
            if table.rows:
                names = " | ".join(plain(text) for text in table.header.texts)[:80]
                self.unread.append(
                    Unread(table.line, f"a table of {len(table.rows)} rows whose columns are not known: {names}")
                )
            return
        for row in table.rows:
            whole = rejoined(row, len(table.header.cells))
            if whole is not row:
                self.unread.append(Unread(row.line, "a pipe in code ends the cell; write `\\|`"))
            self._row(whole, table, columns, section)

    def _row(self, row: Row, table: Table, columns: Mapping[str, int], section: Section | None) -> None:
        cells = {name: _at(row.texts, columns, name) for name in columns}
        title, unnamed = self._title(row, table, columns)
        if is_template(title):
            self.skipped.append(row.line)
            return
        own, rest = take_id(cells.get("id", ""))
        if not own and not is_nothing(cells.get("id", "")):
            own = clean(cells["id"])
        elif not own and "id" not in columns:
            own, rest = take_id(title)
            title = rest if own and rest else title
        severity, schedule = self._severity(row, cells, section)
        crossed = "~~" not in title and re.search(r"~~|✅", cells.get("id", ""))
        stands = standing(section, f"~~{title}~~" if crossed else title, cells.get("status", ""))
        if stands.status == "unknown":
            self.unread.append(Unread(row.line, f"`{plain(cells['status'])[:40]}` is no known status"))
        self.rows.append(
            TrackerRow(
                id=own,
                title=clean(title),
                line=row.line,
                end=row.line,
                span=row.span,
                severity=severity,
                status=stands.status,
                status_from=stands.by,
                conflict=stands.conflict,
                schedule=schedule,
                section=section.heading.plain if section and section.heading else "",
                extra=_extra(row, table, columns, unnamed),
                **texts_of(cells),
            )
        )

    def _title(self, row: Row, table: Table, columns: Mapping[str, int]) -> tuple[str, int | None]:
        """The cell that says what the debt is, and its index when its column has no known name."""
        if "title" in columns:
            return _at(row.texts, columns, "title"), None
        known = set(columns.values())
        others = [index for index in range(len(table.header.cells)) if index not in known and index < len(row.cells)]
        longest = max(others, key=lambda index: len(row.cells[index].text), default=None)
        if longest is not None:
            return row.cells[longest].text, longest
        return _at(row.texts, columns, "done_when") or _at(row.texts, columns, "area"), None

    def _severity(self, row: Row, cells: Mapping[str, str], section: Section | None) -> tuple[Severity | None, str]:
        written, schedule = cells.get("severity", ""), cells.get("schedule", "")
        if is_schedule(written):
            return section_severity(section), schedule or plain(written)
        severity = severity_of(written)
        if severity is None and not is_nothing(written) and len(plain(written)) <= 20:
            self.unread.append(Unread(row.line, f"`{plain(written)}` is no known severity"))
        return severity or section_severity(section), schedule


class _Texts(TypedDict):
    area: str
    belief: str
    evidence: str
    opened: str
    owner: str
    done_when: str


def texts_of(values: Mapping[str, str]) -> _Texts:
    """The attributes of a row that are plain text; a dash counts as nothing."""
    return {
        "area": _said(values, "area"),
        "belief": _said(values, "belief"),
        "evidence": _said(values, "evidence"),
        "opened": _said(values, "opened"),
        "owner": _said(values, "owner"),
        "done_when": _said(values, "done_when"),
    }


def _said(values: Mapping[str, str], name: str) -> str:
    value = values.get(name, "")
    return "" if is_nothing(value) else value


def _at(texts: Sequence[str], columns: Mapping[str, int], name: str) -> str:
    index = columns.get(name, len(texts))
    return texts[index] if index < len(texts) else ""


def _extra(row: Row, table: Table, columns: Mapping[str, int], unnamed: int | None) -> dict[str, str]:
    known = {*columns.values(), unnamed}
    headers = table.header.texts
    return {
        (plain(headers[index]) if index < len(headers) else f"column {index + 1}"): cell.text
        for index, cell in enumerate(row.cells)
        if index not in known and cell.text
    }


def _is_look_alike(table: Table) -> bool:
    """True for tables that explain grades and severities, or list checks and figures."""
    names = {key(header) for header in table.header.texts}
    explains = bool(names & _RUBRIC) and bool(names & _MEANING) and len(names) <= 3
    return explains or (bool(names & _GATES) and "id" not in names)
