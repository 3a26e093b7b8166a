"""What a repository once held: removals, renames and versions of its files, indexed once from git's log.

Every commit is read at most once: the index is kept in `.gardener/cache`, and only what is new is added. It holds all
removals of a path, not the last one alone, so that commits of another branch can be taken out of it again.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from gardener.core.errors import RepoError
from gardener.repo import git

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

MOST_RENAMES = 20
MOST_VERSIONS = 200
_READ_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: when it was made in seconds since 1970 and as a day, its hash, and its subject.

    An empty hash stands for changes that are not committed yet.
    """

    time: int = 0
    sha: str = ""
    date: str = ""
    subject: str = ""

    def __str__(self) -> str:
        return f"{self.sha[:9]} ({self.date})" if self.sha else "a change that is not committed yet"


@dataclass(frozen=True, slots=True)
class Removal:
    """A path that is gone: by which commit, and where it was moved by that commit (None: deleted)."""

    path: str
    commit: Commit
    target: str | None = None


@dataclass(slots=True)
class Index:
    """Commits that removed or touched something, parents first, and by path the numbers of those commits.

    `gone` maps a path to (commit, new path or None); `touched` maps the paths of documents, code and build files to
    the commits that changed them; `origin` maps a path to (commit, old path).
    """

    commits: list[Commit] = field(default_factory=list)
    gone: dict[str, list[tuple[int, str | None]]] = field(default_factory=dict)
    touched: dict[str, list[int]] = field(default_factory=dict)
    origin: dict[str, list[tuple[int, str]]] = field(default_factory=dict)


class History:
    """Questions about the past of a tree. `gap` says why the past is not known in full; None when it is."""

    def __init__(
        self,
        index: Index | None = None,
        *,
        gap: str | None = None,
        pending: Callable[[], Mapping[str, str | None]] = dict,
        reader: Callable[[Sequence[str]], Mapping[str, bytes]] | None = None,
    ) -> None:
        self._index = index or Index()
        self._pending_source = pending
        self._reader = reader
        self.gap = gap

    @cached_property
    def _pending(self) -> Mapping[str, str | None]:
        """Paths that the last commit has and the tree has no more, with where they were moved."""
        return self._pending_source()

    @property
    def is_pending(self) -> bool:
        """True when somebody asked, and the last commit has paths that the tree has no more."""
        return bool(self.__dict__.get("_pending"))

    @cached_property
    def _folders(self) -> Mapping[str, list[str]]:
        """Folders that once held files, with those files."""
        found: dict[str, list[str]] = defaultdict(list)
        for path in (*self._index.gone, *self._pending):
            folder = path.rpartition("/")[0]
            while folder:
                found[folder].append(path)
                folder = folder.rpartition("/")[0]
        return found

    def removal(self, path: str) -> Removal | None:
        """The last removal of a file; None when no commit removed it."""
        if path in self._pending:
            return Removal(path, Commit(), self._pending[path])
        found = self._index.gone.get(path)
        if not found:
            return None
        number, target = max(found, key=lambda item: self._age(item[0]))
        return Removal(path, self._index.commits[number], target)

    def _age(self, number: int) -> tuple[int, int]:
        """Sorts commits, the newest last."""
        return self._index.commits[number].time, number

    def removals_below(self, folder: str) -> tuple[Removal, ...]:
        """The last removal of every file that was in a folder, newest first; empty when there was none."""
        found = filter(None, (self.removal(path) for path in self._folders.get(folder.rstrip("/"), ())))
        return tuple(sorted(found, key=lambda item: (not item.commit.sha, item.commit.time, item.path), reverse=True))

    def successor(self, path: str, exists: Callable[[str], bool]) -> str | None:
        """Where a removed file is now, through all its renames; None when it was deleted on the way."""
        for _ in range(MOST_RENAMES):
            found = self.removal(path)
            if found is None or found.target is None:
                return None
            path = found.target
            if exists(path):
                return path
        return None

    def versions(self, path: str) -> Iterator[tuple[Commit, str]]:
        """The commits that changed a file and the path it had then, newest first, renames followed.

        Only documents, Python files and build files are known.
        """
        seen: set[str] = set()
        before: tuple[int, int] | None = None
        while path not in seen:
            seen.add(path)
            for age in sorted(map(self._age, self._index.touched.get(path, ())), reverse=True):
                if before is None or age < before:
                    yield self._index.commits[age[1]], path
            origins = self._index.origin.get(path)
            if not origins:
                return
            number, old = max(origins, key=lambda item: self._age(item[0]))
            before, path = self._age(number), old

    def contents(self, path: str, most: int = MOST_VERSIONS) -> Iterator[tuple[Commit, bytes]]:
        """What a file held after each of the commits that changed it, newest first, at most `most` of them."""
        if self._reader is None:
            return
        versions = itertools.islice(self.versions(path), most)
        while some := list(itertools.islice(versions, _READ_AT_ONCE)):
            names = [f"{commit.sha}:{then}" for commit, then in some]
            found = self._reader([name for name in names if "\n" not in name])
            yield from ((commit, found[name]) for (commit, _), name in zip(some, names, strict=True) if name in found)


def read_history(root: Path, *, remembered: bool = True, present: Callable[[], Sequence[str]] | None = None) -> History:
    """The history of the repository at `root`; `remembered` allows to read and write `.gardener/cache`.

    `present` gives the paths of the tree that is looked at: what the last commit has beyond them is gone as well.
    Without git, or in a shallow clone, the history has a `gap`; nothing raises.
    """
    from gardener.repo.history_index import updated_index

    if not (root / ".git").exists():
        return History(gap="this is no git repository")
    try:
        if not git.has_commit(root):
            return History(gap="nothing was committed yet")
        index = updated_index(root, remembered=remembered)
        gap = "this is a shallow clone" if git.is_shallow(root) else None
    except RepoError as error:
        return History(gap=f"git could not tell its history: {error.message}")
    return History(
        index,
        gap=gap,
        pending=lambda: _pending(root, present() if present else None),
        reader=lambda names: git.read_blobs(root, names),
    )


def _pending(root: Path, present: Sequence[str] | None) -> Mapping[str, str | None]:
    if present is None:
        return {}
    here = frozenset(present)
    try:
        entries = git.tree_entries(root, "HEAD")
        gone: dict[str, str | None] = {
            entry.path: None for entry in entries if entry.path not in here and _is_file(entry)
        }
        if gone:
            moved = {change.old: change.path for change in git.changes(root, "HEAD") if change.status == "renamed"}
            gone = {path: moved.get(path) for path in gone}
    except RepoError:
        return {}
    return gone


def _is_file(entry: git.Entry) -> bool:
    return entry.mode.startswith("100")
