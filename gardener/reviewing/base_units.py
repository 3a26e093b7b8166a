"""Units that a change only moved: their text stood in what it changed before, so that nothing about them is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from gardener.reviewing.changes import Changes


def texts_before(root: Path, changes: Changes) -> frozenset[str]:
    """The texts of all units that the files of a change held at its base, deleted files included.

    What cannot be read there held none. Raises RepoError when git cannot say.
    """
    from gardener.checking.parsing import Unparsable, in_deep_stack
    from gardener.repo.files import decode
    from gardener.repo.trees import GitTree
    from gardener.reviewing.units import units_of

    if not changes.base:
        return frozenset()
    tree = GitTree(root, changes.base)
    present = frozenset(tree.paths())
    paths = {changes.renames.get(path, path) for path in changes.hunks} | set(changes.gone)
    wanted = sorted(path for path in paths & present if path.endswith((".py", ".pyi")))
    tree.preload(wanted)
    found: set[str] = set()

    def read_all() -> None:
        for path in wanted:
            try:
                found.update(unit.text for unit in units_of(path, decode(tree.read(path)).text))
            except (OSError, ValueError, Unparsable, RecursionError):
                continue

    in_deep_stack(read_all)
    return frozenset(found)
