"""Trees of files: the working tree, a commit, the index.

Paths are relative to the root, with `/`, and never leave it.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from gardener.core.errors import RepoError
from gardener.repo import git
from gardener.repo.walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

# Git's modes, and one for a regular file of which nobody recorded whether it is executable.
_LINK, _SUBMODULE, _EXECUTABLE, _PLAIN = "120000", "160000", "100755", "100000"
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_FLAGS = os.O_RDONLY | _NOFOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

Stamp = tuple[int, int, int]


class Tree(Protocol):
    """A set of files. `read` raises OSError for what is not there or cannot be read.

    `omitted` lists (path, reason) of what is deliberately not among `paths`. A `stamp` changes whenever content may
    have changed; None when nothing is known.
    """

    @property
    def root(self) -> Path: ...
    @property
    def omitted(self) -> tuple[tuple[str, str], ...]: ...
    def paths(self) -> tuple[str, ...]: ...
    def read(self, path: str) -> bytes: ...
    def head(self, path: str, size: int) -> bytes: ...
    def exists(self, path: str) -> bool: ...
    def executable(self, path: str) -> bool: ...
    def stamp(self, path: str) -> Stamp | None: ...


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a tree, as path to entry, and what was left out."""

    files: Mapping[str, git.Entry]
    omitted: tuple[tuple[str, str], ...] = ()


def listing(entries: Iterable[git.Entry]) -> Listing:
    """Sort entries into files and what is left out: submodules, nested repositories, names that are not UTF-8."""
    files: dict[str, git.Entry] = {}
    omitted: list[tuple[str, str]] = []
    for entry in sorted(entries, key=lambda entry: entry.path):
        reason = _omission(entry)
        if reason is None:
            files[entry.path] = entry
        else:
            omitted.append((entry.path.encode("utf-8", "backslashreplace").decode(), reason))
    return Listing(files, tuple(omitted))


def _omission(entry: git.Entry) -> str | None:
    if entry.mode == _SUBMODULE:
        return "submodule"
    if entry.path.endswith("/"):
        return "repository within this one"
    if not entry.path.isascii() and any("\ud800" <= char <= "\udfff" for char in entry.path):
        return "name is not UTF-8"
    return None


class _Begun:
    """A listing that a thread waits for."""

    def __init__(self, root: Path) -> None:
        import threading

        self._found: list[git.Entry] | RepoError = []
        self._thread = threading.Thread(target=self._list, args=(root,), name="gardener-git", daemon=True)
        self._thread.start()

    def _list(self, root: Path) -> None:
        try:
            self._found = git.working_entries(root)
        except RepoError as error:
            self._found = error

    def result(self) -> list[git.Entry]:
        """The entries, once git has spoken. Raises RepoError when git could not say."""
        self._thread.join()
        if isinstance(self._found, RepoError):
            raise self._found
        return self._found


class WorkingTree:
    """The files on disk: by `git ls-files` in a work tree, elsewhere (or without git) by a walk with ignore files.

    `notes` says when git was there and could not be asked.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._prefix = os.path.join(root, "")  # noqa: PTH118 - joined by hand for every file
        self._within: dict[str, bool] = {"": True}
        self.notes: tuple[str, ...] = ()
        self._begun: _Begun | None = None

    def begin(self) -> None:
        """Let git list the files in the background, while the caller has other things to do first."""
        if (self.root / ".git").exists():
            self._begun = _Begun(self.root)

    def _working_entries(self) -> list[git.Entry]:
        begun, self._begun = self._begun, None
        return git.working_entries(self.root) if begun is None else begun.result()

    @cached_property
    def _listing(self) -> Listing:
        if (self.root / ".git").exists():
            try:
                return self._visible(listing(self._working_entries()))
            except RepoError as error:
                self.notes = (f"{error}; files were found by walking the folders instead",)
        return self._visible(listing(git.Entry(path, _LINK if link else _PLAIN) for path, link in walk(self.root)))

    def _visible(self, found: Listing) -> Listing:
        """Drop links to folders and to places outside the root; a link to a file in the tree stands for that file."""
        files = dict(found.files)
        omitted = list(found.omitted)
        for path, entry in found.files.items():
            reason = self._link_problem(path) if entry.mode in ("", _LINK) else None
            # A walk enters no folder through a link; git lists what it tracks, wherever that now leads.
            if reason or (entry.mode != _PLAIN and not self._is_within(path.rpartition("/")[0])):
                del files[path]
                omitted.append((path, reason or "link out of the tree"))
        return Listing(files, tuple(sorted(omitted)))

    def _link_problem(self, path: str) -> str | None:
        full = self._prefix + path
        if not os.path.islink(full):  # noqa: PTH114 - one system call a file
            return None
        target = os.path.realpath(full)
        if not os.path.isfile(target):  # noqa: PTH113
            return "link to a folder" if os.path.isdir(target) else "broken link"  # noqa: PTH112
        return None if self._holds(target) else "link out of the tree"

    def _holds(self, real: str) -> bool:
        return real.startswith(os.path.join(self._real_root, ""))  # noqa: PTH118

    @cached_property
    def _real_root(self) -> str:
        return os.path.realpath(self.root)

    def _is_within(self, folder: str) -> bool:
        """True when a folder really lies under the root; asked once a folder."""
        known = self._within.get(folder)
        if known is None:
            parent_is = self._is_within(folder.rpartition("/")[0])
            full = self._prefix + folder
            known = parent_is and (not os.path.islink(full) or self._holds(os.path.realpath(full)))  # noqa: PTH114
            self._within[folder] = known
        return known

    @property
    def omitted(self) -> tuple[tuple[str, str], ...]:
        """What is not among `paths`, with the reason."""
        return self._listing.omitted

    def paths(self) -> tuple[str, ...]:
        """Every file, sorted."""
        return tuple(self._listing.files)

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises OSError for what cannot be read, is no regular file, or lies outside the root."""
        return self.head(path, -1)

    def head(self, path: str, size: int) -> bytes:
        """The first `size` bytes of a file, as `read` would give them; all of them when negative."""
        if not self._is_within(path.rpartition("/")[0]):
            raise OSError(errno.EPERM, "lies outside the root", path)
        full = self._prefix + path
        if not _NOFOLLOW and os.path.islink(full):  # noqa: PTH114
            full = self._target(full)
        try:
            handle = os.open(full, _FLAGS)
        except OSError:
            if not os.path.islink(full):  # noqa: PTH114
                raise
            handle = os.open(self._target(full), _FLAGS)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise OSError(errno.EINVAL, "is no regular file", path)
            with open(handle, "rb", buffering=0, closefd=False) as file:
                return file.read(size) or b""
        finally:
            os.close(handle)

    def _target(self, full: str) -> str:
        """Where a link leads. Raises OSError when that is outside the root."""
        target = os.path.realpath(full)
        if not self._holds(target):
            raise OSError(errno.EPERM, "lies outside the root", full)
        return target

    def exists(self, path: str) -> bool:
        """True when a file or folder stands at `path`, listed or ignored, under the root."""
        return _is_relative(path) and self._is_within(path.rpartition("/")[0]) and os.path.exists(self._prefix + path)  # noqa: PTH110

    def executable(self, path: str) -> bool:
        """True when a file may be a script: its executable bit is set, or the platform has none."""
        entry = self._listing.files.get(path)
        if entry is not None and entry.mode not in ("", _PLAIN):
            return entry.mode == _EXECUTABLE
        return os.name == "nt" or os.access(self._prefix + path, os.X_OK)

    def stamp(self, path: str) -> Stamp | None:
        """Modification time in nanoseconds, size, inode."""
        try:
            found = os.stat(self._prefix + path)  # noqa: PTH116
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


@dataclass(slots=True)
class _Blobs:
    """Blobs read so far; a first miss reads many of them in one process."""

    root: Path
    entries: Mapping[str, git.Entry]
    content: dict[str, bytes] = field(default_factory=dict)

    def preload(self, paths: Iterable[str]) -> None:
        wanted = (self.entries[path].oid for path in paths if path in self.entries)
        self.content.update(git.read_blobs(self.root, [oid for oid in wanted if oid not in self.content]))

    def read(self, path: str) -> bytes:
        entry = self.entries.get(path)
        if entry is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        if entry.oid not in self.content:
            self.preload([path])
        if entry.oid not in self.content:
            raise OSError(errno.EIO, "blob is not in this clone", path)
        return self.content[entry.oid]


class _StoredTree:
    """Files that git holds as blobs. Links stored in git are left out: their content is a path."""

    def __init__(self, root: Path, entries: Iterable[git.Entry]) -> None:
        self.root = root
        found = listing(entries)
        links = tuple((path, "link") for path, entry in found.files.items() if entry.mode == _LINK)
        self._files = {path: entry for path, entry in found.files.items() if entry.mode != _LINK}
        self._blobs = _Blobs(root, self._files)
        self._folders: frozenset[str] | None = None
        self.omitted = tuple(sorted((*found.omitted, *links)))

    def paths(self) -> tuple[str, ...]:
        """Every file, sorted."""
        return tuple(self._files)

    def preload(self, paths: Iterable[str]) -> None:
        """Read many files in one git process; later reads of them cost nothing."""
        self._blobs.preload(paths)

    def read(self, path: str) -> bytes:
        """The bytes of a file, without any filter applied. Raises OSError for what is not there."""
        return self._blobs.read(path)

    def head(self, path: str, size: int) -> bytes:
        """The first `size` bytes of a file."""
        return self._blobs.read(path)[:size]

    def exists(self, path: str) -> bool:
        """True when a file or folder stands at `path`."""
        if self._folders is None:
            self._folders = frozenset(folder for path in self._files for folder in _parents(path))
        return path in self._files or path.rstrip("/") in self._folders

    def executable(self, path: str) -> bool:
        """True when the executable bit is recorded."""
        return path in self._files and self._files[path].mode == _EXECUTABLE

    def stamp(self, path: str) -> Stamp | None:
        """The blob's name as a number: equal stamps are equal contents."""
        entry = self._files.get(path)
        return None if entry is None else (0, 0, int(entry.oid, 16))


class GitTree(_StoredTree):
    """The files of a commit. Raises RepoError for an unknown ref."""

    def __init__(self, root: Path, ref: str) -> None:
        super().__init__(root, git.tree_entries(root, ref))
        self.ref = ref


class IndexTree(_StoredTree):
    """The files as they are staged. Raises RepoError outside a git work tree."""

    def __init__(self, root: Path) -> None:
        if not (root / ".git").exists():
            raise RepoError("not a git repository", at=str(root), hint="--staged needs one")
        super().__init__(root, git.index_entries(root))


def _parents(path: str) -> Iterable[str]:
    while path:
        path = path.rpartition("/")[0]
        yield path


def _is_relative(path: str) -> bool:
    return not os.path.isabs(path) and ".." not in path.split("/")  # noqa: PTH117
