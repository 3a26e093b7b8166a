"""Which part of a document is one belief: a section, a list item, or a paragraph that opens in bold."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from gardener.documents.belief_titles import Title, is_container, is_no_belief, read_title
from gardener.documents.fields import split_fields
from gardener.documents.normative import first_sentence
from gardener.documents.sections import between
from gardener.documents.vocabulary import BELIEF_FIELDS, key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gardener.core.finding import Span
    from gardener.core.lines import LineIndex
    from gardener.documents.markdown import Heading, Item, Outline
    from gardener.documents.sections import Section

_BOLD = re.compile(r"\s*(?:\*\*|__)(.+?)(?:\*\*|__)", re.DOTALL)
_TITLE_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Unit:
    """Where one belief stands. `text` is an item's or paragraph's own text; `depth` counts the lists around its parts.

    `group` is the heading that a list of beliefs stands under.
    """

    kind: Literal["section", "item", "paragraph"]
    title: Title
    line: int
    end: int
    span: Span
    text: str = ""
    depth: int = 0
    group: str = ""
    id: str | None = None


def find_units(shape: Outline, parts: Sequence[Section], lines: LineIndex) -> list[Unit]:
    """The beliefs of a document, in order; each ends with a line that is not empty."""
    return [replace(unit, end=_last_filled(unit, lines)) for unit in _found(shape, parts)]


def _last_filled(unit: Unit, lines: LineIndex) -> int:
    numbers = range(min(unit.end, len(lines)), unit.line, -1)
    return next((number for number in numbers if lines.line(number).strip()), unit.line)


def _found(shape: Outline, parts: Sequence[Section]) -> list[Unit]:
    heads = _heads(shape, parts)
    if not heads:
        last = max((part.end for part in parts), default=0)
        banned = [part for part in parts if part.heading and is_no_belief(part.heading.plain)]
        return _listed(shape, 1, last, "", banned)
    found: list[Unit] = []
    for part, heading in heads:
        if _holds_list(shape, part, heading):
            found += _listed(shape, part.start, part.end, heading.plain, [])
        else:
            name = heading.id or _named(shape, part)
            found.append(Unit("section", read_title(heading.text), heading.line, part.end, heading.span, id=name))
    return found


def is_field_heading(heading: Heading) -> bool:
    """True for `### Why` and the like: a heading that names a field of the belief above it."""
    return key(read_title(heading.text).text) in BELIEF_FIELDS


def _heads(shape: Outline, parts: Sequence[Section]) -> list[tuple[Section, Heading]]:
    """The sections that are beliefs or hold a list of them, none inside of another."""
    titles = [part for part in parts if part.heading is not None and part.heading.level == 1]
    single = titles[0].heading if len(titles) == 1 else None
    usable = [
        (part, part.heading)
        for part in parts
        if part.heading is not None and part.heading is not single and not _stands_aside(part)
    ]
    numbered = [(part, heading) for part, heading in usable if _is_numbered(heading)]
    if len(numbered) > 1:
        usable = [pair for pair in usable if pair in numbered or is_container(pair[1].plain) or _fields(shape, pair[0])]
    return [pair for pair in usable if not _is_divided(shape, pair, usable)]


def _stands_aside(part: Section) -> bool:
    around = [heading for heading in (*part.above, part.heading) if heading is not None]
    return any(is_field_heading(heading) or _is_aside(heading) for heading in around)


def _is_aside(heading: Heading) -> bool:
    return is_no_belief(heading.plain) and not _is_numbered(heading)


def _is_numbered(heading: Heading) -> bool:
    title = read_title(heading.text)
    return bool(title.number or title.id or heading.id)


def _is_divided(shape: Outline, pair: tuple[Section, Heading], others: Iterable[tuple[Section, Heading]]) -> bool:
    """True for a section whose beliefs stand in sections below it; false below one that is itself a belief."""
    part, _ = pair
    for other, _ in others:
        if other is not part and other.holds(part.line) and _fields(shape, other):
            return True
        if other is not part and part.holds(other.line) and not _fields(shape, part):
            return True
    return False


def _fields(shape: Outline, part: Section) -> bool:
    """True when a section has fields directly under its heading."""
    first, last = part.start, part.own_end
    texts = [item.text for item in between(shape.items, first, last) if item.depth == 1]
    texts += [paragraph.text for paragraph in between(shape.paragraphs, first, last) if paragraph.depth == 0]
    return any(split_fields(text, 0)[1] for text in texts)


def _holds_list(shape: Outline, part: Section, heading: Heading) -> bool:
    """True when each item (or bold paragraph) of a section is a belief, rather than a clause of one."""
    items = [item for item in _items(shape, part.start, part.end) if part.holds(item.line)]
    if is_container(read_title(heading.text).text):
        return bool(items) or len(_bold(shape, part.start, part.end)) > 1
    ordered = [item for item in items if item.number is not None]
    return len(ordered) > 1 and not _is_numbered(heading) and not _fields(shape, part)


def _items(shape: Outline, first: int, last: int) -> list[Item]:
    inside = [item for item in between(shape.items, first, last) if item.depth == 1 and not item.quoted]
    return [item for item in inside if item.text and not _opens_with_field(item.text)]


def _opens_with_field(text: str) -> bool:
    lead, fields = split_fields(text, 0)
    return bool(fields) and not lead


def _listed(shape: Outline, first: int, last: int, group: str, banned: Sequence[Section]) -> list[Unit]:
    """The items between two lines as beliefs, ordered ones before bullets; else the paragraphs that open in bold."""
    items = [item for item in _items(shape, first, last) if not any(part.holds(item.line) for part in banned)]
    ordered = [item for item in items if item.number is not None]
    chosen = ordered if len(ordered) > 1 else items
    if not chosen:
        return _bold(shape, first, last, group)
    return [_item_unit(item, shape, group) for item in chosen]


def _item_unit(item: Item, shape: Outline, group: str) -> Unit:
    title = read_title(_shortened(first_sentence(item.text), item.text))
    named = next(_ids(shape, item.line, item.end), None)
    attribute = re.search(r"\{:?\s*#([\w.:-]+)[^}\n]*\}", item.text)
    name = attribute[1] if attribute else named
    return Unit("item", title, item.line, item.end, item.span, item.text, 1, group, name)


def _shortened(sentence: str, text: str) -> str:
    tag = re.search(r"\[(?:enforced|advisory|draft|proposed|retired)\]", text, re.IGNORECASE)
    short = sentence if len(sentence) <= _TITLE_LENGTH else sentence[:_TITLE_LENGTH].rpartition(" ")[0]
    return f"{short} {tag[0]}" if tag and tag[0] not in short else short


def _bold(shape: Outline, first: int, last: int, group: str = "") -> list[Unit]:
    """Paragraphs that open in bold and are no fields; each belief reaches to the next."""
    found: list[Unit] = []
    for paragraph in shape.paragraphs:
        opening = _BOLD.match(paragraph.text)
        inside = first <= paragraph.line <= last and paragraph.depth == 0
        if inside and opening and not _opens_with_field(paragraph.text):
            if found:
                found[-1] = replace(found[-1], end=paragraph.line - 1)
            title = read_title(first_sentence(paragraph.text))
            found.append(Unit("paragraph", title, paragraph.line, last, paragraph.span, paragraph.text, 0, group))
    return found


def _named(shape: Outline, part: Section) -> str | None:
    """The id in a comment right under the heading."""
    return next(_ids(shape, part.line, part.start + 2), None)


def _ids(shape: Outline, first: int, last: int) -> Iterator[str]:
    for comment in between(shape.comments, first, last):
        if match := re.fullmatch(r"id:\s*([\w.:-]+)", comment.text):
            yield match[1]
