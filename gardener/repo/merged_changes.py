"""The last changes that were merged: what each did to which files, as the main line of history tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.repo import git

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class MergedChange:
    """A commit of the main line. `files` are the (old, new) paths it changed; old is None for an added file, new for
    a deleted one."""

    commit: str
    date: str
    subject: str
    files: tuple[tuple[str | None, str | None], ...]

    def before(self, path: str) -> str:
        """The name by which git knows a file as it was before the change."""
        return f"{self.commit}^:{path}"

    def after(self, path: str) -> str:
        """The name by which git knows a file as the change left it."""
        return f"{self.commit}:{path}"


def merged_changes(root: Path, most: int) -> tuple[MergedChange, ...]:
    """The last `most` commits on the first-parent line of HEAD, the oldest first; none without a commit.

    Raises RepoError when git cannot say.
    """
    if not (root / ".git").exists() or not git.has_commit(root):
        return ()
    log = git.log(root, "--first-parent", "--diff-merges=first-parent", f"--max-count={most}", "HEAD")
    return tuple(reversed(list(_changes(log))))


def versions(root: Path, names: Iterable[str]) -> Mapping[str, bytes]:
    """The contents of many versions, named as `MergedChange` names them; what is not there is left out."""
    return git.read_blobs(root, [name for name in names if "\n" not in name])


def _changes(log: str) -> Iterator[MergedChange]:
    fields = iter(log.split("\0"))
    header: list[str] = []
    files: list[tuple[str | None, str | None]] = []
    for field in fields:
        letter = field.strip("\n")
        if letter.startswith("\x01"):
            if header:
                yield MergedChange(header[0], header[2], header[3], tuple(files))
            header, files = letter.lstrip("\x01").split("\x02", 3), []
        elif letter:
            old = next(fields, "")
            new = next(fields, "") if letter[0] in "RC" else old
            files.append((None if letter[0] in "AC" else old, None if letter[0] == "D" else new))
    if header:
        yield MergedChange(header[0], header[2], header[3], tuple(files))
