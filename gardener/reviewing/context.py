"""What a reader needs to know around a unit: its class, the imports it uses, the signatures of what it mentions.

Only what the unit mentions is shown, no bodies, and always in the same order: the context of a unit changes only when
something in it does, and a verdict that was given with it stays valid until then.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gardener.reviewing.mentions import mentions
from gardener.reviewing.orders import without_orders
from gardener.reviewing.outline import TIME_LIMIT, outline_of
from gardener.reviewing.signatures import cut, docstring_text, import_lines, signature, statement_lines
from gardener.reviewing.units import INDENT, units_in

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
        module = outline.module
        imports = tuple(item for statement in module.statements for item in statement.imports)
        about = docstring_text(module, outline.lines)
        return cls(outline, _by_name(module), _assigned(module), imports, about)

    def context_of(self, unit: Unit) -> str:
        """The context of a unit, in the order of a file."""
        named = _Mentioned.by(unit)
        pieces: list[Piece] = [(4, [f'"""{self.introduction}"""'])] if self.introduction else []
        used = (item for item in self.imports if item.bound in named.roots or item.name == "*")
        pieces += [(1, [line]) for line in import_lines(used)]
        pieces += self._constants(named)
        pieces += self._locals(unit, named)
        pieces += self._around(unit, named)
        return "\n".join(_fitting([(rank, without_orders(shown)) for rank, shown in pieces]))

    def _constants(self, named: _Mentioned) -> Iterator[Piece]:
        used = sorted(named.roots & self.constants.keys())
        for statement in dict.fromkeys(self.constants[name] for name in used):
            yield 3, statement_lines(statement, self.outline.lines)

    def _locals(self, unit: Unit, named: _Mentioned) -> Iterator[Piece]:
        for name in sorted(named.roots & self.blocks.keys() - {unit.name.partition(".")[0]}):
            block = self.blocks[name]
            members = _by_name(block)
            used = dict.fromkeys(["__init__", *named.of(name)])
            shown = [self._signature(members[member], 1) for member in used if member in members]
            yield 2, [*self._signature(block), *(line for lines in shown for line in lines)]

    def _around(self, unit: Unit, named: _Mentioned) -> Iterator[Piece]:
        """The classes a unit stands in; of the innermost, what a method uses of it."""
        owners = _owners(self.outline.module, unit)
        for depth, owner in enumerate(owners):
            yield 0, self._signature(owner, depth)
        if not owners or unit.kind != "function":
            return
        owner, depth = owners[-1], len(owners)
        own = unit.name.rpartition(".")[2]
        used = [name for name in named.of("self", "cls", owner.name) if name != own]
        fields, members = _assigned(owner), _by_name(owner)
        for statement in dict.fromkeys(fields[name] for name in used if name in fields):
            yield 2, statement_lines(statement, self.outline.lines, depth)
        for name in used:
            if name in members:
                yield 1, self._signature(members[name], depth)
        if own != "__init__" and "__init__" in members:
            yield from self._fields_set(members["__init__"], used, depth)

    def _signature(self, block: Block, depth: int = 0) -> list[str]:
        return signature(block, self.outline.lines, depth)

    def _fields_set(self, block: Block, used: Iterable[str], depth: int) -> Iterator[Piece]:
        """The first lines on which `__init__` sets fields that are used."""
        lines = self.outline.lines
        found: dict[str, str] = {}
        for number in range(block.header, block.last + 1):
            line = "" if number in lines.inside else lines.canonical(number) or ""
            if match := _FIELD.match(line):
                found.setdefault(match[1], line.strip())
        shown = [INDENT * (depth + 1) + cut(found[name]) for name in used if name in found]
        if shown:
            yield 2, [*self._signature(block, depth), *shown]


def _by_name(block: Block) -> dict[str, Block]:
    """The definitions right inside a block; of several with one name, the first."""
    return {inner.name: inner for inner in reversed(block.blocks)}


def _assigned(block: Block) -> dict[str, Statement]:
    """The statements right inside a block by the names they assign; of several, the first."""
    return {name: item for item in reversed(block.statements) for name in item.names}


def _owners(module: Block, unit: Unit) -> list[Block]:
    """The classes around a unit, outermost first."""
    found: list[Block] = []
    inside = module
    for name in unit.name.split(".")[:-1]:
        inside = next(
            inner for inner in inside.blocks if inner.name == name and inner.first <= unit.lines[0] <= inner.last
        )
        found.append(inside)
    return found


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
