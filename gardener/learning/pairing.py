"""Both states of the code a comment is about: as it was, and as it was suggested or became."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.core.lines import split_lines

if TYPE_CHECKING:
    from gardener.core.feedback import Feedback, Tier
    from gardener.learning.comment import Comment

# More than this is no remark's subject, and comparing it costs more than it tells.
LARGEST_REGION = 64 * 1024
_LARGEST_FILE = 512 * 1024
_NEAR = 3
_HUNK = re.compile(r"@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@")
_COMMENTED_LINES = 4


@dataclass(frozen=True, slots=True)
class Pair:
    """`unchanged` means that the code is known to have stayed as it was."""

    before: str | None = None
    after: str | None = None
    tier: Tier = "T4"
    unchanged: bool = False


def pair(feedback: Feedback, comment: Comment) -> Pair:
    """The best pair there is.

    T1: a suggestion block replaces what was commented on. T2: the code changed afterwards. T3: only the code before is
    known. T4: none is.
    """
    before = region(feedback.before)
    after = region(feedback.after)
    if comment.suggestions and before is not None and not _same(before, comment.suggestions[0]):
        return Pair(before, region(comment.suggestions[0]) or "", "T1")
    if before is None or after is None:
        # Both from one comparison: what was marked and what changed need not be the same lines.
        before, after = changed_region(feedback.before_file, feedback.after_file, feedback.line) or (before, after)
    if before is None:
        return Pair()
    if after is None:
        return Pair(before, None, "T3")
    if _same(before, after):
        return Pair(before, None, "T3", unchanged=True)
    return Pair(before, after, "T2")


def region(text: str | None) -> str | None:
    """Code as it can be compared: of a diff hunk the new side of its last lines; None for what is huge or binary."""
    if text is None or len(text) > LARGEST_REGION or "\0" in text:
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return "" if text else None
    return _new_side(text) if _HUNK.match(text) else text


def _new_side(hunk: str) -> str:
    """The commented line stands at the end of a hunk; what leads to it is context."""
    lines = [line for line in hunk.split("\n")[1:] if not line.startswith(("\\", "@@"))]
    kept = [line[1:] for line in lines if not line.startswith("-")] or [line[1:] for line in lines]
    return "\n".join(kept[-_COMMENTED_LINES:]) + "\n"


def changed_region(before: str | None, after: str | None, line: int) -> tuple[str, str] | None:
    """The lines that differ between two whole files nearest to `line`; None where nothing near it changed.

    Lines that were only added come with the one after them, so that there is something they were added to.
    """
    if before is None or after is None or max(len(before), len(after)) > _LARGEST_FILE:
        return None
    old, new = split_lines(before), split_lines(after)
    matcher = difflib.SequenceMatcher(None, old, new)
    blocks = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    near = [block for block in blocks if not line or block[1] - _NEAR < line <= block[2] + _NEAR]
    if not near:
        return None
    middle = {block: (block[1] + block[2] + 1) / 2 for block in near}
    _, start, end, new_start, new_end = min(near, key=lambda block: (abs(middle[block] - line), block[1]))
    extra = int(start == end)
    region_before, region_after = "".join(old[start : end + extra]), "".join(new[new_start : new_end + extra])
    return (region_before, region_after) if max(len(region_before), len(region_after)) <= LARGEST_REGION else None


def _same(one: str, other: str) -> bool:
    """Equal but for white space at the ends of lines and around the whole."""
    return [line.rstrip() for line in one.strip().split("\n")] == [line.rstrip() for line in other.strip().split("\n")]
