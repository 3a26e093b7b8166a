"""A tree of which only some files are listed: what a question is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from gardener.repo.trees import Stamp, Tree


class NarrowedTree:
    """Those of `paths` that `tree` has; everything else about it stays as it is."""

    def __init__(self, tree: Tree, paths: Iterable[str]) -> None:
        self._tree = tree
        self._paths = tuple(sorted(set(paths)))
        self.root: Path = tree.root
        self.omitted: tuple[tuple[str, str], ...] = ()

    def paths(self) -> tuple[str, ...]:
        """The files, sorted."""
        return self._paths

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises OSError."""
        return self._tree.read(path)

    def head(self, path: str, size: int) -> bytes:
        """The first `size` bytes of a file. Raises OSError."""
        return self._tree.head(path, size)

    def exists(self, path: str) -> bool:
        """True when a file or folder stands at `path`, listed or not."""
        return self._tree.exists(path)

    def executable(self, path: str) -> bool:
        """True for what may be a script."""
        return self._tree.executable(path)

    def stamp(self, path: str) -> Stamp | None:
        """What changes whenever the content may have changed."""
        return self._tree.stamp(path)
