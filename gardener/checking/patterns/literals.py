"""Strings, f-strings, numbers, and the braces of dicts and sets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gardener.checking.canonical import is_formatted, number_text, string_parts, string_value
from gardener.checking.patterns.compiler import Compiler, Handler, spread_of, structure
from gardener.checking.patterns.sequences import Item, Spread, whole

if TYPE_CHECKING:
    from gardener.checking.patterns.state import Match, State, Then

_VARIABLE = re.compile(r"\$([A-Z_][A-Z0-9_]*)")
_STRINGS = frozenset({"SimpleString", "ConcatenatedString", "FormattedString"})


def is_any_string(node: Any) -> bool:
    """Whether a string of a pattern is `"..."`, which stands for any string."""
    return not is_formatted(node) and string_value(node) in {"...", b"..."}


def string_variable(node: Any) -> str | None:
    """`X` for the string `"$X"` of a pattern, which stands for any string and binds it."""
    value = None if is_formatted(node) else string_value(node)
    found = _VARIABLE.fullmatch(value) if isinstance(value, str) else None
    return found.group(1) if found else None


def _string(node: Any, compiler: Compiler) -> Match:
    if is_formatted(node):
        return _formatted(node, compiler)
    value = string_value(node)
    variable = string_variable(node)
    if variable is not None and compiler.has("string-variable"):
        return _any_string(str, compiler.variable(variable), compiler)
    if is_any_string(node) and compiler.has("any-string"):
        return _any_string(type(value), lambda _, state, then: then(state), compiler)
    raw = node.value if type(node).__name__ == "SimpleString" and not compiler.has("string-spelling") else None

    def match(found: Any, state: State, then: Then) -> State | None:
        if not _is_plain(found, compiler) or type(string_value(found)) is not type(value):
            return None
        if raw is not None:
            return then(state) if getattr(found, "value", None) == raw else None
        return then(state) if string_value(found) == value else None

    return match


def _any_string(kind: type, bind: Match, compiler: Compiler) -> Match:
    def match(found: Any, state: State, then: Then) -> State | None:
        if not _is_plain(found, compiler) or type(string_value(found)) is not kind:
            return None
        return bind(found, state, then)

    return match


def _is_plain(node: Any, compiler: Compiler) -> bool:
    if not compiler.has("concatenation") and type(node).__name__ == "ConcatenatedString":
        return False
    return type(node).__name__ in _STRINGS and not is_formatted(node)


def _formatted(node: Any, compiler: Compiler) -> Match:
    match_parts = whole([_part(kind, value, compiler) for kind, value in _merged(node)])

    def match(found: Any, state: State, then: Then) -> State | None:
        if type(found).__name__ not in _STRINGS or not is_formatted(found):
            return None
        return match_parts(_merged(found), state, then)

    return match


def _part(kind: str, value: Any, compiler: Compiler) -> Item:
    if kind == "expression":
        match_field = structure(
            {type(value).__name__},
            [
                ("expression", compiler.match(value.expression)),
                ("conversion", compiler.optional(value.conversion, "optional-format")),
                ("format_spec", compiler.optional(value.format_spec, "optional-format")),
            ],
        )
        return lambda found, state, then: match_field(found[1], state, then)
    if value == "..." and compiler.has("formatted-ellipsis"):
        return Spread("_")
    return lambda found, state, then: then(state) if found == (kind, value) else None


def _merged(node: Any) -> list[tuple[str, Any]]:
    merged: list[tuple[str, Any]] = []
    for kind, value in string_parts(node):
        if kind == "text" and merged and merged[-1][0] == "text":
            merged[-1] = (kind, merged[-1][1] + value)
        elif value != "":
            merged.append((kind, value))
    return merged


def _number(node: Any, compiler: Compiler) -> Match:
    kinds = {"Integer", "Float", "Imaginary"}
    expected = number_text(node) if compiler.has("number-spelling") else node.value

    def match(found: Any, state: State, then: Then) -> State | None:
        if type(found).__name__ not in kinds:
            return None
        text = number_text(found) if compiler.has("number-spelling") else found.value
        return then(state) if text == expected else None

    return match


def _braces(node: Any, compiler: Compiler) -> Match:
    kinds = {type(node).__name__}
    if len(node.elements) == 1 and spread_of(node.elements[0]) is not None:
        kinds = {"Dict", "Set"}
    return structure(kinds, [("elements", whole(compiler.items(node.elements)))])


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(_STRINGS, _string),
    **dict.fromkeys(("Integer", "Float", "Imaginary"), _number),
    **dict.fromkeys(("Dict", "Set"), _braces),
}
