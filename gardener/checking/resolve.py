"""From expressions to dotted names: through imports, scopes, aliases, instances, annotations and classes.

The law of certainty: `certain` through imports alone; `likely` through an assignment, an annotation, a `with`, an
attribute of `self`, or when several bindings compete; `maybe` when one of them is unknown, through `getattr`, and
for star imports. A name that is only ever bound to unknown values resolves to nothing. A builtin that nothing
binds resolves to its own name. Definitions of the file itself resolve to nothing (see `local_definition`).
"""

from __future__ import annotations

import builtins
from functools import partial
from typing import TYPE_CHECKING, Any

from gardener.checking.annotations import annotated
from gardener.checking.calls import called
from gardener.checking.expressions import (
    Attribute,
    Await,
    Call,
    Constant,
    Either,
    Expression,
    Name,
    Subscript,
    Tuple,
)
from gardener.checking.hit import Resolution
from gardener.checking.meaning import (
    CERTAIN,
    LIKELY,
    MAYBE,
    NONE,
    NOTHING,
    UNKNOWN,
    Kind,
    Meaning,
    one_of,
    thing,
    union,
)
from gardener.checking.scopes import Binding, Facts, Scope, joined
from gardener.core.finding import CERTAINTIES

if TYPE_CHECKING:
    from collections.abc import Callable

    Key = tuple[int, str, str]

_HOPS = 8  # a chain of five aliases of an import, and what holds them
_STEPS = 400  # names looked at to resolve one; adversarial code has cycles of many names with many bindings
_BINDINGS = 16
_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_")) | {"__import__", "__debug__"}
_PROPERTIES = frozenset({"property", "functools.cached_property", "django.utils.functional.cached_property"})
_NO_METHODS = frozenset({"object", "abc.ABC", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol"})


class Resolver:
    """Answers questions about one file's names; every answer is remembered."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._homes: dict[tuple[int, str], Scope | None] = {}
        self._known: dict[Key, Meaning] = {}
        self._open: set[Key] = set()
        self._steps = 0
        self._cut = False

    def resolve(self, scope: Scope, expression: Expression) -> tuple[Resolution, ...]:
        """Every dotted name that `expression` may stand for in `scope`, the surest first."""
        return _resolutions(self.meaning(scope, expression), "name")

    def receiver(self, scope: Scope, expression: Expression) -> tuple[Resolution, ...]:
        """The callables of which `expression` may hold the result, the surest first.

        An instance of a class of this file counts as one of every class from elsewhere that it inherits from.
        """
        meaning = self.meaning(scope, expression)
        objects = [int(key) for kind, key in meaning.things if kind == "object"]
        inherited = union(self._ancestry(index) for index in objects)
        names = [thing("instance", key, LIKELY) for kind, key in inherited.things if kind == "name"]
        return _resolutions(union([meaning, *names]), "instance")

    def constant(self, scope: Scope, expression: Expression) -> Constant | None:
        """The literal that `expression` is, also through names and attributes bound exactly once to it."""
        return self._constant(scope, expression, _HOPS)

    def local_definition(self, scope: Scope, expression: Expression) -> Scope | None:
        """The scope of the one function or class of this file that `expression` stands for."""
        found = [int(key) for kind, key in self.meaning(scope, expression).things if kind == "definition"]
        return self.facts.scopes[found[0]] if len(found) == 1 else None

    def home(self, scope: Scope, name: str) -> Scope | None:
        """The scope whose binding of `name` is seen from `scope`; None when nothing in the file binds it."""
        key = (scope.index, name)
        if key not in self._homes:
            self._homes[key] = _home(scope, name)
        return self._homes[key]

    def meaning(self, scope: Scope, expression: Expression) -> Meaning:
        """All that `expression` may stand for in `scope`."""
        read = _READ.get(type(expression))
        return UNKNOWN if read is None else read(self, scope, expression)

    # --- names -------------------------------------------------------------------------------------------------

    def _name(self, scope: Scope, expression: Name) -> Meaning:
        name = expression.id
        home = self.home(scope, name)
        if home is None:
            return self._unbound(name)
        bindings = home.bindings[name]
        if len(bindings) == 1 and bindings[0].target is not None:
            return thing("name", bindings[0].target)
        if len(bindings) == 1 and home.receiver == name and home.parent is not None:
            return thing("definition" if _is_classmethod(home) else "object", home.parent.index)
        return self._guarded((home.index, name, "name"), lambda: self._merged(bindings))

    def _unbound(self, name: str) -> Meaning:
        stars = [binding.target or "" for binding in self.facts.scopes[0].bindings.get("*", ())]
        if name in _BUILTINS:
            return thing("name", name, LIKELY if stars else CERTAIN)
        return union(thing("name", joined(module, name), MAYBE) for module in stars) if stars else UNKNOWN

    def _guarded(self, key: Key, compute: Callable[[], Meaning]) -> Meaning:
        """Compute once; cut cycles and long chains. What was cut short counts only for the question asked."""
        if key in self._known:
            return self._known[key]
        if key in self._open:
            self._cut = True
            return NOTHING
        outermost = not self._open
        if outermost:
            self._steps, self._cut = 0, False
        self._steps += 1
        if len(self._open) >= _HOPS or self._steps > _STEPS:
            self._cut = True
            return UNKNOWN
        cut_before, self._cut = self._cut, False
        self._open.add(key)
        try:
            meaning = compute()
        finally:
            self._open.discard(key)
        if outermost or not self._cut:
            self._known[key] = meaning
        self._cut = self._cut or cut_before
        return meaning

    def _merged(self, bindings: list[Binding]) -> Meaning:
        imports = [binding for binding in bindings if binding.kind == "import"]
        others = [binding for binding in bindings if binding.kind not in {"import", "delete"}]
        values = [self._bound(binding) for binding in others[:_BINDINGS]]
        if len(others) > _BINDINGS:
            values.append(UNKNOWN)
        if any(value.things and other.annotation is not None for value, other in zip(values, others, strict=False)):
            values = [Meaning(value.things, unknown=False, none=value.none) for value in values]
        if not imports:
            return one_of(values)
        found = one_of([union(values), *(thing("name", binding.target or "") for binding in imports)])
        if not any(value.things or value.unknown for value in values):
            return found
        # An import and a stand-in for it, each on its own path, are as good as an import.
        branched = all(binding.conditional for binding in (*imports, *others))
        known = union(thing("name", binding.target or "") for binding in imports)
        return union([known, *values]).at_best(LIKELY) if branched else found.at_best(MAYBE)

    def _bound(self, binding: Binding) -> Meaning:
        site = self.facts.scopes[binding.site]
        if binding.kind == "definition":
            return thing("definition", binding.definition)
        if binding.kind == "parameter":
            return self._declared(site, binding) or UNKNOWN
        if binding.kind == "except":
            return self._caught(site, binding)
        value = UNKNOWN if binding.value is None else self.meaning(site, self.facts.expression(binding.value))
        if binding.kind == "with":
            return value.only("instance", "object").at_best(LIKELY)
        if binding.kind != "assign":
            return UNKNOWN
        if not value.things and binding.annotation is not None:
            return self._declared(site, binding) or (NOTHING if binding.value is None else value)
        return value.at_best(LIKELY)

    def _declared(self, site: Scope, binding: Binding) -> Meaning | None:
        """What the binding's annotation says; None when it says nothing that is known."""
        if binding.annotation is None:
            return None
        found = annotated(self, site, self.facts.expression(binding.annotation))
        return found.at_best(LIKELY) if found.things else None

    def _caught(self, site: Scope, binding: Binding) -> Meaning:
        if binding.value is None:
            return UNKNOWN
        kinds = self.facts.expression(binding.value)
        options = kinds.items if isinstance(kinds, Tuple) else (kinds,)
        return one_of(annotated(self, site, option) for option in options).at_best(LIKELY)

    # --- attributes, classes -------------------------------------------------------------------------------------

    def _attribute(self, scope: Scope, expression: Attribute) -> Meaning:
        return self.attribute_of(self.meaning(scope, expression.base), expression.name)

    def attribute_of(self, base: Meaning, name: str) -> Meaning:
        """What `.name` of something is."""
        parts = [UNKNOWN] if base.unknown or not base.things else []
        for (kind, key), rank in base.things.items():
            if isinstance(key, str):
                parts.append(thing("name", joined(key, name), rank))
            else:
                found = self._inherited(key, name) if kind == "super" else self._member(key, name)
                parts.append(found.at_best(max(rank, LIKELY)))
        return union(parts)

    def _member(self, index: int, name: str) -> Meaning:
        scope = self.facts.scopes[index]
        if scope.kind != "class":
            return UNKNOWN
        bindings = [*scope.bindings.get(name, ()), *scope.attributes.get(name, ())]
        if not bindings:
            return self._inherited(index, name)
        found = self._guarded((index, name, "member"), lambda: self._merged(bindings))
        if not found.things:
            return found
        return union(self._got(kind, key, rank) for (kind, key), rank in found.things.items())

    def _got(self, kind: Kind, key: str | int, rank: int) -> Meaning:
        """A property gives what it returns, everything else gives itself."""
        if kind != "definition" or not isinstance(key, int):
            return thing(kind, key, rank)
        scope = self.facts.scopes[key]
        parent = scope.parent or scope
        expressions = (self.facts.expression(node) for node in scope.decorators)
        names = {item.name for expression in expressions for item in self.resolve(parent, expression)}
        return self.returned(key) if names & _PROPERTIES else thing(kind, key, rank)

    def _inherited(self, index: int, name: str) -> Meaning:
        bases = self._bases(index)
        local = [int(key) for kind, key in bases.things if kind == "definition"]
        found = [
            thing("name", joined(key, name), LIKELY)
            for kind, key in bases.things
            if kind == "name" and isinstance(key, str) and key not in _NO_METHODS
        ]
        found += [self._guarded((base, name, "inherited"), partial(self._member, base, name)) for base in local]
        return union([*found, Meaning(unknown=bases.unknown)])

    def _ancestry(self, index: int) -> Meaning:
        bases = self._bases(index)
        local = [int(key) for kind, key in bases.things if kind == "definition"]
        more = [self._guarded((base, "", "ancestry"), partial(self._ancestry, base)) for base in local]
        return union([bases.only("name"), *more])

    def _bases(self, index: int) -> Meaning:
        scope = self.facts.scopes[index]
        parent = scope.parent or scope
        expressions = [self.facts.expression(node) for node in scope.bases]
        plain = [item.base if isinstance(item, Subscript) else item for item in expressions]
        return self._guarded(
            (index, "", "bases"), lambda: union(self.meaning(parent, item).only("name", "definition") for item in plain)
        )

    def returned(self, index: int) -> Meaning:
        """What calling the function with scope number `index` gives, by its return annotation."""
        scope = self.facts.scopes[index]
        if scope.returns is None:
            return UNKNOWN
        parent = scope.parent or scope
        return annotated(self, parent, self.facts.expression(scope.returns)).at_best(LIKELY)

    # --- constants -----------------------------------------------------------------------------------------------

    def _constant(self, scope: Scope, expression: Expression, hops: int) -> Constant | None:
        if isinstance(expression, Constant):
            return expression
        if hops <= 0:
            return None
        if isinstance(expression, Tuple):
            items = [self._constant(scope, item, hops - 1) for item in expression.items]
            known = [item.value for item in items if item is not None]
            return Constant(tuple(known)) if len(known) == len(items) else None
        bindings = self._bindings_of(scope, expression)
        if len(bindings) != 1 or bindings[0].kind != "assign" or bindings[0].value is None:
            return None
        site = self.facts.scopes[bindings[0].site]
        found = self._constant(site, self.facts.expression(bindings[0].value), hops - 1)
        return found if found is not None and _immutable(found.value) else None

    def _bindings_of(self, scope: Scope, expression: Expression) -> list[Binding]:
        """The bindings of a name, or of an attribute of one class of this file."""
        if isinstance(expression, Name):
            home = self.home(scope, expression.id)
            return home.bindings[expression.id] if home else []
        if not isinstance(expression, Attribute):
            return []
        base = self.meaning(scope, expression.base)
        found = [self.facts.scopes[key] for _, key in base.things if isinstance(key, int)]
        if len(found) != 1 or len(base.things) != 1 or base.unknown:
            return []
        owner = found[0]
        return [*owner.bindings.get(expression.name, ()), *owner.attributes.get(expression.name, ())]


def _await(resolver: Resolver, scope: Scope, expression: Await) -> Meaning:
    return resolver.meaning(scope, expression.value).only("instance", "object")


def _either(resolver: Resolver, scope: Scope, expression: Either) -> Meaning:
    return one_of(resolver.meaning(scope, option) for option in expression.options)


def _literal(_resolver: Resolver, _scope: Scope, expression: Constant) -> Meaning:
    return NONE if expression.value is None else UNKNOWN


def _subscript(resolver: Resolver, scope: Scope, expression: Subscript) -> Meaning:
    return resolver.meaning(scope, expression.base).only("definition")


_READ: dict[type, Callable[[Resolver, Scope, Any], Meaning]] = {
    Name: Resolver._name,
    Attribute: Resolver._attribute,
    Call: called,
    Await: _await,
    Either: _either,
    Constant: _literal,
    Subscript: _subscript,
}


def _resolutions(meaning: Meaning, wanted: Kind) -> tuple[Resolution, ...]:
    found = [(rank, key) for (kind, key), rank in meaning.things.items() if kind == wanted]
    found.sort(key=lambda item: item[0])
    return tuple(Resolution(str(key), CERTAINTIES[rank]) for rank, key in found)


def _home(scope: Scope, name: str) -> Scope | None:
    here: Scope | None = scope
    while here is not None:
        if name in here.redirects:
            home = here.redirects[name]
            return home if name in home.bindings else None
        if name in here.bindings and (here.kind != "class" or here is scope):
            return here
        here = here.parent
    return None


def _is_classmethod(scope: Scope) -> bool:
    if scope.name in {"__new__", "__init_subclass__", "__class_getitem__"}:
        return True
    return any(getattr(node, "id", getattr(node, "value", None)) == "classmethod" for node in scope.decorators)


def _immutable(value: object) -> bool:
    return not isinstance(value, dict) and not (isinstance(value, tuple) and any(not _immutable(v) for v in value))
