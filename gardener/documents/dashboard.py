"""The dashboard: one issue that lists the drafts which wait for an issue of their own.

Each has a box. A ticked one is a command: the next run makes that issue first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gardener.core.draft import Draft, issue_fingerprint
from gardener.documents.issue_region import marked
from gardener.documents.issue_text import prose

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

TITLE = "Garden dashboard"
FINGERPRINT = issue_fingerprint("dashboard", "", "")
MOST_ROWS = 100

_BOX = re.compile(r"^\s*[-*] \[[xX]\] <!-- create=([0-9a-f]{16}) -->", re.MULTILINE)
_NOTHING = "Nothing waits for an issue."


def region(waiting: Sequence[Draft], ticked: Collection[str] = ()) -> str:
    """The region of the dashboard. Boxes of drafts in `ticked` stay ticked: their command was not carried out yet."""
    return marked(FINGERPRINT, _text(waiting, ticked))


def ticked_in(body: str) -> frozenset[str]:
    """The fingerprints whose boxes a person ticked."""
    return frozenset(_BOX.findall(body.replace("\r\n", "\n")))


def _text(waiting: Sequence[Draft], ticked: Collection[str]) -> str:
    if not waiting:
        return _NOTHING
    rows = [_row(draft, "x" if draft.fingerprint in ticked else " ") for draft in waiting[:MOST_ROWS]]
    if len(waiting) > MOST_ROWS:
        rows.append(f"- and {len(waiting) - MOST_ROWS:,} more: run `gardener issues plan`")
    return "\n\n".join(
        [
            "These were found, and wait: a run makes only a few issues, so that nobody drowns in them.",
            "Tick a box, and the next run makes that issue.",
            "\n".join(rows),
            "To do without this page, close it as not planned, or set `dashboard = false` for issues in the settings.",
        ]
    )


def _row(draft: Draft, mark: str) -> str:
    return f"- [{mark}] <!-- create={draft.fingerprint} --> {draft.severity}, size {draft.size}: {prose(draft.title)}"
