"""Trees that stand in for others: files replaced by given content, or nothing at all."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from gardener.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gardener.repo.trees import Stamp, Tree


class OverlaidTree:
    """A tree in which the file `name` (as typed, relative to `cwd`) holds `data`, whether it is there or not.

    Raises ConfigError for a name outside the root.
    """

    def __init__(self, tree: Tree, name: str, data: bytes, *, cwd: Path) -> None:
        full = os.path.normpath(os.path.join(cwd, name.replace("\\", "/")))  # noqa: PTH118
        relative = os.path.relpath(full, tree.root).replace(os.sep, "/")
        if relative.startswith("../") or relative == "..":
            raise ConfigError(f"`{name}` lies outside {tree.root}", hint="give a name inside the repository")
        self._tree = tree
        self._data = data
        self.path = relative
        self.root = tree.root
        self.omitted = tree.omitted

    def paths(self) -> tuple[str, ...]:
        """Every file, sorted, the overlaid one among them."""
        return tuple(sorted({*self._tree.paths(), self.path}))

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises OSError."""
        return self._data if path == self.path else self._tree.read(path)

    def head(self, path: str, size: int) -> bytes:
        """The first `size` bytes of a file; all of them when negative."""
        if path != self.path:
            return self._tree.head(path, size)
        return self._data if size < 0 else self._data[:size]

    def exists(self, path: str) -> bool:
        """True when a file or folder stands at `path`."""
        return path == self.path or self._tree.exists(path)

    def executable(self, path: str) -> bool:
        """True for what may be a script."""
        return path == self.path or self._tree.executable(path)

    def stamp(self, path: str) -> Stamp | None:
        """Nothing is known of the overlaid file's age."""
        return None if path == self.path else self._tree.stamp(path)


class PatchedTree:
    """A tree in which files hold other `contents`, by path; `without` are paths, or folders ending in `/`, left out."""

    def __init__(self, tree: Tree, contents: Mapping[str, bytes], without: Sequence[str] = ()) -> None:
        self._tree = tree
        self._contents = dict(contents)
        self._without = tuple(without)
        self.root = tree.root
        self.omitted = tree.omitted
        kept = (path for path in tree.paths() if not self._left_out(path))
        self._paths = tuple(sorted({*kept, *self._contents}))

    def paths(self) -> tuple[str, ...]:
        """Every file, sorted."""
        return self._paths

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises OSError."""
        return self.head(path, -1)

    def head(self, path: str, size: int) -> bytes:
        """The first `size` bytes of a file; all of them when negative. Raises OSError."""
        data = self._contents.get(path)
        if data is not None:
            return data if size < 0 else data[:size]
        if self._left_out(path):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return self._tree.read(path) if size < 0 else self._tree.head(path, size)

    def exists(self, path: str) -> bool:
        """True when a file or folder stands at `path`."""
        return path in self._contents or (not self._left_out(path) and self._tree.exists(path))

    def executable(self, path: str) -> bool:
        """True for what may be a script."""
        return path in self._contents or (not self._left_out(path) and self._tree.executable(path))

    def stamp(self, path: str) -> Stamp | None:
        """Nothing is known of the age of a file with other content."""
        return None if path in self._contents or self._left_out(path) else self._tree.stamp(path)

    def _left_out(self, path: str) -> bool:
        return any(path == name or (name.endswith("/") and path.startswith(name)) for name in self._without)


class EmptyTree:
    """A tree without files: what comes before the first commit."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.omitted: tuple[tuple[str, str], ...] = ()

    def paths(self) -> tuple[str, ...]:
        """No path."""
        return ()

    def read(self, path: str) -> bytes:
        """Raises FileNotFoundError."""
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)

    def head(self, path: str, size: int) -> bytes:  # noqa: ARG002
        """Raises FileNotFoundError."""
        return self.read(path)

    def exists(self, path: str) -> bool:  # noqa: ARG002
        """False."""
        return False

    def executable(self, path: str) -> bool:  # noqa: ARG002
        """False."""
        return False

    def stamp(self, path: str) -> Stamp | None:  # noqa: ARG002
        """None."""
        return None
