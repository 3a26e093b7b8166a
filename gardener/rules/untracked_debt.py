from __future__ import annotations

from gardener import Repo, rule
from gardener.checking.tracked_debt import untracked


@rule(Repo, severity="P3", state="warn", options={"most": 0})
def untracked_debt(repo):
    """Mark of debt in the code that the tech tracker does not know.

    Where there is a tracker, a `TODO(TD-012)` must name one of its rows, and not a resolved one. With the option
    `most`, files that hold more marks without a row than that are reported, too.

    ~~~text bad
    === tech-tracker.md
    | ID | Area | Debt | Severity | Status |
    | --- | --- | --- | --- | --- |
    | TD-001 | api | No paging | P2 | open |
    === src/app.py
    x = 1  # TODO(TD-007): page # here
    ~~~

    ~~~text good
    === tech-tracker.md
    | ID | Area | Debt | Severity | Status |
    | --- | --- | --- | --- | --- |
    | TD-001 | api | No paging | P2 | open |
    === src/app.py
    x = 1  # TODO(TD-001): page
    y = 2  # TODO: name it
    ~~~
    """
    for found in untracked(repo, int(repo.options.get("most", 0))):
        yield repo.flag(found.path, found.line, found.said, label=found.label)
