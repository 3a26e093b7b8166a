"""Which of the team's own rules have not found anything for months?

The history of grades counts what each rule found, a line whenever something had changed: a line holds until the next.
A rule is idle when its page is older than the time asked about, the history reaches back as far, and no line that held
in that time counts anything for it. What a hook stops before it is committed is in no history: idle is no reason to
delete a rule, only one to look at it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from gardener.gardening.chores_ground import Round
from gardener.gardening.night import Duty

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from gardener.gardening.chores_ground import ChoreGround
    from gardener.gardening.grades.ledger import Night

_MONTH = timedelta(days=30.4)
SHIPPED = "gardener"


def run(ground: ChoreGround) -> Round:
    """A duty for each rule of the repository, or of a pack it names, that is idle."""
    months = ground.settings.garden.idle_months
    if ground.as_of is None or not ground.nights:
        return Round()
    since = ground.as_of - months * _MONTH
    if ground.nights[0].on[:10] > since.isoformat():
        return Round()
    fired = {rule for night in _held_since(ground.nights, since) for rule in _fired(night)}
    fired |= {finding.rule for finding in ground.report.findings}
    idle = [
        rule
        for rule in ground.report.rules
        if rule.pack != SHIPPED and rule.id not in fired and _is_older(ground, rule.place, since)
    ]
    do = "see whether what it is about can still happen; `gardener rules reject RULE --reason TEXT` retires it"
    return Round(
        tuple(
            Duty("idle-rules", f"`{rule.id}` has found nothing for {months} months", _page(rule.place), do, minutes=10)
            for rule in idle
        )
    )


def _held_since(nights: tuple[Night, ...], since: date) -> Iterator[Night]:
    """The lines of the time, and the one that held when it began."""
    before = [night for night in nights if night.on[:10] <= since.isoformat()]
    yield from before[-1:]
    yield from (night for night in nights if night.on[:10] > since.isoformat())


def _fired(night: Night) -> list[str]:
    found = night.content.get("fired")
    return [rule for rule, count in found.items() if count] if isinstance(found, dict) else []


def _is_older(ground: ChoreGround, place: str, since: date) -> bool:
    """True when the page of a rule was there before; a page without history is new."""
    versions = [commit for commit, _ in ground.history.versions(_page(place))]
    return bool(versions) and versions[-1].date <= since.isoformat()


def _page(place: str) -> str:
    return place.rpartition(":")[0] if place.rpartition(":")[2].isdecimal() else place
