"""A plan for a tracker as data: the writes, in order, and what the ledger learns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from gardener.core.draft import Draft, Kind
    from gardener.core.issue import CloseReason
    from gardener.gardening.issue_ledger import Entry

Action = Literal["create", "update", "reopen", "close"]


@dataclass(frozen=True, slots=True)
class Step:
    """One write. `body` is the new text, `old` the one before; `labels` are to be added.

    `reason` is that of a close, `why` says why to people.
    """

    action: Action
    fingerprint: str
    title: str
    id: str = ""
    body: str = ""
    old: str = ""
    labels: tuple[str, ...] = ()
    reason: CloseReason | None = None
    why: str = ""
    kind: Kind = "rule"
    subject: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The writes in order, what the ledger learns without any, what waits, and notes for people.

    `trouble` says why nothing may be written at all.
    """

    place: str
    steps: tuple[Step, ...] = ()
    learned: tuple[Entry, ...] = ()
    waiting: tuple[Draft, ...] = ()
    notes: tuple[str, ...] = ()
    trouble: str = ""

    def counted(self, action: Action) -> int:
        """How many writes are of one kind."""
        return sum(step.action == action for step in self.steps)
