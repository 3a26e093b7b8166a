"""`import` statements in patterns: one of several names is enough, and an `as` the pattern leaves out may be there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gardener.checking.patterns.compiler import Compiler, Handler, equal_to, spelled, structure
from gardener.checking.patterns.names import dotted_parts
from gardener.checking.patterns.sequences import Spread, subsequence, whole
from gardener.checking.patterns.text import variable_name

if TYPE_CHECKING:
    from gardener.checking.patterns.state import Match, State, Then


def _import(node: Any, compiler: Compiler) -> Match:
    some = subsequence if compiler.has("optional-names") else whole
    return structure({"Import"}, [("names", some(compiler.items(node.names)))])


def _import_from(node: Any, compiler: Compiler) -> Match:
    module = equal_to(None) if node.module is None else _module(node.module, compiler)
    relative = len(node.relative)

    def match_dots(dots: Any, state: State, then: Then) -> State | None:
        return then(state) if len(dots) == relative else None

    return structure({"ImportFrom"}, [("relative", match_dots), ("module", module), ("names", _names(node, compiler))])


def _names(node: Any, compiler: Compiler) -> Match:
    if type(node.names).__name__ == "ImportStar":
        return structure({"ImportStar"}, [])
    items = compiler.items(node.names)
    some = subsequence if compiler.has("optional-names") else whole
    match_names = some(items)
    is_open = len(items) == 1 and isinstance(items[0], Spread)

    def match(found: Any, state: State, then: Then) -> State | None:
        if type(found).__name__ == "ImportStar":
            return then(state) if is_open else None
        return match_names(found, state, then)

    return match


def _alias(node: Any, compiler: Compiler) -> Match:
    steps = [("name", _module(node.name, compiler)), ("asname", compiler.optional(node.asname, "optional-as"))]
    return structure({"ImportAlias"}, steps)


def _module(node: Any, compiler: Compiler) -> Match:
    """A module path, compared as it is spelled: nothing is resolved in the statement that binds it."""
    variable = variable_name(node.value) if type(node).__name__ == "Name" else None
    if variable is not None:
        return compiler.variable(variable)
    if type(node).__name__ == "Name":
        return spelled(node.value)
    parts = dotted_parts(node) or []
    if any(variable_name(part) is not None for part in parts):
        return structure(
            {"Attribute"}, [("value", _module(node.value, compiler)), ("attr", _module(node.attr, compiler))]
        )

    def match(found: Any, state: State, then: Then) -> State | None:
        return then(state) if found is not None and dotted_parts(found) == parts else None

    return match


HANDLERS: dict[str, Handler] = {"Import": _import, "ImportFrom": _import_from, "ImportAlias": _alias}
