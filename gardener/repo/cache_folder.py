"""The folder for what gardener may forget: `.gardener/cache`, which ignores itself."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from gardener.repo.files import write_atomic

if TYPE_CHECKING:
    from pathlib import Path

CACHE_FOLDER = ".gardener/cache"


def cache_folder(root: Path) -> Path:
    """The folder under `root`, made when it is not there. Raises OSError where it cannot be, or a link leads away."""
    folder = root / CACHE_FOLDER
    for place in (folder.parent, folder):
        if place.is_symlink():
            raise OSError(errno.ELOOP, "is a link", str(place))
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        write_atomic(ignore, b"*\n")
    return folder


def believable(root: Path) -> bool:
    """False when git tracks the folder: what came with a repository could claim anything."""
    from gardener.core.errors import GardenerError
    from gardener.repo import git

    if not (root / ".git").exists():
        return True
    try:
        return not git.tracked(root, CACHE_FOLDER)
    except GardenerError:
        return False
