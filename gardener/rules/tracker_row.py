from __future__ import annotations

from gardener import Repo, rule
from gardener.checking.tracked_debt import wrong_rows


@rule(Repo)
def tracker_row(repo):
    """Row of the tech tracker that cannot be referred to.

    Ids must be there and be unique, since code, issues and commits refer to them. A status that contradicts itself,
    and a belief that is not there, are notes.

    ~~~text bad
    === tech-tracker.md
    # Tech tracker

    | ID | Area | Debt | Severity | Status |
    | --- | --- | --- | --- | --- |
    | TD-001 | api | No paging | P2 | open |
    | TD-001 | web | No retries | P2 | open | <!-- here -->
    ~~~

    ~~~text good
    === tech-tracker.md
    # Tech tracker

    | ID | Area | Debt | Severity | Status |
    | --- | --- | --- | --- | --- |
    | TD-001 | api | No paging | P2 | open |
    | TD-002 | web | No retries | P2 | open |
    ~~~
    """
    for found in wrong_rows(repo):
        yield repo.flag(found.path, found.line, found.said, label=found.label, severity=found.severity)
