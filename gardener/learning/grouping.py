"""From clusters to groups that hold together: what is only near the edge of a cluster belongs to none."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gardener.core.feedback import Evidence, Feedback
    from gardener.learning.features import Vector

# Chosen with benchmarks/clustering.py: below them stands what shares a word with the rest and means something else.
LEAST_TYPICAL = 0.65
LEAST_LIKENESS = 0.15
_TYPICAL = 0.85


def likeness(group: Sequence[int], rows: Sequence[Vector]) -> Mapping[int, float]:
    """The average cosine of each member with the others; 0 for a member that has none."""
    total: Counter[int] = Counter()
    for number in group:
        total.update(rows[number])
    others = max(len(group) - 1, 1)
    return {number: (_product(rows[number], total) - _product(rows[number], rows[number])) / others for number in group}


def trimmed(group: Sequence[int], rows: Sequence[Vector]) -> tuple[int, ...]:
    """The group without members that are much less like the others than these are among themselves."""
    kept = list(group)
    while len(kept) > 2:
        found = likeness(kept, rows)
        least = min(kept, key=lambda number: (found[number], -number))
        if found[least] >= max(LEAST_LIKENESS, LEAST_TYPICAL * sum(found.values()) / len(kept)):
            break
        kept.remove(least)
    return tuple(kept)


def hangs_on_a_stranger(group: Sequence[int], evidence: Sequence[Evidence], rows: Sequence[Vector]) -> bool:
    """True where one untypical member alone makes it two people, or two pull requests.

    What one person keeps saying in one place is no theme; neither is it with something similar by somebody else.
    """
    found = likeness(group, rows)
    keys: tuple[Callable[[Feedback], str], ...] = (lambda each: each.author.casefold(), lambda each: each.pr)
    for key in keys:
        values = Counter(key(evidence[number].feedback) for number in group)
        if len(values) == 2 and min(values.values()) == 1:
            (single,) = [number for number in group if values[key(evidence[number].feedback)] == 1][:1]
            rest = [found[number] for number in group if number != single]
            if found[single] < _TYPICAL * sum(rest) / len(rest):
                return True
    return False


def nearest(row: Vector, groups: Sequence[Sequence[int]], rows: Sequence[Vector], least: float) -> int | None:
    """The number of the group that `row` is most like, on average over all in it; None where none is `least` alike."""
    best: tuple[float, int] | None = None
    for number, group in enumerate(groups):
        score = sum(_product(row, rows[member]) for member in group) / len(group)
        if score >= least and (best is None or score > best[0]):
            best = (score, number)
    return best[1] if best else None


def _product(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    return sum(value * other[key] for key, value in one.items() if key in other)
