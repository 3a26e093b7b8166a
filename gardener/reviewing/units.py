"""The pieces of a file that are judged one by one: its functions, and its classes and itself without their bodies."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gardener.core.review import Unit
from gardener.reviewing.outline import TIME_LIMIT, outline_of
from gardener.reviewing.source_lines import without_form_feed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.reviewing.outline import Block, Outline
    from gardener.reviewing.source_lines import SourceLines

    Line = tuple[int, str]

ELIDED = "..."
INDENT = "    "


def units_of(path: str, text: str, *, time_limit: float = TIME_LIMIT) -> tuple[Unit, ...]:
    """The units of a file in file order, the module first; `text` is decoded, without byte order mark.

    Every function or method that stands in no other function is one, decorators included, and every class as a
    skeleton: docstring, fields and the headers of its methods. So is the module, unless it holds nothing but at most
    one definition, which then says it all. Raises `gardener.checking.parsing.Unparsable`.
    """
    return units_in(path, outline_of(text, time_limit=time_limit))


def units_in(path: str, outline: Outline) -> tuple[Unit, ...]:
    """The units of a file whose outline is known."""
    counted: Counter[str] = Counter()
    found: list[Unit] = []
    for name, block in named_blocks(outline.module):
        if block.kind == "module" and not _says_something(block):
            continue
        shown = _function(block, outline.lines) if block.kind == "function" else _skeleton(block, outline.lines)
        numbers, text = zip(*shown, strict=True)
        found.append(Unit(path, name, block.kind, "\n".join(text), numbers, ordinal=counted[name]))
        counted[name] += 1
    return tuple(found)


def named_blocks(module: Block) -> Iterator[tuple[str, Block]]:
    """Every block of a module, itself first, with its qualified name, in file order."""
    waiting = [("", module)]
    while waiting:
        name, block = waiting.pop()
        yield name, block
        prefix = f"{name}." if name else ""
        waiting.extend((prefix + inner.name, inner) for inner in reversed(block.blocks))


def _says_something(module: Block) -> bool:
    return bool(module.statements) or len(module.blocks) > 1


def _function(block: Block, lines: SourceLines) -> list[Line]:
    return list(_shown(block.first, block.last, block, lines))


def _skeleton(block: Block, lines: SourceLines) -> list[Line]:
    """The lines of a class or module, where `...` stands for the bodies of the definitions in it."""
    found: list[Line] = []
    at = block.first
    for inner in block.blocks:
        found += _shown(at, inner.first - 1, block, lines)
        found += header_lines(inner, lines, _indent(block, lines))
        at = inner.last + 1
    found += _shown(at, block.last, block, lines)
    while found and not found[-1][1]:
        found.pop()
    while found and not found[0][1]:
        found.pop(0)
    return found


def header_lines(block: Block, lines: SourceLines, indent: str = "") -> Iterator[Line]:
    """Decorators and header of a definition, dedented by `indent`, and `...` in place of its body."""
    end, column = block.colon
    for number in range(block.first, end):
        if (line := lines.canonical(number, indent)) is not None:
            yield number, line
    rest = lines.raw[end - 1][column:].strip()
    if rest and not rest.startswith("#"):
        yield end, without_form_feed(lines.raw[end - 1][:column]).removeprefix(indent)
    else:
        yield end, lines.canonical(end, indent) or ""
    own = lines.canonical(block.header, indent) or ""
    yield 0, own[: len(own) - len(own.lstrip())] + INDENT + ELIDED


def _shown(first: int, last: int, block: Block, lines: SourceLines) -> Iterator[Line]:
    indent = _indent(block, lines)
    for number in range(first, last + 1):
        line = lines.canonical(number, indent, block.docstring)
        if line is not None:
            yield number, line


def _indent(block: Block, lines: SourceLines) -> str:
    return "" if block.kind == "module" else lines.indent(block.first)
