"""The grades as a heat-map: a table, so that it can be read out, copied and searched; every colour has its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.gardening.grades.formula import CUT_OFFS, letter
from gardener.gardening.grades.records import NOT_GRADED
from gardener.gardening.report.charts import sparkline
from gardener.gardening.report.marks import card, quiet, text

if TYPE_CHECKING:
    from gardener.gardening.report.content import Content, Row

_LETTERS = {name for name, _ in CUT_OFFS}


def heat_map(content: Content) -> str:
    """Areas by dimension, with what a judge says of each guardrail, and the scores of earlier nights."""
    if not content.rows:
        return card("Grades", quiet("There are no grades tonight."), "wide")
    titles = ("Grade", "Score", "Trend", *content.columns)
    head = "".join(f'<th scope="col">{text(title)}</th>' for title in titles)
    head += "".join(f'<th scope="col" class="guardrail">{text(title)}</th>' for title in content.guardrails)
    rows = "".join(map(_row, content.rows))
    legend = "".join(f'<li class="{name}">{name} from {cut}</li>' for name, cut in CUT_OFFS if cut)
    table = (
        '<div class="scroll" tabindex="0" role="region" aria-label="Grades"><table class="heat">'
        f'<thead><tr><th scope="col" class="first">Area</th>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        f'<ul class="legend">{legend}<li class="F">F below</li><li class="none">n/a: no evidence</li></ul>'
    )
    return card("Grades", table + _caps(content), "wide")


def _row(row: Row) -> str:
    grade = row.grade if row.score is not None else "none"
    overall = NOT_GRADED if row.score is None else str(row.score)
    cells = (
        f'<th scope="row">{text(row.area)}</th>',
        f'<td class="grade {grade}">{text(row.grade)}</td><td class="{grade}">{overall}</td>',
        f'<td class="trend">{sparkline(row.trend)}{_moved(row)}</td>',
        *map(_score, row.cells),
        *map(_guardrail, row.guardrails),
    )
    return f"<tr>{''.join(cells)}</tr>\n"


def _caps(content: Content) -> str:
    """What keeps areas below what their dimensions would give."""
    held = [f"{text(row.area)} by {text(' and '.join(row.caps))}" for row in content.rows if row.caps]
    return f'<p class="quiet caps">Held down: {"; ".join(held)}.</p>' if held else ""


def _score(score: int | None) -> str:
    return f'<td class="none">{NOT_GRADED}</td>' if score is None else f'<td class="{letter(score)}">{score}</td>'


def _guardrail(said: str) -> str:
    """A judge's grade such as `B (n=12)`, `kept`, or none."""
    first = said.partition(" ")[0]
    name = first if first in _LETTERS else "plain" if said == "kept" else "none"
    return f'<td class="{name}">{text(said)}</td>'


def _moved(row: Row) -> str:
    """How far the score moved since the night before."""
    known = [value for value in row.trend if value is not None]
    difference = known[-1] - known[-2] if len(known) > 1 else 0
    if not difference:
        return ""
    name, arrow = ("up", "▲") if difference > 0 else ("down", "▼")
    return f' <span class="{name}">{arrow} {abs(difference)}</span>'
