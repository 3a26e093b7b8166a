"""The outline of a Python file: its functions, classes and statements outside functions, by line.

The outline is read with `ast`; where the running interpreter does not know the file's grammar, with LibCST.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.checking.parsing import in_deep_stack, parse_ast
from gardener.reviewing.source_lines import BLANKS, SourceLines

if TYPE_CHECKING:
    from gardener.core.review import UnitKind

TIME_LIMIT = 20.0


@dataclass(frozen=True, slots=True)
class Import:
    """One name that an import binds: `bound` in the file, `name` of `module` (empty: the module itself).

    `alias` is what `as` calls it.
    """

    bound: str
    module: str
    name: str = ""
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A simple statement outside functions: its lines, the names it assigns, and what it imports."""

    first: int
    last: int
    names: tuple[str, ...] = ()
    imports: tuple[Import, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A module, a class, or a function that stands in no other; lines are 1-based.

    `first` is the line of its first decorator, `header` that of its `def` or `class`, `colon` the line and number of
    characters after which the body begins, `last` includes comments that are indented like the body. `docstring`
    are first and last line. `blocks` and `statements` are its own, also those under `if`, `try` and their like; a
    function has none.
    """

    kind: UnitKind
    name: str
    first: int
    header: int
    colon: tuple[int, int]
    last: int
    docstring: tuple[int, int] = (0, 0)
    blocks: tuple[Block, ...] = ()
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """A file's lines and the block that is its module."""

    lines: SourceLines
    module: Block


def outline_of(text: str, *, time_limit: float = TIME_LIMIT) -> Outline:
    """Read the outline of a decoded text. Raises Unparsable.

    `time_limit` (seconds) bounds LibCST, where it is needed.
    """
    tree = parse_ast(text)
    if tree is not None:
        from gardener.reviewing.outline_ast import module_from_ast

        lines = SourceLines.of(text)
        return Outline(lines, module_from_ast(tree, lines))
    from gardener.reviewing.outline_cst import outline_from_cst

    return in_deep_stack(lambda: outline_from_cst(text, time_limit))


def end_of_block(lines: SourceLines, header: int, last: int) -> int:
    """The last line of a block, when its last statement ends on `last`: comments as deep as its body belong to it."""
    depth = _width(lines.indent(header))
    end = last
    for number in range(last + 1, len(lines) + 1):
        body = (lines.canonical(number) or "").lstrip(BLANKS)
        if body and (not body.startswith("#") or _width(lines.indent(number)) <= depth):
            break
        end = number if body else end
    return end


def _width(indent: str) -> int:
    return len(indent.expandtabs(8))
