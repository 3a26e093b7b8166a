"""Judging a random sample of the verdicts again: how often the same question gets another answer."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.reviewing.reporting import report_of
from gardener.reviewing.settling import Standing, asking_for, exact_cases, judging_with

if TYPE_CHECKING:
    from gardener.core.report import Report
    from gardener.reviewing.deciding import Case, Decision
    from gardener.reviewing.preparing import Prepared


def audited(prepared: Prepared, share: float) -> Report:
    """The report with what the audit found. Nothing of it is kept: a verdict that flips is for people to look at.

    Raises ConfigError for an endpoint that must not be used.
    """
    known = exact_cases(prepared)
    # A sample that can be foreseen could be avoided.
    sample = random.SystemRandom().sample(known, math.ceil(share * len(known)))
    if not sample:
        return _with_notes(report_of(prepared, Standing(prepared.found)), "audit: there is no verdict to judge again")
    with asking_for(prepared) as asking:
        judging = judging_with(asking, prepared, {}, lambda _: None)
        decided = judging.run(sample)
        standing = Standing(prepared.found, judging.given_up, asking.spent(), asking.notes)
    report = report_of(prepared, standing)
    return _with_notes(report, *_outcome(prepared, decided, len(known)))


def _outcome(prepared: Prepared, decided: list[tuple[Case, Decision]], known: int) -> list[str]:
    from gardener.core.wilson import interval

    judged = [(case, decision.settled) for case, decision in decided if decision.settled is not None]
    flipped = [
        (case, verdict.verdict)
        for case, verdict in judged
        if (found := prepared.found[case.key]) is not None and found.settled.verdict != verdict.verdict
    ]
    if not judged:
        return ["audit: nothing could be judged again"]
    bounds = interval(len(flipped), len(judged))
    rate = f"{len(flipped) / len(judged):.0%} (95 % interval {bounds.low:.0%} to {bounds.high:.0%})"
    lines = [f"audit: {len(judged)} of {known} verdicts judged again, {len(flipped)} differ: flip rate {rate}"]
    for case, now in flipped:
        found = prepared.found[case.key]
        before = found.settled.verdict if found is not None else ""
        unit = case.pair.unit
        where = f"{unit.path}:{unit.name}" if unit.name else unit.path
        lines.append(f"audit: {case.pair.criterion.id} in {where}: was {before}, is now {now}")
    return lines


def _with_notes(report: Report, *notes: str) -> Report:
    return replace(report, notes=(*notes, *report.notes))
