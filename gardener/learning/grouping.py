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
_ALIKE = 0.85
_ALIKE_OF_FEW = 0.65


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
    rest = [number for number in group if number not in own]
    within = _mean(_product(rows[one], rows[other]) for one in own for other in own if one < other)
    across = _mean(_product(rows[one], rows[other]) for one in own for other in rest)
    return across < within * (_ALIKE if count > 2 else _ALIKE_OF_FEW)


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0


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
