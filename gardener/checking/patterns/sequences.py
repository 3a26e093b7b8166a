"""Sequences with wildcards: arguments, elements, parameters, statements, handlers.

The depth of the Python stack grows with the pattern, never with the code: a wildcard tries its lengths in a loop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gardener.checking.patterns.state import Bound, Match, SequenceMatch, SequenceThen, State, Then

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Spread:
    """Any number of items: `...` (name `_`) or `$...NAME`."""

    name: str


Item = Match | Spread


def sequence(items: Sequence[Item]) -> SequenceMatch:
    """Match `items` from a start; the continuation gets the index after the last matched node."""
    found: SequenceMatch = _end
    needed = 0
    for item in reversed(items):
        found = _spread(item, found, needed) if isinstance(item, Spread) else _one(item, found)
        needed += not isinstance(item, Spread)
    return found


def whole(items: Sequence[Item]) -> Match:
    """Match `items` against all nodes of a sequence."""
    fixed = sum(not isinstance(item, Spread) for item in items)
    is_open = fixed < len(items)
    if is_open and isinstance(items[-1], Spread):
        return _with_tail(items[:-1], items[-1], fixed)
    match_items = sequence(items)

    def match(nodes: Sequence[Any], state: State, then: Then) -> State | None:
        if len(nodes) < fixed or (not is_open and len(nodes) != fixed):
            return None
        length = len(nodes)
        return match_items(nodes, 0, state, lambda end, found: then(found) if end == length else None)

    return match


def _with_tail(items: Sequence[Item], tail: Spread, fixed: int) -> Match:
    match_items = sequence(items)

    def match(nodes: Sequence[Any], state: State, then: Then) -> State | None:
        if len(nodes) < fixed:
            return None

        def finish(end: int, found: State) -> State | None:
            bound = _bind_spread(tail, nodes[end:], found)
            return None if bound is None else then(bound)

        return match_items(nodes, 0, state, finish)

    return match


def subsequence(items: Sequence[Item], *, keeps: bool = False) -> Match:
    """Match `items` in order against some of the nodes; what is left over makes the match partial, unless `keeps`."""
    spaced: list[Item] = [Spread("_")]
    for item in items:
        spaced += [item, Spread("_")]
    match_spaced = whole(spaced)
    fixed = sum(not isinstance(item, Spread) for item in items)
    is_open = fixed < len(items)

    def match(nodes: Sequence[Any], state: State, then: Then) -> State | None:
        has_rest = len(nodes) > fixed and not is_open and not keeps
        return match_spaced(nodes, state.with_rest() if has_rest else state, then)

    return match


def bind_nodes(name: str, nodes: Sequence[Any], state: State) -> State | None:
    """Bind `$...name` to a sequence of nodes."""
    return state.bind(name, Bound(tuple(nodes), is_sequence=True))


def _end(_: Sequence[Any], at: int, state: State, then: SequenceThen) -> State | None:
    return then(at, state)


def _one(item: Match, rest: SequenceMatch) -> SequenceMatch:
    def match(nodes: Sequence[Any], at: int, state: State, then: SequenceThen) -> State | None:
        if at >= len(nodes):
            return None
        return item(nodes[at], state, lambda found: rest(nodes, at + 1, found, then))

    return match


def _spread(spread: Spread, rest: SequenceMatch, needed: int) -> SequenceMatch:
    def match(nodes: Sequence[Any], at: int, state: State, then: SequenceThen) -> State | None:
        for end in range(at, len(nodes) - needed + 1):
            state.budget.spend()
            bound = _bind_spread(spread, nodes[at:end], state)
            found = None if bound is None else rest(nodes, end, bound, then)
            if found is not None:
                return found
        return None

    return match


def _bind_spread(spread: Spread, nodes: Sequence[Any], state: State) -> State | None:
    return state if spread.name == "_" else bind_nodes(spread.name, nodes, state)
