"""Average-link clustering of sparse vectors, in time and memory that follow the neighbours, not all pairs."""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gardener.learning.features import Vector

THRESHOLD = 0.2
_MOST_NEIGHBOURS = 40


def clusters(vectors: Sequence[Vector], threshold: float = THRESHOLD) -> list[tuple[int, ...]]:
    """Groups of the numbers of vectors whose average cosine is at least `threshold`, each sorted, by first number.

    The cosine of unit vectors averages to the product of the groups' mean vectors, so no pair is ever stored. Groups
    that share no neighbour are never compared.
    """
    forest = _Forest([dict(vector) for vector in vectors])
    for one, other, likeness in _neighbours(vectors, threshold / 2):
        forest.connect(one, other, likeness)
    forest.grow(threshold)
    return sorted(tuple(sorted(members)) for members in forest.members.values())


def _neighbours(vectors: Sequence[Vector], least: float) -> list[tuple[int, int, float]]:
    """For each vector the most similar ones before it."""
    postings: dict[int, list[tuple[int, float]]] = defaultdict(list)
    found: list[tuple[int, int, float]] = []
    for number, vector in enumerate(vectors):
        likeness: dict[int, float] = defaultdict(float)
        for key, value in vector.items():
            for other, weight in postings[key]:
                likeness[other] += value * weight
            postings[key].append((number, value))
        near = [(score, -other) for other, score in likeness.items() if score >= least]
        found.extend((number, -other, score) for score, other in heapq.nlargest(_MOST_NEIGHBOURS, near))
    return found


@dataclass(slots=True)
class _Forest:
    """Groups that merge, the most similar pair first; ties go to the pair that stands first."""

    sums: list[Vector]
    members: dict[int, list[int]] = field(default_factory=dict)
    _near: dict[int, set[int]] = field(default_factory=dict)
    _queue: list[tuple[float, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.members = {number: [number] for number in range(len(self.sums))}
        self._near = {number: set() for number in self.members}

    def connect(self, one: int, other: int, likeness: float) -> None:
        """Let two groups be compared."""
        self._near[one].add(other)
        self._near[other].add(one)
        heapq.heappush(self._queue, (-likeness, min(one, other), max(one, other)))

    def grow(self, threshold: float) -> None:
        """Merge while a pair is similar enough."""
        while self._queue:
            likeness, one, other = heapq.heappop(self._queue)
            if -likeness < threshold:
                return
            if one in self.members and other in self.members:
                self._merge(one, other)

    def _merge(self, one: int, other: int) -> None:
        number = len(self.sums)
        small, large = sorted((self.sums[one], self.sums[other]), key=len)
        for key, value in small.items():
            large[key] = large.get(key, 0.0) + value
        self.sums.append(large)
        self.sums[one] = self.sums[other] = {}
        self.members[number] = self.members.pop(one) + self.members.pop(other)
        near = (self._near.pop(one) | self._near.pop(other)) - {one, other}
        self._near[number] = set()
        for each in sorted(near):
            self._near[each] -= {one, other}
            self.connect(number, each, self._likeness(number, each))

    def _likeness(self, one: int, other: int) -> float:
        small, large = sorted((self.sums[one], self.sums[other]), key=len)
        product = sum(value * large[key] for key, value in small.items() if key in large)
        return product / (len(self.members[one]) * len(self.members[other]))
