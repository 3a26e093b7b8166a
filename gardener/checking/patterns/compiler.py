"""Turns the nodes of a parsed pattern into matchers: one generic rule, and handlers where a construct needs its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gardener.checking.canonical import semantic_fields
from gardener.checking.patterns.sequences import Item, Spread, whole
from gardener.checking.patterns.state import Bound, Match, State, Then, accept
from gardener.checking.patterns.text import VARIABLE, spread_name, variable_name

if TYPE_CHECKING:
    import libcst as cst

Handler = Callable[[Any, "Compiler"], Match]
Step = tuple[str, Match]

_HOLDERS = ("value", "decorator", "item", "name", "slice")


@dataclass(slots=True)
class Compiler:
    """One pattern on its way to a matcher.

    `syntactic` compares names as they are spelled; `without` switches features of the language off, for tests.
    `bound` collects the metavariables that every match binds, `sequences` those of them that are `$...X`.
    """

    handlers: Mapping[str, Handler]
    syntactic: bool = False
    without: frozenset[str] = frozenset()
    bound: set[str] = field(default_factory=set)
    sequences: set[str] = field(default_factory=set)

    def has(self, feature: str) -> bool:
        """Whether a feature of the language is on."""
        return feature not in self.without

    def match(self, node: Any) -> Match:
        """A matcher for one node of the pattern."""
        if is_anything(node) and self.has("any-value"):
            return anything
        handler = self.handlers.get(type(node).__name__)
        match = handler(node, self) if handler else self.generic(node)
        is_leaf = type(node).__name__ in {"Name", "SimpleString", "Integer", "Float"}
        return match if is_leaf or has_variables(node) else closed(match)

    def generic(self, node: Any, *, skip: Sequence[str] = ()) -> Match:
        """Same type, and every field that means something matches."""
        kind: type[cst.CSTNode] = type(node)
        steps = [(name, self.value(getattr(node, name))) for name in semantic_fields(kind) if name not in skip]
        return structure({kind.__name__}, steps)

    def value(self, value: Any) -> Match:
        """A matcher for the value of a field: node, sequence, text or None."""
        if value is None or isinstance(value, str):
            return equal_to(value)
        if isinstance(value, (list, tuple)):
            return whole(self.items(value))
        return anything if type(value).__name__ == "MaybeSentinel" else self.match(value)

    def optional(self, value: Any, feature: str) -> Match:
        """Like `value`, but what the pattern leaves out may be there: the match is partial then."""
        if value is None and self.has(feature):
            return maybe_more
        return self.value(value)

    def items(self, nodes: Sequence[Any]) -> list[Item]:
        """Matchers for the members of a sequence, wildcards among them."""
        return [self.spread(node) or self.match(node) for node in nodes]

    def spread(self, node: Any) -> Spread | None:
        """The wildcard that a member of a sequence is, if it is one."""
        name = spread_of(node)
        if name is None or not self.has("ellipsis"):
            return None
        return self.named_spread(name)

    def named_spread(self, name: str) -> Spread:
        """`$...name`, or `...` for the name `_`."""
        if name == "_" or not self.has("sequence-variable") or not self.has("equality"):
            return Spread("_")
        self.bound.add(name)
        self.sequences.add(name)
        return Spread(name)

    def identifier(self, name: Any) -> Match:
        """A name that is no expression: of a function, an attribute, a keyword. Compared as it is spelled."""
        variable = variable_name(name.value)
        return self.variable(variable) if variable is not None else spelled(name.value)

    def variable(self, name: str) -> Match:
        """A metavariable: any one expression or name."""
        if not self.has("variable"):
            return spelled(VARIABLE + name)
        if name == "_" and not self.has("anonymous"):
            name = "ANONYMOUS"
        if name != "_":
            self.bound.add(name)
        checked = self.has("equality")

        def match(node: Any, state: State, then: Then) -> State | None:
            if node is None or type(node).__name__ == "From":
                return None
            if not checked and name in state.bindings:
                return then(state)
            bound = state.bind(name, Bound((node,)))
            return None if bound is None else then(bound)

        return match


def structure(kinds: set[str], steps: Sequence[Step]) -> Match:
    """Match a node whose type is one of `kinds` and whose fields match in order."""
    chain: Match = _done
    for name, matcher in reversed(steps):
        chain = _field(name, matcher, chain)

    def match(node: Any, state: State, then: Then) -> State | None:
        return chain(node, state, then) if type(node).__name__ in kinds else None

    return match


def _done(_: Any, state: State, then: Then) -> State | None:
    return then(state)


def _field(name: str, matcher: Match, rest: Match) -> Match:
    def match(node: Any, state: State, then: Then) -> State | None:
        return matcher(getattr(node, name), state, lambda found: rest(node, found, then))

    return match


def anything(_: Any, state: State, then: Then) -> State | None:
    """Matches any node, and none."""
    return then(state)


def maybe_more(node: Any, state: State, then: Then) -> State | None:
    """Matches any node, and none; a node makes the match partial."""
    return then(state if node is None or node == () else state.with_rest())


def equal_to(expected: str | None) -> Match:
    """Matches one text, or None."""

    def match(value: Any, state: State, then: Then) -> State | None:
        return then(state) if value == expected else None

    return match


def spelled(name: str) -> Match:
    """Matches a `Name` node with this spelling."""

    def match(node: Any, state: State, then: Then) -> State | None:
        return then(state) if type(node).__name__ == "Name" and node.value == name else None

    return match


def any_of(matchers: Sequence[Match]) -> Match:
    """Matches what one of the matchers matches, tried in order."""

    def match(node: Any, state: State, then: Then) -> State | None:
        return next((found for one in matchers if (found := one(node, state, then)) is not None), None)

    return match


def closed(match: Match) -> Match:
    """The same for code without metavariables: it is matched before going on, so that the stack stays low."""

    def match_first(node: Any, state: State, then: Then) -> State | None:
        found = match(node, state, accept)
        return None if found is None else then(found)

    return match_first


def has_variables(node: Any) -> bool:
    """Whether a metavariable or a wildcard stands anywhere in a node of a pattern."""
    if type(node).__name__ == "Name":
        return variable_name(node.value) is not None or spread_name(node.value) is not None
    if type(node).__name__ == "SimpleString":
        return "$" in node.value
    return any(has_variables(child) for child in node.children)


def is_anything(node: Any) -> bool:
    """Whether a node of a pattern is `...` in place of an expression."""
    return type(node).__name__ == "Ellipsis"


def spread_of(node: Any) -> str | None:
    """The name of the wildcard (`_` for `...`) that a member of a sequence is, else None."""
    kind = type(node).__name__
    if kind == "Ellipsis":
        return "_"
    if kind == "Name":
        return spread_name(node.value)
    if getattr(node, "keyword", None) is not None or getattr(node, "asname", None) is not None:
        return None
    if kind in {"Arg", "Element", "StarredElement", "StarredDictElement", "SubscriptElement", "Index", "Expr"} | {
        "Param",
        "Decorator",
        "WithItem",
        "ImportAlias",
    }:
        return next((spread_of(getattr(node, name)) for name in _HOLDERS if hasattr(node, name)), None)
    return None
