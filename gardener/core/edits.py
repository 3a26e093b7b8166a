"""Changing text by edits: what may stand together, and the new text.

Edits refer to one unchanged text. Two edits conflict when both change the same characters, when one inserts strictly
inside what the other replaces, or when both insert at the same offset (only whole lines may: imports, for example).
Touching is no conflict: text inserted where a replacement starts comes before it, where one ends after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from gardener.core.finding import Edit

_BARE_NEWLINE = re.compile(r"(?<!\r)\n")
_NEWLINE = re.compile(r"\r\n|\n|\r")


def conflicts(one: Edit, other: Edit) -> bool:
    """True when the two edits cannot both be applied to the same text (two equal insertions can be merged)."""
    if one.start == one.end and other.start == other.end:
        return one.start == other.start and not (_whole_lines(one) and _whole_lines(other))
    return one.start < other.end and other.start < one.end


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits applied; insertions at one offset keep their given order.

    Raises ValueError when an edit reaches outside the text or overlaps another one.
    """
    pieces: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if not 0 <= edit.start <= edit.end <= len(text):
            raise ValueError(f"edit {edit.start}..{edit.end} is outside the text of {len(text)} characters")
        if edit.start < at:
            raise ValueError(f"edit {edit.start}..{edit.end} overlaps the one before it, which ends at {at}")
        pieces += (text[at : edit.start], edit.text)
        at = edit.end
    return "".join([*pieces, text[at:]])


def merge(edits: Sequence[Edit], more: Sequence[Edit]) -> tuple[Edit, ...] | None:
    """Both sets of edits as one, equal edits taken once, or None when they conflict.

    An insertion that is no whole line is never merged: two closing brackets at one offset are two brackets.
    """
    added: list[Edit] = []
    for edit in more:
        twins = edit in edits and (edit.start < edit.end or _whole_lines(edit))
        if twins:
            continue
        if any(conflicts(edit, other) for other in edits):
            return None
        added.append(edit)
    return (*edits, *added)


def with_newline(edit: Edit, newline: str) -> Edit:
    """The edit with its bare line feeds turned into the file's line end; other line ends stay."""
    if newline == "\n" or "\n" not in edit.text:
        return edit
    return Edit(edit.start, edit.end, _BARE_NEWLINE.sub(newline, edit.text))


def newline_of(text: str) -> str:
    """The line end used most in the text, `\\n` when there is none or on a tie."""
    found = _NEWLINE.findall(text)
    return max(("\n", "\r\n", "\r"), key=found.count)


def _whole_lines(edit: Edit) -> bool:
    balanced = all(edit.text.count(opening) == edit.text.count(closing) for opening, closing in ("()", "[]", "{}"))
    return edit.text.endswith(("\n", "\r")) and balanced
