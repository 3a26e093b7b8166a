"""The outline of a file from LibCST, which may know newer grammar than the running interpreter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gardener.checking.parsing import Unparsable, parse_ast, parse_module
from gardener.checking.positions import Offsets, TextDiffers, offsets_of
from gardener.checking.shapes import identifier
from gardener.reviewing.outline import Block, Outline, Statement, end_of_block
from gardener.reviewing.outline_ast import statement_from_ast
from gardener.reviewing.source_lines import MARKER, SourceLines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import libcst as cst

    from gardener.core.review import UnitKind

_KINDS: dict[str, UnitKind] = {"FunctionDef": "function", "ClassDef": "class"}
_PARTS = ("body", "handlers", "orelse", "finalbody", "cases")


@dataclass(slots=True)
class _Found:
    """A definition (or the module) and what stands in it."""

    node: Any
    docstring: Any = None
    members: list[_Found] = field(default_factory=list)
    small: list[Any] = field(default_factory=list)


def outline_from_cst(text: str, time_limit: float) -> Outline:
    """The outline of a decoded text. Raises Unparsable. Wants a deep stack."""
    module = parse_module(text, time_limit=time_limit)
    top = _read(_Found(module), module.body)
    comments = list(_comments(module)) if MARKER in text else []
    try:
        offsets = offsets_of(module, [*_wanted(top), *comments], text)
    except TextDiffers:
        raise Unparsable("the parser does not reproduce this text; please report it") from None
    lines = SourceLines.of(text, {offsets[id(node)].start for node in comments})
    return Outline(lines, _Builder(lines, offsets).module(top))


def _comments(module: cst.Module) -> Iterator[cst.CSTNode]:
    waiting: list[cst.CSTNode] = [module]
    while waiting:
        node = waiting.pop()
        if type(node).__name__ == "Comment":
            yield node
        waiting.extend(node.children)


def _read(found: _Found, body: Sequence[Any]) -> _Found:
    found.docstring = _docstring(body)
    waiting: list[Any] = list(reversed(body))
    while waiting:
        node = waiting.pop()
        kind = type(node).__name__
        if kind in _KINDS:
            member = _Found(node)
            inner = [node.body] if type(node.body).__name__ == "SimpleStatementSuite" else node.body.body
            if kind == "ClassDef":
                _read(member, inner)
            else:
                member.docstring = _docstring(inner)
            found.members.append(member)
        elif kind in {"SimpleStatementLine", "SimpleStatementSuite"}:
            found.small.extend(node.body)
        else:
            waiting.extend(reversed(list(_parts(node))))
    return found


def _parts(node: Any) -> Iterator[Any]:
    """The statements, or parts that hold statements, right inside a compound statement."""
    for name in _PARTS:
        part = getattr(node, name, None)
        if isinstance(part, (list, tuple)):
            yield from part
        elif part is not None:
            yield part


def _docstring(body: Sequence[Any]) -> Any:
    first: Any = body[0] if body else None
    if type(first).__name__ in {"SimpleStatementLine", "SimpleStatementSuite"}:
        first = first.body[0] if first.body else None
    if type(first).__name__ != "Expr":
        return None
    return first if _is_text(first.value) else None


def _is_text(value: Any) -> bool:
    """True for a string that is neither bytes nor formatted, also one of several parts; told without evaluating it."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if type(part).__name__ == "ConcatenatedString":
            waiting += [part.left, part.right]
        elif type(part).__name__ != "SimpleString" or "b" in part.prefix.lower():
            return False
    return True


def _wanted(found: _Found) -> Iterator[Any]:
    waiting = [found]
    while waiting:
        item = waiting.pop()
        if item.docstring is not None:
            yield item.docstring
        yield from item.small
        for member in item.members:
            yield member.node
            yield member.node.body
            yield from member.node.decorators[:1]
        waiting.extend(item.members)


@dataclass(frozen=True, slots=True)
class _Builder:
    lines: SourceLines
    offsets: dict[int, Offsets]

    def module(self, found: _Found) -> Block:
        blocks, statements = self._contents(found)
        where = (1, 1, (1, 0), len(self.lines), self._docstring(found))
        return Block("module", "", *where, blocks, statements)

    def _contents(self, found: _Found) -> tuple[tuple[Block, ...], tuple[Statement, ...]]:
        return tuple(map(self._block, found.members)), tuple(map(self._statement, found.small))

    def _block(self, found: _Found) -> Block:
        node = found.node
        own = self.offsets[id(node)]
        header = self._line(own.start)
        first = self._line(self.offsets[id(node.decorators[0])].start) if node.decorators else header
        line, column = self.lines.index.position(self.offsets[id(node.body)].inclusive)
        last = end_of_block(self.lines, header, self._line(own.end))
        where = (first, header, (line, column - 1), last, self._docstring(found))
        return Block(_KINDS[type(node).__name__], identifier(node.name.value), *where, *self._contents(found))

    def _docstring(self, found: _Found) -> tuple[int, int]:
        if found.docstring is None:
            return 0, 0
        place = self.offsets[id(found.docstring)]
        return self._line(place.start), self._line(place.end)

    def _statement(self, node: Any) -> Statement:
        place = self.offsets[id(node)]
        first, last = self._line(place.start), self._line(place.end)
        tree = parse_ast(self.lines.index.text[place.start : place.end])
        if tree is None or len(tree.body) != 1:
            return Statement(first, last)
        return statement_from_ast(tree.body[0], first - 1)

    def _line(self, offset: int) -> int:
        return self.lines.index.position(offset)[0]
