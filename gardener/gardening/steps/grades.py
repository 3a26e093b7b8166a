"""Grade every area by what was found, and with `--apply` add the grades to the history when they changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.gardening.night import Said

if TYPE_CHECKING:
    from gardener.gardening.night import Tended

NEEDS = ("report",)


def run(tended: Tended) -> tuple[Tended, Said]:
    """The grades, from check and review together."""
    from gardener.gardening.grades.guardrails import guardrail_cells
    from gardener.gardening.grades.ledger import PATH
    from gardener.gardening.grades.score import graded, is_new, record

    root = tended.request.root
    if tended.cells is None and "review" not in tended.failed:
        guardrails, cells = guardrail_cells(root)
        tended = replace(tended, guardrails=guardrails, cells=cells)
    found = graded(root, tended.whole_report(), guardrails=tended.guardrails, cells=tended.cells)
    letters = [area.grade for area in found.scores.areas]
    counted = ", ".join(f"{letters.count(letter)} {letter}" for letter in sorted(set(letters)))
    words = f"{len(letters)} area{'s' * (len(letters) != 1)}: {counted}"
    tended = replace(tended, graded=found)
    if tended.failed:
        return tended, Said(f"{words}, not kept: {' and '.join(tended.failed)} failed")
    if not is_new(root, found.night):
        return tended, Said(f"{words}, as before")
    if not tended.request.apply:
        return tended, Said(f"{words}, new in the history", "planned")
    record(root, found.night)
    return tended, Said(words, changes=(f"added to {PATH}",))
