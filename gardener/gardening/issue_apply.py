"""Carrying out a plan: each write is journalled before it happens and after it, so that nothing happens twice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gardener.core.draft import issue_fingerprint
from gardener.core.errors import TrackerError
from gardener.gardening.issue_ledger import Entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from gardener.core.issue import Issue, Tracker
    from gardener.gardening.issue_ledger import Ledger
    from gardener.gardening.issue_steps import Plan, Step

# A tracker that refuses this often in a row will refuse the rest, too.
MOST_REFUSALS = 3
_DASHBOARD = issue_fingerprint("dashboard", "", "")


@dataclass(slots=True)
class Outcome:
    """What was done, as steps with their ids, where each can be seen, and what went wrong."""

    done: list[Step] = field(default_factory=list)
    urls: dict[str, str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


def carry_out(plan: Plan, tracker: Tracker, ledger: Ledger, *, label: str, moment: Callable[[], str]) -> Outcome:
    """Do the steps of a plan, one after the other; `moment` gives the time for the ledger.

    A step that fails does not keep the others from being done, unless there is no use in them. Raises RepoError when
    the ledger cannot be written: then nothing more is done.
    """
    outcome = Outcome()
    ledger.add(*(replace(entry, at=moment()) for entry in plan.learned))
    refusals = 0
    for step in plan.steps:
        if step.fingerprint == _DASHBOARD and outcome.failures:
            # It would say that issues were made which were not.
            continue
        try:
            _do(step, tracker, ledger, outcome, label=label, moment=moment)
        except TrackerError as error:
            refusals += 1
            outcome.failures.append(_told(step, error))
            if error.fatal or refusals >= MOST_REFUSALS:
                outcome.failures.append("the rest waits for the next run")
                break
        else:
            refusals = 0
    return outcome


def _do(
    step: Step, tracker: Tracker, ledger: Ledger, outcome: Outcome, *, label: str, moment: Callable[[], str]
) -> None:
    entry = Entry(
        step.fingerprint,
        tracker.place,
        step.action,
        id=step.id,
        reason=step.reason or "",
        kind=step.kind if step.action == "create" else "",
        subject=step.subject,
        area=step.area,
    )
    ledger.add(replace(entry, stage="intent", at=moment()))
    try:
        issue = _write(step, tracker)
    except TrackerError as error:
        if error.undone:
            ledger.add(replace(entry, stage="failed", at=moment()))
        raise
    ledger.add(replace(entry, stage="done", at=moment(), id=issue.id))
    outcome.done.append(replace(step, id=issue.id))
    outcome.urls[step.fingerprint] = issue.url
    if step.action == "create" and label not in issue.labels:
        raise TrackerError(
            f"the tracker left off the label `{label}`", fatal=True, hint="the token needs the right to set labels"
        )


def _write(step: Step, tracker: Tracker) -> Issue:
    match step.action:
        case "create":
            return tracker.create(step.title, step.body, step.labels)
        case "update":
            return tracker.update(step.id, step.body, step.labels)
        case "reopen":
            return tracker.reopen(step.id, step.body)
        case "close":
            return tracker.close(step.id, step.reason or "completed")


def _told(step: Step, error: TrackerError) -> str:
    what = f"{step.action} {step.id or step.title}"
    doubt = "" if error.undone or error.fatal else "; whether it was done shows in the next run"
    hint = f" ({error.hint})" if error.hint else ""
    return f"{what}: {error.message}{doubt}{hint}"
