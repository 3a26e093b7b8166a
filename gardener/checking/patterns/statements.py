"""Statements and blocks. A clause that a pattern leaves out (`else`, `finally`, `as`) may be there in the code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gardener.checking.canonical import statements
from gardener.checking.patterns.compiler import (
    Compiler,
    Handler,
    anything,
    has_variables,
    is_anything,
    maybe_more,
    spread_of,
    structure,
)
from gardener.checking.patterns.sequences import Item, subsequence, whole
from gardener.checking.patterns.state import accept
from gardener.checking.patterns.text import variable_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gardener.checking.patterns.state import Match, State, Then


def statement_items(nodes: Sequence[Any], compiler: Compiler) -> list[Item]:
    """Matchers for the statements of a block: `...`, `$...X`, `$X` for any one statement, or a statement."""
    return [_statement_item(node, compiler) for node in nodes]


def _statement_item(node: Any, compiler: Compiler) -> Item:
    if spread_of(node) is not None and compiler.has("statement-ellipsis"):
        return compiler.named_spread(spread_of(node) or "_")
    value = getattr(node, "value", None) if type(node).__name__ == "Expr" else None
    variable = variable_name(value.value) if type(value).__name__ == "Name" and value is not None else None
    if variable is None or not compiler.has("statement-variable"):
        return compiler.match(node)
    bind = compiler.variable(variable)

    def match(found: Any, state: State, then: Then) -> State | None:
        return bind(found.value if type(found).__name__ == "Expr" else found, state, then)

    return match


def _block(node: Any, compiler: Compiler) -> Match:
    match_all = whole(statement_items(statements(node), compiler))
    kinds = {"IndentedBlock", "SimpleStatementSuite"} if compiler.has("one-line-blocks") else {type(node).__name__}

    def match(found: Any, state: State, then: Then) -> State | None:
        return match_all(statements(found), state, then) if type(found).__name__ in kinds else None

    return match


def _if(node: Any, compiler: Compiler) -> Match:
    return structure(
        {"If"},
        [
            ("test", compiler.match(node.test)),
            ("body", compiler.match(node.body)),
            ("orelse", compiler.optional(node.orelse, "optional-else")),
        ],
    )


def _else(node: Any, compiler: Compiler) -> Match:
    """`else` also stands for the `elif` that `else: if` is short for."""
    items = whole(statement_items(statements(node.body), compiler))
    match_body = compiler.match(node.body)

    def match(found: Any, state: State, then: Then) -> State | None:
        kind = type(found).__name__
        if kind == "If" and compiler.has("elif-is-else"):
            return items([found], state, then)
        return match_body(found.body, state, then) if kind == "Else" else None

    return match


def _for(node: Any, compiler: Compiler) -> Match:
    return structure(
        {"For"},
        [
            ("asynchronous", compiler.optional(node.asynchronous, "optional-async")),
            ("target", compiler.match(node.target)),
            ("iter", compiler.match(node.iter)),
            ("body", compiler.match(node.body)),
            ("orelse", compiler.optional(node.orelse, "optional-else")),
        ],
    )


def _while(node: Any, compiler: Compiler) -> Match:
    return structure(
        {"While"},
        [
            ("test", compiler.match(node.test)),
            ("body", compiler.match(node.body)),
            ("orelse", compiler.optional(node.orelse, "optional-else")),
        ],
    )


def _with(node: Any, compiler: Compiler) -> Match:
    some = subsequence if compiler.has("optional-items") else whole
    return structure(
        {"With"},
        [
            ("asynchronous", compiler.optional(node.asynchronous, "optional-async")),
            ("items", some(compiler.items(node.items))),
            ("body", compiler.match(node.body)),
        ],
    )


def _with_item(node: Any, compiler: Compiler) -> Match:
    steps = [("item", compiler.match(node.item)), ("asname", compiler.optional(node.asname, "optional-as"))]
    return structure({"WithItem"}, steps)


def _try(node: Any, compiler: Compiler) -> Match:
    if not compiler.has("optional-handlers"):
        handlers = whole(compiler.items(node.handlers))
    else:
        handlers = subsequence(compiler.items(node.handlers)) if node.handlers else maybe_more
    return structure(
        {type(node).__name__},
        [
            ("body", compiler.match(node.body)),
            ("handlers", handlers),
            ("orelse", compiler.optional(node.orelse, "optional-else")),
            ("finalbody", compiler.optional(node.finalbody, "optional-finally")),
        ],
    )


def _handler(node: Any, compiler: Compiler) -> Match:
    return structure(
        {type(node).__name__},
        [
            ("type", compiler.value(node.type)),
            ("name", compiler.optional(node.name, "optional-as")),
            ("body", compiler.match(node.body)),
        ],
    )


def _raise(node: Any, compiler: Compiler) -> Match:
    cause = compiler.value(None) if node.exc is None else compiler.optional(node.cause, "optional-cause")
    if is_anything(node.exc) and node.cause is None:
        cause = anything
    return structure({"Raise"}, [("exc", compiler.value(node.exc)), ("cause", cause)])


def _assert(node: Any, compiler: Compiler) -> Match:
    steps = [("test", compiler.match(node.test)), ("msg", compiler.optional(node.msg, "optional-message"))]
    return structure({"Assert"}, steps)


def _assign(node: Any, compiler: Compiler) -> Match:
    """`x = 1`: also one target of several, and an annotated assignment."""
    if len(node.targets) > 1:
        return compiler.generic(node)
    target, value = compiler.match(node.targets[0].target), compiler.match(node.value)
    # A value without metavariables is the cheaper question; the order changes nothing else.
    value_first = not has_variables(node.value)

    def match(found: Any, state: State, then: Then) -> State | None:
        kind = type(found).__name__
        if kind == "AnnAssign" and found.value is not None and compiler.has("annotated-assignment"):
            found_targets, current = [found.target], state.with_rest()
        elif kind == "Assign" and (len(found.targets) == 1 or compiler.has("chained-targets")):
            found_targets = [item.target for item in found.targets]
            current = state if len(found_targets) == 1 else state.with_rest()
        else:
            return None
        if value_first and value(found.value, current, accept) is None:
            return None
        for item in found_targets:
            result = target(item, current, lambda bound: value(found.value, bound, then))
            if result is not None:
                return result
        return None

    return match


def _annotated_assign(node: Any, compiler: Compiler) -> Match:
    return structure(
        {"AnnAssign"},
        [
            ("target", compiler.match(node.target)),
            ("annotation", compiler.match(node.annotation)),
            ("value", compiler.optional(node.value, "optional-value")),
        ],
    )


def _names(node: Any, compiler: Compiler) -> Match:
    """`global x` and `nonlocal x`, among other names."""
    some = subsequence if compiler.has("optional-names") else whole
    items: list[Item] = [structure({"NameItem"}, [("name", compiler.identifier(item.name))]) for item in node.names]
    return structure({type(node).__name__}, [("names", some(items))])


def _capture(node: Any, compiler: Compiler) -> Match:
    """In a `case`, `$X` alone is any pattern."""
    name = None if node.pattern is not None or node.name is None else variable_name(node.name.value)
    if name is not None:
        return compiler.variable(name)
    inner = compiler.value(node.pattern)
    return structure({"MatchAs"}, [("pattern", inner), ("name", _optional_identifier(node.name, compiler))])


def _optional_identifier(name: Any, compiler: Compiler) -> Match:
    return compiler.value(None) if name is None else compiler.identifier(name)


HANDLERS: dict[str, Handler] = {
    "IndentedBlock": _block,
    "SimpleStatementSuite": _block,
    "If": _if,
    "Else": _else,
    "For": _for,
    "While": _while,
    "With": _with,
    "WithItem": _with_item,
    "Try": _try,
    "TryStar": _try,
    "ExceptHandler": _handler,
    "ExceptStarHandler": _handler,
    "Raise": _raise,
    "Assert": _assert,
    "Assign": _assign,
    "AnnAssign": _annotated_assign,
    "Global": _names,
    "Nonlocal": _names,
    "MatchAs": _capture,
}
