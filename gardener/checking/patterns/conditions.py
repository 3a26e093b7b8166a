"""`not`, `inside`, `outside`, `contains` and `where`, as the last steps of a match.

What must hold comes before what must not, so that metavariables bound by `inside` and `contains` can be used in
`where`, `not` and `outside`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gardener.checking.canonical import statements
from gardener.checking.patterns.roots import BLOCKS, Root, descendants, is_rooted
from gardener.checking.patterns.state import State, Then, accept

if TYPE_CHECKING:
    from gardener.checking.patterns.constraints import Check


@dataclass(frozen=True, slots=True)
class Subject:
    """What matched: one node, or the statements of `block` from `start`."""

    node: Any
    last: Any
    block: tuple[Any, ...] = ()
    start: int = 0


Condition = Callable[[Subject, State, Then], "State | None"]


def meets_all(conditions: Sequence[Condition]) -> Condition:
    """All conditions, in order; a binding that a later one refuses is tried again in an earlier one."""

    def check(subject: Subject, state: State, then: Then, at: int = 0) -> State | None:
        if at == len(conditions):
            return then(state)
        return conditions[at](subject, state, lambda found: check(subject, found, then, at + 1))

    return check


def isolated(condition: Condition) -> Condition:
    """The same condition, that neither sees nor gives any bindings."""

    def check(subject: Subject, state: State, then: Then) -> State | None:
        found = condition(subject, replace(state, bindings={}), accept)
        return None if found is None else then(state)

    return check


def where(name: str, holds: Check) -> Condition:
    """The code bound to `name` passes a check."""

    def check(_: Subject, state: State, then: Then) -> State | None:
        found = holds(name, state)
        return None if found is None else then(found)

    return check


def none_matches(roots: Sequence[Root]) -> Condition:
    """`not`: none of the patterns matches the same code."""

    def check(subject: Subject, state: State, then: Then) -> State | None:
        return None if any(_matches_here(root, subject, state) for root in roots) else then(state)

    return check


def _matches_here(root: Root, subject: Subject, state: State) -> bool:
    if root.match_statements is not None:
        found = root.match_statements(subject.block, subject.start, state, lambda _, final: final)
        return bool(subject.block) and found is not None
    if root.match is None or not is_rooted(subject.node, root, state.file):
        return False
    return root.match(subject.node, state, accept) is not None


def inside(roots: Sequence[Root]) -> Condition:
    """Some ancestor matches one of the patterns; a sequence may stand around the statement the match is in."""

    def check(subject: Subject, state: State, then: Then) -> State | None:
        return _around(roots, subject, state, lambda found: then(found.seen_whole(state.partial)))

    return check


def outside(roots: Sequence[Root]) -> Condition:
    """No ancestor matches any of the patterns."""

    def check(subject: Subject, state: State, then: Then) -> State | None:
        return None if _around(roots, subject, state, accept) is not None else then(state)

    return check


def _around(roots: Sequence[Root], subject: Subject, state: State, then: Then) -> State | None:
    file = state.file
    around: list[Any] = list(file.ancestors(subject.node))
    if any(root.form == "sequence" for root in roots):
        file.need_module()
        around.append(file.root)
    below = {id(subject.node)}
    for ancestor in around:
        for root in roots:
            if not is_rooted(ancestor, root, file):
                continue
            found = _around_one(root, ancestor, below, state, then)
            if found is not None:
                return found
        below.add(id(ancestor))
    return None


def _around_one(root: Root, ancestor: Any, below: set[int], state: State, then: Then) -> State | None:
    if root.match is not None:
        return root.match(ancestor, state, then)
    body = statements(ancestor)
    at = next((index for index, item in enumerate(body) if id(item) in below), None)
    if root.match_statements is None or at is None:
        return None
    for start in range(at + 1):
        state.budget.spend()
        found = root.match_statements(body, start, state, lambda end, final: then(final) if end > at else None)
        if found is not None:
            return found
    return None


def contains(roots: Sequence[Root]) -> Condition:
    """Something within the match matches one of the patterns."""

    def check(subject: Subject, state: State, then: Then) -> State | None:
        nodes = subject.block[subject.start :] if subject.block else (subject.node,)
        if subject.block:
            nodes = nodes[: next(index for index, item in enumerate(nodes) if item is subject.last) + 1]
        within = [*nodes, *descendants(nodes)] if subject.block else descendants(nodes)
        for node in within:
            for root in roots:
                if not is_rooted(node, root, state.file):
                    continue
                found = _within(root, node, state, lambda inner: then(inner.seen_whole(state.partial)))
                if found is not None:
                    return found
        return None

    return check


def _within(root: Root, node: Any, state: State, then: Then) -> State | None:
    state.budget.spend()
    if root.match is not None:
        return root.match(node, state, then)
    body = statements(node) if type(node).__name__ in BLOCKS else []
    for start in range(len(body)):
        state.budget.spend()
        if root.match_statements is not None:
            found = root.match_statements(body, start, state, lambda _, final: then(final))
            if found is not None:
                return found
    return None
