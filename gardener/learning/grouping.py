"""From clusters to groups that hold together: what is only near the edge of a cluster belongs to none."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gardener.core.feedback import Evidence, Feedback
    from gardener.learning.features import Vector

# Chosen with benchmarks/clustering.py: below them stands what shares a word with the rest and means something else.
LEAST_TYPICAL = 0.65
LEAST_LIKENESS = 0.15
_FEW_OTHERS = 2
_AT_ONCE = 20
_ALIKE = 0.85
_ALIKE_OF_FEW = 0.65


def likeness(group: Sequence[int], rows: Sequence[Vector]) -> Mapping[int, float]:
    """The average cosine of each member with the others; 0 for a member that has none."""
    total = total_of(group, rows)
    others = max(len(group) - 1, 1)
    return {number: (_product(rows[number], total) - _product(rows[number], rows[number])) / others for number in group}


def total_of(group: Iterable[int], rows: Sequence[Vector]) -> Vector:
    """The sum of the members' vectors: its product with a vector is the sum of their cosines."""
    total: Vector = {}
    for number in group:
        for key, value in rows[number].items():
            total[key] = total.get(key, 0.0) + value
    return total


def trimmed(group: Sequence[int], rows: Sequence[Vector]) -> tuple[int, ...]:
    """The group without members that are much less like the others than these are among themselves."""
    kept = list(group)
    while len(kept) > 2:
        found = likeness(kept, rows)
        bar = max(LEAST_LIKENESS, LEAST_TYPICAL * sum(found.values()) / len(kept))
        low = sorted((number for number in kept if found[number] < bar), key=lambda number: (found[number], -number))
        if not low:
            break
        # Each that goes changes what is typical, but in a large group a few change little.
        gone = set(low[: max(len(kept) // _AT_ONCE, 1)])
        kept = [number for number in kept if number not in gone]
    return tuple(kept)


def is_one_voice(group: Sequence[int], evidence: Sequence[Evidence], rows: Sequence[Vector]) -> bool:
    """True where most comes from one person, or one pull request, and the rest is not like it.

    What one person keeps saying in one place is no theme; neither is it with something similar by somebody else.
    """
    keys: tuple[Callable[[Feedback], str], ...] = (lambda each: each.author.casefold(), lambda each: each.pr)
    return any(_one_voice(group, [key(evidence[number].feedback) for number in group], rows) for key in keys)


def _one_voice(group: Sequence[int], voices: Sequence[str], rows: Sequence[Vector]) -> bool:
    loudest, count = Counter(voices).most_common(1)[0]
    if count * 2 <= len(group) or not 0 < len(group) - count <= _FEW_OTHERS:
        return False
    own = [number for number, voice in zip(group, voices, strict=True) if voice == loudest]
    rest = [number for number, voice in zip(group, voices, strict=True) if voice != loudest]
    within = sum(likeness(own, rows).values()) / count
    across = _product(total_of(rest, rows), total_of(own, rows)) / (count * len(rest))
    return across < within * (_ALIKE if count > 2 else _ALIKE_OF_FEW)


def nearest(row: Vector, totals: Sequence[tuple[Vector, int]], least: float) -> int | None:
    """The number of the group that `row` is most like on average; None where none is `least` alike.

    A group is given as the sum of its members' vectors and their number.
    """
    scores = [_product(row, total) / count for total, count in totals]
    best = max(range(len(scores)), key=lambda number: (scores[number], -number), default=None)
    return best if best is not None and scores[best] >= least else None


def _product(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    return sum(value * other[key] for key, value in one.items() if key in other)
