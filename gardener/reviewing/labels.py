"""Labels: code of which is known whether it breaks a clause, to measure a judge by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gardener.core.review import Criterion, Pair, Unit
    from gardener.repo.trees import Tree

Expected = Literal["violation", "ok", "not_applicable"]
Source = Literal["example", "injected", "file"]

EXPECTED: tuple[Expected, ...] = ("violation", "ok", "not_applicable")


@dataclass(frozen=True, slots=True)
class Label:
    """One thing that is known. `clause` is what it counts for: a clause, or `belief.*` where any clause of it may do.

    Where a `violation` is expected, one of the `pairs` must be judged so; else none may. There are no pairs where the
    review would not ask. `lines` are the places (path, line) that a quote must touch; none where that is not known.
    `at` says where the label comes from.
    """

    clause: str
    expected: Expected
    pairs: tuple[Pair, ...]
    source: Source
    at: str
    lines: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Sitting:
    """Labels that may share requests: none of them shows what another one expects.

    `tree` is what the second reader may look at.
    """

    labels: tuple[Label, ...]
    tree: Tree


def counts_for(criteria: Sequence[Criterion]) -> str:
    """What a label counts for that is about any of the clauses of one belief."""
    return criteria[0].id if len(criteria) == 1 else f"{criteria[0].belief}.*"


def smallest_around(units: Iterable[Unit], line: int) -> Unit | None:
    """The unit with the fewest lines that shows a line of the file."""
    return min((unit for unit in units if line in unit.lines), key=lambda unit: len(unit.lines), default=None)
