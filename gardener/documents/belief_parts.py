"""What stands in one belief: its prose, its bullets, its fields, its examples."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gardener.core.rule import Example
from gardener.documents.belief_units import is_field_heading
from gardener.documents.examples import read_example
from gardener.documents.fields import Field, split_fields
from gardener.documents.markdown import Fence, Heading, Item
from gardener.documents.sections import between
from gardener.documents.vocabulary import BELIEF_FIELDS, key

if TYPE_CHECKING:
    from gardener.core.finding import Span
    from gardener.documents.belief_units import Unit
    from gardener.documents.markdown import Outline, Paragraph

_NEGATIVE = re.compile(
    r"\b(?:don'?t|do not|bad|wrong|avoid|never|instead of|before)\b|❌|🚫|✗|错误|不要|悪い", re.IGNORECASE
)
_POSITIVE = re.compile(r"\b(?:do|good|right|prefer|correct|instead|after)\b|✅|✓|正确|良い", re.IGNORECASE)
_IGNORED = ""


@dataclass(slots=True)
class Piece:
    """A paragraph or bullet that may be a clause, with the fields written inside of it."""

    text: str
    line: int
    end: int
    span: Span
    fields: tuple[Field, ...] = ()


@dataclass(slots=True)
class Parts:
    """The content of a belief, sorted."""

    prose: list[Piece] = field(default_factory=list)
    bullets: list[Piece] = field(default_factory=list)
    fields: dict[str, list[Field]] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)

    def text(self, name: str) -> str:
        """All values of a field, one below the other."""
        return "\n".join(item.value for item in self.fields.get(name, ()) if item.value).strip()

    def add(self, found: Field) -> None:
        """Take in a field."""
        self.fields.setdefault(found.key, []).append(found)


def gather(unit: Unit, shape: Outline) -> Parts:
    """Sort what stands in `unit`."""
    return _Gathering(unit).run(shape)


class _Gathering:
    """Goes through the parts of a unit in order; `current` is the field that lists and paragraphs now belong to."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.parts = Parts()
        self.current: str | None = None
        self.sticky = False
        self.last = ""
        self.parent: Piece | None = None

    def run(self, shape: Outline) -> Parts:
        if self.unit.text:
            self._paragraph(self.unit.text, self.unit.line, self.unit.end, self.unit.span)
        for thing in self._inside(shape):
            self._take(thing)
        return self.parts

    def _inside(self, shape: Outline) -> list[Heading | Paragraph | Item | Fence]:
        first, end = self.unit.line + 1, self.unit.end
        depth = self.unit.depth
        found: list[Heading | Paragraph | Item | Fence] = []
        found += [heading for heading in between(shape.headings, first, end) if not heading.depth]
        found += [paragraph for paragraph in between(shape.paragraphs, first, end) if paragraph.depth == 2 * depth]
        found += [item for item in between(shape.items, first, end) if item.depth > depth and not item.quoted]
        found += between(shape.fences, first, end)
        return sorted(found, key=lambda thing: thing.line)

    def _take(self, thing: Heading | Paragraph | Item | Fence) -> None:
        if isinstance(thing, Heading):
            self._heading(thing)
        elif isinstance(thing, Fence):
            self._fence(thing)
        elif isinstance(thing, Item):
            self._item(thing)
        else:
            self._paragraph(thing.text, thing.line, thing.end, thing.span)

    def _heading(self, heading: Heading) -> None:
        known = is_field_heading(heading)
        self.current = BELIEF_FIELDS[key(heading.plain)] if known else _IGNORED
        self.sticky = True
        self.last = heading.plain

    def _paragraph(self, text: str, line: int, end: int, span: Span) -> None:
        lead, fields = split_fields(text, line)
        self.last, self.parent = text, None
        if lead and self.sticky:
            self._append(lead, line)
        elif lead:
            self.parts.prose.append(
                Piece(lead, line, end, span, tuple(item for item in fields if item.key == "enforced"))
            )
            self.current = None
        for item in fields:
            self.parts.add(item)
            self.current = item.key

    def _item(self, item: Item) -> None:
        lead, fields = split_fields(item.text, item.line)
        self.last = item.text
        nested = item.depth > self.unit.depth + 1
        if nested and self.parent is not None:
            self.parent.fields = (*self.parent.fields, *fields)
        elif not lead or nested or self.current is not None:
            self._field_item(item, lead, fields, nested=nested)
        else:
            self.parent = Piece(item.text if not fields else lead, item.line, item.end, item.span, fields)
            self.parts.bullets.append(self.parent)

    def _field_item(self, item: Item, lead: str, fields: tuple[Field, ...], *, nested: bool) -> None:
        self.parent = None
        if lead:
            self._append(lead, item.line)
        for found in fields:
            self.parts.add(found)
        if fields and not nested and not self.sticky:
            open_ended = not fields[-1].value or fields[-1].value.endswith((":", "\uff1a"))
            self.current = fields[-1].key if open_ended else None

    def _append(self, text: str, line: int) -> None:
        if self.current:
            self.parts.add(Field(self.current, self.current, text, line))

    def _fence(self, fence: Fence) -> None:
        example = read_example(fence)
        if example is None and fence.info.split()[:1] in (["python"], ["py"]):
            if _NEGATIVE.search(self.last):
                example = Example("bad", fence.code, line=fence.line + 1)
            elif _POSITIVE.search(self.last):
                example = Example("good", fence.code, line=fence.line + 1)
        if example is not None:
            self.parts.examples.append(example)
