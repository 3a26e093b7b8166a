"""The walk through a LibCST tree: iterative, in document order, over the nodes that mean something.

White space, commas, parentheses and other punctuation are passed over; operators are not. The order is the law in
`gardener.checking.scopes`; `gardener.checking.walk_ast` keeps the same. Node classes are told by name, so that
this module does not import LibCST.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gardener.checking.scopes import Scope

    Entry = tuple[Any, Any, Scope]
    Opener = Callable[[Any, Scope, int], Scope]


class _Enter(NamedTuple):
    """A mark on the stack: from here on the walk is inside the scope that `node` opens."""

    node: Any


def walk(root: Any, scope: Scope, index: int, opener: Opener) -> Iterator[Entry]:
    """(node, parent, scope) for every node under `root`; the first scope opened has number `index`.

    `opener(node, parent scope, number)` gives the scope that a node opens.
    """
    from libcst import MaybeSentinel

    nothing = (type(None), str, bool, MaybeSentinel)
    stack: list[Entry] = [(root, None, scope)]
    push, pop, plans = stack.append, stack.pop, _FIELDS
    while stack:
        entry = pop()
        node, _, scope = entry
        kind = type(node)
        names = plans[kind] if kind in plans else _fields_of(kind)
        if names is _SPECIAL:
            if kind is not _Enter:
                yield entry
            index += _expand(stack, entry, index, opener)
            continue
        yield entry
        for name in names:
            value = getattr(node, name)
            form = value.__class__
            if form is tuple or form is list:
                for child in reversed(value):
                    push((child, node, scope))
            elif form not in nothing:
                push((value, node, scope))


def _expand(stack: list[Entry], entry: Entry, index: int, opener: Opener) -> int:
    """Push what the node of `entry` holds, part by part in its own scope; returns how many scopes were entered."""
    node, _, scope = entry
    kind = type(node).__name__
    if kind == "_Enter":
        stack.append((node.node.body, node.node, opener(node.node, scope, index)))
        return 1
    if kind == "CompFor":
        _push_clause(stack, entry)
        return 0
    if kind not in _COMPREHENSIONS:
        stack.append((_Enter(node), node, scope))
        _push(stack, node, _ORDER[kind], scope)
        return 0
    _push(stack, node, ("key", "elt", "value", "for_in"), opener(node, scope, index))
    return 1


def _push_clause(stack: list[Entry], entry: Entry) -> None:
    node, parent, scope = entry
    is_first = type(parent).__name__ in _COMPREHENSIONS
    _push(stack, node, ("ifs", "inner_for_in"), scope)
    _push(stack, node, ("iter",), scope.parent if is_first and scope.parent else scope)
    _push(stack, node, ("target",), scope)


def _push(stack: list[Entry], node: Any, names: tuple[str, ...], scope: Scope) -> None:
    for name in reversed(names):
        value = getattr(node, name, None)
        if isinstance(value, (tuple, list)):
            stack.extend((child, node, scope) for child in reversed(value))
        elif value is not None:
            stack.append((value, node, scope))


# --- what to visit, in which order -------------------------------------------------------------------------------

_PUNCTUATION = frozenset(
    {
        "asynchronous", "colon", "comma", "default_indent", "default_newline", "dot", "encoding", "equal",
        "first_colon", "footer", "has_trailing_newline", "header", "indent", "lbrace", "lbracket", "leading_lines",
        "leading_whitespace", "lines_after_decorators", "lpar", "posonly_ind", "rbrace", "rbracket", "relative",
        "rpar", "second_colon", "semicolon", "separator", "star", "start", "end", "trailing_comma",
        "trailing_whitespace", "conversion",
    }
)  # fmt: skip
_LITERALS = frozenset(
    {"Name", "Integer", "Float", "Imaginary", "SimpleString", "FormattedStringText", "TemplatedStringText", "Comment"}
)
_ORDER = {
    "IfExp": ("body", "test", "orelse"),
    "ExceptHandler": ("type", "name", "body"),
    "ExceptStarHandler": ("type", "name", "body"),
    "MatchCase": ("pattern", "guard", "body"),
    "Arg": ("keyword", "value"),
    "ParamSlash": (),
    "Parameters": ("posonly_params", "params", "star_arg", "kwonly_params", "star_kwarg"),
    "TypeAlias": ("name", "type_parameters", "value"),
    "NotEqual": (),
    "FunctionDef": ("decorators", "name", "type_parameters", "params", "returns"),
    "ClassDef": ("decorators", "name", "type_parameters", "bases", "keywords"),
    "Lambda": ("params",),
}
_COMPREHENSIONS = frozenset({"ListComp", "SetComp", "DictComp", "StarredDictComp", "GeneratorExp"})
SCOPE_NODES_CST = _COMPREHENSIONS | {"FunctionDef", "ClassDef", "Lambda"}
_SPECIAL: tuple[str, ...] = ("parts in different scopes",)
_FIELDS: dict[type, tuple[str, ...]] = {_Enter: _SPECIAL}


def _fields_of(kind: type) -> tuple[str, ...]:
    """The fields of a node class that hold nodes, last in the document first, as a stack wants them."""
    name = kind.__name__
    if name in SCOPE_NODES_CST or name == "CompFor":
        found = _SPECIAL
    elif name in _LITERALS:
        found = ()
    else:
        found = _ORDER[name] if name in _ORDER else _plain_fields(kind)
        found = found[::-1]
    _FIELDS[kind] = found
    return found


def _plain_fields(kind: type) -> tuple[str, ...]:
    names = (field.name for field in fields(kind))
    return tuple(name for name in names if name not in _PUNCTUATION and not name.startswith("whitespace"))
