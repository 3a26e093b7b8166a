"""Where would paying off the baseline help most? Where many accepted findings stand in files that change often."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from gardener.gardening.chores_ground import Round
from gardener.gardening.grades.formula import minutes_for
from gardener.gardening.night import Duty

if TYPE_CHECKING:
    from gardener.core.finding import Finding
    from gardener.gardening.chores_ground import ChoreGround

MOST = 5
_YEAR = timedelta(days=365)


def run(ground: ChoreGround) -> Round:
    """A duty for each of the files that lead, by accepted findings times the commits of the last year."""
    known: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in ground.report.findings:
        if finding.suppressed is not None and finding.suppressed.by == "baseline":
            known[finding.path].append(finding)
    churn = {path: _commits(ground, path) for path in known}
    ranked = sorted(known, key=lambda path: (-len(known[path]) * max(churn[path], 1), path))[:MOST]
    return Round(
        tuple(
            Duty(
                "baseline-debt",
                f"{len(known[path])} accepted finding{'s' * (len(known[path]) > 1)} in {path}, "
                f"which {churn[path]} commits of the last year changed",
                path,
                f"gardener check --no-baseline {path}",
                sum(map(minutes_for, known[path])),
                len(known[path]) * max(churn[path], 1),
            )
            for path in ranked
        )
    )


def _commits(ground: ChoreGround, path: str) -> int:
    if ground.as_of is None:
        return 0
    since = (ground.as_of - _YEAR).isoformat()
    return sum(commit.date > since for commit, _ in ground.history.versions(path))
