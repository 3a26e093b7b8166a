"""Families about definitions: a decorator or a base that was added."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gardener.learning.induction.shapes import Draft
from gardener.learning.induction.terms import DEFINITIONS, DOTTED, Term

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gardener.learning.induction.bundles import Bundle
    from gardener.learning.induction.differences import Level

_SHORTEST_AFFIX = 3


def decorator_drafts(bundle: Bundle) -> Iterator[Draft]:
    """Drafts of `required-decorator`, for edits that add one."""
    levels = [edit.levels[0] for edit in bundle.edits]
    is_decoration = all(edit.part == "decorator_list" for edit in bundle.edits)
    if not is_decoration or not all(level.before.kind in DEFINITIONS for level in levels):
        return
    added = set.intersection(*(_names(level, "decorator_list") for level in levels))
    kinds = {_kind(bundle, number) for number in range(len(levels))}
    if len(kinds) != 1:
        return
    on = kinds.pop()
    for name in sorted(added):
        for concerned in _concerned(bundle, on):
            parameters = {"decorators": [name], **({"on": on} if on != "function" else {}), **concerned}
            yield _draft("required-decorator", parameters)


def base_drafts(bundle: Bundle) -> Iterator[Draft]:
    """Drafts of `required-base`, for edits that add one or put one in the place of another."""
    found = [_class_level(edit.levels) for edit in bundle.edits]
    levels = [level for level in found if level is not None]
    if len(levels) != len(found) or not all(edit.part in {"bases", ""} for edit in bundle.edits):
        return
    added = set.intersection(*(_names(level, "bases") for level in levels))
    names = affix([level.before.label for level in levels])
    gone = set.intersection(*({*_labels(level.before.terms("bases"))} for level in levels))
    for name in sorted(added):
        if names:
            yield _draft("required-base", {"bases": [name], "names": names})
        if gone:
            yield _draft("required-base", {"bases": [name], "subclasses": sorted(gone)[:1]})


def affix(labels: Sequence[str]) -> str | None:
    """A regular expression for what all names begin or end with; None when that is too little."""
    distinct = sorted(set(labels))
    if len(distinct) == 1:
        label = distinct[0]
        return re.escape(label) if len(labels) > 1 else _word_affix(label)
    prefix = _shared_start(distinct)
    suffix = _shared_start([label[::-1] for label in distinct])[::-1]
    if "_" in prefix:
        prefix = prefix[: prefix.rindex("_") + 1] if not prefix.endswith("_") else prefix
    suffix = _whole_words(suffix)
    best = max((prefix, suffix), key=lambda item: len(item.strip("_")))
    if len(best.strip("_")) < _SHORTEST_AFFIX:
        return None
    return f"{prefix}.*" if best == prefix else f".*{suffix}"


def _shared_start(labels: Sequence[str]) -> str:
    shortest = min(labels, key=len)
    ends = (at for at, char in enumerate(shortest) if any(label[at] != char for label in labels))
    return shortest[: next(ends, len(shortest))]


def _word_affix(label: str) -> str | None:
    """What a single name may share with others of its kind: `view_` of `view_order`, `Error` of `CardError`."""
    head = re.match(r"_*[a-z]+_", label)
    if head and len(head[0]) > _SHORTEST_AFFIX:
        return f"{head[0]}.*"
    tail = re.search(r"(?<=[a-z0-9])[A-Z][a-z]+$", label)
    return f".*{tail[0]}" if tail and len(tail[0]) > _SHORTEST_AFFIX else None


def _whole_words(suffix: str) -> str:
    found = re.search(r"(?:_|[A-Z]).*$", suffix)
    return found[0] if found else ""


def _class_level(levels: Sequence[Level]) -> Level | None:
    return next((level for level in levels[:2] if level.before.kind == "ClassDef"), None)


def _labels(terms: Sequence[Term]) -> Iterator[str]:
    """Dotted names of decorators or bases, called or not."""
    for term in terms:
        inner = term.part("func") if term.kind == "Call" else term
        if inner.kind == DOTTED or inner.kind == "Name":
            yield inner.label


def _names(level: Level, part: str) -> set[str]:
    return set(_labels(level.after.terms(part))) - set(_labels(level.before.terms(part)))


def _kind(bundle: Bundle, number: int) -> str:
    levels = bundle.edits[number].levels
    if levels[0].before.kind == "ClassDef":
        return "class"
    return "method" if len(levels) > 1 and levels[1].before.kind == "ClassDef" else "function"


def _concerned(bundle: Bundle, on: str) -> Iterator[dict[str, object]]:
    """Which definitions need it: by the base of their class, by their names."""
    levels = [edit.levels[0] for edit in bundle.edits]
    holders = [edit.levels[0 if on == "class" else -1] for edit in bundle.edits]
    if on == "method":
        holders = [edit.levels[1] for edit in bundle.edits]
    bases = set.intersection(*(set(_labels(level.before.terms("bases"))) for level in holders))
    names = affix([level.before.label for level in levels])
    shared = sorted(bases)[:1]
    if names:
        yield {"names": names}
    if shared and on != "function":
        yield {"base": shared}
        if names:
            yield {"names": names, "base": shared}


def _draft(family: str, parameters: dict[str, object]) -> Draft:
    values = [value if isinstance(value, list) else [value] for value in parameters.values()]
    atoms = tuple(str(item) for value in values for item in value)
    return Draft({"form": "family", "family": family, "parameters": parameters}, atoms)
