"""What an annotation says a value is an instance of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.checking.expressions import Constant, Subscript, Tuple, Union, from_text
from gardener.checking.meaning import LIKELY, NONE, UNKNOWN, Meaning, one_of, thing, union
from gardener.checking.scopes import class_around

if TYPE_CHECKING:
    from gardener.checking.expressions import Expression
    from gardener.checking.meaning import Thing
    from gardener.checking.resolve import Resolver
    from gardener.checking.scopes import Scope

_FIRST = frozenset({"Annotated", "ClassVar", "Final", "NotRequired", "Optional", "ReadOnly", "Required"})

_SELF = frozenset({"typing.Self", "typing_extensions.Self"})


def annotated(resolver: Resolver, scope: Scope, expression: Expression) -> Meaning:
    """The instances that a value annotated with `expression` (in `scope`) may be; quotes are looked through."""
    if isinstance(expression, Constant):
        if isinstance(expression.value, str):
            return annotated(resolver, scope, from_text(expression.value))
        return NONE if expression.value is None else UNKNOWN
    if isinstance(expression, Union):
        return one_of(annotated(resolver, scope, option) for option in expression.options)
    if isinstance(expression, Subscript):
        return _generic(resolver, scope, expression)
    meaning = resolver.meaning(scope, expression)
    return union(
        [*(_instance(resolver, scope, *item) for item in meaning.things.items()), Meaning(unknown=meaning.unknown)]
    )


def _instance(resolver: Resolver, scope: Scope, item: Thing, rank: int) -> Meaning:
    kind, key = item
    if key in _SELF:
        owner = class_around(scope)
        return thing("object", owner.index, rank) if owner else UNKNOWN
    if kind == "name":
        return thing("instance", key, rank)
    if kind == "definition" and resolver.facts.scopes[int(key)].kind == "class":
        return thing("object", key, rank)
    return UNKNOWN


def _generic(resolver: Resolver, scope: Scope, expression: Subscript) -> Meaning:
    names = [item.name for item in resolver.resolve(scope, expression.base)]
    index = expression.index
    options = index.items if isinstance(index, Tuple) else (index,)
    if "type" in names or "typing.Type" in names:
        return resolver.meaning(scope, options[0]).only("name", "definition").at_best(LIKELY)
    special = {name.rpartition(".")[2] for name in names if name.startswith(("typing.", "typing_extensions."))}
    if "Union" in special:
        return one_of(annotated(resolver, scope, option) for option in options)
    if special & _FIRST:
        return annotated(resolver, scope, options[0])
    return annotated(resolver, scope, expression.base)
