"""The tech tracker that a repository begins with: an empty ledger, and a row of grades for each area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.documents.escaping import inert
from gardener.documents.grades_block import CLOSING, OPENING
from gardener.documents.tables import row_source

if TYPE_CHECKING:
    from gardener.core.belief import Area

PATH = "tech-tracker.md"
_HEAD = """\
# Tech tracker

What is known to be missing or wrong, with the state in which it is done. Finished rows move to Resolved, or go.

## Open

| ID | Area | Debt | Severity | Status | Belief | Evidence | Opened | Owner | Done when |
|---|---|---|---|---|---|---|---|---|---|

## Resolved

## Grades

`gardener score` shows them, and the nightly job writes them here.
"""
_COLUMNS = ("Area", "Grade", "Score", "Rules", "Tests", "Docs", "Beliefs", "Debt", "Trend", "Follow-ups")
_NOT_YET = "n/a"


def tracker_text(areas: tuple[Area, ...]) -> str:
    """The document, with the areas not graded yet."""
    blanks = [_NOT_YET] * (len(_COLUMNS) - 3) + ["", ""]
    rows = [row_source([inert(area.name), *blanks]) for area in areas]
    table = "\n".join([row_source([*_COLUMNS]), "|" + "---|" * len(_COLUMNS), *rows])
    return f"{_HEAD}\n{OPENING}\n{table}\n{CLOSING}\n"
