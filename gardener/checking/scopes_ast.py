"""Scopes and bindings from an `ast` tree, in one iterative pass; `gardener.checking.scopes_cst` is its twin."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from gardener.checking.expressions import from_ast
from gardener.checking.scopes import Builder, Facts, Scope, ScopeKind, function_around, module_name
from gardener.checking.walk_ast import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def facts_from_ast(tree: ast.Module, package: str) -> Facts:
    """The scopes and bindings of a module that stands in `package`."""
    builder = Builder(package)
    branches: set[int] = set()

    def opener(node: ast.AST, parent: Scope, _index: int) -> Scope:
        return _open(builder, node, parent, conditional=id(node) in branches)

    for node, scope in walk(tree, builder.scopes[0], opener):
        bind = _BIND.get(type(node))
        if bind is not None:
            bind(builder, node, scope, branches)
    return builder.finish(from_ast)


def walk_scopes_ast(tree: ast.Module, facts: Facts) -> Iterator[tuple[ast.AST, Scope]]:
    """Every node of the tree in document order with the scope it stands in."""
    scopes = facts.scopes
    return walk(tree, scopes[0], lambda _node, _scope, index: scopes[index])


_KINDS: dict[type, ScopeKind] = {
    ast.FunctionDef: "function",
    ast.AsyncFunctionDef: "function",
    ast.ClassDef: "class",
    ast.Lambda: "lambda",
}


def _open(builder: Builder, node: Any, parent: Scope, *, conditional: bool) -> Scope:
    kind = _KINDS.get(type(node), "comprehension")
    if kind == "class":
        scope = builder.open(
            node, kind, node.name, parent, bases=tuple(node.bases), decorators=tuple(node.decorator_list)
        )
        builder.define(parent, node.name, scope, conditional=conditional)
    elif kind == "function":
        scope = builder.open(
            node,
            kind,
            node.name,
            parent,
            decorators=tuple(node.decorator_list),
            returns=node.returns,
            receiver=_receiver(node, parent),
        )
        builder.define(parent, node.name, scope, conditional=conditional)
    else:
        scope = builder.open(node, kind, f"<{kind}>", parent)
    for parameter in getattr(node, "type_params", ()):
        builder.bind(scope, parameter.name, "other")
    if kind in {"function", "lambda"}:
        _bind_parameters(builder, node.args, scope, parent)
    elif kind == "comprehension":
        for clause in node.generators:
            _bind_target(builder, scope, clause.target, "for")
    return scope


def _receiver(node: Any, parent: Scope) -> str | None:
    if parent.kind != "class" or any(type(d) is ast.Name and d.id == "staticmethod" for d in node.decorator_list):
        return None
    plain = node.args.posonlyargs or node.args.args
    return plain[0].arg if plain else None


def _bind_parameters(builder: Builder, node: ast.arguments, scope: Scope, parent: Scope) -> None:
    for parameter in (*node.posonlyargs, *node.args):
        builder.bind(scope, parameter.arg, "parameter", annotation=parameter.annotation, site=parent)
    if node.vararg:
        builder.bind(scope, node.vararg.arg, "parameter", site=parent)
    for parameter in node.kwonlyargs:
        builder.bind(scope, parameter.arg, "parameter", annotation=parameter.annotation, site=parent)
    if node.kwarg:
        builder.bind(scope, node.kwarg.arg, "parameter", site=parent)


def _bind_target(
    builder: Builder,
    scope: Scope,
    target: Any,
    kind: Any,
    value: Any = None,
    annotation: Any = None,
    conditional: bool = False,
) -> None:
    stack = [(target, value)]
    while stack:
        node, given = stack.pop()
        form = type(node)
        if form is ast.Name:
            builder.bind(scope, node.id, kind, value=given, annotation=annotation, conditional=conditional)
        elif form is ast.Attribute:
            if type(node.value) is ast.Name:
                builder.bind_attribute(scope, node.value.id, node.attr, kind, given, annotation, conditional)
        elif form is ast.Starred:
            stack.append((node.value, None))
        elif form in _SEQUENCES:
            stack.extend(reversed(list(zip(node.elts, _shares(node, given), strict=True))))


_SEQUENCES = frozenset({ast.Tuple, ast.List})


def _shares(target: Any, value: Any) -> list[Any]:
    """What each part of a tuple target gets, when that is plain to see."""
    nothing = [None] * len(target.elts)
    if type(value) not in _SEQUENCES or len(value.elts) != len(target.elts):
        return nothing
    starred = any(type(part) is ast.Starred for part in (*target.elts, *value.elts))
    return nothing if starred else list(value.elts)


def _assign(builder: Builder, node: ast.Assign, scope: Scope, branches: set[int]) -> None:
    for target in node.targets:
        _bind_target(builder, scope, target, "assign", node.value, conditional=id(node) in branches)


def _annotated(builder: Builder, node: ast.AnnAssign, scope: Scope, branches: set[int]) -> None:
    _bind_target(builder, scope, node.target, "assign", node.value, node.annotation, id(node) in branches)


def _augmented(builder: Builder, node: ast.AugAssign, scope: Scope, branches: set[int]) -> None:
    _bind_target(builder, scope, node.target, "augmented", conditional=id(node) in branches)


def _walrus(builder: Builder, node: ast.NamedExpr, scope: Scope, _branches: set[int]) -> None:
    builder.bind(function_around(scope), node.target.id, "assign", value=node.value, site=scope)


def _type_alias(builder: Builder, node: Any, scope: Scope, branches: set[int]) -> None:
    _bind_target(builder, scope, node.name, "assign", node.value, conditional=id(node) in branches)


def _delete(builder: Builder, node: ast.Delete, scope: Scope, branches: set[int]) -> None:
    for target in node.targets:
        _bind_target(builder, scope, target, "delete", conditional=id(node) in branches)


def _import(builder: Builder, node: ast.Import, scope: Scope, branches: set[int]) -> None:
    for alias in node.names:
        builder.bind_imported(scope, alias.name, alias.asname, conditional=id(node) in branches)


def _import_from(builder: Builder, node: ast.ImportFrom, scope: Scope, branches: set[int]) -> None:
    module = module_name(builder.package, node.level, node.module or "")
    for alias in node.names:
        builder.bind_from(scope, module, alias.name, alias.asname, conditional=id(node) in branches)


def _declare(builder: Builder, node: Any, scope: Scope, _branches: set[int]) -> None:
    builder.declare(scope, node.names, to_module=type(node) is ast.Global)


def _with(builder: Builder, node: Any, scope: Scope, branches: set[int]) -> None:
    conditional = id(node) in branches
    for item in node.items:
        if item.optional_vars is not None:
            _bind_target(builder, scope, item.optional_vars, "with", item.context_expr, conditional=conditional)
    if conditional:
        branches.update(map(id, node.body))


def _for(builder: Builder, node: Any, scope: Scope, branches: set[int]) -> None:
    _bind_target(builder, scope, node.target, "for", conditional=id(node) in branches)
    branches.update(map(id, node.body))
    branches.update(map(id, node.orelse))


def _branch(_builder: Builder, node: Any, _scope: Scope, branches: set[int]) -> None:
    branches.update(map(id, node.body))
    branches.update(map(id, node.orelse))


def _try(_builder: Builder, node: Any, _scope: Scope, branches: set[int]) -> None:
    branches.update(map(id, node.body))
    branches.update(map(id, node.orelse))
    if id(node) in branches:
        branches.update(map(id, node.finalbody))


def _except(builder: Builder, node: ast.ExceptHandler, scope: Scope, branches: set[int]) -> None:
    if node.name:
        builder.bind(scope, node.name, "except", value=node.type, conditional=True)
    branches.update(map(id, node.body))


def _case(_builder: Builder, node: ast.match_case, _scope: Scope, branches: set[int]) -> None:
    branches.update(map(id, node.body))


def _capture(builder: Builder, node: Any, scope: Scope, _branches: set[int]) -> None:
    name = node.rest if type(node) is ast.MatchMapping else node.name
    if name:
        builder.bind(scope, name, "other", conditional=True)


_BIND: dict[type, Callable[[Builder, Any, Scope, set[int]], None]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.NamedExpr: _walrus,
    ast.Delete: _delete,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Global: _declare,
    ast.Nonlocal: _declare,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.If: _branch,
    ast.While: _branch,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.ExceptHandler: _except,
    ast.match_case: _case,
    ast.MatchAs: _capture,
    ast.MatchStar: _capture,
    ast.MatchMapping: _capture,
}
if hasattr(ast, "TypeAlias"):  # Python 3.12 and later
    _BIND[ast.TypeAlias] = _type_alias
