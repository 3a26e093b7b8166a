"""Whether the ruff that runs here is configured as the policy says: ruff reads its settings from the disk alone."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gardener.repo.trees import Tree


def same_on_disk(policy: Tree) -> bool:
    """True when a policy tree and the working tree agree in all that may configure ruff.

    Of `pyproject.toml` that is ruff's table and the versions of Python; any other TOML file may be extended from one.
    """
    from gardener.repo.trees import WorkingTree

    if isinstance(policy, WorkingTree):
        return True
    return _settings(policy) == _settings(WorkingTree(policy.root))


def _settings(tree: Tree) -> dict[str, object]:
    return {path: _relevant(path, _content(tree, path)) for path in tree.paths() if path.endswith(".toml")}


def _content(tree: Tree, path: str) -> bytes | None:
    try:
        return tree.read(path)
    except OSError:
        return None


def _relevant(path: str, data: bytes | None) -> object:
    """What ruff may read of a file; the whole content where that cannot be told."""
    if data is None or path.rpartition("/")[2] != "pyproject.toml":
        return data
    try:
        content = tomllib.loads(data.decode())
    except (ValueError, RecursionError):
        return data
    tool, project = content.get("tool"), content.get("project")
    return [
        tool.get("ruff") if isinstance(tool, dict) else None,
        project.get("requires-python") if isinstance(project, dict) else None,
    ]
