"""Rows of a tracker that are headings with fields, or items of lists."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from gardener.core.finding import Span
from gardener.core.tracker import TrackerRow
from gardener.documents.fields import Field, split_fields
from gardener.documents.normative import first_sentence
from gardener.documents.sections import between
from gardener.documents.tracker_tables import section_of, texts_of
from gardener.documents.tracker_words import (
    ID,
    clean,
    is_aside,
    is_status_heading,
    is_template,
    section_severity,
    section_status,
    standing,
    struck_part,
    take_id,
)
from gardener.documents.vocabulary import TRACKER_COLUMNS, is_nothing, is_schedule, key, plain, severity_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gardener.core.finding import Severity
    from gardener.core.tracker import Layout
    from gardener.documents.markdown import Item, Outline
    from gardener.documents.sections import Section

Ranges = list[tuple[int, int]]
_KNOWN = ("id", "area", "title", "severity", "status", "belief", "evidence", "opened", "owner", "done_when", "schedule")
_TELLING = {"status", "severity", "opened", "owner", "done_when", "id", "area", "evidence"}


def rows_of_headings(shape: Outline, parts: Sequence[Section], taken: Ranges, skipped: list[int]) -> list[TrackerRow]:
    """Sections that are rows; the lines of each are added to `taken`."""
    rows: list[TrackerRow] = []
    for part in parts:
        heading = part.heading
        if heading is None or is_aside(part) or _divided(part, parts) or _holds_table(part, taken):
            continue
        fields = _fields_of(shape, part)
        if not _is_row(part, fields, parts):
            continue
        taken.append((part.line, part.end))
        if is_template(take_id(heading.text)[1] or heading.text):
            skipped.append(part.line)
            continue
        around = next((other for other in reversed(parts) if other.heading in part.above[-1:]), None)
        span = Span(heading.span.start, heading.span.end)
        rows.append(_row(heading.text, fields, part.line, part.end, span, "heading", around, checked=None))
    return rows


def rows_of_items(
    shape: Outline, parts: Sequence[Section], taken: Ranges, skipped: list[int], *, sparing: Sequence[int]
) -> list[TrackerRow]:
    """Outermost list items that are rows. Where rows were `sparing`ly found elsewhere, only items with ids or boxes."""
    rows: list[TrackerRow] = []
    for item in shape.items:
        inside = any(first <= item.line <= end for first, end in taken)
        section = section_of(parts, item.line)
        if item.depth > 1 or item.quoted or inside or is_aside(section):
            continue
        fields = _fields_of_item(shape, item)
        lead = _lead(item, fields)
        if is_template(lead):
            skipped.append(item.line)
        elif _counts(item, lead, fields, section, few=_is_settled(section, sparing)):
            rows.append(_row(lead, fields, item.line, item.end, item.span, "list", section, checked=item.checked))
    return rows


def _is_settled(section: Section | None, rows: Sequence[int]) -> bool:
    """True where other rows stand beside the list, or the list stands in a section that is not about a status."""
    beside = section is not None and any(section.owns(line) for line in rows)
    return beside or (bool(rows) and section_status(section) is None)


def without_repeats(rows: Iterable[TrackerRow]) -> list[TrackerRow]:
    """The rows, less the list items that repeat a row of a table or heading."""
    found = list(rows)
    firsts = [row for row in found if row.layout != "list"]
    return [row for row in found if row.layout != "list" or not any(_same(row, first) for first in firsts)]


def _same(one: TrackerRow, other: TrackerRow) -> bool:
    if one.id or other.id:
        return key(one.id) == key(other.id)
    return SequenceMatcher(None, key(one.title), key(other.title)).ratio() > 0.7


def _divided(part: Section, parts: Sequence[Section]) -> bool:
    """True for a section with rows in sections below it: those whose headings are no fields."""
    below = (other for other in parts if other is not part and part.holds(other.line))
    return any(other.heading and key(other.heading.plain) not in TRACKER_COLUMNS for other in below)


def _holds_table(part: Section, taken: Ranges) -> bool:
    return any(part.holds(first) for first, _ in taken)


def _is_row(part: Section, fields: Sequence[Field], parts: Sequence[Section]) -> bool:
    heading = part.heading
    if heading is None or heading.level == 1 or key(heading.plain) in TRACKER_COLUMNS:
        return False
    if is_status_heading(heading.text):
        return False
    if take_id(heading.text)[0] or re.match(r"\s*~~", heading.text):
        return True
    if {field.key for field in fields} & _TELLING:
        return True
    around = next((other for other in parts if other.heading in part.above[-1:] and other.heading), None)
    return around is not None and section_status(around) is not None and section_status(_alone(part)) is None


def _alone(part: Section) -> Section:
    from dataclasses import replace

    return replace(part, above=())


def _fields_of(shape: Outline, part: Section) -> list[Field]:
    """Fields in the paragraphs, bullets and headings of a section."""
    found: list[Field] = []
    for paragraph in between(shape.paragraphs, part.start, part.own_end):
        if paragraph.depth == 0:
            found += split_fields(paragraph.text, paragraph.line, TRACKER_COLUMNS)[1]
    for item in between(shape.items, part.start, part.own_end):
        found += split_fields(item.text, item.line, TRACKER_COLUMNS)[1]
    return found


def _fields_of_item(shape: Outline, item: Item) -> list[Field]:
    found = list(split_fields(item.text, item.line, TRACKER_COLUMNS)[1])
    for inner in between(shape.items, item.line + 1, item.end):
        found += split_fields(inner.text, inner.line, TRACKER_COLUMNS)[1]
    for paragraph in between(shape.paragraphs, item.line + 1, item.end):
        if paragraph.depth == 2:
            found += split_fields(paragraph.text, paragraph.line, TRACKER_COLUMNS)[1]
    return found


def _lead(item: Item, fields: Sequence[Field]) -> str:
    """What an item says before its fields, else its field for the title, or the first of any."""
    lead = split_fields(item.text, item.line, TRACKER_COLUMNS)[0]
    titles = [field.value for field in fields if field.key == "title" and field.value]
    if lead:
        return lead
    return titles[0] if titles else next((field.value for field in fields if field.value), "")


def _counts(item: Item, lead: str, fields: Sequence[Field], section: Section | None, *, few: bool) -> bool:
    """`few`: rows stand in a table of this section, or elsewhere and this section says nothing of a status."""
    marked = bool(take_id(lead)[0]) or item.checked is not None or any(field.key == "id" for field in fields)
    marked = marked or bool(re.match(r"[\s*_]*~~", lead))
    status = section_status(section) is not None
    if few:
        return marked or (item.number is not None and lead.startswith(("**", "__")))
    headed = section is not None and section.heading is not None and section.heading.level > 1
    only_field = bool(fields) and not split_fields(item.text, item.line, TRACKER_COLUMNS)[0] and not marked
    opened = item.number is not None or lead.startswith(("**", "__"))
    return marked or status or ((headed or opened) and not only_field) or len(fields) > 1


def _row(
    text: str,
    fields: Sequence[Field],
    line: int,
    end: int,
    span: Span,
    layout: Layout,
    section: Section | None,
    *,
    checked: bool | None,
) -> TrackerRow:
    values: dict[str, str] = {}
    for field in fields:
        values.setdefault(field.key, field.value)
    opening = struck_part(text)
    own, rest = take_id(re.sub(r"^[\s*_]*\d{1,4}[.)]\s+", "", opening))
    named = values.get("id", "")
    title = rest if own and rest else opening
    if named and is_nothing(ID.sub("", plain(title)).strip()) and values.get("title"):
        title = values["title"]
    written = values.get("severity", "")
    stands = standing(section, text, values.get("status", ""), checked=checked)
    return TrackerRow(
        id=own or take_id(named)[0] or plain(named),
        title=clean(first_sentence(title)) or clean(title),
        line=line,
        end=end,
        span=span,
        layout=layout,
        severity=severity_of(written) or _bracketed(text) or section_severity(section),
        status=stands.status,
        status_from=stands.by,
        conflict=stands.conflict,
        schedule=values.get("schedule", "") or (plain(written) if is_schedule(written) else ""),
        section=section.heading.plain if section and section.heading else "",
        extra={field.written: field.value for field in fields if field.key not in _KNOWN},
        **texts_of(values),
    )


def _bracketed(text: str) -> Severity | None:
    """The severity in `(P1)` or `[high]`."""
    found = (severity_of(match) for match in re.findall(r"[(\[]([^()\[\]]{1,12})[)\]]", text))
    return next((severity for severity in found if severity), None)
