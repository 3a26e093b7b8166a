"""Where a comment may stand to speak about what a review found: on the statement that is quoted, or on the header.

Both are logical lines: all physical lines of a statement, or of decorators and `def`, count as one.
"""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gardener.core.review import Unit

Range = tuple[int, int]

NOWHERE: Range = (0, 0)
_LINE_END = re.compile(r"\r\n?|\n")
_DEFINITION = re.compile(r"[ \t\f]*(?:async[ \t]+)?(?:def|class)\b")


@dataclass(frozen=True, slots=True)
class LogicalLines:
    """The logical lines of a text as first and last physical line, and the physical lines themselves."""

    ranges: tuple[Range, ...]
    raw: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> LogicalLines:
        """Read the lines of a Python text; in one that cannot be read to its end every further line is by itself."""
        raw = tuple(_LINE_END.split(text))
        ranges: list[Range] = []
        first = 0
        try:
            for token in tokenize.generate_tokens(io.StringIO("\n".join(raw)).readline):
                if token.type in _LAYOUT:
                    continue
                first = first or token.start[0]
                if token.type == tokenize.NEWLINE:
                    ranges.append((first, token.start[0]))
                    first = 0
        except (tokenize.TokenError, SyntaxError):
            start = ranges[-1][1] + 1 if ranges else 1
            ranges += [(number, number) for number in range(start, len(raw) + 1)]
        return cls(tuple(ranges), raw)

    def around(self, lines: Range) -> Range:
        """The lines from the first to the last of `lines`, completed to whole statements."""
        touched = [one for one in self.ranges if one[0] <= lines[1] and lines[0] <= one[1]]
        return (min(lines[0], touched[0][0]), max(lines[1], touched[-1][1])) if touched else lines

    def header(self, unit: Unit) -> Range:
        """Decorators and header of a function or class; a module has none."""
        first = next(filter(None, unit.lines), 0)
        if unit.kind == "module" or not first:
            return NOWHERE
        own = (one for one in self.ranges if one[0] >= first and _DEFINITION.match(self.raw[one[0] - 1]))
        return first, next(own, (first, first))[1]


_LAYOUT = frozenset(
    {tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.ENCODING}
)
