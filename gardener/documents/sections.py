"""Sections: a heading and what stands under it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gardener.documents.markdown import Heading


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the lines under it, up to the next heading that is as high; None heads what precedes the first.

    `own_end` is the last line before any other heading, `end` takes in the sections below. `above` are the headings
    around it, outermost first.
    """

    heading: Heading | None
    line: int
    own_end: int
    end: int
    above: tuple[Heading, ...] = ()

    @property
    def start(self) -> int:
        """The first line after the heading."""
        return self.line if self.heading is None else self.heading.end + 1

    def owns(self, line: int) -> bool:
        """True when a line stands directly under the heading, not under one below it."""
        return self.start <= line <= self.own_end

    def holds(self, line: int) -> bool:
        """True when a line stands under the heading or under one below it."""
        return self.start <= line <= self.end


class _Lined(Protocol):
    @property
    def line(self) -> int: ...


Thing = TypeVar("Thing", bound=_Lined)


def between(things: Sequence[Thing], first: int, last: int) -> Sequence[Thing]:
    """Those of `things`, which are in document order, that start on a line from `first` to `last`."""
    start = bisect_left(things, first, key=_line)
    return things[start : bisect_right(things, last, lo=start, key=_line)]


def _line(thing: _Lined) -> int:
    return thing.line


def sections(headings: Iterable[Heading], last: int) -> tuple[Section, ...]:
    """The sections of a document of `last` lines; headings in lists and quotes head none."""
    top = [heading for heading in headings if heading.depth == 0]
    starts = [*(heading.line for heading in top), last + 1]
    found: list[Section] = []
    if starts[0] > 1:
        found.append(Section(None, 1, starts[0] - 1, starts[0] - 1))
    above: list[Heading] = []
    for number, heading in enumerate(top):
        above = [outer for outer in above if outer.level < heading.level]
        after = (other.line for other in top[number + 1 :] if other.level <= heading.level)
        end = next(after, last + 1) - 1
        found.append(Section(heading, heading.line, starts[number + 1] - 1, end, tuple(above)))
        above.append(heading)
    return tuple(found)
