"""What a call gives back: an instance of what was called, or what a well-known function makes of its arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.checking.annotations import annotated
from gardener.checking.meaning import LIKELY, MAYBE, UNKNOWN, Kind, Meaning, thing, union
from gardener.checking.members import attribute_of, returned
from gardener.checking.scopes import class_around
from gardener.checking.shapes import Attribute, Call, Constant, Name

if TYPE_CHECKING:
    from gardener.checking.resolve import Resolver
    from gardener.checking.scopes import Scope
    from gardener.checking.shapes import Expression

_PASS_ON = frozenset({"contextlib.closing", "contextlib.aclosing"})
_ENTER = frozenset({"enter_context", "enter_async_context"})
_CAST = frozenset({"typing.cast", "typing_extensions.cast"})
_IMPORT = frozenset({"importlib.import_module", "pytest.importorskip"})


def called(resolver: Resolver, scope: Scope, call: Call) -> Meaning:
    """What `call`, made in `scope`, gives back."""
    function = resolver.meaning(scope, call.func)
    names = {str(key) for kind, key in function.things if kind == "name"}
    if call.args:
        told = _told(resolver, scope, call, names)
        if told is not None:
            return told
    if "super" in names and isinstance(call.func, Name):
        return _super(scope)
    results = [_result(resolver, kind, key, rank) for (kind, key), rank in function.things.items()]
    return union([*results, Meaning(unknown=function.unknown or not results)])


def _result(resolver: Resolver, kind: Kind, key: str | int, rank: int) -> Meaning:
    if isinstance(key, str):
        return thing("instance", key, rank if kind == "name" else max(rank, LIKELY))
    if kind != "definition":
        return UNKNOWN
    return thing("object", key, rank) if resolver.facts.scopes[key].kind == "class" else returned(resolver, key)


def _told(resolver: Resolver, scope: Scope, call: Call, names: set[str]) -> Meaning | None:
    """What the arguments say; None when this is no call of which they say anything."""
    first = call.args[0]
    if names & _PASS_ON or (isinstance(call.func, Attribute) and call.func.name in _ENTER):
        return resolver.meaning(scope, first)
    if len(call.args) > 1 and names & _CAST:
        cast = annotated(resolver, scope, first)
        return cast.at_best(LIKELY) if cast.things else resolver.meaning(scope, call.args[1])
    if len(call.args) > 1 and "getattr" in names:
        return _got(resolver, scope, first, call.args[1])
    if isinstance(first, Constant) and isinstance(first.value, str):
        return _imported(first.value, names)
    return None


def _got(resolver: Resolver, scope: Scope, base: Expression, attribute: Expression) -> Meaning:
    if not isinstance(attribute, Constant) or not isinstance(attribute.value, str):
        return UNKNOWN
    return attribute_of(resolver, resolver.meaning(scope, base), attribute.value).at_best(MAYBE)


def _imported(module: str, names: set[str]) -> Meaning | None:
    if names & _IMPORT and not module.startswith("."):
        return thing("name", module, LIKELY)
    return thing("name", module.partition(".")[0], LIKELY) if "__import__" in names else None


def _super(scope: Scope) -> Meaning:
    owner = class_around(scope)
    return UNKNOWN if owner is None else thing("super", owner.index)
