"""Which clauses are said to be kept by something that does not exist, or that lets a violation pass?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.gardening.chores_ground import Round
from gardener.gardening.grades.formula import NAMING_MINUTES
from gardener.gardening.night import Duty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.gardening.chores_ground import ChoreGround


def run(ground: ChoreGround) -> Round:
    """A duty for each enforcer of an active belief that does not hold."""
    return Round(tuple(_duties(ground)))


def _duties(ground: ChoreGround) -> Iterator[Duty]:
    if ground.held is None:
        return
    said: set[tuple[str, str]] = set()
    for belief, clause in ground.held.beliefs.clauses:
        for one in ground.held.enforcement.get(clause.id, ()) if belief.status == "active" else ():
            if (one.resolved and one.proven is not False) or (belief.id, str(one.by)) in said:
                continue
            said.add((belief.id, str(one.by)))
            state = "does not keep" if one.resolved else "cannot keep"
            what = f"{one.by} {state} `{belief.id}`: {one.reason}"
            do = f"gardener beliefs show {belief.id}"
            yield Duty("unproven-enforcement", what, f"{belief.path}:{clause.line}", do, NAMING_MINUTES)
