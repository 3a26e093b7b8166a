"""What a fix does to whole lines, for people and for tools that replace lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.core.finding import Edit
from gardener.core.lines import LineIndex, split_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gardener.core.finding import Fix


@dataclass(frozen=True, slots=True)
class Change:
    """Edits on adjoining lines as one: replace `start` to `end` by `text`.

    `before` and `after` are the whole lines that differ, without their line ends, `line` the 1-based number of
    the first of them.
    """

    start: int
    end: int
    text: str
    line: int
    before: tuple[str, ...]
    after: tuple[str, ...]


def changes(lines: LineIndex, fix: Fix) -> list[Change]:
    """The changes of a fix in file order; edits that touch a common line are joined, offsets clamped to the text."""
    size = len(lines.text)
    groups: list[list[Edit]] = []
    for edit in sorted(fix.edits, key=lambda edit: (edit.start, edit.end)):
        start = min(max(edit.start, 0), size)
        inside = Edit(start, min(max(edit.end, start), size), edit.text)
        if groups and lines.position(groups[-1][-1].end)[0] >= lines.position(start)[0]:
            groups[-1].append(inside)
        else:
            groups.append([inside])
    return [_change(lines, group) for group in groups]


def _change(lines: LineIndex, edits: list[Edit]) -> Change:
    start, end = edits[0].start, edits[-1].end
    text = _applied(lines.text, edits, start, end)
    first, last = lines.position(start)[0], lines.position(end)[0]
    top = lines.offset(first, 1)
    bottom = lines.offset(last + 1, 1) if last < len(lines) else len(lines.text)
    before = _bare(lines.text[top:bottom])
    after = _bare(lines.text[top:start] + text + lines.text[end:bottom])
    same = common(before, after)
    kept = common(before[same:][::-1], after[same:][::-1])
    ends = slice(same, len(before) - kept), slice(same, len(after) - kept)
    return Change(start, end, text, first + same, before[ends[0]], after[ends[1]])


def _applied(text: str, edits: list[Edit], start: int, end: int) -> str:
    pieces: list[str] = []
    at = start
    for edit in edits:
        pieces += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*pieces, text[at:end]])


def _bare(text: str) -> tuple[str, ...]:
    return tuple(line.rstrip("\r\n") for line in split_lines(text))


def common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items (or characters) two sequences share at their start."""
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return index
    return min(len(one), len(other))
