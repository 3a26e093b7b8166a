"""From expressions to dotted names: through imports, scopes, aliases, instances, annotations and classes.

The law of certainty: `certain` through imports alone; `likely` through an assignment, an annotation, a `with`, an
attribute of `self`, or when several bindings compete; `maybe` when one of them is unknown, through `getattr`, and
for star imports. A name that is only ever bound to unknown values resolves to nothing. A builtin that nothing
binds resolves to its own name. Definitions of the file itself resolve to nothing (see `local_definition`).
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any, NamedTuple

from gardener.checking.annotations import annotated
from gardener.checking.calls import called
from gardener.checking.constants import constant_of
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
from gardener.checking.members import ancestry, attribute_of, is_classmethod
from gardener.checking.scopes import Binding, Facts, Scope, joined
from gardener.checking.shapes import (
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
from gardener.core.finding import CERTAINTIES

if TYPE_CHECKING:
    from collections.abc import Callable

    Key = tuple[int, str, str]

_HOPS = 8  # a chain of five aliases of an import, and what holds them
_STEPS = 400  # names looked at to resolve one; adversarial code has cycles of many names with many bindings
_BINDINGS = 16
_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_")) | {"__import__", "__debug__"}


class _Known(NamedTuple):
    """A meaning, and what it took to find it."""

    meaning: Meaning
    hops: int
    steps: int


class Resolver:
    """Answers questions about one file's names; every answer is remembered."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._homes: dict[tuple[int, str], Scope | None] = {}
        self._known: dict[Key, _Known] = {}
        self._answers: dict[Key, Meaning] = {}
        self._open: set[Key] = set()
        self._steps = 0
        self._deepest = 0
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
        inherited = union(ancestry(self, index) for index in objects)
        names = [thing("instance", key, LIKELY) for kind, key in inherited.things if kind == "name"]
        return _resolutions(union([meaning, *names]), "instance")

    def constant(self, scope: Scope, expression: Expression) -> Constant | None:
        """The literal that `expression` is, also through names and attributes bound exactly once to it."""
        return constant_of(self, scope, expression)

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
            return thing("definition" if is_classmethod(home) else "object", home.parent.index)
        return self.guarded((home.index, name, "name"), lambda: self.merged(bindings))

    def _unbound(self, name: str) -> Meaning:
        stars = [binding.target or "" for binding in self.facts.scopes[0].bindings.get("*", ())]
        if name in _BUILTINS:
            return thing("name", name, LIKELY if stars else CERTAIN)
        return union(thing("name", joined(module, name), MAYBE) for module in stars) if stars else UNKNOWN

    def guarded(self, key: Key, compute: Callable[[], Meaning]) -> Meaning:
        """Compute once; cut cycles, long chains and thickets.

        What was cut short is remembered only as the answer to the question asked, and what is remembered counts as
        many hops and steps as it took: an answer must not depend on what was asked before.
        """
        outermost = not self._open
        if outermost:
            if key in self._answers:
                return self._answers[key]
            self._steps, self._deepest = 0, 0
        level = len(self._open)
        known = self._known.get(key)
        if known and level + known.hops <= _HOPS and self._steps + known.steps <= _STEPS:
            self._steps += known.steps
            self._deepest = max(self._deepest, level + known.hops)
            return known.meaning
        self._steps += 1
        if key in self._open or level >= _HOPS or self._steps > _STEPS:
            self._cut = True
            return NOTHING if key in self._open else UNKNOWN
        before = (self._cut, self._deepest, self._steps)
        self._cut, self._deepest = False, level + 1
        self._open.add(key)
        try:
            meaning = compute()
        finally:
            self._open.discard(key)
        if not self._cut:
            self._known[key] = _Known(meaning, self._deepest - level, self._steps - before[2] + 1)
        if outermost:
            self._answers[key] = meaning
        self._cut, self._deepest = self._cut or before[0], max(self._deepest, before[1])
        return meaning

    def merged(self, bindings: list[Binding]) -> Meaning:
        """What a name with these bindings stands for."""
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
        return Meaning(union([known, *values]).at_best(LIKELY).things) if branched else found.at_best(MAYBE)

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
        if binding.annotation is not None:
            declared = self._declared(site, binding)
            if declared is not None:
                # `x: Session = field(default_factory=…)`: both are told, neither rules the other out.
                return union([declared, Meaning(value.at_best(LIKELY).things, none=value.none)])
            if binding.value is None:
                return NOTHING
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


def _attribute(resolver: Resolver, scope: Scope, expression: Attribute) -> Meaning:
    return attribute_of(resolver, resolver.meaning(scope, expression.base), expression.name)


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
    Attribute: _attribute,
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
