"""What chores look at: the report and the grades of the night, the tree, its history, and earlier nights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gardener.core.errors import ConfigError

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from gardener.checking.beliefs import Held
    from gardener.core.report import Report
    from gardener.core.settings import Settings
    from gardener.gardening.grades.ledger import Night
    from gardener.gardening.grades.records import Part
    from gardener.gardening.night import Duty, Tended
    from gardener.repo.history import History
    from gardener.repo.trees import WorkingTree


@dataclass(frozen=True)
class ChoreGround:
    """One state of a repository, after check and grades. `as_of` is the day of its commit, `today` that of the run."""

    tree: WorkingTree
    settings: Settings
    report: Report
    parts: tuple[Part, ...]
    held: Held | None
    nights: tuple[Night, ...]
    as_of: date | None
    today: date

    @property
    def root(self) -> Path:
        """The root of the repository."""
        return self.tree.root

    @cached_property
    def history(self) -> History:
        """What the repository once held; with a gap where that cannot be told."""
        from gardener.repo.history import read_history

        return read_history(self.root, present=self.tree.paths)


@dataclass(frozen=True, slots=True)
class Round:
    """What a chore comes back with: duties, the heaviest first, and patches as (name, text)."""

    duties: tuple[Duty, ...] = ()
    patches: tuple[tuple[str, str], ...] = ()


def ground_of(tended: Tended) -> ChoreGround:
    """The ground of a night that has a report and grades. Raises ConfigError."""
    from gardener.gardening.grades.ledger import read_nights
    from gardener.repo.trees import WorkingTree

    if tended.report is None or tended.graded is None:
        raise ConfigError("chores need a report and grades")
    tree = WorkingTree(tended.request.root)
    gathered = tended.graded.gathered
    return ChoreGround(
        tree=tree,
        settings=tended.settings,
        report=tended.report,
        parts=gathered.parts,
        held=gathered.evidence.held,
        nights=read_nights(tree),
        as_of=gathered.head.day,
        today=tended.request.today,
    )
