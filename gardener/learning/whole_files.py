"""Whole files before and after, from the repository's history, for feedback that holds only a piece of them.

Rules that need imports, or the enclosing function, can be tried on whole files only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.learning.pairing import region

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from gardener.core.feedback import Feedback
    from gardener.repo.history import History

# Review comments are about what is new: what was there many versions ago is seldom meant.
MOST_VERSIONS = 40
_LARGEST_FILE = 512 * 1024


def with_whole_files(feedback: Iterable[Feedback], root: Path) -> Iterator[Feedback]:
    """The feedback, where possible with `before_file` and `after_file` from git. Without a history nothing changes.

    What is about one file comes together, so that its versions are read once.
    """
    from gardener.repo.history import read_history

    lacking: dict[str, list[Feedback]] = {}
    for each in feedback:
        if each.before_file is None and each.path.endswith((".py", ".pyi")) and (region(each.before) or "").strip():
            lacking.setdefault(each.path, []).append(each)
        else:
            yield each
    history = read_history(root) if lacking else None
    for path, group in lacking.items():
        versions = _versions(history, path) if history else []
        yield from (_completed(each, versions) for each in group)


def _versions(history: History, path: str) -> list[str]:
    """What a file held, newest first."""
    return [
        content.decode(errors="replace")
        for _, content in history.contents(path, MOST_VERSIONS)
        if len(content) <= _LARGEST_FILE
    ]


def _completed(feedback: Feedback, versions: Sequence[str]) -> Feedback:
    """The newest version that holds what was commented on, and the one after it if that holds what it became."""
    before = _lines(region(feedback.before) or "")
    after = _lines(region(feedback.after) or "")
    later: str | None = None
    for text in versions:
        if _holds(text, before):
            return replace(feedback, before_file=text, after_file=later if later and _holds(later, after) else None)
        later = text
    return feedback


def _lines(code: str) -> list[str]:
    return [line.strip() for line in code.split("\n") if line.strip()]


def _holds(text: str, wanted: list[str]) -> bool:
    """True when the lines stand in `text` one after the other, indented or not, blank lines aside."""
    if not wanted:
        return True
    if not all(line in text for line in wanted):
        return False
    present = _lines(text)
    starts = (number for number, line in enumerate(present) if line == wanted[0])
    return any(present[number : number + len(wanted)] == wanted for number in starts)
