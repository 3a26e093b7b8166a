"""A tree of files that exist only in memory, for examples."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gardener.repo.history import History


@dataclass(frozen=True)
class MemoryTree:
    """Files by path; satisfies the `Tree` protocol."""

    files: Mapping[str, bytes]
    root: Path = Path()
    omitted: tuple[tuple[str, str], ...] = ()

    def paths(self) -> tuple[str, ...]:
        """All paths, sorted."""
        return tuple(sorted(self.files))

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises FileNotFoundError."""
        if path not in self.files:
            raise FileNotFoundError(path)
        return self.files[path]

    def head(self, path: str, size: int) -> bytes:
        """The first bytes of a file."""
        return self.read(path)[:size]

    def exists(self, path: str) -> bool:
        """Is there such a file?"""
        return path in self.files

    def executable(self, path: str) -> bool:  # noqa: ARG002 - nothing here is
        """Is the file executable? Never."""
        return False

    def stamp(self, path: str) -> None:  # noqa: ARG002 - nothing is known
        """Nothing is known of changes."""
        return


def remembered_history(removed: str, before: Mapping[str, bytes], now: Mapping[str, bytes]) -> History:
    """A past in which one commit removed or moved files, and changed some from what they held `before`.

    `removed` holds a line a file: `old.py`, or `old.py -> new.py` for one that was moved.
    """
    from gardener.repo.history import Commit, History, Index

    commits = [Commit(1, "1" * 40, "2024-01-30", "Begin"), Commit(2, "2" * 40, "2024-01-31", "Tidy up")]
    lines = [line.partition(" -> ") for line in removed.split("\n") if line.strip()]
    gone: dict[str, list[tuple[int, str | None]]] = {old.strip(): [(1, new.strip() or None)] for old, _, new in lines}
    index = Index(commits, gone, {path: [0, 1] for path in before})
    blobs = {f"{commits[0].sha}:{path}": data for path, data in before.items()}
    blobs |= {f"{commits[1].sha}:{path}": now[path] for path in before if path in now}

    def reader(names: Sequence[str]) -> Mapping[str, bytes]:
        return {name: blobs[name] for name in names if name in blobs}

    return History(index, reader=reader)
