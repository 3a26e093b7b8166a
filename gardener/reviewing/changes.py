"""What a change touches: the lines that differ from a base, and the units they stand in."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gardener.repo import git
from gardener.repo.hunks import Hunk, read_hunks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gardener.core.review import Unit


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from a base. `hunks` are changed lines by current path, `whole` the paths that are new entirely.

    `renames` gives the old path of each renamed file, `gone` the paths that were deleted. With `everything`, every line
    of every file counts as changed. `base` is the commit compared with, or empty.
    """

    hunks: Mapping[str, tuple[Hunk, ...]] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()
    renames: Mapping[str, str] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    everything: bool = False
    base: str = ""

    def concerns(self, path: str) -> bool:
        """True when some line of the file at `path` may have changed."""
        return self.everything or path in self.whole or bool(self.hunks.get(path))

    def touches_lines(self, path: str, first: int, last: int) -> bool:
        """True when one of the lines `first` to `last` changed, or lines were removed inside or right beside them."""
        if self.everything or path in self.whole:
            return True
        return any(hunk.touches(first, last) for hunk in self.hunks.get(path, ()))

    def touches(self, unit: Unit) -> bool:
        """True when a line that the unit shows changed, or lines were removed inside it or right beside it.

        In a class or module, what was removed from an elided body does not count: that is what stood above a line
        which is not shown.
        """
        if self.everything or unit.path in self.whole:
            return True
        hunks = self.hunks.get(unit.path, ())
        shown = [line for line in unit.lines if line] if hunks else []
        return bool(shown) and any(_touches(hunk, shown, unit.kind == "function") for hunk in hunks)


EVERYTHING = Changes(everything=True)


def changes_since(root: Path, ref: str) -> Changes:
    """The working tree against the merge base of HEAD and `ref`; untracked files are new entirely.

    Raises RepoError for an unknown ref, or without a common ancestor.
    """
    return _compared(root, git.merge_base(root, ref), staged=False)


def changes_staged(root: Path) -> Changes:
    """The index against HEAD; before the first commit everything has changed. Raises RepoError."""
    if not git.has_commit(root):
        return EVERYTHING
    return _compared(root, git.commit_of(root, "HEAD"), staged=True)


def _compared(root: Path, base: str, *, staged: bool) -> Changes:
    hunks = read_hunks(git.diff(root, base, staged=staged, context=0))
    changed = git.changes(root, base, staged=staged)
    renames = {item.path: item.old for item in changed if item.status == "renamed" and item.old is not None}
    # The diff says nothing about files that git does not track, moved ones among them.
    for path, old in renames.items():
        if path not in hunks and (moved := _against(root, base, old, path)):
            hunks[path] = moved
    whole = frozenset(item.path for item in changed if item.status == "added")
    gone = tuple(item.path for item in changed if item.status == "deleted")
    return Changes(hunks, whole, renames, gone, base=base)


def _against(root: Path, base: str, old: str, path: str) -> tuple[Hunk, ...]:
    """The changed lines of an untracked file against what another path held in the commit `base`."""
    from difflib import SequenceMatcher

    before = git.show(root, base, old) or b""
    try:
        after = (root / path).read_bytes()
    except OSError:
        return ()
    matcher = SequenceMatcher(None, before.split(b"\n"), after.split(b"\n"))
    return tuple(Hunk(first + 1, last) for tag, _, _, first, last in matcher.get_opcodes() if tag != "equal")


def _touches(hunk: Hunk, shown: list[int], whole_range: bool) -> bool:
    if hunk.end >= hunk.start:
        at = bisect_left(shown, hunk.start)
        return at < len(shown) and shown[at] <= hunk.end
    if whole_range:
        return hunk.touches(shown[0], shown[-1])
    at = bisect_left(shown, hunk.start)
    return (at < len(shown) and shown[at] == hunk.start) or hunk.end == shown[-1]
