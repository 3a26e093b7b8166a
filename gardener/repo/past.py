"""A repository as it stood at a commit: its files, and its history up to there, in a folder of its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gardener.core.errors import RepoError
from gardener.repo import git

if TYPE_CHECKING:
    from pathlib import Path


def checked_out(root: Path, ref: str, folder: Path) -> str:
    """Put the files of a commit into `folder`, a repository that borrows the objects of `root`; return the commit.

    Nothing in `root` changes, and nothing that it configures runs. Raises RepoError for an unknown commit, or where
    contents are missing from a partial clone.
    """
    commit = git.commit_of(root, ref)
    shared = git.output(root, "rev-parse", "--path-format=absolute", "--git-common-dir").strip()
    try:
        folder.mkdir(parents=True)
        git.output(folder, "init", "--quiet", "--template=", ".")
        own = folder / ".git"
        (own / "objects" / "info").mkdir(parents=True, exist_ok=True)
        (own / "objects" / "info" / "alternates").write_text(f"{os.path.join(shared, 'objects')}\n", encoding="utf-8")  # noqa: PTH118
        shallow = folder.joinpath(shared, "shallow")
        if shallow.exists():
            (own / "shallow").write_bytes(shallow.read_bytes())
    except OSError as error:
        raise RepoError(f"cannot be written: {error.strerror}", at=str(folder)) from error
    git.output(folder, "update-ref", "--no-deref", "HEAD", commit)
    git.output(folder, "read-tree", "HEAD")
    git.output(folder, "checkout-index", "--all", "--quiet")
    return commit
