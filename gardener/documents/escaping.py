"""Foreign text made harmless in Markdown: it says what it says, and does nothing."""

from __future__ import annotations

import re

LONGEST = 300

_CODE = re.compile(r"`[^`<>&|\\]+`")
_ACTIVE = re.compile(r"[\\`\[\]~&<>|]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"}
# Trackers read these as "done", wherever a row begins or ends with one.
_BOX = re.compile(r"\[\s*\w?\s*\]")
_MARKS = re.compile("[\u2705\u2714\u2611\ufe0f]")


def inert(text: str, limit: int = LONGEST) -> str:
    """`text` on one line, at most `limit` characters of it, without anything Markdown or a tracker would act on.

    Code between single backticks stays code as long as nothing in it could be taken for HTML, a cell or an escape.
    """
    visible = "".join(char if char.isprintable() else " " for char in _MARKS.sub("", text))
    line = " ".join(visible.split())
    line = line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
    pieces: list[str] = []
    at = 0
    for code in _CODE.finditer(line):
        if _BOX.search(code[0]):
            continue
        pieces += (_ACTIVE.sub(_escaped, line[at : code.start()]), code[0])
        at = code.end()
    return "".join([*pieces, _ACTIVE.sub(_escaped, line[at:])])


def _escaped(match: re.Match[str]) -> str:
    return _ENTITIES.get(match[0], f"\\{match[0]}")
