"""A night: what every step found out and said, handed from step to step and kept in the end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from gardener.core.report import Report

if TYPE_CHECKING:
    from gardener.core.feedback import Proposal
    from gardener.core.finding import Failure
    from gardener.core.settings import Settings
    from gardener.gardening.grades.score import Graded
    from gardener.gardening.grades.scoring import Guardrails
    from gardener.gardening.request import GardenRequest

Outcome = Literal["done", "planned", "skipped", "failed"]
"""How a step ended: `planned` says that it would change something, and may not without `--apply`."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a step says when it has ended: one line, the same for the same repository, and what it changed."""

    words: str
    outcome: Outcome = "done"
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step that ended, and how long it took."""

    name: str
    said: Said
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Duty:
    """Something small that a person or agent could do: what, where, how long it may take, and how to go about it.

    `chore` is what noticed it. `weight` puts the duties of one chore in order, the heaviest first.
    """

    chore: str
    what: str
    path: str = ""
    do: str = ""
    minutes: int = 0
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal on which a person has to decide: what it is, why, and the command that decides."""

    kind: str
    what: str
    why: str = ""
    do: str = ""


@dataclass(frozen=True, slots=True)
class Tended:
    """All that is known so far tonight. What a step has not given yet is None or empty.

    `report` is that of the check, `reviewed` that of the review, `proposals` are what could be learned; `cells` are the
    grades by guardrail of each area; `patches` are (file name, text).
    """

    request: GardenRequest
    settings: Settings
    seconds_left: float = 0.0
    report: Report | None = None
    reviewed: Report | None = None
    guardrails: Guardrails = ()
    cells: dict[str, dict[str, str]] | None = None
    graded: Graded | None = None
    duties: tuple[Duty, ...] = ()
    proposals: tuple[Proposal, ...] | None = None
    waiting: tuple[Waiting, ...] = ()
    patches: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def changes(self) -> tuple[str, ...]:
        """What the steps changed, in order."""
        return tuple(change for step in self.steps for change in step.said.changes)

    @property
    def failed(self) -> tuple[str, ...]:
        """The steps that failed."""
        return tuple(step.name for step in self.steps if step.said.outcome == "failed")

    def whole_report(self) -> Report:
        """Check and review as one report, with the failures of steps and all notes."""
        reports = [report for report in (self.report, self.reviewed) if report is not None]
        if not reports:
            return Report(failures=self.failures, notes=self.notes)
        first, rest = reports[0], reports[1:]
        whole = first if not rest else _joined(first, rest[0])
        return replace(
            whole, failures=(*whole.failures, *self.failures), notes=tuple(dict.fromkeys((*whole.notes, *self.notes)))
        )


def _joined(first: Report, other: Report) -> Report:
    """Two reports about one tree: files are those of the first."""
    from gardener.checking.fingerprints import order

    counts, more = first.counts, other.counts
    return replace(
        first,
        findings=tuple(sorted((*first.findings, *other.findings), key=order)),
        failures=(*first.failures, *(one for one in other.failures if one not in first.failures)),
        notes=(*first.notes, *other.notes),
        rules=(*first.rules, *other.rules),
        texts={**other.texts, **first.texts},
        counts=replace(
            counts,
            findings=counts.findings + more.findings,
            suppressed=counts.suppressed + more.suppressed,
            judged=more.judged,
            unjudged=more.unjudged,
            stale=more.stale,
            requests=more.requests,
            tokens_in=more.tokens_in,
            tokens_out=more.tokens_out,
            usd=more.usd,
        ),
    )
