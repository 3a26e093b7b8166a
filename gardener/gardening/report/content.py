"""What the report of a night shows, as plain records: everything that is drawn follows from these alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.core.finding import SEVERITIES
from gardener.gardening.grades.matrix import row_ids
from gardener.gardening.grades.scoring import dimensions

if TYPE_CHECKING:
    from gardener.gardening.grades.ledger import Night
    from gardener.gardening.grades.records import Action, AreaScore
    from gardener.gardening.night import Duty, Step, Tended, Waiting

MOST_NIGHTS = 30


@dataclass(frozen=True, slots=True)
class Row:
    """One area of the heat-map: scores by column, what a judge says by guardrail, scores of earlier nights, debt."""

    area: str
    grade: str
    score: int | None
    cells: tuple[int | None, ...]
    guardrails: tuple[str, ...] = ()
    trend: tuple[int | None, ...] = ()
    caps: tuple[str, ...] = ()
    debt: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One night of the history: its day, open findings by severity (P0 first), rows of debt opened, closed and open."""

    day: str
    findings: tuple[int, ...]
    opened: int = 0
    closed: int = 0
    open_debt: int = 0


@dataclass(frozen=True, slots=True)
class Clauses:
    """How clauses are kept: by something that was seen to work, by something that is named, by persons, by nothing."""

    proven: int = 0
    labelled: int = 0
    review: int = 0
    nothing: int = 0

    @property
    def total(self) -> int:
        """All clauses."""
        return self.proven + self.labelled + self.review + self.nothing


@dataclass(frozen=True, slots=True)
class Content:
    """The whole report. `columns` and `guardrails` are titles; `usd` is None where a price is not known."""

    name: str
    commit: str = ""
    day: str = ""
    applied: bool = False
    columns: tuple[str, ...] = ()
    guardrails: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    points: tuple[Point, ...] = ()
    files: int = 0
    gating: int = 0
    suppressed: int = 0
    clauses: Clauses | None = None
    tracked: bool = False
    changed: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    duties: tuple[Duty, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    steps: tuple[Step, ...] = ()
    failures: tuple[str, ...] = ()
    judged: int = 0
    unjudged: int = 0
    requests: int = 0
    tokens: int = 0
    usd: float | None = 0.0
    formula: str = ""

    @property
    def findings(self) -> tuple[int, ...]:
        """Open findings by severity, P0 first."""
        return self.points[-1].findings if self.points else (0,) * len(SEVERITIES)


def content_of(tended: Tended) -> Content:
    """The content of the report of a night."""
    report = tended.whole_report()
    counts, found = report.counts, tended.graded
    nights = found.series if found else ()
    return Content(
        name=tended.request.root.name,
        commit=found.night.commit if found else "",
        day=found.night.on[:10] if found else "",
        applied=tended.request.apply,
        columns=tuple(module.TITLE for module in dimensions().values()),
        guardrails=tuple(title for _, title in found.scores.guardrails) if found else (),
        rows=_rows(tended, nights),
        points=_points(nights),
        files=counts.files,
        gating=sum(finding.gates for finding in report.findings),
        suppressed=sum(finding.suppressed is not None for finding in report.findings),
        clauses=_clauses(nights[-1]) if nights else None,
        tracked=found is not None and found.gathered.evidence.tracker is not None,
        changed=(*_changed(nights), *tended.changes),
        actions=found.scores.actions if found else (),
        duties=tended.duties,
        waiting=tended.waiting,
        steps=tended.steps,
        failures=tuple(
            f"{failure.path or failure.rule}: {failure.reason}" if failure.path or failure.rule else failure.reason
            for failure in report.failures
        ),
        judged=counts.judged,
        unjudged=counts.unjudged,
        requests=counts.requests,
        tokens=counts.tokens_in + counts.tokens_out,
        usd=counts.usd,
        formula=f"{found.night.formula} ({found.night.content['figures']})" if found else "",
    )


def _rows(tended: Tended, nights: tuple[Night, ...]) -> tuple[Row, ...]:
    found = tended.graded
    if found is None:
        return ()
    ids = row_ids(found.parts)
    names = [belief for belief, _ in found.scores.guardrails]

    def row(area: AreaScore) -> Row:
        return Row(
            area.area,
            area.grade,
            area.score,
            tuple(area.measures[name].score for name in dimensions()),
            tuple(area.guardrails.get(belief, "n/a") for belief in names),
            tuple(night.score(area.area) for night in nights[-MOST_NIGHTS:]),
            area.caps,
            tuple(ids.get(area.area, ())),
        )

    return tuple(row(area) for area in found.scores.areas)


def _points(nights: tuple[Night, ...]) -> tuple[Point, ...]:
    points: list[Point] = []
    before: Night | None = None
    for night in nights:
        opened = len(night.open_debt - before.open_debt) if before else 0
        closed = len(before.open_debt - night.open_debt) if before else 0
        counts = tuple(night.count("findings", severity) for severity in SEVERITIES)
        points.append(Point(night.on[:10], counts, opened, closed, len(night.open_debt)))
        before = night
    return tuple(points[-MOST_NIGHTS:])


def _clauses(night: Night) -> Clauses | None:
    if not night.count("clauses", "clauses"):
        return None
    proven = night.count("clauses", "proven")
    return Clauses(
        proven,
        night.count("clauses", "enforced") - proven,
        night.count("clauses", "review"),
        night.count("clauses", "nothing"),
    )


def _changed(nights: tuple[Night, ...]) -> list[str]:
    """What is different from the night before, in words."""
    if len(nights) < 2:
        return []
    before, now = nights[-2], nights[-1]
    said: list[str] = []
    areas = now.content.get("areas", {})
    for area in areas if isinstance(areas, dict) else ():
        one, other = before.score(area), now.score(area)
        if one is not None and other is not None and one != other:
            said.append(f"{area}: {one} → {other}")
    for severity in SEVERITIES:
        difference = now.count("findings", severity) - before.count("findings", severity)
        if difference:
            more = "more" if difference > 0 else "fewer"
            said.append(f"{abs(difference)} {more} open {severity}")
    opened, closed = now.open_debt - before.open_debt, before.open_debt - now.open_debt
    said += [f"debt opened: {', '.join(sorted(opened))}"] if opened else []
    said += [f"debt closed: {', '.join(sorted(closed))}"] if closed else []
    return said
