"""The walk through an `ast` tree: iterative, in document order, each node with the scope it stands in.

The order is the law in `gardener.checking.scopes`; `gardener.checking.walk_cst` keeps the same.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any, NamedTuple

from gardener.checking.scopes import Scope

Entry = tuple[Any, Scope]
Opener = Callable[[Any, Scope, int], Scope]


class _Enter(NamedTuple):
    """A mark on the stack: from here on the walk is inside the scope that `node` opens."""

    node: Any


def walk(tree: ast.AST, scope: Scope, opener: Opener) -> Iterator[Entry]:
    """Every node under `tree`; `opener(node, parent scope, number)` gives the scope that a node opens."""
    stack: list[Entry] = [(tree, scope)]
    push, pop, plans = stack.append, stack.pop, _FIELDS
    index = 1
    while stack:
        entry = pop()
        node, scope = entry
        kind = type(node)
        names = plans[kind] if kind in plans else _fields_of(kind)
        if names is _SPECIAL:
            if kind is not _Enter:
                yield entry
            index += _expand(stack, node, scope, index, opener)
            continue
        yield entry
        for name in names:
            value = getattr(node, name)
            if type(value) is list:
                for child in reversed(value):
                    push((child, scope))
            elif value is not None:
                push((value, scope))


def _expand(stack: list[Entry], node: Any, scope: Scope, index: int, opener: Opener) -> int:
    """Push what a special node holds, part by part in its own scope; returns how many scopes were entered."""
    kind = type(node)
    if kind is _Enter:
        inside = opener(node.node, scope, index)
        body = node.node.body
        stack.extend((child, inside) for child in (reversed(body) if type(body) is list else (body,)))
        return 1
    if kind in _COMPREHENSIONS:
        stack.extend(_comprehension(node, scope, opener(node, scope, index)))
        return 1
    if kind in _BEFORE:
        stack.append((_Enter(node), scope))
    parts = (_BEFORE.get(kind) or _INTERLEAVED[kind])(node)
    stack.extend((child, scope) for child in reversed(parts) if child is not None)
    return 0


_NO_NODES = frozenset(
    {
        "arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "is_lazy", "kind", "kwd_attrs", "level",
        "lineno", "module", "name", "names", "op", "ops", "rest", "simple", "str", "tag", "type_comment",
        "type_ignores",
    }
)  # fmt: skip
_COMPREHENSIONS = frozenset({ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp})
_ORDER: dict[str, tuple[str, ...]] = {
    "IfExp": ("body", "test", "orelse"),
    "Constant": (),
    "Import": ("names",),
    "ImportFrom": ("names",),
    "TypeAlias": ("name", "type_params", "value"),
    # The parts of these two stand in different scopes; whatever holds them puts them on the stack.
    "arguments": (),
    "comprehension": (),
}
_SPECIAL: tuple[str, ...] = ("parts to be put in order",)
_FIELDS: dict[type, tuple[str, ...]] = {_Enter: _SPECIAL}


def _fields_of(kind: type) -> tuple[str, ...]:
    """The fields of a node class that hold nodes, last in the document first, as a stack wants them."""
    if kind in _COMPREHENSIONS or kind in _BEFORE or kind in _INTERLEAVED:
        found = _SPECIAL
    else:
        found = _ORDER.get(kind.__name__) or ()
        if kind.__name__ not in _ORDER:
            found = tuple(name for name in getattr(kind, "_fields", ()) if name not in _NO_NODES)
        found = found[::-1]
    _FIELDS[kind] = found
    return found


def _arguments(node: ast.arguments) -> list[Any]:
    plain = [*node.posonlyargs, *node.args]
    padded = [None] * (len(plain) - len(node.defaults)) + list(node.defaults)
    ordered: list[Any] = [node, *(part for pair in zip(plain, padded, strict=True) for part in pair)]
    ordered.append(node.vararg)
    ordered += [part for pair in zip(node.kwonlyargs, node.kw_defaults, strict=True) for part in pair]
    ordered.append(node.kwarg)
    return ordered


def _before_function(node: Any) -> list[Any]:
    return [*node.decorator_list, *getattr(node, "type_params", ()), *_arguments(node.args), node.returns]


def _before_class(node: Any) -> list[Any]:
    bases = _by_place(node.bases, node.keywords)
    return [*node.decorator_list, *getattr(node, "type_params", ()), *bases]


def _by_place(values: list[Any], keywords: list[Any]) -> list[Any]:
    """Positional and keyword arguments as written: only a `*` can follow a keyword."""
    if keywords and any(type(value) is ast.Starred for value in values):
        return sorted([*values, *keywords], key=lambda item: (item.lineno, item.col_offset))
    return [*values, *keywords]


def _dict_items(node: ast.Dict) -> list[Any]:
    return [part for pair in zip(node.keys, node.values, strict=True) for part in pair]


def _mapping_items(node: ast.MatchMapping) -> list[Any]:
    return [part for pair in zip_longest(node.keys, node.patterns) for part in pair]


_BEFORE: dict[type, Callable[[Any], list[Any]]] = {
    ast.FunctionDef: _before_function,
    ast.AsyncFunctionDef: _before_function,
    ast.ClassDef: _before_class,
    ast.Lambda: lambda node: _arguments(node.args),
}
_INTERLEAVED: dict[type, Callable[[Any], list[Any]]] = {
    ast.Call: lambda node: [node.func, *_by_place(node.args, node.keywords)],
    ast.Dict: _dict_items,
    ast.MatchMapping: _mapping_items,
}


def _comprehension(node: Any, scope: Scope, inside: Scope) -> Iterator[Entry]:
    """The parts of a comprehension as stack entries, last first."""
    for number in range(len(node.generators) - 1, -1, -1):
        clause = node.generators[number]
        for test in reversed(clause.ifs):
            yield test, inside
        yield clause.iter, inside if number else scope
        yield clause.target, inside
        yield clause, inside
    if type(node) is ast.DictComp:
        if node.value is not None:
            yield node.value, inside
        yield node.key, inside
    else:
        yield node.elt, inside
