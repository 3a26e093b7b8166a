"""Tables, row by row and cell by cell, with exact spans; and cells written so that they are read back."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from gardener.core.finding import Span

_QUOTED_PREFIX = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?")
_INDENT = re.compile(r"[ \t]*")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its source text with `\\|` read as `|`, trimmed, and the span of the trimmed raw text."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its cells, its line, and the span of the line without its end."""

    cells: tuple[Cell, ...]
    line: int
    span: Span

    @property
    def texts(self) -> tuple[str, ...]:
        """The text of every cell."""
        return tuple(cell.text for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """A table: `line` is that of its header; rows may be shorter or longer than the header. `depth` as elsewhere."""

    header: Row
    rows: tuple[Row, ...]
    line: int
    end: int
    depth: int = 0


def split_row(raw: str, line: int, offset: int, *, nested: bool) -> Row:
    """The cells of one raw line that starts at `offset`; `nested` rows stand in a list or quote."""
    prefix = (_QUOTED_PREFIX if nested else _INDENT).match(raw)
    start = prefix.end() if prefix else 0
    end = len(raw.rstrip())
    cuts = [at for at in range(start, end) if raw[at] == "|" and (at == start or raw[at - 1] != "\\")]
    bounds = [start - 1, *cuts, end]
    pieces = [(left + 1, right) for left, right in itertools.pairwise(bounds)]
    if cuts and cuts[0] == start:
        pieces.pop(0)
    if cuts and cuts[-1] == end - 1 and pieces:
        pieces.pop()
    cells = tuple(_cell(raw, left, right, offset) for left, right in pieces)
    return Row(cells, line, Span(offset, offset + len(raw)))


def _cell(raw: str, left: int, right: int, offset: int) -> Cell:
    piece = raw[left:right]
    if not piece.strip():
        # What is put into an empty cell goes behind its first blank.
        middle = offset + left + min(1, len(piece))
        return Cell("", Span(middle, middle))
    start = left + len(piece) - len(piece.lstrip())
    end = max(start, left + len(piece.rstrip()))
    return Cell(raw[start:end].replace("\\|", "|"), Span(offset + start, offset + end))


def cell_source(text: str) -> str:
    """`text` as it may stand in a cell: one line, pipes escaped."""
    return " ".join(text.split()).replace("|", "\\|")


def row_source(cells: tuple[str, ...] | list[str]) -> str:
    """A row of cells, without a line end."""
    return "| " + " | ".join(cell_source(cell) for cell in cells) + " |"
