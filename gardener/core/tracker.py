"""What a tech tracker holds: debt, grades, and technologies that are welcome or banned."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.core.belief import Unread
    from gardener.core.finding import Severity, Span

RowStatus = Literal["open", "progress", "resolved", "unknown"]
Ring = Literal["approved", "forbidden", "trial"]
Layout = Literal["table", "heading", "list"]


@dataclass(frozen=True, slots=True)
class TrackerRow:
    """One piece of debt. `extra` keeps what stands in columns and fields of other names, by the name as written.

    `status_from` says what showed the status: `column`, `section`, `strike`, `box`, `emoji` or nothing; `conflict`
    what contradicts it. `span` covers the row's lines without the last line end.
    """

    id: str
    title: str
    line: int
    end: int
    span: Span
    layout: Layout = "table"
    area: str = ""
    severity: Severity | None = None
    status: RowStatus = "open"
    status_from: str = ""
    conflict: str = ""
    belief: str = ""
    evidence: str = ""
    opened: str = ""
    owner: str = ""
    done_when: str = ""
    schedule: str = ""
    section: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GradeRow:
    """One area's grade in a quality table: the cells by their column as written."""

    area: str
    grade: str
    line: int
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RadarRow:
    """A technology and whether it may be used. `modules` are the import names it is known by, as far as given."""

    name: str
    ring: Ring
    line: int
    modules: tuple[str, ...] = ()
    instead: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Tracker:
    """All rows of one document, and what could not be read.

    `skipped` are the lines of template and empty rows; `grades_block` is what stands between the grades markers.
    """

    path: str
    rows: tuple[TrackerRow, ...] = ()
    grades: tuple[GradeRow, ...] = ()
    radar: tuple[RadarRow, ...] = ()
    unread: tuple[Unread, ...] = ()
    skipped: tuple[int, ...] = ()
    grades_block: Span | None = None
    prefix: str = "TD"

    def find(self, name: str) -> TrackerRow | None:
        """The row with an id; the case of letters does not matter."""
        return next((row for row in self.rows if row.id and row.id.lower() == name.lower()), None)
