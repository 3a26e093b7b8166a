"""Attributes: of what is imported, of instances, and of the classes of the file with all they inherit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gardener.checking.annotations import annotated
from gardener.checking.meaning import LIKELY, UNKNOWN, Kind, Meaning, thing, union
from gardener.checking.scopes import joined
from gardener.checking.shapes import Subscript, Tuple

if TYPE_CHECKING:
    from gardener.checking.resolve import Resolver
    from gardener.checking.scopes import Binding, Scope

_PROPERTIES = frozenset({"property", "functools.cached_property", "django.utils.functional.cached_property"})
_CONTEXT_MANAGERS = frozenset({"contextlib.asynccontextmanager", "contextlib.contextmanager"})
_NO_METHODS = frozenset({"object", "abc.ABC", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol"})


def attribute_of(resolver: Resolver, base: Meaning, name: str) -> Meaning:
    """What `.name` of something is."""
    parts = [UNKNOWN] if base.unknown or not base.things else []
    for (kind, key), rank in base.things.items():
        if isinstance(key, str):
            parts.append(thing("name", joined(key, name), rank))
        else:
            found = _inherited(resolver, key, name) if kind == "super" else _member(resolver, key, name)
            parts.append(found.at_best(max(rank, LIKELY)))
    return union(parts)


def ancestry(resolver: Resolver, index: int) -> Meaning:
    """The classes from elsewhere that the class with scope number `index` inherits from."""
    bases = _bases(resolver, index)
    local = [int(key) for kind, key in bases.things if kind == "definition"]
    more = [resolver.guarded((base, "", "ancestry"), partial(ancestry, resolver, base)) for base in local]
    return union([bases.only("name"), *more])


def returned(resolver: Resolver, index: int) -> Meaning:
    """What calling the function with scope number `index` gives, by its return annotation.

    A generator made a context manager gives what it yields: that is what `with` binds.
    """
    scope = resolver.facts.scopes[index]
    if scope.returns is None:
        return UNKNOWN
    return resolver.guarded((index, "", "returned"), partial(_read_returns, resolver, scope))


def _read_returns(resolver: Resolver, scope: Scope) -> Meaning:
    returns = resolver.facts.expression(scope.returns)
    if isinstance(returns, Subscript) and _decorators(resolver, scope) & _CONTEXT_MANAGERS:
        returns = returns.index.items[0] if isinstance(returns.index, Tuple) else returns.index
    return annotated(resolver, scope.parent or scope, returns).at_best(LIKELY)


def _decorators(resolver: Resolver, scope: Scope) -> set[str]:
    expressions = (resolver.facts.expression(node) for node in scope.decorators)
    return {item.name for expression in expressions for item in resolver.resolve(scope.parent or scope, expression)}


def is_classmethod(scope: Scope) -> bool:
    """True when the first parameter of the method is its class."""
    if scope.name in {"__new__", "__init_subclass__", "__class_getitem__"}:
        return True
    return any(getattr(node, "id", getattr(node, "value", None)) == "classmethod" for node in scope.decorators)


def _member(resolver: Resolver, index: int, name: str) -> Meaning:
    scope = resolver.facts.scopes[index]
    if scope.kind != "class":
        return UNKNOWN
    bindings = [*scope.bindings.get(name, ()), *scope.attributes.get(name, ())]
    if not bindings:
        return _inherited(resolver, index, name)
    return resolver.guarded((index, name, "member"), partial(_read_member, resolver, bindings))


def _read_member(resolver: Resolver, bindings: list[Binding]) -> Meaning:
    found = resolver.merged(bindings)
    if not found.things:
        return found
    return union(_got(resolver, kind, key, rank) for (kind, key), rank in found.things.items())


def _got(resolver: Resolver, kind: Kind, key: str | int, rank: int) -> Meaning:
    """A property gives what it returns, everything else gives itself."""
    if kind != "definition" or not isinstance(key, int):
        return thing(kind, key, rank)
    is_property = _decorators(resolver, resolver.facts.scopes[key]) & _PROPERTIES
    return returned(resolver, key) if is_property else thing(kind, key, rank)


def _inherited(resolver: Resolver, index: int, name: str) -> Meaning:
    bases = _bases(resolver, index)
    found = [Meaning(unknown=bases.unknown)]
    for _, key in bases.things:
        if isinstance(key, int):
            found.append(resolver.guarded((key, name, "inherited"), partial(_member, resolver, key, name)))
        elif key not in _NO_METHODS:
            found.append(thing("name", joined(key, name), LIKELY))
    return union(found)


def _bases(resolver: Resolver, index: int) -> Meaning:
    return resolver.guarded((index, "", "bases"), partial(_read_bases, resolver, resolver.facts.scopes[index]))


def _read_bases(resolver: Resolver, scope: Scope) -> Meaning:
    bases = [resolver.facts.expression(node) for node in scope.bases]
    plain = [base.base if isinstance(base, Subscript) else base for base in bases]
    parent = scope.parent or scope
    return union(resolver.meaning(parent, base).only("name", "definition") for base in plain)
