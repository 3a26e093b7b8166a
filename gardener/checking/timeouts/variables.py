"""Variables: what a name or an attribute of `self` is bound to, and everything a file does with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from gardener.checking.scopes import Binding, Scope
    from gardener.checking.source import SourceFile


@dataclass(frozen=True, slots=True)
class Variable:
    """A name in a scope, or an attribute (`.name`) of a class; equal when it is the same variable."""

    scope: int
    name: str


@dataclass(frozen=True, slots=True)
class Use:
    """One thing done with a variable: `variable.attribute(…)` as `call`, or an assignment to it as `statement`."""

    attribute: str
    call: cst.Call | None = None
    statement: cst.Assign | cst.AugAssign | None = None


def variable_of(file: SourceFile, node: cst.CSTNode) -> tuple[Variable, tuple[Binding, ...]] | None:
    """The variable that an expression reads, with its bindings; None for anything but a name or an attribute."""
    import libcst as cst

    if isinstance(node, cst.Name):
        home = file.resolver.home(file.scope_of(node), node.value)
        return (Variable(home.index, node.value), tuple(home.bindings[node.value])) if home else None
    if isinstance(node, cst.Attribute):
        owner = class_of(file, node.value)
        if owner is None:
            return None
        name = node.attr.value
        bindings = (*owner.bindings.get(name, ()), *owner.attributes.get(name, ()))
        return Variable(owner.index, f".{name}"), bindings
    return None


def class_of(file: SourceFile, node: cst.BaseExpression) -> Scope | None:
    """The class of this file of which an expression holds an instance (or which it is)."""
    from gardener.checking.expressions import from_cst

    things = file.resolver.meaning(file.scope_of(node), from_cst(node)).things
    found = [int(key) for kind, key in things if kind in ("object", "definition", "super")]
    scope = file.facts.scopes[found[0]] if len(found) == 1 else None
    return scope if scope is not None and scope.kind == "class" else None


def uses(file: SourceFile, variable: Variable) -> list[Use]:
    """Calls of methods of a variable and assignments to its attributes and items, anywhere in the file."""
    scope: Scope | None = file.facts.scopes[variable.scope]
    if scope is not None and scope.kind == "module":
        file.need_module()
    return _index(file).get(variable, [])


_indexes: WeakKeyDictionary[SourceFile, dict[Variable, list[Use]]] = WeakKeyDictionary()


def _index(file: SourceFile) -> dict[Variable, list[Use]]:
    if file not in _indexes:
        found: dict[Variable, list[Use]] = {}
        for node in file.nodes():
            for target, use in _uses_in(node):
                variable = variable_of(file, target)
                if variable is not None:
                    found.setdefault(variable[0], []).append(use)
        _indexes[file] = found
    return _indexes[file]


def _uses_in(node: cst.CSTNode) -> Iterator[tuple[cst.BaseExpression, Use]]:
    import libcst as cst

    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        yield node.func.value, Use(node.func.attr.value, call=node)
    elif isinstance(node, cst.Assign | cst.AugAssign):
        targets = [item.target for item in node.targets] if isinstance(node, cst.Assign) else [node.target]
        for target in targets:
            if isinstance(target, cst.Attribute):
                yield target.value, Use(target.attr.value, statement=node)
            elif isinstance(target, cst.Subscript):
                yield target.value, Use("[]", statement=node)
            if isinstance(target, cst.Name | cst.Attribute):
                yield target, Use("=", statement=node)


def line_of(file: SourceFile, bindings: tuple[Binding, ...]) -> int | None:
    """The line on which the one value that a variable ever gets is made; None when there is no such line."""
    import libcst as cst

    values = [item.value for item in bindings if item.value is not None]
    if len(values) != 1:
        return None
    value: Any = values[0]
    if isinstance(value, cst.CSTNode):
        return _line_in_tree(file, value)
    found = getattr(value, "lineno", None)
    return int(found) if found is not None else None


def _line_in_tree(file: SourceFile, node: cst.CSTNode) -> int | None:
    from gardener.checking.positions import offsets_of

    start = offsets_of(file.root, [node], file.root_text)[id(node)].start
    return len(re.findall(r"\r\n?|\n", file.text[:start])) + 1


def assigned_to(file: SourceFile, call: cst.CSTNode) -> cst.BaseExpression | None:
    """What the value of `call` is assigned to, or what `with call as …` binds."""
    import libcst as cst

    parent = file.parent(call)
    if isinstance(parent, cst.Await):
        parent = file.parent(parent)
    if isinstance(parent, cst.Assign) and len(parent.targets) == 1:
        return parent.targets[0].target
    if isinstance(parent, cst.AnnAssign):
        return parent.target
    if isinstance(parent, cst.WithItem) and parent.asname is not None:
        return parent.asname.name if isinstance(parent.asname.name, cst.Name | cst.Attribute) else None
    return None
