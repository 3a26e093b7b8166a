"""A tree of files that exist only in memory, for examples."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


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
