"""What a proposal has to live with: the repository's code, its settings, its rules and its beliefs, read once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from gardener.learning.rule_ledger import Event, read_events

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gardener.checking.selection import Selection
    from gardener.core.belief import Beliefs
    from gardener.core.rule import Rule
    from gardener.core.settings import Settings
    from gardener.repo.narrowed import NarrowedTree
    from gardener.repo.ruff_codes import RuffRule
    from gardener.repo.trees import WorkingTree

_RUFF_FILES = ("ruff.toml", ".ruff.toml")


@dataclass(frozen=True)
class Ground:
    """A repository, as far as rules are concerned. `python` are the files that rules look at.

    `most_hits` is how many places a learned rule may find there, however large it is; None: a person will judge.
    `named` collects the ids that were given to learned rules.
    """

    root: Path
    tree: WorkingTree
    settings: Settings
    rules: tuple[Rule, ...]
    python: tuple[str, ...]
    events: tuple[Event, ...] = ()
    most_hits: int | None = 5
    named: set[str] = field(default_factory=set)

    @cached_property
    def code(self) -> NarrowedTree:
        """The Python files alone."""
        from gardener.repo.narrowed import NarrowedTree

        return NarrowedTree(self.tree, self.python)

    @cached_property
    def lines(self) -> int:
        """How many lines of Python there are."""
        found = 0
        for path in self.python:
            try:
                found += self.tree.read(path).count(b"\n")
            except OSError:
                continue
        return found

    @cached_property
    def selection(self) -> Selection:
        """Every rule there is, also those that are off; each applies where its settings let it."""
        from gardener.checking.selection import ALL, Selection

        return Selection(self.rules, self.settings, select=(ALL,))

    @cached_property
    def running(self) -> frozenset[str]:
        """The ids of the rules that run here unasked, in whatever state."""
        from gardener.checking.selection import Selection

        return frozenset(rule.id for rule in Selection(self.rules, self.settings).chosen)

    def rule(self, name: str) -> Rule | None:
        """The rule of that id, with the state that the settings give it."""
        return next((one.rule for one in self.selection.variants if one.rule.id == name), None)

    @cached_property
    def beliefs(self) -> Beliefs | None:
        """The core beliefs; None where there are none that can be read."""
        from gardener.core.errors import GardenerError
        from gardener.documents.core_beliefs import read_beliefs
        from gardener.documents.places import find_core_beliefs
        from gardener.repo.files import decode

        try:
            path = find_core_beliefs(self.tree.paths(), self.settings)
            return None if path is None else read_beliefs(decode(self.tree.read(path)).text, path)
        except (GardenerError, OSError, ValueError):
            return None

    @cached_property
    def ruff_on(self) -> frozenset[str]:
        """The codes that the project's ruff has switched on; none where it does not configure ruff."""
        from gardener.repo.ruff import enabled_rules

        if not self._configures_ruff:
            return frozenset()
        found = enabled_rules(self.root, ".")
        return frozenset() if found is None else found.enabled

    @cached_property
    def ruff_rules(self) -> Mapping[str, RuffRule]:
        """Every rule of ruff by its code; none where there is no ruff."""
        from gardener.repo.ruff_codes import known_rules

        return known_rules(self.root)

    @property
    def _configures_ruff(self) -> bool:
        if any(path in self.tree.paths() for path in _RUFF_FILES):
            return True
        try:
            return b"[tool.ruff" in self.tree.read("pyproject.toml")
        except OSError:
            return False


def read_ground(root: Path) -> Ground:
    """Read settings and rules and find the files. Raises GardenerError where the repository cannot be checked."""
    from gardener.checking.load import load
    from gardener.repo.discovery import discover
    from gardener.repo.settings import read_settings
    from gardener.repo.trees import WorkingTree

    tree = WorkingTree(root)
    settings = read_settings(tree)
    loaded = load(settings, tree, python_rules=settings.python_rules)
    python = discover(tree, settings).python
    return Ground(root, tree, settings, loaded.rules, tuple(python), read_events(tree))
