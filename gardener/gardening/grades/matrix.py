"""The matrix of grades as a Markdown table, and its place between the markers of a tech tracker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.core.edits import apply_edits
from gardener.documents.escaping import inert
from gardener.documents.grades_block import find_block, grades_edit
from gardener.documents.tables import row_source
from gardener.gardening.grades.records import NOT_GRADED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gardener.gardening.grades.ledger import Night
    from gardener.gardening.grades.records import AreaScore, Measure, Part, Scores

COLUMNS = ("rules", "tests", "documents", "beliefs", "debt")
TITLES = ("Rules", "Tests", "Docs", "Beliefs", "Debt")
SPARKS = "▁▂▃▄▅▆▇█"
LONGEST_TREND = 8
IDS_SHOWN = 4


def matrix(scores: Scores, nights: Sequence[Night], ids: Mapping[str, Sequence[str]]) -> str:
    """The table. `nights` are earlier and present records of one formula, `ids` the rows of debt by area."""
    header = ["Area", "Grade", "Score", *TITLES, *(inert(title) for _, title in scores.guardrails)]
    header += ["Trend", "Follow-ups"]
    rows = [_row(area, scores, nights, ids.get(area.area, ())) for area in scores.areas]
    return "\n".join([row_source(header), "|" + "---|" * len(header), *map(row_source, rows)]) + "\n"


def with_matrix(text: str, table: str) -> str | None:
    """The text of a tracker with the table between its markers; None where it has no markers."""
    return None if find_block(text) is None else apply_edits(text, [grades_edit(text, table)])


def row_ids(parts: Sequence[Part]) -> dict[str, list[str]]:
    """The ids of the open rows of debt by area."""
    return {part.name: [row.id for row in part.rows if row.id] for part in parts}


def sparkline(values: Sequence[int | None]) -> str:
    """Scores as bars, the newest last; a gap for those that are not known."""
    return "".join(
        " " if value is None else SPARKS[min(value * len(SPARKS) // 101, len(SPARKS) - 1)] for value in values
    )


def _row(area: AreaScore, scores: Scores, nights: Sequence[Night], ids: Sequence[str]) -> list[str]:
    trend = [night.score(area.area) for night in nights][-LONGEST_TREND:]
    more = f" and {len(ids) - IDS_SHOWN} more" if len(ids) > IDS_SHOWN else ""
    return [
        inert(area.area),
        area.grade,
        NOT_GRADED if area.score is None else str(area.score),
        *(_shown(area.measures.get(name)) for name in COLUMNS),
        *(inert(area.guardrails.get(belief, NOT_GRADED)) for belief, _ in scores.guardrails),
        sparkline(trend).strip(),
        ", ".join(map(inert, ids[:IDS_SHOWN])) + more,
    ]


def _shown(measure: Measure | None) -> str:
    return NOT_GRADED if measure is None or measure.score is None else str(measure.score)
