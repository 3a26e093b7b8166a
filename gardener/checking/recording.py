"""A tree that remembers what was asked of it: that is all an answer can depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from gardener.repo.trees import Stamp, WorkingTree


class RecordingTree:
    """The working tree, with the files that were read and the questions about existence that were answered."""

    def __init__(self, tree: WorkingTree) -> None:
        self.inner = tree
        self.reads: set[str] = set()
        self.answers: dict[str, bool] = {}

    @property
    def root(self) -> Path:
        """The folder of the tree."""
        return self.inner.root

    @property
    def omitted(self) -> tuple[tuple[str, str], ...]:
        """What is not among `paths`, with the reason."""
        return self.inner.omitted

    def paths(self) -> tuple[str, ...]:
        """Every file, sorted."""
        return self.inner.paths()

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises OSError."""
        self.reads.add(path)
        return self.inner.read(path)

    def head(self, path: str, size: int) -> bytes:
        """The first bytes of a file. Raises OSError."""
        self.reads.add(path)
        return self.inner.head(path, size)

    def exists(self, path: str) -> bool:
        """True when a file or folder stands at `path`."""
        self.answers[path] = found = self.inner.exists(path)
        return found

    def executable(self, path: str) -> bool:
        """True when a file may be a script."""
        self.reads.add(path)
        return self.inner.executable(path)

    def stamp(self, path: str) -> Stamp | None:
        """What changes whenever the content may have changed."""
        return self.inner.stamp(path)
