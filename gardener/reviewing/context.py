"""What a reader needs to know around a unit: its class, the imports it uses, the signatures of what it mentions.

Only what the unit mentions is shown, no bodies, and always in the same order: the context of a unit changes only when
something in it does, and a verdict that was given with it stays valid until then.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from gardener.reviewing.mentions import mentions
from gardener.reviewing.outline import TIME_LIMIT, outline_of
from gardener.reviewing.signatures import docstring_text, import_lines, signature, statement_lines
from gardener.reviewing.units import INDENT, named_blocks, units_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gardener.core.review import Unit
    from gardener.reviewing.outline import Block, Import, Outline, Statement

    # How dispensable some lines are (0: not at all), and the lines.
    Piece = tuple[int, list[str]]

# About 2,000 tokens, at three and a half bytes each and a fifth more for safety.
MOST_BYTES = 5_800
MORE = "# (more of what it mentions is not shown)"
_FIELD = re.compile(r"\s*self\.(\w+)\s*(?::[^=]*)?=(?!=)")


def with_context(units: Iterable[Unit], outline: Outline) -> tuple[Unit, ...]:
    """Units of one file, each with its context; `outline` is that of the file.

    A module gets none: it shows its docstring and its imports itself.
    """
    surroundings = _Surroundings.of(outline)
    return tuple(
        unit if unit.kind == "module" else replace(unit, context=surroundings.context_of(unit)) for unit in units
    )


def units_with_context(path: str, text: str, *, time_limit: float = TIME_LIMIT) -> tuple[Unit, ...]:
    """Every unit of a file, with its context. Raises `gardener.checking.parsing.Unparsable`."""
    outline = outline_of(text, time_limit=time_limit)
    return with_context(units_in(path, outline), outline)


@dataclass(frozen=True, slots=True)
class _Mentioned:
    """What a unit names: `roots` are first parts of dotted names, `parts` the part that follows a root."""

    roots: frozenset[str]
    parts: Mapping[str, frozenset[str]]

    @classmethod
    def by(cls, unit: Unit) -> _Mentioned:
        parts: dict[str, set[str]] = {}
        for name in mentions(unit.text):
            root, _, rest = name.partition(".")
            parts.setdefault(root, set()).add(rest.partition(".")[0])
        return cls(frozenset(parts), {root: frozenset(names) for root, names in parts.items()})

    def of(self, *roots: str) -> list[str]:
        """The attributes of any of `roots`, sorted."""
        return sorted(frozenset().union(*(self.parts.get(root, ()) for root in roots)))


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What the units of one file may mention of it."""

    outline: Outline
    blocks: Mapping[str, Block]
    constants: Mapping[str, Statement]
    imports: tuple[Import, ...]
    introduction: str

    @classmethod
    def of(cls, outline: Outline) -> _Surroundings:
        blocks: dict[str, Block] = {}
        for name, block in named_blocks(outline.module):
            blocks.setdefault(name, block)
        statements = outline.module.statements
        constants = {name: item for item in reversed(statements) for name in item.names}
        imports = tuple(item for statement in statements for item in statement.imports)
        return cls(outline, blocks, constants, imports, docstring_text(outline.module, outline.lines))

    def context_of(self, unit: Unit) -> str:
        """The context of a unit, in the order of a file."""
        named = _Mentioned.by(unit)
        pieces: list[Piece] = [(4, [f'"""{self.introduction}"""'])] if self.introduction else []
        used = (item for item in self.imports if item.bound in named.roots or item.name == "*")
        pieces += [(1, [line]) for line in import_lines(used)]
        pieces += self._constants(named)
        pieces += self._locals(unit, named)
        pieces += self._around(unit, named)
        return "\n".join(_fitting(pieces))

    def _constants(self, named: _Mentioned) -> Iterator[Piece]:
        found = {self.constants[name]: name for name in sorted(named.roots & self.constants.keys(), reverse=True)}
        for statement in sorted(found, key=lambda item: found[item]):
            yield 3, statement_lines(statement, self.outline.lines)

    def _locals(self, unit: Unit, named: _Mentioned) -> Iterator[Piece]:
        own = unit.name.partition(".")[0]
        for name in sorted(named.roots & self.blocks.keys() - {own}):
            block = self.blocks[name]
            shown = signature(block, self.outline.lines)
            if block.kind == "class":
                members = dict.fromkeys(["__init__", *named.of(name)])
                shown += [line for member in members for line in self._member(name, member, 1)]
            yield 2, shown

    def _around(self, unit: Unit, named: _Mentioned) -> Iterator[Piece]:
        """The classes a unit stands in; of the innermost, what a method uses of it."""
        parts = unit.name.split(".")[:-1]
        owners = list(accumulate(parts, lambda outer, inner: f"{outer}.{inner}"))
        for depth, owner in enumerate(owners):
            yield 0, signature(self.blocks[owner], self.outline.lines, depth)
        if not owners or unit.kind != "function":
            return
        used = [name for name in named.of("self", "cls", parts[-1]) if f"{owners[-1]}.{name}" != unit.name]
        yield from self._fields(owners[-1], used, len(owners))
        for name in used:
            if shown := self._member(owners[-1], name, len(owners)):
                yield 1, shown
        if unit.name != f"{owners[-1]}.__init__":
            yield from self._fields_set(owners[-1], used, len(owners))

    def _member(self, owner: str, name: str, depth: int) -> list[str]:
        block = self.blocks.get(f"{owner}.{name}") if name else None
        return signature(block, self.outline.lines, depth) if block else []

    def _fields(self, owner: str, used: Iterable[str], depth: int) -> Iterator[Piece]:
        fields = {name: item for item in reversed(self.blocks[owner].statements) for name in item.names}
        for statement in dict.fromkeys(fields[name] for name in used if name in fields):
            yield 2, statement_lines(statement, self.outline.lines, depth)

    def _fields_set(self, owner: str, used: Iterable[str], depth: int) -> Iterator[Piece]:
        """The first lines on which `__init__` sets fields that are used."""
        block = self.blocks.get(f"{owner}.__init__")
        if block is None:
            return
        lines = self.outline.lines
        found: dict[str, str] = {}
        for number in range(block.header, block.last + 1):
            match = _FIELD.match(line := lines.canonical(number) or "") if number not in lines.inside else None
            if match:
                found.setdefault(match[1], line.strip())
        shown = [INDENT * (depth + 1) + found[name] for name in used if name in found]
        if shown:
            yield 2, [*signature(block, lines, depth), *shown]


def _fitting(pieces: list[Piece]) -> list[str]:
    """The lines of the pieces for which there is room, the least dispensable first, in the order given."""
    left = MOST_BYTES - len(MORE)
    chosen: list[int] = []
    for at, (_, shown) in sorted(enumerate(pieces), key=lambda item: item[1][0]):
        size = sum(len(line.encode("utf-8", "surrogatepass")) + 1 for line in shown)
        if size <= left:
            left -= size
            chosen.append(at)
    found = [line for at in sorted(chosen) for line in pieces[at][1]]
    return found if len(chosen) == len(pieces) else [*found, MORE]
