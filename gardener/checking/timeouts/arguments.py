"""What a call passes for a timeout: a value, nothing, something unknown, or what its own caller passed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gardener.checking.timeouts.variables import uses, variable_of

if TYPE_CHECKING:
    import libcst as cst

    from gardener.checking.source import SourceFile

State = Literal["given", "absent", "unknown", "handed"]


@dataclass(frozen=True, slots=True)
class Argument:
    """`value` is the expression given for the parameter `name`; `through` the parameter or splat it may come from.

    `handed`: the enclosing function passes on what it was given, as its parameter `through` (or in its `**through`).
    """

    state: State
    name: str
    value: cst.BaseExpression | None = None
    through: str | None = None


def argument(
    call: cst.Call, file: SourceFile, name: str, position: int | None, *, skip: int = 0, keywords: bool = True
) -> Argument:
    """What `call` passes for parameter `name`, which may stand at `position` after the first `skip` arguments.

    Without `keywords`, those of the call are not meant for the function in question.
    """
    unknown: Argument | None = None
    for index, given in enumerate(call.args[skip:]):
        if given.keyword is not None:
            if keywords and given.keyword.value == name:
                return _given(given.value, file, name)
        elif given.star == "**":
            if not keywords:
                continue
            held = _in_splat(given.value, file, name)
            if held.state in ("given", "handed"):
                return held
            unknown = unknown or (held if held.state == "unknown" else None)
        elif given.star == "*":
            unknown = unknown or (None if position is None else Argument("unknown", name, None, file.source(given)))
        elif index == position and unknown is None:
            return _given(given.value, file, name)
    return unknown or Argument("absent", name)


def _given(value: cst.BaseExpression, file: SourceFile, name: str) -> Argument:
    """A value; handed on when it is a parameter of the enclosing function that nothing else is assigned to."""
    import libcst as cst

    if isinstance(value, cst.Name):
        scope = file.scope_of(value)
        home = file.resolver.home(scope, value.value)
        bindings = home.bindings[value.value] if home else []
        if home is scope and len(bindings) == 1 and bindings[0].kind == "parameter":
            return Argument("handed", name, value, value.value)
    return Argument("given", name, value)


def _in_splat(value: cst.BaseExpression, file: SourceFile, name: str) -> Argument:
    """What `**value` holds for `name`."""
    import libcst as cst

    if isinstance(value, cst.Dict):
        return _in_dict(value, file, name)
    if isinstance(value, cst.Call) and file.name_of(value.func) == "dict" and not _positional(value):
        return argument(value, file, name, None)
    unknown = Argument("unknown", name, None, f"**{file.source(value)}")
    found = variable_of(file, value)
    if found is None:
        return unknown
    variable, bindings = found
    if len(bindings) == 1 and bindings[0].kind == "parameter":
        if _is_keywords_of_function(file, value) and not _sets(file, value, name):
            return Argument("handed", name, None, f"**{file.source(value)}")
        return Argument("given", name) if _sets(file, value, name) else unknown
    if _sets(file, value, name):
        return Argument("given", name)
    made = [use.statement.value for use in uses(file, variable) if use.attribute == "=" and use.statement]
    if len(bindings) == 1 and len(made) == 1 and not _is_changed(file, value):
        return _in_splat(made[0], file, name) if isinstance(made[0], cst.Dict | cst.Call) else unknown
    return unknown


def _positional(call: cst.Call) -> bool:
    return any(given.keyword is None and not given.star for given in call.args)


def _in_dict(value: cst.Dict, file: SourceFile, name: str) -> Argument:
    import libcst as cst

    unknown: Argument | None = None
    for element in value.elements:
        if isinstance(element, cst.StarredDictElement):
            held = _in_splat(element.value, file, name)
            if held.state in ("given", "handed"):
                return held
            unknown = unknown or (held if held.state == "unknown" else None)
            continue
        key = file.constant(element.key) if isinstance(element, cst.DictElement) else None
        if key is None:
            unknown = unknown or Argument("unknown", name, None, file.source(value))
        elif key.value == name:
            return _given(element.value, file, name)
    return unknown or Argument("absent", name)


def _is_keywords_of_function(file: SourceFile, value: cst.BaseExpression) -> bool:
    """Is it the `**kwargs` of the function around?"""
    import libcst as cst

    function = next((n for n in file.ancestors(value) if isinstance(n, cst.FunctionDef | cst.Lambda)), None)
    keywords = function.params.star_kwarg if function else None
    return isinstance(keywords, cst.Param) and isinstance(value, cst.Name) and keywords.name.value == value.value


def _sets(file: SourceFile, value: cst.BaseExpression, name: str) -> bool:
    """Does the file put the key `name` into the dict that `value` reads?"""
    found = variable_of(file, value)
    if found is None or not re.search(rf"\b{name}\b", file.text):
        return False
    return any(_names_key(file, use.call or use.statement, use.attribute, name) for use in uses(file, found[0]))


def _names_key(file: SourceFile, node: cst.CSTNode | None, attribute: str, name: str) -> bool:
    import libcst as cst

    if isinstance(node, cst.Call):
        if attribute not in ("update", "setdefault", "__setitem__"):
            return False
        keywords = any(given.keyword is not None and given.keyword.value == name for given in node.args)
        return keywords or any(_holds_key(file, given.value, name) for given in node.args[:1])
    if isinstance(node, cst.Assign) and attribute == "[]":
        targets = [item.target for item in node.targets if isinstance(item.target, cst.Subscript)]
        slices = [target.slice[0].slice for target in targets]
        return any(isinstance(item, cst.Index) and _is_key(file, item.value, name) for item in slices)
    if isinstance(node, cst.Assign | cst.AugAssign) and attribute == "=":
        return _holds_key(file, node.value, name)
    return False


def _holds_key(file: SourceFile, value: cst.BaseExpression, name: str) -> bool:
    import libcst as cst

    if isinstance(value, cst.Dict):
        return any(isinstance(item, cst.DictElement) and _is_key(file, item.key, name) for item in value.elements)
    if isinstance(value, cst.Call):
        return any(given.keyword is not None and given.keyword.value == name for given in value.args)
    if isinstance(value, cst.BinaryOperation):
        return _holds_key(file, value.left, name) or _holds_key(file, value.right, name)
    return _is_key(file, value, name)


def _is_key(file: SourceFile, node: cst.BaseExpression, name: str) -> bool:
    key = file.constant(node)
    return key is not None and key.value == name


def _is_changed(file: SourceFile, value: cst.BaseExpression) -> bool:
    """May the dict hold more than it was made with: changed in place, or given to somebody who may change it?"""
    import libcst as cst

    found = variable_of(file, value)
    changing = {"update", "setdefault", "__setitem__", "[]"}
    if found is None or any(use.attribute in changing for use in uses(file, found[0])):
        return True
    return any(
        isinstance(node, cst.Arg) and not node.star and _reads(file, node.value, found[0]) for node in file.nodes()
    )


def _reads(file: SourceFile, node: cst.BaseExpression, variable: object) -> bool:
    import libcst as cst

    found = variable_of(file, node) if isinstance(node, cst.Name | cst.Attribute) else None
    return found is not None and found[0] == variable
