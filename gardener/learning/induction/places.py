"""What a learned rule finds in the repository it is to live in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.core.rule import Rule
    from gardener.learning.induction.records import Limits
    from gardener.repo.trees import Tree


class TooMany(Exception):
    """The rule finds more in the repository than it may; the message says how many."""


def hits_on(rule: Rule, repository: Mapping[str, str] | Tree | None, limits: Limits) -> dict[str, tuple[int, ...]]:
    """The lines that a rule flags, by path. Raises TooMany."""
    from gardener.checking.jobs import Job, examine_all
    from gardener.checking.selection import Selection
    from gardener.core.settings import Settings

    if repository is None:
        return {}
    tree = _tree(repository)
    paths = [path for path in tree.paths() if path.endswith((".py", ".pyi"))]
    tried = replace(rule, state="error")
    examined, _ = examine_all(Job(tree, Selection((tried,), Settings(), select=(rule.id,))), paths)
    found = {
        path: tuple(sorted({finding.place.line for finding in item.result.findings}))
        for path, item in examined.items()
        if item.result is not None and item.result.findings
    }
    hits = sum(map(len, found.values()))
    if hits > limits.hits and hits * 1000 > limits.hits_per_kloc * _lines(tree, paths):
        raise TooMany(f"flags {hits} places in the repository")
    return found


def _tree(repository: Mapping[str, str] | Tree) -> Tree:
    from collections.abc import Mapping

    from gardener.repo.memory import MemoryTree

    if isinstance(repository, Mapping):
        return MemoryTree({path: text.encode("utf-8", "surrogatepass") for path, text in repository.items()})
    return repository


def _lines(tree: Tree, paths: list[str]) -> int:
    found = 0
    for path in paths:
        try:
            found += tree.read(path).count(b"\n")
        except OSError:
            continue
    return found
