"""One round of written requests and responses, as a report: what was emitted, or what was ingested."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.core.finding import Failure
from gardener.reviewing import batching, pending
from gardener.reviewing.reporting import report_of
from gardener.reviewing.requests import requests_for
from gardener.reviewing.settling import dropped_notes, frozen, settle, standing_after, undecided

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gardener.core.report import Report
    from gardener.reviewing.preparing import Prepared

PROBLEMS_SHOWN = 5


def emitted(prepared: Prepared, path: Path) -> Report:
    """Write what is still to ask into the file at `path`, and report what is known so far. Raises RepoError."""
    requests = requests_for(undecided(prepared), prepared.criteria, prepared.judge)
    batching.emit(path, prepared.request.root, requests)
    note = f"wrote {_counted(len(requests), 'request')} to {path}" if requests else "nothing is left to ask"
    report = report_of(prepared, frozen(prepared))
    return replace(report, notes=(note, *report.notes))


def ingested(prepared: Prepared, path: Path) -> Report:
    """Take the responses in the file at `path`, settle what they settle, and report. Raises RepoError or ModelError."""
    answers = batching.ingest(path, prepared.request.root)
    pending.add(prepared.request.root, answers.rows)
    decided = undecided(prepared)
    settle(prepared, decided)
    waiting = sum(decision.ask is not None for _, decision in decided)
    notes = [f"took {_counted(len(answers.rows), 'row')} from {path}"]
    if waiting:
        notes.append(f"{_counted(waiting, 'pair')} need another round: emit again")
    notes += _few(answers.problems)
    failures = [Failure(reason) for reason in _few(answers.unusable)]
    report = report_of(prepared, standing_after(prepared, decided))
    return replace(
        report,
        failures=(*failures, *report.failures),
        notes=(*notes, *dropped_notes(decided), *report.notes),
    )


def _few(said: Sequence[str]) -> list[str]:
    """The first few of many sentences, and how many more there are."""
    more = len(said) - PROBLEMS_SHOWN
    return [*said[:PROBLEMS_SHOWN], *([f"{more} more that could not be used"] if more > 0 else [])]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + "s" * (number != 1)
