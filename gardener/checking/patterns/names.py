"""Names in patterns: metavariables, names of imported things, and names compared as they are spelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gardener.checking.patterns.compiler import Compiler, Handler, spelled, structure
from gardener.checking.patterns.state import Bound, Match, State, Then
from gardener.checking.patterns.text import variable_name
from gardener.core.finding import CERTAINTIES

if TYPE_CHECKING:
    from collections.abc import Sequence

LITERAL_NAMES = frozenset({"True", "False", "None", "__debug__"})
INSTANCE_NAMES = frozenset({"self", "cls"})


def dotted_parts(node: Any) -> list[str] | None:
    """`["requests", "get"]` for `requests.get`; None when the innermost value is no name."""
    parts: list[str] = []
    while type(node).__name__ == "Attribute":
        parts.append(node.attr.value)
        node = node.value
    return [*parts, node.value][::-1] if type(node).__name__ == "Name" else None


def is_resolved(parts: Sequence[str] | None, compiler: Compiler) -> bool:
    """Whether a dotted name of a pattern means an imported thing."""
    if parts is None or len(parts) < 2 or compiler.syntactic or not compiler.has("import-resolution"):
        return False
    is_instance = parts[0] in INSTANCE_NAMES and compiler.has("instance-names")
    return not is_instance and variable_name(parts[0]) is None


def _name(node: Any, compiler: Compiler) -> Match:
    variable = variable_name(node.value)
    if variable is not None:
        return compiler.variable(variable)
    if node.value in LITERAL_NAMES or compiler.syntactic or not compiler.has("from-import"):
        return spelled(node.value)
    return _bare(node.value)


def _bare(name: str) -> Match:
    def match(node: Any, state: State, then: Then) -> State | None:
        if type(node).__name__ != "Name":
            return None
        if node.value == name:
            return then(state.spelling(name, node))
        for found in state.file.resolve(node):
            package, _, last = found.name.rpartition(".")
            if package and last == name:
                return then(state.at_most(found.certainty).spelling(name, node))
        return None

    return match


def _attribute(node: Any, compiler: Compiler) -> Match:
    parts = dotted_parts(node)
    if parts is not None and is_resolved(parts, compiler):
        if any(variable_name(part) is not None for part in parts):
            return _dotted_with_variables(parts, compiler)
        return _dotted(".".join(parts))
    return structure({"Attribute"}, [("value", compiler.match(node.value)), ("attr", compiler.identifier(node.attr))])


def _can_be_resolved(node: Any) -> bool:
    kind = type(node).__name__
    return kind in {"Name", "Attribute"} or (kind == "Call" and getattr(node.func, "value", None) == "getattr")


def _dotted(name: str) -> Match:
    def match(node: Any, state: State, then: Then) -> State | None:
        if not _can_be_resolved(node):
            return None
        found = [item.certainty for item in state.file.resolve(node) if item.name == name]
        if not found:
            return None
        return then(state.at_most(min(found, key=CERTAINTIES.index)).spelling(name, node))

    return match


def _dotted_with_variables(parts: Sequence[str], compiler: Compiler) -> Match:
    if not compiler.has("dotted-variables"):
        return _dotted(".".join(parts))
    expected = [(part, variable_name(part)) for part in parts]
    compiler.bound.update(variable for _, variable in expected if variable is not None and variable != "_")

    def match(node: Any, state: State, then: Then) -> State | None:
        if not _can_be_resolved(node):
            return None
        for resolution in state.file.resolve(node):
            bound = _bind_parts(expected, resolution.name.split("."), state)
            found = None if bound is None else then(bound.at_most(resolution.certainty))
            if found is not None:
                return found
        return None

    return match


def _bind_parts(expected: Sequence[tuple[str, str | None]], names: Sequence[str], state: State) -> State | None:
    if len(names) != len(expected):
        return None
    current = state
    for (part, variable), name in zip(expected, names, strict=True):
        if variable is None and part != name:
            return None
        bound = current if variable is None else current.bind(variable, _bound_name(name))
        if bound is None:
            return None
        current = bound
    return current


def _bound_name(name: str) -> Bound:
    import libcst as cst

    return Bound((cst.Name(name),), text=name)


HANDLERS: dict[str, Handler] = {"Name": _name, "Attribute": _attribute}
