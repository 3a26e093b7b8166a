"""Offsets to lines and columns and back. Only `\\n`, `\\r\\n` and a lone `\\r` end a line.

`str.splitlines` also breaks at form feeds, `\\x1c` and `\\u2028`, which Python and LibCST do not: it is never used.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from gardener.core.finding import Place, Span

_LINE_END = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class LineIndex:
    """Where the lines of one text start. Lines and columns are 1-based, offsets 0-based, all in code points."""

    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> LineIndex:
        """Index `text`. A text that ends in a line end has an empty last line, as editors show it."""
        return cls(text, (0, *(match.end() for match in _LINE_END.finditer(text))))

    def position(self, offset: int) -> tuple[int, int]:
        """The (line, column) of an offset; the end of the text is a position too."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column. Raises IndexError when there is no such line."""
        if not 1 <= line <= len(self.starts):
            raise IndexError(line)
        return self.starts[line - 1] + column - 1

    def place(self, span: Span) -> Place:
        """The lines and columns of a span."""
        line, column = self.position(span.start)
        end_line, end_column = self.position(span.end)
        return Place(line, column, end_line, end_column)

    def line(self, number: int) -> str:
        """The text of a line without its line end. Raises IndexError when there is no such line."""
        start = self.offset(number, 1)
        if number == len(self.starts):
            return self.text[start:]
        return _LINE_END.sub("", self.text[start : self.starts[number]])

    def __len__(self) -> int:
        return len(self.starts)


def split_lines(text: str) -> list[str]:
    """The lines of `text`, each with its line end; joined they give `text`."""
    index = LineIndex.of(text)
    ends = (*index.starts[1:], len(text))
    return [text[start:end] for start, end in zip(index.starts, ends, strict=True) if start < end]
