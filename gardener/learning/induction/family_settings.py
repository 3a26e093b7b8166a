"""The family of calls that are only right in a certain setting: opened by `with`, inside another call, after one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.learning.induction.shapes import Draft
from gardener.learning.induction.terms import Term, called_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.learning.induction.bundles import Bundle
    from gardener.learning.induction.differences import Edit, Level


def setting_drafts(bundle: Bundle) -> Iterator[Draft]:
    """Drafts of `must-call-within` for calls that an edit keeps and puts elsewhere."""
    levels = [edit.levels[0] for edit in bundle.edits]
    calls = set.intersection(*({*_called(level.before)} for level in levels))
    for name in sorted(calls):
        if all(name in _opened(level.after) and name not in _opened(level.before) for level in levels):
            yield _draft([name], within=["with"])
        for holder in sorted(set.intersection(*({*_holders(level, name)} for level in levels))):
            yield _draft([name], within=[holder])
    if all(edit.is_insertion for edit in bundle.edits):
        yield from _before(bundle)


def _draft(calls: list[str], **setting: list[str]) -> Draft:
    parameters = {"calls": calls, **setting}
    atoms = tuple(item for value in parameters.values() for item in value)
    return Draft({"form": "family", "family": "must-call-within", "parameters": parameters}, atoms)


def _called(term: Term) -> Iterator[str]:
    for item in term.walk():
        name = called_name(item)
        if name:
            yield name


def _opened(term: Term) -> set[str]:
    """What `with` statements open."""
    items = [item.part("context_expr") for item in term.walk() if item.kind == "withitem"]
    return {name for item in items for name in _called(item)}


def _holders(level: Level, name: str) -> Iterator[str]:
    """What the call stands in after and not before: the body of a `with`, or the arguments of another call."""
    for item in level.after.walk():
        inner: list[Term] = []
        holder: str | None = None
        if item.kind in {"With", "AsyncWith"}:
            holder = next((found for entry in item.terms("items") for found in _called(entry)), None)
            inner = list(item.terms("body"))
        elif item.kind == "Call":
            holder = called_name(item)
            inner = [*item.terms("args"), *item.terms("keywords")]
        is_new = bool(holder) and holder not in {name, *_called(level.before)}
        if holder and is_new and any(name in _called(part) for part in inner):
            yield holder


def _before(bundle: Bundle) -> Iterator[Draft]:
    """A call that was put before another one."""
    added = set.intersection(*({*_called(edit.levels[0].after)} for edit in bundle.edits))
    following = set.intersection(*({*_following(edit)} for edit in bundle.edits))
    for call in sorted(following):
        for earlier in sorted(added - {call}):
            if "." in call and "." in earlier:
                yield _draft([call], before=[earlier])


def _following(edit: Edit) -> Iterator[str]:
    found = edit.levels[0].following
    return iter(()) if found is None else _called(found)
