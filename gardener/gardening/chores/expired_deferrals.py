"""Which promises to mend something later have passed their date?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.gardening.chores_ground import Round
from gardener.gardening.grades.formula import MINUTES
from gardener.gardening.night import Duty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.gardening.chores_ground import ChoreGround

_RULE = "expired-suppression"


def run(ground: ChoreGround) -> Round:
    """A duty for each comment and each deferral by command whose finding counts again. Raises ConfigError."""
    return Round((*_comments(ground), *_commands(ground)))


def _comments(ground: ChoreGround) -> Iterator[Duty]:
    for one in ground.report.findings:
        if one.rule == _RULE and one.suppressed is None:
            yield Duty("expired-deferrals", one.message, f"{one.path}:{one.place.line}", one.remediation, MINUTES["P2"])


def _commands(ground: ChoreGround) -> Iterator[Duty]:
    from gardener.checking.deferrals import BY, deferrals_of

    still_there = {one.fingerprint: one for one in ground.report.findings if one.suppressed is None}
    for record in deferrals_of(ground.tree):
        finding = still_there.get(record.fingerprint)
        if record.expired(ground.today) and finding is not None:
            what = f"the {BY[record.verb]} of `{record.rule}` in {record.path} ended on {record.until}"
            do = f"gardener explain {record.fingerprint[:8]}"
            place = f"{finding.path}:{finding.place.line}"
            yield Duty("expired-deferrals", what, place, do, MINUTES[finding.severity])
