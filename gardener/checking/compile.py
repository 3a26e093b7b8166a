"""From a rule's data to a matcher: pages through the pattern compiler or a family, Python rules by loading them."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

from gardener.core import family
from gardener.core.errors import RuleError
from gardener.core.rule import Plan, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import libcst as cst

    from gardener.checking.hit import Hit, Matcher
    from gardener.checking.source import SourceFile

Item = TypeVar("Item")
FAMILIES = "gardener.checking.families"
_SLICES = ("statement", "toplevel", "module")
_compiled: dict[tuple[str, str, str], Compiled] = {}


@dataclass(frozen=True, slots=True)
class Compiled:
    """A matcher, the plan by which files are dismissed before it runs, and whether its hits carry fixes."""

    matcher: Matcher
    plan: Plan
    has_fix: bool = False


def matcher_of(rule: Rule, options: Mapping[str, Any] | None = None) -> Matcher:
    """The compiled matcher of a Python-code rule under `options`, made once a process.

    Raises RuleError when the rule or an option cannot be used.
    """
    return compile_rule(rule, options or {}).matcher


def plan_of(rule: Rule, options: Mapping[str, Any] | None = None) -> Plan:
    """The plan of `rule`: stored with it, and compiled anew only where `options` change a family's parameters."""
    return compile_rule(rule, options).plan if options and rule.body.get("form") == "family" else rule.plan


def compile_rule(rule: Rule, options: Mapping[str, Any] | None = None) -> Compiled:
    """Compile `rule` under `options`: a family's parameters, or the options a Python rule declares."""
    key = (rule.id, rule.digest, json.dumps([rule.body, options or {}], sort_keys=True, default=str))
    if key not in _compiled:
        _compiled[key] = compile_body(rule.body, rule.message, dict(options or {}), place=rule.place)
    return _compiled[key]


def compile_body(
    body: Mapping[str, Any], message: str | None, options: Mapping[str, Any] | None = None, *, place: str
) -> Compiled:
    """Compile what a rule's fence or decorator says. Raises RuleError or ManyErrors."""
    form = body["form"]
    if form == "family":
        return _compile_family(body["family"], {**body["parameters"], **(options or {})}, message, place)
    _refuse_options(options, place, known=body.get("options", ()))
    if form == "python":
        from gardener.checking.python_code import compile_python

        return compile_python(body, place=place)
    from gardener.checking.patterns import compile_pattern

    keys = {key: value for key, value in body.items() if key != "form"}
    found = compile_pattern(keys | ({"message": message} if message else {}), place=place)
    return Compiled(found.matcher, found.plan, found.has_fix)


def check_options(rule: Rule, options: Mapping[str, Any]) -> None:
    """Raise RuleError, or ManyErrors, for options that `rule` cannot be compiled with. Compiles nothing."""
    body = rule.body
    if body["form"] != "family":
        _refuse_options(options, rule.place, known=body.get("options", ()))
        return
    for name, values, _ in entries_of(body["family"], {**body["parameters"], **options}, None):
        _parameters(name, values, rule.place)


def _refuse_options(options: Mapping[str, Any] | None, place: str, known: Sequence[str]) -> None:
    for name in options or {}:
        if name not in known:
            raise RuleError(f"this rule has no option `{name}`", at=place)


def _compile_family(name: str, values: Mapping[str, Any], message: str | None, place: str) -> Compiled:
    return union([_compile_entry(*entry, place) for entry in entries_of(name, values, message)])


def entries_of(
    name: str, values: Mapping[str, Any], message: str | None
) -> Iterator[tuple[str, dict[str, Any], str | None]]:
    """Family, parameters and message of each of `entries`, or of the one set there is.

    An entry inherits the parameters beside `entries`; under a family of its own, those that this family knows.
    Raises RuleError when `entries` is no list of tables.
    """
    shared = {key: value for key, value in values.items() if key != "entries"}
    entries = values.get("entries", [{}])
    if not entries or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise RuleError("`entries` must be a list of tables that is not empty")
    for entry in entries:
        own = dict(entry)
        member = own.pop("family", name)
        known = shared if member == name else {key: shared[key] for key in shared if key in parameter_names(member)}
        merged = {**known, **own}
        yield member, merged, merged.pop("message", message)


def parameter_names(member: str) -> tuple[str, ...]:
    """The parameters of a family; none for a family that does not exist."""
    try:
        return tuple(field.name for field in fields(family.load(FAMILIES, member).PARAMETERS))
    except KeyError:
        return ()


def _parameters(name: str, values: Mapping[str, Any], place: str) -> tuple[Any, Any]:
    """A family's module, and its parameters filled from `values`."""
    from gardener.checking.families._parameters import read_parameters

    member = family.load(FAMILIES, name)
    return member, read_parameters(member.PARAMETERS, values, at=lambda _: place)


def _compile_entry(name: str, values: Mapping[str, Any], message: str | None, place: str) -> Compiled:
    member, parameters = _parameters(name, values, place)
    try:
        compiled: Compiled = member.compile_family(parameters, message=message)
    except RuleError as error:
        error.at = error.at or place
        raise
    return compiled


def union(parts: Sequence[Compiled]) -> Compiled:
    """One matcher for several: the first part that hits a node speaks for it."""
    from gardener.checking.hit import Matcher

    if len(parts) == 1:
        return parts[0]
    runs: dict[type[cst.CSTNode], list[Callable[[cst.CSTNode, SourceFile], Iterator[Hit]]]] = {}
    for part in parts:
        for kind in part.matcher.node_types:
            runs.setdefault(kind, []).append(part.matcher.run)

    def run(node: cst.CSTNode, file: SourceFile) -> Iterator[Hit]:
        seen: set[int] = set()
        for handler in runs.get(type(node), ()):
            hits = [hit for hit in handler(node, file) if id(hit.node) not in seen]
            seen.update(id(hit.node) for hit in hits)
            yield from hits

    matcher = Matcher(tuple(runs), run)
    return Compiled(matcher, _union_plan([part.plan for part in parts]), any(part.has_fix for part in parts))


def _union_plan(plans: Sequence[Plan]) -> Plan:
    words = _either([plan.words for plan in plans])
    nodes = _either([plan.nodes for plan in plans])
    names = _either([plan.names for plan in plans])
    return Plan(words, nodes, names, max((plan.slice for plan in plans), key=_SLICES.index))


def _either(choices: Sequence[tuple[Item, ...]]) -> tuple[Item, ...]:
    """The union, where an empty choice means anything goes."""
    return tuple(dict.fromkeys(item for choice in choices for item in choice)) if all(choices) else ()
