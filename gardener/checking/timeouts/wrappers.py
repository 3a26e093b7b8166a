"""Functions of a file that hand their own timeout, or their `**kwargs`, on to a listed call: entries themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from gardener.checking.timeouts.case import Case, Problem, assess

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import libcst as cst

    from gardener.checking.scopes import Scope
    from gardener.checking.source import SourceFile
    from gardener.checking.timeouts.matching import Listing
    from gardener.checking.timeouts.table import Entry

_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Found:
    """What a whole file holds: `wrappers` by the number of the function's scope, and entries that are `factories`."""

    wrappers: Mapping[int, Entry]
    factories: tuple[Entry, ...]


_NOTHING = Found({}, ())
_found: WeakKeyDictionary[SourceFile, Found] = WeakKeyDictionary()


def wrappers_of(file: SourceFile) -> Mapping[int, Entry]:
    """The wrappers of a file; none while they are being looked for."""
    return _found.get(file, _NOTHING).wrappers


def survey(file: SourceFile, listing: Listing) -> Found:
    """The wrappers and factories of a whole module; nothing for a slice, on which they make no difference.

    A call that hands something on asks for the module itself.
    """
    if file.is_slice:
        return _NOTHING
    if file not in _found:
        _found[file] = _NOTHING
        _found[file] = _survey(file, listing)
    return _found[file]


def _survey(file: SourceFile, listing: Listing) -> Found:
    import libcst as cst

    from gardener.checking.timeouts.excuses import is_excused

    calls = [node for node in file.nodes() if isinstance(node, cst.Call)]
    factories = dict.fromkeys(_factories(file, calls, listing))
    wrappers: dict[int, Entry] = {}
    for _ in range(_ROUNDS):
        before = len(wrappers)
        for call in calls:
            case = listing.cases(file, call) or wrapper_case(file, call, listing, wrappers)
            problem = assess(case) if case else None
            if case is None or problem is None or problem.kind != "handed" or is_excused(case, problem):
                continue
            scope, function = _function_around(case)
            if scope is not None and function is not None:
                wrappers.setdefault(scope.index, _entry(case, problem, scope, function))
        if len(wrappers) == before:
            break
    return Found(wrappers, tuple(factories))


def _factories(file: SourceFile, calls: list[cst.Call], listing: Listing) -> Iterator[Entry]:
    for call in calls:
        for item in file.resolve(call.func):
            yield from (entry for entry in listing.entries.get(item.name, ()) if entry.role == "factory")


def wrapper_case(file: SourceFile, call: cst.Call, listing: Listing, wrappers: Mapping[int, Entry]) -> Case | None:
    """The case that a call of a wrapper is."""
    if not wrappers:
        return None
    from gardener.checking.expressions import from_cst

    scope = file.resolver.local_definition(file.scope_of(call.func), from_cst(call.func))
    if scope is not None and scope.kind == "class":
        made = scope.bindings.get("__init__", ())
        scope = file.facts.scopes[made[0].definition] if len(made) == 1 and made[0].definition >= 0 else None
    entry = wrappers.get(scope.index) if scope else None
    return Case(file, call, call.func, entry, entry.names[0], "likely", listing.terms) if entry else None


def _function_around(case: Case) -> tuple[Scope | None, cst.FunctionDef | None]:
    """The named function whose parameter is handed on, when the call stands directly in it."""
    import libcst as cst

    for node in case.file.ancestors(case.call):
        if isinstance(node, cst.Lambda):
            return None, None
        if isinstance(node, cst.FunctionDef):
            return case.file.scope_of(case.call), node
    return None, None


def _entry(case: Case, problem: Problem, scope: Scope, function: cst.FunctionDef) -> Entry:
    """What calls of the function must give."""
    inner, handed = case.entry, problem.argument
    named = scope.parent.name if scope.name == "__init__" and scope.parent else scope.name
    entry = replace(
        inner,
        names=(named,),
        of=(),
        library=inner.title,
        role="call",
        position=None,
        every=False,
        safe_if=tuple(item for item in inner.safe_if if item == "deadline"),
        wraps=inner.wraps or case.name,
    )
    if handed is None or handed.through is None or handed.through.startswith("*"):
        return replace(entry, timeout=(handed.name if handed else inner.timeout[0],))
    default = _default(case.file, function, handed.through)
    absent = inner.absent if default == "omitted" else "unbounded" if default == "none" else "bounded"
    if inner.none == "default" and default == "none":
        absent = inner.absent
    return replace(entry, timeout=(handed.through,), position=_position(scope, function, handed.through), absent=absent)


def _default(file: SourceFile, function: cst.FunctionDef, name: str) -> str:
    """What the parameter is without an argument: `none`, or anything else (`given`)."""
    params = function.params
    for param in (*params.posonly_params, *params.params, *params.kwonly_params):
        if param.name.value == name and param.default is not None:
            constant = file.constant(param.default)
            return "none" if constant is not None and constant.value is None else "given"
    return "given"


def _position(scope: Scope, function: cst.FunctionDef, name: str) -> int | None:
    names = [param.name.value for param in (*function.params.posonly_params, *function.params.params)]
    if name not in names:
        return None
    decorators = {getattr(item.decorator, "value", None) for item in function.decorators}
    is_method = scope.parent is not None and scope.parent.kind == "class" and "staticmethod" not in decorators
    return names.index(name) - is_method
