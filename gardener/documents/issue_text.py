"""Foreign text inside an issue: it says what it says, and neither formats, mentions, links, closes nor commands.

Trackers act on far more than Markdown: mentions notify people, references to other issues and addresses leave traces
there, some words before a reference close it. A space without width after the character that starts such a thing
stops all of them on every tracker and shows nothing.
"""

from __future__ import annotations

import re

from gardener.documents.escaping import inert

APART = "\u200b"

_CODE = re.compile(r"`[^`<>&|\\]+`")
# People, issues, merge requests, labels, milestones, snippets, epics and iterations, each by its first character.
_SIGILS = re.compile(r"([@#!$%^]|\*iteration:|(?<=&amp;)|(?<=\\~)|(?<=\bGH)-)(?=[\w\"{])", re.IGNORECASE)
_ADDRESS = re.compile(r"(?i)\b(https?|ftp|mailto|xmpp)(?=:)|\b(www)(?=\.)")
# A line that begins with one of these is a heading, a list, or a command to the tracker.
_OPENERS = ("/", "#", "-", "+", "=")
_EMPHASIS = re.compile(r"[*_]")
_HIDDEN = re.compile(r"<(?=[!/?a-zA-Z])")


def prose(text: str, limit: int = 300) -> str:
    """`text` on one line, at most `limit` characters of it, harmless in the body of an issue. Code spans stay code."""
    safe = inert(text, limit)
    pieces: list[str] = []
    at = 0
    for code in _CODE.finditer(safe):
        pieces += (_apart(safe[at : code.start()]), code[0])
        at = code.end()
    whole = "".join([*pieces, _apart(safe[at:])])
    return APART + whole if whole.startswith(_OPENERS) else whole


def title(text: str, limit: int = 200) -> str:
    """`text` as the title of an issue: one printable line, in which nothing is mentioned or referred to.

    Titles are no Markdown, so nothing is escaped.
    """
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    line = line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
    return _ADDRESS.sub(rf"\g<0>{APART}", _SIGILS.sub(rf"\g<0>{APART}", line))


def span(text: str, limit: int = 300) -> str:
    """`text` as code on one line, whatever is in it; at most `limit` characters of it."""
    line = " ".join("".join(char if char.isprintable() else "\ufffd" for char in text).split())
    line = _HIDDEN.sub(f"<{APART}", line if len(line) <= limit else line[: limit - 1] + "…")
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    pad = " " if not line or line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def block(lines: tuple[str, ...] | list[str], language: str = "") -> str:
    """Lines of code in a fence that none of them can close, without characters that nobody sees."""
    shown = [_line(line) for line in lines]
    longest = max((len(run) for line in shown for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}{language}", *shown, fence])


def _line(line: str) -> str:
    visible = "".join(char if char.isprintable() else "\ufffd" for char in line.expandtabs(4))
    return _HIDDEN.sub(f"<{APART}", visible[:200])


def _apart(text: str) -> str:
    without = _EMPHASIS.sub(r"\\\g<0>", text)
    return _ADDRESS.sub(rf"\g<0>{APART}", _SIGILS.sub(rf"\g<0>{APART}", without))
