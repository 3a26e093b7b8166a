"""Every file under a folder that is no git work tree, minus what ignore files and habit leave out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pathspec import GitIgnoreSpec

# Folders that tools fill and nobody reviews. A virtual environment is known by its `pyvenv.cfg`, whatever its name.
SKIPPED_FOLDERS = frozenset(
    {
        *(".git", ".hg", ".svn", ".bzr", ".jj", "node_modules", "site-packages", "__pycache__", "__pypackages__"),
        *(".venv", ".direnv", ".eggs", ".tox", ".nox", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".pytype"),
        *(".ipynb_checkpoints", ".hypothesis", ".cache"),
    }
)

_Specs = tuple[tuple[str, "GitIgnoreSpec"], ...]


def walk(root: Path) -> Iterator[tuple[str, bool]]:
    """(path, is it a link) of every file, relative to `root`, with `/`, in no order. Links are not followed.

    A folder that cannot be read counts as empty.
    """
    waiting: list[tuple[str, _Specs]] = [("", ())]
    while waiting:
        prefix, outer = waiting.pop()
        files, folders = _scan(os.path.join(root, prefix))  # noqa: PTH118 - no Path a folder
        if "pyvenv.cfg" in files and prefix:
            continue
        specs = (*outer, *_ignore_file(root, prefix)) if ".gitignore" in files else outer
        yield from ((path, link) for name, link in files.items() if not _ignored(path := prefix + name, specs))
        below = (prefix + name + "/" for name in folders if name not in SKIPPED_FOLDERS)
        waiting.extend((path, specs) for path in below if not _ignored(path, specs))


def _scan(folder: str) -> tuple[dict[str, bool], list[str]]:
    files: dict[str, bool] = {}
    folders: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                elif entry.is_symlink() or entry.is_file():
                    files[entry.name] = entry.is_symlink()
    except OSError:
        return {}, []
    return files, folders


def _ignore_file(root: Path, prefix: str) -> _Specs:
    from pathspec import GitIgnoreSpec

    try:
        with open(os.path.join(root, prefix, ".gitignore"), encoding="utf-8", errors="replace") as file:  # noqa: PTH118, PTH123
            lines = file.read().split("\n")
    except OSError:
        return ()
    usable: list[str] = []
    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError:
            continue
        usable.append(line)
    return ((prefix, GitIgnoreSpec.from_lines(usable)),)


def _ignored(path: str, specs: _Specs) -> bool:
    """The innermost ignore file with an opinion decides."""
    for prefix, spec in reversed(specs):
        verdict = spec.check_file(path[len(prefix) :]).include
        if verdict is not None:
            return bool(verdict)
    return False
