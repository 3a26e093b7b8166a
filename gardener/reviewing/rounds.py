"""One round of written requests and responses, as a report: what was emitted, or what was ingested."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.reviewing import batching, pending
from gardener.reviewing.reporting import report_of
from gardener.reviewing.requests import requests_for
from gardener.reviewing.settling import dropped_notes, frozen, settle, standing_after, undecided

if TYPE_CHECKING:
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
    notes += answers.problems[:PROBLEMS_SHOWN]
    if len(answers.problems) > PROBLEMS_SHOWN:
        notes.append(f"{len(answers.problems) - PROBLEMS_SHOWN} more responses could not be used")
    report = report_of(prepared, standing_after(prepared, decided))
    return replace(report, notes=(*notes, *dropped_notes(decided), *report.notes))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + "s" * (number != 1)
