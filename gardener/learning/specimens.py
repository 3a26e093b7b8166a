"""The code of a theme, as rules can be tried on it: both states of a file, and the lines that are meant in each."""

from __future__ import annotations

import ast
import textwrap
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from gardener.core.lines import split_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.core.feedback import Evidence, Theme

Lines = tuple[int, int]

ANYWHERE = "example.py"
# How many lines may be left out at either end of a piece that was cut out of its file.
_CUT = 3


@dataclass(frozen=True, slots=True)
class Specimen:
    """Code that was commented on and what it became, each a whole file where that is known.

    `path` is where it stood, `about` and `about_after` are the first and last line that are meant. `after` is None
    where nobody knows; `whole` tells that the rest of the file, its imports above all, is there too.
    """

    path: str
    before: str
    about: Lines
    after: str | None = None
    about_after: Lines | None = None
    whole: bool = False


def specimens_of(theme: Theme) -> tuple[Specimen, ...]:
    """The code of a theme's evidence, the same code once.

    What was declined shows no fault, and what does not parse can be tried on nothing.
    """
    found: dict[tuple[str, str | None], Specimen] = {}
    for each in theme.evidence:
        if each.fate != "declined" and each.feedback.author_kind == "human":
            specimen = specimen_of(each)
            if specimen is not None:
                found.setdefault((specimen.before, specimen.after), specimen)
    return tuple(found.values())


def specimen_of(evidence: Evidence) -> Specimen | None:
    """The code of one piece of evidence; None where there is no Python that parses."""
    if not evidence.before or not _is_python(evidence.feedback.path):
        return None
    return _in_file(evidence) or _in_pieces(evidence)


def specimen_between(before: str, after: str | None, path: str = ANYWHERE) -> Specimen | None:
    """Two states of a file, about what differs between them; None when one does not parse."""
    if not parses(before) or (after is not None and not parses(after)):
        return None
    about, about_after = _changed(before, after) if after is not None else (_all_of(before), None)
    return Specimen(path, before, about, after, about_after, whole=True)


@lru_cache(maxsize=4096)
def parses(text: str) -> bool:
    """True when `text` is Python, as this interpreter understands it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _is_python(path: str) -> bool:
    return not path or path.endswith((".py", ".pyi"))


def _in_file(evidence: Evidence) -> Specimen | None:
    """The whole files; where only the old one is known, the new one with what was suggested in its place."""
    feedback, before, after = evidence.feedback, evidence.before or "", evidence.after
    old = feedback.before_file
    place = _place_of(before, old, feedback.line) if old else None
    if old is None or place is None or not parses(old):
        return None
    new = feedback.after_file
    if new is None or evidence.tier == "T1":
        new = None if after is None else _with_lines(old, place, after)
        about_after = None if after is None else (place[0], place[0] + max(_count(after), 1) - 1)
    else:
        about_after = (_place_of(after, new, feedback.line) if after else None) or _changed(old, new)[1]
    if new is not None and not parses(new):
        new = about_after = None
    return Specimen(feedback.path or ANYWHERE, old, place, new, about_after, whole=True)


def _in_pieces(evidence: Evidence) -> Specimen | None:
    before = _parsable(evidence.before or "")
    if before is None:
        return None
    after = None if evidence.after is None else _parsable(evidence.after)
    path = evidence.feedback.path or ANYWHERE
    return Specimen(path, before, _all_of(before), after, None if after is None else _all_of(after))


def _parsable(piece: str) -> str | None:
    """A piece of code that parses by itself, some lines at its ends left out where that is what it takes."""
    lines = split_lines(piece)
    for text in _cuts(lines):
        if text.strip() and parses(text):
            return text if text.endswith("\n") else f"{text}\n"
    return None


def _cuts(lines: list[str]) -> Iterator[str]:
    cuts = [(top, end) for top in range(_CUT + 1) for end in range(_CUT + 1) if top + end < len(lines)]
    for top, end in sorted(cuts, key=lambda cut: (sum(cut), cut)):
        yield textwrap.dedent("".join(lines[top : len(lines) - end]))


def _place_of(piece: str | None, text: str, near: int) -> Lines | None:
    """Where the lines of a piece stand in a text: of several places the one nearest to line `near`."""
    wanted = [line.strip() for line in split_lines(piece or "")]
    while wanted and not wanted[-1]:
        wanted.pop()
    while wanted and not wanted[0]:
        wanted.pop(0)
    if not wanted:
        return None
    present = [line.strip() for line in split_lines(text)]
    starts = [at for at, line in enumerate(present, 1) if line == wanted[0]]
    held = [at for at in starts if present[at - 1 : at - 1 + len(wanted)] == wanted]
    if not held:
        return None
    first = min(held, key=lambda at: (abs(at - near), at)) if near else held[0]
    return first, first + len(wanted) - 1


def _with_lines(text: str, place: Lines, piece: str) -> str:
    """The text with a piece in place of some lines, indented as they are."""
    lines = split_lines(text)
    first = next((line for line in lines[place[0] - 1 : place[1]] if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    new = split_lines(piece) if piece.strip() else []
    if new and not new[0].startswith((" ", "\t")):
        new = [indent + line if line.strip() else line for line in new]
    if new and not new[-1].endswith(("\n", "\r")):
        new[-1] += "\n"
    return "".join([*lines[: place[0] - 1], *new, *lines[place[1] :]])


def _changed(before: str, after: str) -> tuple[Lines, Lines]:
    """The first and last line that differ, on both sides; of what only one side has, the line beside it."""
    old, new = ([line.rstrip("\r\n") for line in split_lines(text)] for text in (before, after))
    top = 0
    while top < min(len(old), len(new)) and old[top] == new[top]:
        top += 1
    end = 0
    while end < min(len(old), len(new)) - top and old[-1 - end] == new[-1 - end]:
        end += 1
    return _span(top, len(old) - end, len(old)), _span(top, len(new) - end, len(new))


def _span(start: int, stop: int, total: int) -> Lines:
    return (start + 1, stop) if stop > start else (max(start, 1), min(start + 1, max(total, 1)))


def _all_of(text: str) -> Lines:
    return 1, max(_count(text), 1)


def _count(text: str) -> int:
    return text.count("\n") + (not text.endswith("\n"))
