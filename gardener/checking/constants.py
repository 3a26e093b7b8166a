"""Literals behind expressions: through names and attributes that are bound exactly once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.checking.shapes import Attribute, Constant, Name, Tuple

if TYPE_CHECKING:
    from gardener.checking.resolve import Resolver
    from gardener.checking.scopes import Binding, Scope
    from gardener.checking.shapes import Expression

_HOPS = 8


def constant_of(resolver: Resolver, scope: Scope, expression: Expression, hops: int = _HOPS) -> Constant | None:
    """The literal that `expression` is in `scope`; None when that is not known.

    A dict that has a name may have been changed since, so that only a dict written in place is known.
    """
    if isinstance(expression, Constant):
        return expression
    if hops <= 0:
        return None
    if isinstance(expression, Tuple):
        items = [constant_of(resolver, scope, item, hops - 1) for item in expression.items]
        known = [item.value for item in items if item is not None]
        return Constant(tuple(known)) if len(known) == len(items) else None
    bindings = _bindings_of(resolver, scope, expression)
    if len(bindings) != 1 or bindings[0].kind != "assign" or bindings[0].value is None:
        return None
    facts = resolver.facts
    value = facts.expression(bindings[0].value)
    found = constant_of(resolver, facts.scopes[bindings[0].site], value, hops - 1)
    return found if found is not None and _immutable(found.value) else None


def _bindings_of(resolver: Resolver, scope: Scope, expression: Expression) -> list[Binding]:
    """The bindings of a name, or of an attribute of one class of this file."""
    if isinstance(expression, Name):
        home = resolver.home(scope, expression.id)
        return home.bindings[expression.id] if home else []
    if not isinstance(expression, Attribute):
        return []
    base = resolver.meaning(scope, expression.base)
    owners = [resolver.facts.scopes[key] for _, key in base.things if isinstance(key, int)]
    if len(owners) != 1 or len(base.things) != 1 or base.unknown or owners[0].kind != "class":
        return []
    return [*owners[0].bindings.get(expression.name, ()), *owners[0].attributes.get(expression.name, ())]


def _immutable(value: object) -> bool:
    if isinstance(value, tuple):
        return all(_immutable(item) for item in value)
    return not isinstance(value, dict)
