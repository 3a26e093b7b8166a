"""Where would paying off the baseline help most? Where many accepted findings stand in files that change often."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from gardener.gardening.chores_ground import Round
from gardener.gardening.grades.formula import minutes_for
from gardener.gardening.night import Duty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gardener.core.finding import Finding
    from gardener.gardening.chores_ground import ChoreGround

MOST = 5
_YEAR = timedelta(days=365)


def run(ground: ChoreGround) -> Round:
    """A duty for each of the files that lead, by accepted findings times the commits of the last year.

    What nobody touches can wait, however much is accepted in it.
    """
    known: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in ground.report.findings:
        if finding.suppressed is not None and finding.suppressed.by == "baseline":
            known[finding.path].append(finding)
    churn = {path: commits for path in known if (commits := _commits(ground, path))}
    ranked = sorted(churn, key=lambda path: (-len(known[path]) * churn[path], path))[:MOST]
    return Round(tuple(_duty(path, known[path], churn[path]) for path in ranked))


def _duty(path: str, known: Sequence[Finding], commits: int) -> Duty:
    found = f"{len(known)} accepted finding{'s' * (len(known) > 1)} in {path}"
    changed = f"{commits} commit{'s' * (commits > 1)} of the last year changed"
    return Duty(
        "baseline-debt",
        f"{found}, which {changed}",
        path,
        f"gardener check --no-baseline {path}",
        sum(map(minutes_for, known)),
        len(known) * commits,
    )


def _commits(ground: ChoreGround, path: str) -> int:
    if ground.as_of is None:
        return 0
    since = (ground.as_of - _YEAR).isoformat()
    return sum(commit.date > since for commit, _ in ground.history.versions(path))
