"""Unified diffs, as the lines they change in the new files."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(r"\\([0-7]{3}|.)")
_ESCAPED = {"n": 10, "t": 9, "r": 13, "a": 7, "b": 8, "f": 12, "v": 11, '"': 34, "\\": 92}


@dataclass(frozen=True, slots=True)
class Hunk:
    """Changed lines of a new file: `start` to `end`, 1-based, both inclusive.

    A pure deletion has `end` one below `start`: it happened between those two lines.
    """

    start: int
    end: int

    def touches(self, first: int, last: int) -> bool:
        """True when the change lies on lines `first` to `last`, or removed lines next to one of them."""
        if self.end < self.start:
            return first <= self.start and self.end <= last
        return first <= self.end and self.start <= last


def read_hunks(diff: str) -> dict[str, tuple[Hunk, ...]]:
    """Changed lines by new path, from a unified diff with any number of context lines. Deleted files are left out."""
    found: dict[str, list[Hunk]] = {}
    path: str | None = None
    old = new = at = 0
    for line in diff.split("\n"):
        if old > 0 or new > 0:
            old, new, at = _step(line, old, new, at, found[path] if path is not None else [])
        elif line.startswith("+++ "):
            path = _new_path(line[4:])
            if path is not None:
                found.setdefault(path, [])
        elif header := _HUNK.match(line):
            old, new = _count(header[1]), _count(header[3])
            # A hunk without new lines names the line before it.
            at = int(header[2]) + (new == 0)
    return {name: tuple(hunks) for name, hunks in found.items()}


def _count(text: str | None) -> int:
    return 1 if text is None else int(text)


def _step(line: str, old: int, new: int, at: int, hunks: list[Hunk]) -> tuple[int, int, int]:
    """Take one body line: what is left of the old and new side, and the next new line."""
    if line.startswith("+"):
        if hunks and hunks[-1].end + 1 == at:
            hunks[-1] = Hunk(hunks[-1].start, at)
        else:
            hunks.append(Hunk(at, at))
        return old, new - 1, at + 1
    if line.startswith("-"):
        if not hunks or hunks[-1].end + 1 != at:
            hunks.append(Hunk(at, at - 1))
        return old - 1, new, at
    if line.startswith("\\"):
        return old, new, at
    return old - 1, new - 1, at + 1


def _new_path(text: str) -> str | None:
    if text.startswith('"'):
        text = _unquoted(text.rstrip("\t\r")[1:-1])
    text = text.removesuffix("\t")
    return None if text == "/dev/null" else text.removeprefix("b/")


def _unquoted(text: str) -> str:
    raw = bytearray()
    at = 0
    for match in _ESCAPE.finditer(text):
        raw += text[at : match.start()].encode()
        code = match[1]
        raw.append(int(code, 8) & 255 if len(code) == 3 else _ESCAPED.get(code, ord(code[0]) & 255))
        at = match.end()
    raw += text[at:].encode()
    return raw.decode("utf-8", "surrogateescape")
