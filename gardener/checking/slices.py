"""Pieces of a file that LibCST can parse alone: whole lines that hold one statement, or one top-level statement.

Positions in lines are those of Python's tokenizer. Files with form feeds or lone carriage returns, where
line-based slicing is treacherous, are never sliced.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from gardener.checking.scopes import Facts, Scope

_TREACHEROUS = re.compile(r"\f|\r(?!\n)")
_NEWLINE = re.compile(r"\n")
HEADER = "if 1:\n"
MANY_CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """Code to parse: `text[start:end]`, under `HEADER` when `indented`; `scope` is where it stands.

    The scopes opened inside are numbers `first_scope` up to `first_scope + scopes` of the module's facts.
    """

    start: int
    end: int
    indented: bool
    scope: Scope
    first_scope: int
    scopes: int

    def code(self, text: str) -> str:
        """The text to parse."""
        body = text[self.start : self.end]
        return HEADER + body if self.indented else body


def pieces_for(
    text: str,
    tree: ast.Module,
    facts: Facts,
    lines: Mapping[int, Collection[tuple[int, int]]],
    toplevel: Mapping[int, bool],
) -> dict[Piece, set[int]] | None:
    """Disjoint pieces that hold the candidate `lines` of each rule (by index), with the rules each piece concerns.

    `toplevel` tells which rules look at what is around a candidate: they get whole top-level statements. None when
    some lines need the whole module.
    """
    if _TREACHEROUS.search(text) or sum(map(len, lines.values())) > MANY_CANDIDATES:
        return None
    slicer = _Slicer(text, tree, facts)
    wide: dict[Piece, set[int]] = {}
    narrow: dict[Piece, set[int]] = {}
    for index, ranges in lines.items():
        for line, end_line in ranges:
            piece = slicer.piece(line, end_line, toplevel=toplevel[index])
            if piece is None:
                return None
            (wide if toplevel[index] else narrow).setdefault(piece, set()).add(index)
    return _disjoint(wide, narrow)


def _disjoint(wide: dict[Piece, set[int]], narrow: dict[Piece, set[int]]) -> dict[Piece, set[int]]:
    """A piece inside another hands its rules to that one."""
    found = {piece: set(indexes) for piece, indexes in wide.items()}
    outer = sorted(found, key=lambda piece: piece.start)
    for piece, indexes in sorted(narrow.items(), key=lambda item: (item[0].start, -item[0].end)):
        home = next((other for other in outer if other.start <= piece.start and piece.end <= other.end), None)
        if home is None:
            home = piece
            outer.append(piece)
        found.setdefault(home, set()).update(indexes)
    return found


class _Slicer:
    """Finds the pieces of one file that hold given lines."""

    def __init__(self, text: str, tree: ast.Module, facts: Facts) -> None:
        self._text = text
        self._tree = tree
        self._facts = facts
        self._starts = [0, *(match.end() for match in _NEWLINE.finditer(text)), len(text)]

    def piece(self, line: int, end_line: int, *, toplevel: bool) -> Piece | None:
        """The smallest piece that holds the lines; None when only the module does."""
        body: Sequence[ast.stmt] = self._tree.body
        scope = self._facts.scopes[0]
        best: tuple[list[ast.stmt], Scope] | None = None
        while True:
            group = _group(body, line, end_line)
            if not group or not self._stands_alone(group):
                break
            best = (group, scope)
            if toplevel or len(group) > 1:
                break
            scope = self._facts.scope_of.get(id(group[0]), scope)
            body = next((inner for inner in _bodies(group[0]) if _group(inner, line, end_line)), ())
        return self._cut(*best) if best else None

    def _stands_alone(self, group: Sequence[ast.stmt]) -> bool:
        first = _first_line(group[0])
        start = self._starts[first - 1]
        lead = self._text[start : start + (_column(group[0]))]
        return not lead.strip()

    def _cut(self, group: list[ast.stmt], scope: Scope) -> Piece:
        start = self._starts[_first_line(group[0]) - 1]
        end = self._starts[_last_line(group[-1])]
        inside = [
            found.index
            for statement in group
            for node in ast.walk(statement)
            if (found := self._facts.scope_of.get(id(node))) is not None
        ]
        indented = self._text[start : start + 1] in {" ", "\t"}
        return Piece(start, end, indented, scope, min(inside, default=0), len(inside))


def _group(body: Sequence[ast.stmt], line: int, end_line: int) -> list[ast.stmt]:
    """The neighbouring statements that share lines with the range; empty when the range is not inside them."""
    chosen: list[int] = []
    for index, statement in enumerate(body):
        if _first_line(statement) <= end_line and _last_line(statement) >= line:
            chosen.append(index)
    if not chosen:
        return []
    low, high = chosen[0], chosen[-1]
    while low > 0 and _last_line(body[low - 1]) >= _first_line(body[low]):
        low -= 1
    while high + 1 < len(body) and _first_line(body[high + 1]) <= _last_line(body[high]):
        high += 1
    group = list(body[low : high + 1])
    inside = _first_line(group[0]) <= line and end_line <= _last_line(group[-1])
    return group if inside else []


def _bodies(statement: ast.stmt) -> Iterator[Sequence[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        yield getattr(statement, name, ())
    for name in ("handlers", "cases"):
        for part in getattr(statement, name, ()):
            yield part.body


def _first_line(statement: ast.stmt) -> int:
    decorators: Iterable[ast.expr] = getattr(statement, "decorator_list", ())
    return min([statement.lineno, *(item.lineno for item in decorators)])


def _last_line(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno


def _column(statement: ast.stmt) -> int:
    """Bytes before the statement on its first line; a decorator's `@` stands one or more before its name."""
    return statement.col_offset
