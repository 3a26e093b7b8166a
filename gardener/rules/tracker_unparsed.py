from __future__ import annotations

from gardener import Repo, rule
from gardener.checking.tracked_debt import unparsed


@rule(Repo, severity="P3", state="warn")
def tracker_unparsed(repo):
    """Part of the tech tracker that could not be read.

    The tracker is read in many shapes; what fits none of them is reported instead of dropped.

    ~~~text bad
    === tech-tracker.md
    # Tech tracker

    | ID | Area | Debt | Severity | Status |
    | --- | --- | --- | --- | --- |
    | TD-001 | api | No paging | P2 | perhaps | <!-- here -->
    ~~~

    ~~~text good
    === tech-tracker.md
    # Tech tracker

    | ID | Area | Debt | Severity | Status |
    | --- | --- | --- | --- | --- |
    | TD-001 | api | No paging | P2 | open |
    ~~~
    """
    if repo.tracker is not None:
        for found in unparsed(repo.tracker):
            yield repo.flag(found.path, found.line, found.said, label=found.label)
