"""How large a file, class or function may grow, how many parameters it takes, how deep its blocks nest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gardener.checking.compile import Compiled
from gardener.checking.families._definitions import count_lines, own_lines
from gardener.checking.families._matching import Wording
from gardener.core.rule import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from gardener.checking.hit import Hit
    from gardener.checking.source import SourceFile

_FUNCTIONS = ("FunctionDef", "AsyncFunctionDef")
_AST_NODES = {"file": (), "class": ("ClassDef",)}
_UNITS = {"parameters": "parameters", "nesting": "levels of nesting"}


@dataclass(frozen=True, slots=True)
class PARAMETERS:
    """`of`: file, class and function are measured in lines, parameters and nesting in their number, per function.

    `limit`: the most that is fine. `self` and `cls` are no parameters here.
    """

    of: Literal["file", "class", "function", "parameters", "nesting"]
    limit: int

    def problems(self) -> list[tuple[str, str]]:
        """What does not fit together."""
        return [] if self.limit >= 0 else [("limit", "must not be negative")]


def compile_family(parameters: PARAMETERS, *, message: str | None) -> Compiled:
    """Flags what exceeds the limit. Message placeholders: `$NAME`, `$SIZE`, `$LIMIT`."""
    import libcst as cst

    from gardener.checking.hit import Matcher

    of, limit = parameters.of, parameters.limit
    default = f"`$NAME` has $SIZE {_UNITS.get(of, 'lines')}; the limit is $LIMIT"
    wording = Wording(message, default, ("NAME", "SIZE", "LIMIT"))

    def run(node: cst.CSTNode, file: SourceFile) -> Iterator[Hit]:
        size = _size(node, file, of)
        if size <= limit:
            return
        place = node.name if isinstance(node, cst.FunctionDef | cst.ClassDef) else node
        name = place.value if isinstance(place, cst.Name) else file.path.rpartition("/")[2]
        yield file.flag(place, wording.say(NAME=name, SIZE=size, LIMIT=limit), label=f"{of} {name}")

    types: dict[str, type[cst.CSTNode]] = {"file": cst.Module, "class": cst.ClassDef}
    plan = Plan((), _AST_NODES.get(of, _FUNCTIONS), (), "module" if of == "file" else "toplevel")
    return Compiled(Matcher((types.get(of, cst.FunctionDef),), run), plan)


def _size(node: cst.CSTNode, file: SourceFile, of: str) -> int:
    import libcst as cst

    if isinstance(node, cst.Module):
        return count_lines(file.text)
    if isinstance(node, cst.ClassDef):
        return own_lines(node, file)
    if not isinstance(node, cst.FunctionDef):
        return 0
    if of == "function":
        return own_lines(node, file)
    return _parameters(node) if of == "parameters" else _nesting(node)


def _parameters(node: cst.FunctionDef) -> int:
    import libcst as cst

    given = node.params
    named = [*given.posonly_params, *given.params]
    own = bool(named) and named[0].name.value in ("self", "cls")
    stars = isinstance(given.star_arg, cst.Param) + (given.star_kwarg is not None)
    return len(named) - own + len(given.kwonly_params) + stars


def _nesting(node: cst.FunctionDef) -> int:
    """The most compound statements around any statement of the function; `elif` does not nest."""
    import libcst as cst

    blocks = (cst.If, cst.For, cst.While, cst.With, cst.Try, cst.TryStar, cst.Match)
    deepest = 0
    stack: list[tuple[cst.CSTNode, int]] = [(node.body, 0)]
    while stack:
        item, depth = stack.pop()
        deepest = max(deepest, depth)
        if isinstance(item, cst.FunctionDef | cst.ClassDef | cst.SimpleStatementLine):
            continue
        inner = depth + isinstance(item, blocks)
        for child in item.children:
            is_elif = isinstance(child, cst.If) and isinstance(item, cst.If)
            stack.append((child, depth if is_elif else inner))
    return deepest
