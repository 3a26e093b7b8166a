"""Average-link clustering of sparse vectors, in time and memory that follow the neighbours, not all pairs."""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gardener.learning.features import Vector

# Both were chosen with benchmarks/clustering.py: the first where themes are found and hold together, the second so high
# that what it gathers beforehand is never told apart later.
THRESHOLD = 0.2
TIGHT = 0.8
_MOST_NEIGHBOURS = 30
_HEAD = 0.9
# What stands in more groups than this brings nothing together.
_MOST_POSTINGS = 600


def clusters(vectors: Sequence[Vector], threshold: float = THRESHOLD) -> list[tuple[int, ...]]:
    """Groups of the numbers of vectors whose average cosine is at least `threshold`, each sorted, by first number.

    The cosine of unit vectors averages to the product of the groups' mean vectors, so no pair is ever stored. Groups
    that share no neighbour are never compared. The order of the vectors matters little, and equal orders not at all.
    """
    forest = _Forest()
    near: list[tuple[int, int]] = []
    for number, likeness in _by_likeness(vectors, forest):
        best = max(likeness, key=lambda other: (likeness[other], -other), default=-1)
        if best >= 0 and likeness[best] >= TIGHT:
            forest.join(best, number, vectors[number])
            continue
        forest.add(number, vectors[number])
        closest = heapq.nlargest(_MOST_NEIGHBOURS, ((score, -other) for other, score in likeness.items()))
        near.extend((number, -other) for score, other in closest if score >= threshold / 2)
    for one, other in near:
        forest.connect(one, other)
    forest.grow(threshold)
    return sorted(tuple(sorted(members)) for members in forest.members.values())


def _by_likeness(vectors: Sequence[Vector], forest: _Forest) -> Iterator[tuple[int, dict[int, float]]]:
    """For each vector about its cosine with the first vector of each group there is by then."""
    postings: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for number, vector in enumerate(vectors):
        likeness: dict[int, float] = defaultdict(float)
        head = _head(vector)
        for key, value in head:
            if len(postings[key]) <= _MOST_POSTINGS:
                for other, weight in postings[key]:
                    likeness[other] += value * weight
        yield number, likeness
        if number in forest.members:
            for key, value in head:
                postings[key].append((number, value))


def _head(vector: Vector) -> list[tuple[int, float]]:
    """The heaviest entries, which make up nine tenths of the length: the rest is common, and costs most of the time."""
    kept: list[tuple[int, float]] = []
    length = 0.0
    for key, value in sorted(vector.items(), key=lambda entry: (-entry[1], entry[0])):
        if length >= _HEAD:
            break
        length += value * value
        kept.append((key, value))
    return kept


@dataclass(slots=True)
class _Forest:
    """Groups that merge, the most similar pair first; ties go to the pair that stands first."""

    members: dict[int, list[int]] = field(default_factory=dict)
    _sums: dict[int, Vector] = field(default_factory=dict)
    _near: dict[int, set[int]] = field(default_factory=dict)
    _queue: list[tuple[float, int, int]] = field(default_factory=list)
    _latest: int = 0

    def add(self, number: int, vector: Vector) -> None:
        """Begin a group."""
        self.members[number] = [number]
        self._sums[number] = dict(vector)
        self._near[number] = set()

    def join(self, group: int, number: int, vector: Vector) -> None:
        """Add a vector to a group."""
        self.members[group].append(number)
        _add_to(self._sums[group], vector)

    def connect(self, one: int, other: int) -> None:
        """Let two groups be compared."""
        self._near[one].add(other)
        self._near[other].add(one)
        heapq.heappush(self._queue, (-self._likeness(one, other), min(one, other), max(one, other)))

    def grow(self, threshold: float) -> None:
        """Merge while a pair is similar enough."""
        while self._queue:
            likeness, one, other = heapq.heappop(self._queue)
            if -likeness < threshold:
                return
            if one in self.members and other in self.members:
                self._merge(one, other)

    def _merge(self, one: int, other: int) -> None:
        """A new group takes the place of two; what was queued about them is passed over when its turn comes."""
        self._latest -= 1
        number = self._latest
        small, large = sorted((self._sums.pop(one), self._sums.pop(other)), key=len)
        _add_to(large, small)
        self.members[number] = self.members.pop(one) + self.members.pop(other)
        self._sums[number] = large
        near = (self._near.pop(one) | self._near.pop(other)) - {one, other}
        self._near[number] = set()
        for each in sorted(near):
            self._near[each] -= {one, other}
            self.connect(number, each)

    def _likeness(self, one: int, other: int) -> float:
        small, large = sorted((self._sums[one], self._sums[other]), key=len)
        product = sum(value * large[key] for key, value in small.items() if key in large)
        return product / (len(self.members[one]) * len(self.members[other]))


def _add_to(total: Vector, vector: Vector) -> None:
    for key, value in vector.items():
        total[key] = total.get(key, 0.0) + value
