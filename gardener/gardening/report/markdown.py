"""The report as Markdown, for the summary of a job: the same content, and foreign text does nothing in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gardener.core.finding import SEVERITIES
from gardener.documents.escaping import inert
from gardener.documents.tables import row_source
from gardener.gardening.grades.describe import duration
from gardener.gardening.grades.matrix import sparkline
from gardener.gardening.report.charts import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gardener.gardening.report.content import Content, Row

_ACTIVE = re.compile(r"(?P<code>(?<!\\)`[^`]+`)|[@#]|:(?=//)|(?i:www)(?=\.)")
SHOWN = 25
NIGHTS = 8


def page(content: Content) -> str:
    """The report; the same text for the same content."""
    return "\n\n".join(part for part in _parts(content) if part) + "\n"


def _parts(content: Content) -> Iterator[str]:
    commit = f", commit {content.commit[:9]} of {content.day}" if content.commit else ""
    yield f"## Garden of {_said(content.name)}{_said(commit)}"
    yield _figures(content)
    yield _list("What went wrong", content.failures)
    yield _grades(content)
    yield _beliefs(content)
    yield _list("What changed", content.changed)
    actions = [
        f"**{_said(one.area)}**: {_said(one.what)} ({_said(one.dimension)} up, to {_said(one.grade)} {one.score}"
        f"{f', and {len(one.also)} more areas' if one.also else ''}; about {duration(one.minutes)})"
        for one in content.actions
    ]
    yield _list("What would raise a grade", actions, safe=True)
    waiting = [f"{one.kind}: {one.what}" + (f" ({one.do})" if one.do else "") for one in content.waiting]
    yield _list("Waiting for a decision", waiting)
    duties = [f"{f'{one.path}: ' if one.path else ''}{one.what} ({one.do})" for one in content.duties]
    yield _list("When somebody has a minute", duties)
    yield _steps(content)


def _figures(content: Content) -> str:
    found = ", ".join(f"{count} {name}" for name, count in zip(SEVERITIES, content.findings, strict=True))
    price = "price unknown" if content.usd is None else f"${content.usd:.2f}"
    debt = f" · {content.points[-1].open_debt} open rows of debt" if content.tracked and content.points else ""
    return (
        f"{sum(content.findings):,} open findings ({found}) · {content.gating:,} gating · {content.suppressed:,} "
        f"suppressed{debt} · {content.requests:,} requests, {price}"
    )


def _grades(content: Content) -> str:
    if not content.rows:
        return ""
    header = ["Area", "Grade", "Score", *content.columns, *map(_said, content.guardrails), "Trend"]
    rows = [row_source(_cells(row)) for row in content.rows]
    return "\n".join(["### Grades\n", row_source(header), "|" + "---|" * len(header), *rows])


def _cells(row: Row) -> list[str]:
    scores = ("n/a" if score is None else str(score) for score in (row.score, *row.cells))
    return [_said(row.area), row.grade, *scores, *map(_said, row.guardrails), sparkline(row.trend[-NIGHTS:]).strip()]


def _beliefs(content: Content) -> str:
    if content.clauses is None:
        return ""
    said = ", ".join(f"{count} {name}" for name, count in parts_of(content.clauses))
    return f"**Beliefs**: {content.clauses.total} clauses: {said}"


def _steps(content: Content) -> str:
    rows = [row_source([step.name, step.said.outcome, _said(step.said.words)]) for step in content.steps]
    return "\n".join(["### The night, step by step\n", "| Step | Outcome | |", "|---|---|---|", *rows])


def _list(title: str, items: Sequence[str], *, safe: bool = False) -> str:
    if not items:
        return ""
    more = [f"- and {len(items) - SHOWN} more"] if len(items) > SHOWN else []
    rows = [f"- {item if safe else _said(item)}" for item in items[:SHOWN]]
    return "\n".join([f"### {title}\n", *rows, *more])


def _said(foreign: str) -> str:
    """Foreign text that neither formats, nor links, nor mentions anybody; code between backticks stays code."""
    return _ACTIVE.sub(_apart, inert(foreign))


def _apart(match: re.Match[str]) -> str:
    # Entities are decoded before mentions are looked for, so a comment keeps their parts apart.
    return match[0] if match["code"] else f"{match[0]}<!-- -->"
