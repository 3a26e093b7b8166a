"""The record of a run, for programs: what ran, how it ended, how long it took, what it cost and what it changed."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gardener.gardening.night import Tended

VERSION = 1


def record_of(tended: Tended) -> dict[str, Any]:
    """The record as JSON values. Only `seconds` may differ between two runs of the same night."""
    report = tended.whole_report()
    counts = report.counts
    found = tended.graded
    return {
        "version": VERSION,
        "gardener": report.version,
        "apply": tended.request.apply,
        "commit": found.night.commit if found else "",
        "steps": [
            {
                "step": step.name,
                "outcome": step.said.outcome,
                "said": step.said.words,
                "seconds": round(step.seconds, 3),
                "changes": list(step.said.changes),
            }
            for step in tended.steps
        ],
        "seconds": round(sum(step.seconds for step in tended.steps), 3),
        "cost": {
            "requests": counts.requests,
            "tokens_in": counts.tokens_in,
            "tokens_out": counts.tokens_out,
            "usd": counts.usd,
        },
        "changes": list(tended.changes),
        "failures": [failure.reason for failure in tended.failures],
        "duties": [asdict(duty) for duty in tended.duties],
        "waiting": [asdict(one) for one in tended.waiting],
        "grades": {area.area: area.grade for area in found.scores.areas} if found else {},
    }


def as_json(tended: Tended) -> str:
    """The record as text."""
    return json.dumps(record_of(tended), indent=2, ensure_ascii=False) + "\n"
