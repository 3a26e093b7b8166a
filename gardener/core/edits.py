"""Changing text by edits: what may stand together, and the new text.

Edits refer to one unchanged text. Two edits conflict when both change the same characters, when one inserts strictly
inside what the other replaces, or when both insert at the same offset (only whole lines may: imports, for example).
Touching is no conflict: text inserted where a replacement starts comes before it, where one ends after it.
"""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from itertools import pairwise
from typing import TYPE_CHECKING

from gardener.core.finding import Edit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BARE_NEWLINE = re.compile(r"(?<!\r)\n")


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits applied; insertions at one offset keep their given order.

    Raises ValueError when an edit reaches outside the text or overlaps another one.
    """
    ordered = sorted(edits, key=_position)
    if not fits(ordered, len(text)):
        raise ValueError(f"the edits overlap or reach outside the text of {len(text)} characters")
    pieces: list[str] = []
    at = 0
    for edit in ordered:
        pieces += (text[at : edit.start], edit.text)
        at = edit.end
    return "".join([*pieces, text[at:]])


def fits(edits: Iterable[Edit], length: int) -> bool:
    """True when the edits are disjoint and inside a text of `length` characters."""
    ordered = sorted(edits, key=_position)
    inside = all(0 <= edit.start <= edit.end <= length for edit in ordered)
    return inside and all(one.end <= other.start for one, other in pairwise(ordered))


def conflicts(one: Edit, other: Edit) -> bool:
    """True when two edits with different purposes cannot both be applied to the same text."""
    if one.start == one.end and other.start == other.end:
        return one.start == other.start and not (_whole_lines(one) and _whole_lines(other))
    return one.start < other.end and other.start < one.end


def merge(taken: Sequence[Edit], more: Iterable[Edit]) -> list[Edit] | None:
    """Both sets of edits as one, sorted by position, or None when they conflict. `taken` is such a result.

    Equal edits are taken once, unless they insert less than whole lines: two closing brackets at one offset are two.
    """
    merged = list(taken)
    for edit in more:
        near = _around(taken, edit)
        if edit in near and (edit.start < edit.end or _whole_lines(edit)):
            continue
        if any(conflicts(edit, other) for other in near):
            return None
        insort(merged, edit, key=_position)
    return merged


def with_newline(edit: Edit, newline: str) -> Edit:
    """The edit with its bare line feeds turned into the file's line end; other line ends stay."""
    if newline == "\n" or "\n" not in edit.text:
        return edit
    return Edit(edit.start, edit.end, _BARE_NEWLINE.sub(newline, edit.text))


def _position(edit: Edit) -> tuple[int, int]:
    return (edit.start, edit.end)


def _around(edits: Sequence[Edit], edit: Edit) -> list[Edit]:
    """Those of the sorted, disjoint `edits` that touch `edit`."""
    after = bisect_right(edits, (edit.end, edit.end), key=_position)
    while after < len(edits) and edits[after].start <= edit.end:
        after += 1
    before = after
    while before > 0 and edits[before - 1].end >= edit.start:
        before -= 1
    return list(edits[before:after])


def _whole_lines(edit: Edit) -> bool:
    balanced = all(edit.text.count(opening) == edit.text.count(closing) for opening, closing in ("()", "[]", "{}"))
    return edit.text.endswith(("\n", "\r")) and balanced
