"""Definitions, imports and docstrings put shortly, for a reader who only needs to know that they are there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gardener.reviewing.units import INDENT, header_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gardener.reviewing.outline import Block, Import, Statement
    from gardener.reviewing.source_lines import SourceLines

LONGEST_LINE = 160
MOST_LINES = 12
_OPENING = re.compile(r"[rRuU]?(\"\"\"|'''|\"|')")


def signature(block: Block, lines: SourceLines, depth: int = 0) -> list[str]:
    """Decorators and header of a definition, then the first line of its docstring, if it has one."""
    shown = [line for number, line in header_lines(block, lines, lines.indent(block.first)) if number]
    summary = docstring_text(block, lines).partition("\n")[0]
    if summary:
        shown = [*_few(shown), f'{INDENT}"""{summary}"""']
    return [INDENT * depth + line for line in _few(shown)]


def statement_lines(statement: Statement, lines: SourceLines, depth: int = 0) -> list[str]:
    """The lines of an assignment; of a long one those it begins with."""
    indent = lines.indent(statement.first)
    found = (lines.canonical(number, indent) for number in range(statement.first, statement.last + 1))
    return [INDENT * depth + line for line in _few([line for line in found if line])]


def docstring_text(block: Block, lines: SourceLines) -> str:
    """The first paragraph of a docstring, each line stripped; empty without one."""
    first, last = block.docstring
    if not first:
        return ""
    raw = "\n".join((lines.canonical(number) or "").strip() for number in range(first, last + 1))
    opening = _OPENING.search(raw)
    if opening is None:
        return ""
    text = raw[opening.end() :].partition(opening[1])[0].strip()
    return "\n".join(map(cut, text.split("\n\n")[0].split("\n")[:MOST_LINES]))


def import_lines(imports: Iterable[Import]) -> list[str]:
    """Import statements that bind just these names, sorted."""
    plain: set[str] = set()
    names: dict[str, set[str]] = {}
    for item in imports:
        alias = f" as {item.alias}" if item.alias else ""
        if item.name:
            names.setdefault(item.module, set()).add(item.name + alias)
        else:
            plain.add(f"import {item.module}{alias}")
    return [*sorted(plain), *(f"from {module} import {', '.join(sorted(names[module]))}" for module in sorted(names))]


def _few(shown: list[str]) -> list[str]:
    short = [cut(line) for line in shown]
    return short if len(short) <= MOST_LINES else [*short[:MOST_LINES], f"{INDENT}..."]


def cut(line: str) -> str:
    """A line that is not too long to be shown."""
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"
