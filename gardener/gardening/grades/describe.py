"""Grades for people, for programs, and for a job summary."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gardener.documents.escaping import inert
from gardener.gardening.grades.formula import VERSION
from gardener.gardening.grades.matrix import matrix, row_ids, sparkline
from gardener.gardening.grades.records import NOT_GRADED
from gardener.gardening.grades.scoring import dimensions
from gardener.outputs._visible import crop, visible, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gardener.gardening.grades.ledger import Night
    from gardener.gardening.grades.records import Action, AreaScore, Scores
    from gardener.gardening.grades.score import Graded

_WIDEST = 40


def as_text(found: Graded) -> str:
    """A table, what keeps grades down, what would raise them, and which formula it was."""
    scores, trend = found.scores, found.series
    titles = [module.TITLE for module in dimensions().values()]
    guardrails = [crop(visible(title), _WIDEST) for _, title in scores.guardrails]
    header = ["area", "grade", "score", *(title.lower() for title in titles), *guardrails, "trend"]
    rows = [header, *(_cells(area, scores, trend) for area in scores.areas)]
    widths = [max(width(row[at]) for row in rows) for at in range(len(header))]
    lines = ["  ".join(_padded(cell, room) for cell, room in zip(row, widths, strict=True)).rstrip() for row in rows]
    caps = [f"{visible(area.area)} is held down by {' and '.join(area.caps)}" for area in scores.areas if area.caps]
    raising = [f"{number}. {sentence_of(action)}" for number, action in enumerate(scores.actions, start=1)]
    blocks = [lines, caps, ["to raise a grade:", *raising] if raising else [], [about(found)]]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def as_json(found: Graded) -> str:
    """The record as it stands in the ledger, with the actions."""
    actions = [
        {
            "area": action.area,
            "also": list(action.also),
            "dimension": action.dimension,
            "what": action.what,
            "minutes": action.minutes,
            "score": action.score,
            "grade": action.grade,
        }
        for action in found.scores.actions
    ]
    return json.dumps({**found.night.content, "actions": actions}, indent=2, ensure_ascii=False) + "\n"


def as_markdown(found: Graded) -> str:
    """The matrix as in the tech tracker, with the actions below."""
    lines = [f"{number}. {inert(sentence_of(action))}" for number, action in enumerate(found.scores.actions, start=1)]
    raising = "\n\n**To raise a grade**\n\n" + "\n".join(lines) if lines else ""
    table = matrix(found.scores, found.series, row_ids(found.parts))
    return f"{table}{raising}\n\n{about(found)}\n".replace("\n\n\n", "\n\n")


def about(found: Graded) -> str:
    """Which formula graded which commit."""
    commit = f", commit {found.night.commit[:9]}" if found.night.commit else ""
    return f"formula {VERSION} ({found.night.content['figures']}){commit}"


def _cells(area: AreaScore, scores: Scores, nights: Sequence[Night]) -> list[str]:
    known = (area.measures[name].score for name in dimensions())
    return [
        visible(area.area),
        area.grade,
        NOT_GRADED if area.score is None else str(area.score),
        *(NOT_GRADED if score is None else str(score) for score in known),
        *(visible(area.guardrails.get(belief, NOT_GRADED)) for belief, _ in scores.guardrails),
        sparkline([night.score(area.area) for night in nights][-8:]).strip(),
    ]


def sentence_of(action: Action) -> str:
    """What to do where, what comes of it, and how long it may take."""
    also = f", and {len(action.also)} more area{'s' * (len(action.also) > 1)}" if action.also else ""
    return visible(
        f"{action.area}: {action.what}: {action.dimension} up, to {action.grade} {action.score}"
        f"{also} (about {duration(action.minutes)})"
    )


def duration(minutes: int) -> str:
    """Minutes as people say them."""
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes / 60:.0f} h"


def _padded(cell: str, room: int) -> str:
    return cell + " " * (room - width(cell))
