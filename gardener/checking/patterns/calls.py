"""Calls: positional arguments in order, keywords in any order, `...` for all the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gardener.checking.patterns.compiler import Compiler, Handler, spread_of, structure
from gardener.checking.patterns.sequences import Item, Spread, bind_nodes, whole
from gardener.checking.patterns.state import Match, State, Then

LeftThen = Callable[[list[Any], State], "State | None"]


@dataclass(frozen=True, slots=True)
class _Keyword:
    """A keyword argument of a pattern: `name` is its spelling, None when it may be any (`$K=...`, `**$K`)."""

    name: str | None
    match: Match


def _call(node: Any, compiler: Compiler) -> Match:
    return structure({"Call"}, [("func", compiler.match(node.func)), ("args", arguments(node.args, compiler))])


def arguments(args: Sequence[Any], compiler: Compiler) -> Match:
    """Match the arguments of a call."""
    if not compiler.has("keyword-order"):
        return whole(compiler.items(args))
    positional = [arg for arg in args if not _is_keyword(arg) or spread_of(arg) is not None]
    items = compiler.items(positional)
    keywords = [_keyword(arg, compiler) for arg in args if _is_keyword(arg) and spread_of(arg) is None]
    keywords.sort(key=lambda keyword: keyword.name is None)
    is_open = any(isinstance(item, Spread) for item in items)
    taker = _taker(items)
    match_positional = whole(items)

    def match(found: Sequence[Any], state: State, then: Then) -> State | None:
        given = [arg for arg in found if not _is_keyword(arg)]
        named = [arg for arg in found if _is_keyword(arg)]

        def with_rest(rest: list[Any], current: State) -> State | None:
            if rest and not is_open:
                return None
            return match_positional(given, current, lambda last: _give(taker, rest, last, then))

        return _assign(keywords, 0, named, state, with_rest)

    return match


def _taker(items: list[Item]) -> tuple[str, str] | None:
    """Make the last `$...X` bind under a name of its own, so that left-over keywords can be added to it."""
    for index in range(len(items) - 1, -1, -1):
        item = items[index]
        if isinstance(item, Spread):
            if item.name == "_":
                return None
            own = f"{item.name}*{id(items)}"
            items[index] = Spread(own)
            return item.name, own
    return None


def _give(taker: tuple[str, str] | None, rest: list[Any], state: State, then: Then) -> State | None:
    if taker is None:
        return then(state)
    name, own = taker
    bound = bind_nodes(name, [*state.bindings[own].nodes, *rest], state)
    return None if bound is None else then(bound)


def _is_keyword(arg: Any) -> bool:
    return arg.keyword is not None or arg.star == "**"


def _keyword(arg: Any, compiler: Compiler) -> _Keyword:
    match = compiler.match(arg)
    if arg.keyword is None or arg.keyword.value.startswith("_gardener_"):
        return _Keyword(None, match)
    return _Keyword(arg.keyword.value, match)


def _assign(keywords: Sequence[_Keyword], at: int, left: list[Any], state: State, then: LeftThen) -> State | None:
    """Give every keyword of the pattern an argument of its own, in any order."""
    if at == len(keywords):
        return then(left, state)
    keyword = keywords[at]
    for index, arg in enumerate(left):
        if keyword.name is not None and (arg.keyword is None or arg.keyword.value != keyword.name):
            continue
        state.budget.spend()
        others = left[:index] + left[index + 1 :]

        def go_on(current: State, others: list[Any] = others) -> State | None:
            return _assign(keywords, at + 1, others, current, then)

        found = keyword.match(arg, state, go_on)
        if found is not None:
            return found
    return None


def _argument(node: Any, compiler: Compiler) -> Match:
    keyword: Match = compiler.value(None) if node.keyword is None else compiler.identifier(node.keyword)
    steps = [("star", compiler.value(node.star)), ("keyword", keyword), ("value", compiler.match(node.value))]
    return structure({"Arg"}, steps)


HANDLERS: dict[str, Handler] = {"Call": _call, "Arg": _argument}
