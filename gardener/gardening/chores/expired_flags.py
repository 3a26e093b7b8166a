"""Which flags and stop-gaps say in a comment until when they may stay, and have stayed longer?

Read are comments such as `# remove after 2026-01-31`, `# flag: expires 2026-01-31` or `# delete by 2026-01-31`. The
directives of gardener itself are another chore's.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from gardener.core.lines import LineIndex
from gardener.gardening.chores_ground import Round
from gardener.gardening.night import Duty
from gardener.repo.files import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.gardening.chores_ground import ChoreGround

_LINE = re.compile(rb"[^\r\n]*#[^\r\n]*\b20\d\d-\d\d-\d\d\b[^\r\n]*")
_MARK = re.compile(
    r"#(?!.*gardener:).*?\b(?:remove|delete|drop|expires?|sunset|retire|keep|valid)\b"
    r"(?:[ \t:=]+(?:this|flag|it|me|on|by|after|before|until|in))*[ \t:=]+(20\d\d-\d\d-\d\d)\b",
    re.IGNORECASE,
)
MINUTES = 20


def run(ground: ChoreGround) -> Round:
    """A duty for each such comment, the longest overdue first."""
    found = sorted(_overdue(ground), key=lambda duty: (-duty.weight, duty.path))
    return Round(tuple(found))


def _overdue(ground: ChoreGround) -> Iterator[Duty]:
    for path in sorted({path for part in ground.parts for path in part.files}):
        with suppress(OSError, ValueError):
            data = ground.tree.read(path)
            if not _LINE.search(data):
                continue
            for line, until in marks(decode(data).text):
                if until < ground.today:
                    what = f"something that was to go by {until} is still there"
                    do = "remove it, or say in the comment how long it stays"
                    yield Duty("expired-flags", what, f"{path}:{line}", do, MINUTES, (ground.today - until).days)


def marks(text: str) -> Iterator[tuple[int, date]]:
    """The line and the date of each comment in a Python text that says until when something may stay."""
    from gardener.checking.directives import lex

    lines = LineIndex.of(text)
    for span in lex(text).comments:
        mark = _MARK.match(text[span.start : span.end])
        until = _date(mark[1]) if mark else None
        if until is not None:
            yield lines.position(span.start)[0], until


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
