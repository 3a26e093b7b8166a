"""Which change of each sample is the one that the comments are about: those that have most in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.learning.induction.differences import Edit, Level, alikeness
from gardener.learning.induction.terms import SEQUENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gardener.learning.induction.trial import Pair

MOST_BUNDLES = 8


@dataclass(frozen=True, slots=True)
class Bundle:
    """One edit of each sample that has an after, and how much these have in common."""

    edits: tuple[Edit, ...]
    likeness: float = 1.0


def bundles_of(pairs: Sequence[Pair], *, resolving: bool = True) -> list[Bundle]:
    """The bundles, the most alike first; none when a sample has no change.

    Those that only add something count where nothing else changes in all samples.
    """
    changes = [pair.edits(resolving=resolving) for pair in pairs if pair.after is not None]
    if not changes or not all(changes):
        return []
    pivot = min(range(len(changes)), key=lambda index: (len(changes[index]), index))
    found: list[Bundle] = []
    for edit in changes[pivot][:MOST_BUNDLES]:
        chosen = [
            edit if index == pivot else max(others, key=lambda other, edit=edit: _likeness(edit, other))  # type: ignore[misc]  # edit is bound
            for index, others in enumerate(changes)
        ]
        found.append(Bundle(tuple(chosen), min(_likeness(edit, other) for other in chosen)))
    found.sort(key=lambda bundle: -bundle.likeness)
    return [bundle for bundle in found if not bundle.edits[0].is_insertion] or found


def _likeness(left: Edit, right: Edit) -> float:
    """How much two edits have in common: their shape first, then what they take away and what they add."""
    mine, theirs = left.levels[0], right.levels[0]
    same_kinds = (mine.before.kind == theirs.before.kind) + (mine.after.kind == theirs.after.kind)
    shape = same_kinds / 2 + 0.5 * (left.part == right.part) + 0.5 * (left.is_insertion == right.is_insertion)
    return shape + alikeness(mine.before, theirs.before) + alikeness(mine.after, theirs.after)


def common_levels(bundle: Bundle) -> list[tuple[Level, ...]]:
    """Levels at which all samples have code of one kind, from the inside out."""
    first, *others = bundle.edits
    reached = [0] * len(others)
    found: list[tuple[Level, ...]] = []
    for level in first.levels:
        column, positions = [level], []
        for edit, start in zip(others, reached, strict=True):
            same = (at for at in range(start, len(edit.levels)) if _fits(edit.levels[at], level))
            at = next(same, None)
            if at is None:
                break
            positions.append(at)
            column.append(edit.levels[at])
        if len(column) == len(bundle.edits):
            reached = [at + 1 for at in positions]
            found.append(tuple(column))
    return found


def _fits(left: Level, right: Level) -> bool:
    if left.before.kind != right.before.kind:
        return False
    return left.before.kind != SEQUENCE or bool(left.before.terms("items")) == bool(right.before.terms("items"))
