"""The index of a repository's history: read from git's log, kept in one file, brought up to date."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeVar

from gardener.repo import git
from gardener.repo.files import write_atomic
from gardener.repo.history import Commit, Index

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_End = TypeVar("_End", str, str | None)

PATH = ".gardener/cache/history.json"
_FORMAT = 1
_LARGEST = 256 * 1024 * 1024
_SUBJECT = 80
# Whose versions may be asked for: documents, code, and files that define commands.
_VERSIONED = re.compile(
    r"(?:.*\.(?:md|pyi?|toml|cfg|ini|mk|just)|(?:.*/)?(?:GNUm|M|m)akefile|(?:.*/)?\.?[Jj]ustfile|(?:.*/)?package\.json)"
)


def updated_index(root: Path, *, remembered: bool = True) -> Index:
    """The index of everything reachable from the last commit. Raises RepoError.

    `remembered` allows to start from `.gardener/cache`, and to keep what is found there; never where git tracks it.
    """
    head = git.commit_of(root, "HEAD")
    shallow = git.is_shallow(root)
    remembered = remembered and not git.tracked(root, PATH)
    stored = _stored(root, shallow=shallow) if remembered else None
    index, known = Index(), None
    if stored is not None:
        gone = () if stored[1] == head else git.left_out(root, stored[1], head)
        if gone is not None:
            index, known = _without(stored[0], frozenset(gone)), stored[1]
    if known == head:
        return index
    extend(index, git.log(root, head, *(() if known is None else (f"^{known}",))))
    if remembered:
        _keep(root, index, head, shallow=shallow)
    return index


def extend(index: Index, log: str) -> None:
    """Add the commits of a log (see `git.log`), whose parents come last, to an index, in which they come first."""
    for header, changes in reversed(list(_commits(log))):
        number = len(index.commits)
        for letter, old, new in changes:
            _add(index, number, letter, old, new)
        if changes:
            index.commits.append(_commit(header))


def _commits(log: str) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Each commit's header with what matters of its changes: letter, old path, new path."""
    fields = iter(log.split("\0"))
    header = ""
    changes: list[tuple[str, str, str]] = []
    for field in fields:
        letter = field.strip("\n")
        if letter.startswith("\x01"):
            yield header, changes
            header, changes = letter, []
        elif letter:
            old = next(fields, "")
            new = next(fields, "") if letter[0] in "RC" else old
            if letter[0] in "DR" or _VERSIONED.fullmatch(new):
                changes.append((letter[0], old, new))
    yield header, changes


def _add(index: Index, number: int, letter: str, old: str, new: str) -> None:
    if letter == "D":
        index.gone.setdefault(old, []).append((number, None))
    elif letter == "R":
        index.gone.setdefault(old, []).append((number, new))
    if _VERSIONED.fullmatch(new):
        if letter == "R":
            index.origin.setdefault(new, []).append((number, old))
        if letter != "D":
            index.touched.setdefault(new, []).append(number)


def _commit(header: str) -> Commit:
    sha, time, date, subject = header.lstrip("\x01").split("\x02", 3)
    return Commit(int(time), sha, date, subject[:_SUBJECT])


def _without(index: Index, gone: frozenset[str]) -> Index:
    """The index without some commits."""
    kept = [number for number, commit in enumerate(index.commits) if commit.sha not in gone]
    if len(kept) == len(index.commits):
        return index
    number_of = {old: new for new, old in enumerate(kept)}
    return Index(
        [index.commits[number] for number in kept],
        _filtered(index.gone, number_of),
        {
            path: left
            for path, numbers in index.touched.items()
            if (left := [number_of[number] for number in numbers if number in number_of])
        },
        _filtered(index.origin, number_of),
    )


def _filtered(
    table: Mapping[str, list[tuple[int, _End]]], number_of: Mapping[int, int]
) -> dict[str, list[tuple[int, _End]]]:
    """The entries of the commits in `number_of`, with their new numbers."""
    return {
        path: left
        for path, found in table.items()
        if (left := [(number_of[number], end) for number, end in found if number in number_of])
    }


def _stored(root: Path, *, shallow: bool) -> tuple[Index, str] | None:
    """The kept index and the commit it was made for; None when there is none that can be used."""
    file = root / PATH
    if file.parent.is_symlink() or file.parent.parent.is_symlink():
        return None
    try:
        if file.stat().st_size > _LARGEST:
            return None
        content = json.loads(file.read_bytes())
        if content["format"] != _FORMAT or content["shallow"] != shallow:
            return None
        return _decoded(content), str(content["head"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _decoded(content: Any) -> Index:
    """Raises ValueError, TypeError, KeyError or AttributeError for what is not an index."""
    commits = [Commit(int(time), str(sha), str(date), str(subject)) for time, sha, date, subject in content["commits"]]
    index = Index(
        commits,
        {path: [(int(number), target) for number, target in found] for path, found in content["gone"].items()},
        {path: [int(number) for number in found] for path, found in content["touched"].items()},
        {path: [(int(number), str(old)) for number, old in found] for path, found in content["origin"].items()},
    )
    if any(not 0 <= number < len(commits) for number in _numbers(index)):
        raise ValueError("the index names commits that it does not hold")
    return index


def _numbers(index: Index) -> Iterator[int]:
    for removals in index.gone.values():
        yield from (number for number, _ in removals)
    for origins in index.origin.values():
        yield from (number for number, _ in origins)
    for numbers in index.touched.values():
        yield from numbers


def _keep(root: Path, index: Index, head: str, *, shallow: bool) -> None:
    """Write the index; where that does not work, the next run reads the log again."""
    from contextlib import suppress

    content = {
        "format": _FORMAT,
        "head": head,
        "shallow": shallow,
        "commits": [[commit.time, commit.sha, commit.date, commit.subject] for commit in index.commits],
        "gone": index.gone,
        "touched": index.touched,
        "origin": index.origin,
    }
    folder = root / ".gardener" / "cache"
    with suppress(OSError, UnicodeEncodeError):
        if folder.is_symlink() or folder.parent.is_symlink():
            return
        folder.mkdir(parents=True, exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            write_atomic(ignore, b"*\n")
        write_atomic(root / PATH, json.dumps(content, separators=(",", ":")).encode("utf-8", "surrogatepass"))
