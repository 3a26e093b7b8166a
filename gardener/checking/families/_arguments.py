"""One argument of a call: given, absent or unknown, and the edit that adds it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gardener.checking.hit import NodeEdit, PendingFix

if TYPE_CHECKING:
    from collections.abc import Mapping

    import libcst as cst

    from gardener.checking.source import SourceFile

_LAST_LINE = re.compile(r"((?:\r\n?|\n)[ \t\f]*)(?:\w+\s*=\s*|\*\*?\s*)?\Z")


@dataclass(frozen=True, slots=True)
class Argument:
    """What a call passes for one parameter; `unknown` when a splat may hold it."""

    state: Literal["given", "absent", "unknown"]
    value: cst.BaseExpression | None = None


def find_argument(call: cst.Call, file: SourceFile, name: str, position: int | None) -> Argument:
    """The argument called `name`, or at 0-based `position` when it is passed by position."""
    unknown = False
    for index, given in enumerate(call.args):
        if given.keyword is not None:
            if given.keyword.value == name:
                return Argument("given", given.value)
        elif given.star == "**":
            held = _in_splat(given.value, file, name)
            if held.state == "given":
                return held
            unknown = unknown or held.state == "unknown"
        elif given.star == "*":
            unknown = unknown or position is not None
        elif index == position and not unknown:
            return Argument("given", given.value)
    return Argument("unknown" if unknown else "absent")


def _in_splat(value: cst.BaseExpression, file: SourceFile, name: str) -> Argument:
    import libcst as cst

    if isinstance(value, cst.Dict):
        return _in_dict(value, file, name)
    if isinstance(value, cst.Name):
        return Argument("given" if name in _held_keys(value, file) else "unknown")
    if isinstance(value, cst.Call) and file.name_of(value.func) == "dict":
        return find_argument(value, file, name, None)
    return Argument("unknown")


def _held_keys(value: cst.Name, file: SourceFile) -> Mapping[object, object]:
    """The dict of literals that a name is bound to, once; more keys may be added to it later."""
    scope = file.scope_of(value)
    while value.value not in scope.bindings and scope.parent is not None:
        scope = scope.parent
    bindings = scope.bindings.get(value.value, [])
    if len(bindings) != 1 or bindings[0].kind != "assign" or bindings[0].value is None:
        return {}
    held = getattr(file.facts.expression(bindings[0].value), "value", None)
    return held if isinstance(held, dict) else {}


def _in_dict(value: cst.Dict, file: SourceFile, name: str) -> Argument:
    import libcst as cst

    unknown = False
    for element in value.elements:
        key = file.constant(element.key) if isinstance(element, cst.DictElement) else None
        if key is None:
            unknown = True
        elif key.value == name:
            return Argument("given", element.value)
    return Argument("unknown" if unknown else "absent")


def add_argument(call: cst.Call, file: SourceFile, text: str) -> PendingFix:
    """Adds the keyword argument `text` after the others and before any `**` splat, in the layout of the call."""
    title = f"add `{text}`"
    if not call.args:
        bare = file.source(call)
        for _ in call.lpar:
            bare = bare[1:-1].strip()
        return PendingFix(title, "unsafe", (NodeEdit(call, f"{bare[:-1]}{text})"),))
    index = next((i for i, given in enumerate(call.args) if given.star == "**"), len(call.args))
    own_line = _own_line(call, file)
    if index < len(call.args):
        gap = ", " if own_line is None else f",{own_line}"
        return PendingFix(title, "unsafe", (NodeEdit(call.args[index], text + gap, "before"),))
    return PendingFix(title, "unsafe", _append(call.args[-1], text, " " if own_line is None else own_line))


def _append(last: cst.Arg, text: str, gap: str) -> tuple[NodeEdit, ...]:
    """Edits that put `text` after the last argument; a comment beside that argument stays beside it."""
    import libcst as cst

    trailing = isinstance(last.comma, cst.Comma)
    space = last.comma.whitespace_after if isinstance(last.comma, cst.Comma) else last.whitespace_after_arg
    comment = space.first_line.comment if isinstance(space, cst.ParenthesizedWhitespace) else None
    if isinstance(last.value, cst.GeneratorExp) and not last.value.lpar:
        return (NodeEdit(last.value, "(", "before"), NodeEdit(last.value, f"),{gap}{text}", "after"))
    if comment is None:
        return (NodeEdit(last, f",{gap}{text}", "after"),)
    if trailing:
        return (NodeEdit(comment, f"{gap}{text},", "after"),)
    return (NodeEdit(last, ",", "after"), NodeEdit(comment, f"{gap}{text}", "after"))


def _own_line(call: cst.Call, file: SourceFile) -> str | None:
    """The line break and indentation before the last argument, when it has a line of its own."""
    code = file.source(call)
    end = len(file.source(call.func))
    lead = ""
    for given in call.args:
        text = file.source(given.value)
        start = code.find(text, end)
        if start < 0:
            return None
        lead, end = code[end:start], start + len(text)
    found = _LAST_LINE.search(lead)
    return found[1] if found else None


def bad_value(argument: Argument, file: SourceFile, values: tuple[object, ...]) -> bool:
    """Is the argument known to be one of `values`?"""
    from gardener.checking.families._matching import same_value

    if argument.value is None:
        return False
    constant = file.constant(argument.value)
    return constant is not None and any(same_value(value, constant.value) for value in values)
