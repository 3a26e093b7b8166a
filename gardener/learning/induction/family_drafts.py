"""Candidate parameters of rule families: most of what teams ask for is one line of those."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gardener.learning.induction.bundles import common_levels
from gardener.learning.induction.family_definitions import base_drafts, decorator_drafts
from gardener.learning.induction.family_settings import setting_drafts
from gardener.learning.induction.generalising import Holes, generalise
from gardener.learning.induction.imports import import_drafts
from gardener.learning.induction.shapes import Draft
from gardener.learning.induction.terms import CONSTANT, DOTTED, KEYWORD, Term, called_name
from gardener.learning.induction.variants import unwrapped
from gardener.learning.induction.writing import Unwritable, code_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gardener.learning.induction.bundles import Bundle
    from gardener.learning.induction.differences import Edit, Level
    from gardener.learning.induction.trial import Pair

# Methods of one protocol: who objects to some of them without a timeout objects to all.
_COMPANIONS = (frozenset({"get", "post", "put", "patch", "delete", "head", "options"}),)


def family_drafts(pairs: Sequence[Pair], bundles: Sequence[Bundle]) -> Iterator[Draft]:
    """Drafts of rules of a family, the surest first."""
    for bundle in bundles[:3]:
        yield from decorator_drafts(bundle)
        yield from base_drafts(bundle)
        for column in common_levels(bundle)[:4]:
            yield from _call_drafts(column)
        yield from setting_drafts(bundle)
    yield from import_drafts(pairs, only_when_several=bool(bundles))
    for bundle in bundles[:3]:
        yield from _gone_drafts(bundle)


def is_about_arguments(found: Draft, bundles: Sequence[Bundle]) -> bool:
    """Whether a draft forbids a call where the samples say more: about its arguments, or what a built-in is part of."""
    if found.family != "forbidden-call" or not bundles:
        return False
    names = found.body["parameters"]["calls"]
    least = common_levels(bundles[0])[:2]
    is_whole = any(called_name(unwrapped(level.before)) in names for column in least for level in column[:1])
    if not is_whole and all("." not in name for name in names):
        return True
    for column in common_levels(bundles[0]):
        calls = [_call_of(level.before, names) for level in column]
        after = {item.key for level in column for item in level.after.walk()}
        if all(call is not None for call in calls):
            joint = generalise([call for call in calls if call is not None], Holes())
            given = [] if joint is None else [*joint.terms("args"), *joint.terms("keywords")]
            said = [item for term in given for item in term.walk() if item.kind in _TELLING and item.label]
            return any(item.key not in after and not item.label.startswith("$") for item in said)
    return False


_TELLING = frozenset({CONSTANT, "Attribute", KEYWORD, DOTTED})


def _call_of(term: Term, names: Sequence[str]) -> Term | None:
    return next((item for item in term.walk() if called_name(item) in names), None)


def draft(family: str, **parameters: Any) -> Draft:
    """The draft of a family's rule; parameters that are None are left out."""
    kept = {key: value for key, value in parameters.items() if value is not None}
    atoms = tuple(str(item) for value in kept.values() for item in (value if isinstance(value, list) else [value]))
    return Draft({"form": "family", "family": family, "parameters": kept}, atoms)


def source(term: Term) -> str | None:
    """The code of a term on one line; None when there is none."""
    try:
        text = code_text(term)
    except Unwritable:
        return None
    return None if "\n" in text else text


def names_of(terms: Sequence[Term], name: Callable[[Term], str | None]) -> list[str]:
    """The names of all terms, sorted; empty when one has none."""
    found = [name(term) for term in terms]
    return sorted({item for item in found if item}) if all(found) else []


def completed(names: list[str]) -> list[str]:
    """With two or more methods of one protocol, all of them."""
    owners = {name.rpartition(".")[0] for name in names}
    last = {name.rpartition(".")[2] for name in names}
    if len(owners) == 1 and len(last) > 1:
        for companions in _COMPANIONS:
            if last <= companions:
                return sorted(f"{next(iter(owners))}.{item}" for item in companions)
    return names


def _call_drafts(column: Sequence[Level]) -> Iterator[Draft]:
    befores, afters = [level.before for level in column], [level.after for level in column]
    names = names_of(befores, called_name)
    if not names:
        return
    same = all(
        after.kind == "Call" and after.part("func").key == before.part("func").key
        for before, after in zip(befores, afters, strict=True)
    )
    if not same:
        return
    yield from _argument_drafts(names, befores, afters)


@dataclass(frozen=True, slots=True)
class _Keywords:
    """The keyword arguments of one call before and after."""

    before: dict[str, Term]
    after: dict[str, Term]
    same_positional: bool

    @property
    def added(self) -> set[str]:
        return set(self.after) - set(self.before) - {""}

    @property
    def changed(self) -> set[str]:
        return {
            name
            for name, value in self.before.items()
            if name and value.kind == CONSTANT and (name not in self.after or self.after[name].key != value.key)
        }


def _keywords(before: Term, after: Term) -> _Keywords:
    sides = [{item.label: item.part("value") for item in term.terms("keywords")} for term in (before, after)]
    keys = [[item.key for item in term.terms("args")] for term in (before, after)]
    return _Keywords(sides[0], sides[1], keys[0] == keys[1])


def _argument_drafts(names: list[str], befores: Sequence[Term], afters: Sequence[Term]) -> Iterator[Draft]:
    found = [_keywords(before, after) for before, after in zip(befores, afters, strict=True)]
    for name in sorted(set.intersection(*(item.changed for item in found))):
        values = [item.before[name].value for item in found]
        yield from _value_drafts(names, name, values, [item.after.get(name) for item in found])
    if all(item.same_positional for item in found):
        for name in sorted(set.intersection(*(item.added for item in found))):
            value = _agreed([item.after[name] for item in found])
            for calls in _each([completed(names), names]):
                yield draft("required-argument", calls=calls, argument=name, value=value)


def _each(options: Sequence[list[str]]) -> list[list[str]]:
    return [option for number, option in enumerate(options) if option not in options[:number]]


def _agreed(values: Sequence[Term | None]) -> str | None:
    """The source of a value on which all samples agree, when it means the same everywhere."""
    first = values[0]
    if first is None or any(value is None or value.key != first.key for value in values):
        return None
    if any(item.kind in {"Name", DOTTED} and (item.weak or item.kind == DOTTED) for item in first.walk()):
        return None
    return source(first)


def _value_drafts(
    names: list[str], argument: str, values: Sequence[Any], afters: Sequence[Term | None]
) -> Iterator[Draft]:
    distinct = [value for number, value in enumerate(values) if repr(value) not in map(repr, values[:number])]
    listed = ["None" if value is None else value for value in distinct]
    if len(listed) > 3 or not all(isinstance(value, bool | int | float | str) for value in listed):
        return
    listed.sort(key=repr)
    instead = _agreed(afters)
    for calls in _each([_owned(names, 2), names]):
        yield draft("forbidden-argument-value", calls=calls, argument=argument, values=listed, instead=instead)


def _owned(names: list[str], fewest: int) -> list[str]:
    """Everything in the module that these names stand in, when they are enough of them."""
    owners = {name.rpartition(".")[0] for name in names}
    return [f"{owners.pop()}.*"] if len(names) >= fewest and len(owners) == 1 and "" not in owners else names


def _gone_drafts(bundle: Bundle) -> Iterator[Draft]:
    """Imported things and built-in functions that are used before and no longer after."""
    levels = tuple(_with_call(edit) for edit in bundle.edits)
    gone = [_gone(level) for level in levels]
    for is_call, family, key in ((True, "forbidden-call", "calls"), (False, "forbidden-attribute", "attributes")):
        sets = [{name for name, called in found.items() if called is is_call} for found in gone]
        shared = set.intersection(*sets)
        names = [max(shared, key=lambda name: (len(name), name))] if shared else _spread_names(sets)
        if not names:
            continue
        name = names[0] if len(names) == 1 else None
        instead = _replacement(levels, name, is_call=is_call) if name else None
        for listed in _each([_owned(names, 3), names]):
            yield draft(family, **{key: listed}, instead=instead)


def _with_call(edit: Edit) -> Level:
    """The least code that differs; where that is a function's name, its call."""
    first, *rest = edit.levels
    outer = rest[0] if rest else first
    is_called = outer.before.kind == "Call" and outer.before.part("func").key == first.before.key
    return outer if is_called else first


def _spread_names(sets: Sequence[set[str]]) -> list[str]:
    """One name of each sample, when these are few and stand in one module."""
    if not all(sets):
        return []
    names = sorted({min(found) for found in sets})
    owners = {name.rpartition(".")[0] for name in names}
    return names if len(owners) == 1 and "" not in owners and len(names) <= 4 else []


def _gone(level: Level) -> dict[str, bool]:
    """Names that only the code before uses, and whether it calls them; of `os.environ.get` also `os.environ`."""
    after = {name for item in level.after.walk() for name in _with_prefixes(item)}
    found: dict[str, bool] = {}
    for item in level.before.walk():
        name = called_name(item)
        if name and name not in after:
            found[name] = True
    for item in level.before.walk():
        for name in _with_prefixes(item):
            if "." in name and name not in after:
                found.setdefault(name, False)
    return found


def _with_prefixes(term: Term) -> list[str]:
    """The name that a term is, and what it is a member of, the longest first."""
    if term.kind != DOTTED:
        return [term.label] if term.kind == "Name" else []
    split = term.label.split(".")
    return [".".join(split[:end]) for end in range(len(split), 0, -1)]


def _replacement(levels: Sequence[Level], name: str, *, is_call: bool) -> str | None:
    """The dotted name that stands in the same place in all afters, with the same arguments if it is called."""
    found = {_in_its_place(level.before, level.after, name, is_call=is_call) for level in levels}
    only = min(found, key=str) if len(found) == 1 else None
    return only if only and "." in only else None


def _in_its_place(before: Term, after: Term, name: str, *, is_call: bool) -> str | None:
    if before.kind == DOTTED and before.label == name:
        return after.label if after.kind == DOTTED else None
    if is_call and called_name(before) == name:
        same = after.kind == "Call" and all(
            [item.key for item in before.terms(part)] == [item.key for item in after.terms(part)]
            for part in ("args", "keywords")
        )
        return called_name(after) if same else None
    if before.kind != after.kind:
        return None
    for old, new in zip(before.children(), after.children(), strict=False):
        if old.key != new.key:
            return _in_its_place(old, new, name, is_call=is_call)
    return None
