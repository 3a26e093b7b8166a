"""Scopes and bindings from a LibCST tree, in one iterative pass; `gardener.checking.scopes_ast` is its twin.

Node classes are told by name: older LibCST lacks the newest of them, and this module does not import LibCST.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gardener.checking.expressions import from_cst
from gardener.checking.scopes import Builder, Facts, Scope, ScopeKind, ScopesDiffer, function_around, module_name
from gardener.checking.shapes import identifier
from gardener.checking.walk_cst import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import libcst as cst

    Branches = set[int]
    Bind = Callable[[Builder, Any, Scope, Branches], None]

_KINDS: dict[str, ScopeKind] = {"ClassDef": "class", "FunctionDef": "function", "Lambda": "lambda"}


def facts_from_cst(module: cst.Module, package: str) -> Facts:
    """The scopes and bindings of a module that stands in `package`."""
    builder = Builder(package)
    branches: Branches = set()
    binds: dict[type, Bind | None] = {}

    def opener(node: Any, parent: Scope, _index: int) -> Scope:
        return _open(builder, node, parent, conditional=id(node) in branches)

    for node, _, scope in walk(module, builder.scopes[0], 1, opener):
        kind = type(node)
        if kind not in binds:
            binds[kind] = _BIND.get(kind.__name__)
        bind = binds[kind]
        if bind is not None:
            bind(builder, node, scope, branches)
    return builder.finish(from_cst)


def walk_scopes_cst(
    root: cst.CSTNode, facts: Facts, first_index: int = 1, scope: Scope | None = None
) -> Iterator[tuple[cst.CSTNode, cst.CSTNode | None, Scope]]:
    """(node, parent, scope) for every node under `root` that means something, in document order.

    A slice is walked with the number of the first scope opened in it, and the scope (default: the module) it stands
    in. Raises ScopesDiffer when the scopes of the slice are not those that `facts` has under these numbers.
    """
    scopes = facts.scopes

    def opener(node: Any, parent: Scope, index: int) -> Scope:
        found = scopes[index] if index < len(scopes) else None
        kind = _KINDS.get(type(node).__name__, "comprehension")
        if found is None or found.kind != kind or found.parent is not parent:
            raise ScopesDiffer(f"scope {index} is no {kind} here")
        return found

    return walk(root, scope or scopes[0], first_index, opener)


def _open(builder: Builder, node: Any, parent: Scope, *, conditional: bool) -> Scope:
    kind = _KINDS.get(type(node).__name__, "comprehension")
    if kind == "comprehension":
        scope = builder.open(node, kind, "<comprehension>", parent)
        _bind_clauses(builder, node.for_in, scope)
        return scope
    if kind == "lambda":
        scope = builder.open(node, kind, "<lambda>", parent)
        _bind_parameters(builder, node.params, scope, parent)
        return scope
    decorators = tuple(item.decorator for item in node.decorators)
    name = identifier(node.name.value)
    if kind == "class":
        bases = tuple(item if item.star else item.value for item in node.bases)
        scope = builder.open(node, kind, name, parent, bases=bases, decorators=decorators)
    else:
        returns = node.returns.annotation if node.returns else None
        receiver = _receiver(node, parent)
        scope = builder.open(node, kind, name, parent, decorators=decorators, returns=returns, receiver=receiver)
    builder.define(parent, name, scope, conditional=conditional)
    if node.type_parameters:
        for parameter in node.type_parameters.params:
            builder.bind(scope, identifier(parameter.param.name.value), "other")
    if kind == "function":
        _bind_parameters(builder, node.params, scope, parent)
    return scope


def _bind_clauses(builder: Builder, clause: Any, scope: Scope) -> None:
    while clause is not None:
        _bind_target(builder, scope, clause.target, "for")
        clause = clause.inner_for_in


def _receiver(node: Any, parent: Scope) -> str | None:
    static = any(getattr(item.decorator, "value", None) == "staticmethod" for item in node.decorators)
    if parent.kind != "class" or static:
        return None
    plain = node.params.posonly_params or node.params.params
    return identifier(plain[0].name.value) if plain else None


def _bind_parameters(builder: Builder, node: Any, scope: Scope, parent: Scope) -> None:
    for parameter in (*node.posonly_params, *node.params):
        _bind_parameter(builder, parameter, scope, parent)
    _bind_rest(builder, node.star_arg, scope, parent)
    for parameter in node.kwonly_params:
        _bind_parameter(builder, parameter, scope, parent)
    _bind_rest(builder, node.star_kwarg, scope, parent)


def _bind_parameter(builder: Builder, node: Any, scope: Scope, parent: Scope) -> None:
    annotation = node.annotation.annotation if node.annotation else None
    builder.bind(scope, identifier(node.name.value), "parameter", annotation=annotation, site=parent)


def _bind_rest(builder: Builder, node: Any, scope: Scope, parent: Scope) -> None:
    if type(node).__name__ == "Param":
        builder.bind(scope, identifier(node.name.value), "parameter", site=parent)


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
        form = type(node).__name__
        if form == "Name":
            builder.bind(
                scope, identifier(node.value), kind, value=given, annotation=annotation, conditional=conditional
            )
        elif form == "Attribute":
            if type(node.value).__name__ == "Name":
                base, name = identifier(node.value.value), identifier(node.attr.value)
                builder.bind_attribute(scope, base, name, kind, given, annotation, conditional)
        elif form == "StarredElement":
            stack.append((node.value, None))
        elif form in _SEQUENCES:
            parts = [part if _is_starred(part) else part.value for part in node.elements]
            stack.extend(reversed(list(zip(parts, _shares(node, given), strict=True))))


_SEQUENCES = frozenset({"Tuple", "List"})


def _is_starred(element: Any) -> bool:
    return type(element).__name__ == "StarredElement"


def _shares(target: Any, value: Any) -> list[Any]:
    """What each part of a tuple target gets, when that is plain to see."""
    nothing = [None] * len(target.elements)
    if type(value).__name__ not in _SEQUENCES or len(value.elements) != len(target.elements):
        return nothing
    starred = any(_is_starred(part) for part in (*target.elements, *value.elements))
    return nothing if starred else [part.value for part in value.elements]


def _assign(builder: Builder, node: Any, scope: Scope, branches: Branches) -> None:
    for target in node.targets:
        _bind_target(builder, scope, target.target, "assign", node.value, conditional=id(node) in branches)


def _annotated(builder: Builder, node: Any, scope: Scope, branches: Branches) -> None:
    annotation = node.annotation.annotation
    _bind_target(builder, scope, node.target, "assign", node.value, annotation, id(node) in branches)


def _augmented(builder: Builder, node: Any, scope: Scope, branches: Branches) -> None:
    _bind_target(builder, scope, node.target, "augmented", conditional=id(node) in branches)


def _walrus(builder: Builder, node: Any, scope: Scope, _branches: Branches) -> None:
    builder.bind(function_around(scope), identifier(node.target.value), "assign", value=node.value, site=scope)


def _type_alias(builder: Builder, node: Any, scope: Scope, branches: Branches) -> None:
    _bind_target(builder, scope, node.name, "assign", node.value, conditional=id(node) in branches)


def _delete(builder: Builder, node: Any, scope: Scope, branches: Branches) -> None:
    _bind_target(builder, scope, node.target, "delete", conditional=id(node) in branches)


def _dotted(node: Any) -> str:
    names = []
    while type(node).__name__ == "Attribute":
        names.append(node.attr.value)
        node = node.value
    return identifier(".".join([node.value, *reversed(names)]))


def _alias(node: Any) -> str | None:
    return identifier(node.asname.name.value) if node.asname else None


def _import(builder: Builder, node: Any, scope: Scope, branches: Branches) -> None:
    for item in node.names:
        builder.bind_imported(scope, _dotted(item.name), _alias(item), conditional=id(node) in branches)


def _import_from(builder: Builder, node: Any, scope: Scope, branches: Branches) -> None:
    module = module_name(builder.package, len(node.relative), _dotted(node.module) if node.module else "")
    conditional = id(node) in branches
    if type(node.names).__name__ == "ImportStar":
        builder.bind_from(scope, module, "*", None, conditional=conditional)
        return
    for item in node.names:
        builder.bind_from(scope, module, identifier(item.name.value), _alias(item), conditional=conditional)


def _declare(builder: Builder, node: Any, scope: Scope, _branches: Branches) -> None:
    names = [identifier(item.name.value) for item in node.names]
    builder.declare(scope, names, to_module=type(node).__name__ == "Global")


def _with(builder: Builder, node: Any, scope: Scope, branches: Branches) -> None:
    conditional = id(node) in branches
    for item in node.items:
        if item.asname is not None:
            _bind_target(builder, scope, item.asname.name, "with", item.item, conditional=conditional)
    if conditional:
        branches.add(id(node.body))


def _for(builder: Builder, node: Any, scope: Scope, branches: Branches) -> None:
    _bind_target(builder, scope, node.target, "for", conditional=id(node) in branches)
    _branch(builder, node, scope, branches)


def _branch(_builder: Builder, node: Any, _scope: Scope, branches: Branches) -> None:
    branches.update((id(node.body), id(getattr(node, "orelse", None))))


def _try(builder: Builder, node: Any, scope: Scope, branches: Branches) -> None:
    _branch(builder, node, scope, branches)
    if id(node) in branches:
        branches.add(id(node.finalbody))


def _except(builder: Builder, node: Any, scope: Scope, branches: Branches) -> None:
    if node.name:
        _bind_target(builder, scope, node.name.name, "except", node.type, conditional=True)
    branches.add(id(node.body))


def _capture(builder: Builder, node: Any, scope: Scope, _branches: Branches) -> None:
    name = node.rest if type(node).__name__ == "MatchMapping" else node.name
    if name:
        builder.bind(scope, identifier(name.value), "other", conditional=True)


def _hand_down(_builder: Builder, node: Any, _scope: Scope, branches: Branches) -> None:
    """Blocks and lines are not on every path when what holds them is not."""
    if id(node) in branches:
        branches.update(map(id, node.body) if isinstance(node.body, (tuple, list)) else (id(node.body),))


_BIND: dict[str, Bind] = {
    "Assign": _assign,
    "AnnAssign": _annotated,
    "AugAssign": _augmented,
    "NamedExpr": _walrus,
    "TypeAlias": _type_alias,
    "Del": _delete,
    "Import": _import,
    "ImportFrom": _import_from,
    "LazyImport": _import,
    "LazyImportFrom": _import_from,
    "Global": _declare,
    "Nonlocal": _declare,
    "With": _with,
    "For": _for,
    "If": _branch,
    "While": _branch,
    "Try": _try,
    "TryStar": _try,
    "ExceptHandler": _except,
    "ExceptStarHandler": _except,
    "MatchCase": _branch,
    "MatchAs": _capture,
    "MatchStar": _capture,
    "MatchMapping": _capture,
    "IndentedBlock": _hand_down,
    "SimpleStatementLine": _hand_down,
    "SimpleStatementSuite": _hand_down,
    "Else": _hand_down,
    "Finally": _hand_down,
}
