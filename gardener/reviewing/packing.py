"""Which pairs share a request: few related clauses, several small units, within what a model reads and writes well.

Models get worse at rules the more of them they are given at once (IFScale, arXiv 2507.11538), so clauses go in batches
of at most eight, those that can stop a merge apart from the rest, in the order of the document. Code that gives orders
to its reader is asked about by itself: a judge that obeys them says nothing false about anything else.
"""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

from gardener.core.finding import at_least
from gardener.reviewing.briefs import clause_tokens, unit_tokens
from gardener.reviewing.deciding import SEVERE, Case, Stage
from gardener.reviewing.orders import orders_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gardener.core.review import Criterion, Unit

MOST_CLAUSES = 8
MOST_ROWS = 90
UNIT_BUDGET = 8_000
CLAUSE_BUDGET = 6_000

Block = tuple[Case, ...]


def pack(cases: Sequence[Case], stage: Stage, criteria: Sequence[Criterion]) -> tuple[Block, ...]:
    """Blocks of cases, each all combinations of some clauses and some units, that cover `cases`.

    `criteria` are all clauses of the run: batches of clauses are cut from them, so that they stay the same whatever is
    left to ask. The refuter is asked about one case at a time.
    """
    if stage == "refute":
        return tuple((case,) for case in cases)
    by_unit: dict[int, dict[str, Case]] = {}
    for case in cases:
        by_unit.setdefault(id(case.pair.unit), {})[case.pair.criterion.id] = case
    blocks: list[Block] = []
    for batch in clause_batches(criteria):
        groups: dict[tuple[tuple[str, ...], int], list[dict[str, Case]]] = {}
        for unit, known in by_unit.items():
            asked = tuple(criterion.id for criterion in batch if criterion.id in known)
            if asked:
                alone = unit if orders_of(_unit(known)) else 0
                groups.setdefault((asked, alone), []).append(known)
        for (asked, _), members in groups.items():
            ordered = _shuffled(members) if stage == "find2" else members
            blocks += [
                tuple(known[name] for known in chunk for name in asked) for chunk in _chunks(ordered, len(asked))
            ]
    return tuple(blocks)


def halves(block: Block) -> tuple[Block, ...]:
    """The block in two, by units where it holds several, else by clauses; nothing for a single case."""
    units = list(dict.fromkeys(id(case.pair.unit) for case in block))
    if len(units) > 1:
        first = set(units[: len(units) // 2])
        parts = [case for case in block if id(case.pair.unit) in first]
        return tuple(parts), tuple(case for case in block if id(case.pair.unit) not in first)
    return (block[: len(block) // 2], block[len(block) // 2 :]) if len(block) > 1 else ()


def clause_batches(criteria: Iterable[Criterion]) -> tuple[tuple[Criterion, ...], ...]:
    """All clauses in batches of about equal size, grave ones apart."""
    listed = list(criteria)
    grave = [one for one in listed if at_least(one.severity, SEVERE)]
    rest = [one for one in listed if not at_least(one.severity, SEVERE)]
    return tuple(batch for group in (grave, rest) for batch in _even(group))


def _even(criteria: Sequence[Criterion]) -> Iterator[tuple[Criterion, ...]]:
    tokens = sum(map(clause_tokens, criteria))
    wanted = max(math.ceil(len(criteria) / MOST_CLAUSES), math.ceil(tokens / CLAUSE_BUDGET))
    number = min(wanted, len(criteria))
    for index in range(number):
        yield tuple(criteria[index * len(criteria) // number : (index + 1) * len(criteria) // number])


def _chunks(members: Sequence[dict[str, Case]], clauses: int) -> Iterator[list[dict[str, Case]]]:
    """Units in order, as many together as fit: first come, first packed, so that neighbours in a file stay together."""
    chunk: list[dict[str, Case]] = []
    tokens = 0
    for known in members:
        size = unit_tokens(_unit(known))
        if chunk and (tokens + size > UNIT_BUDGET or (len(chunk) + 1) * clauses > MOST_ROWS):
            yield chunk
            chunk, tokens = [], 0
        chunk.append(known)
        tokens += size
    if chunk:
        yield chunk


def _unit(known: dict[str, Case]) -> Unit:
    return next(iter(known.values())).pair.unit


def _shuffled(members: Sequence[dict[str, Case]]) -> list[dict[str, Case]]:
    """Another order that is the same on every machine."""
    return sorted(members, key=lambda known: hashlib.sha256(_unit(known).text.encode("utf-8", "replace")).digest())
