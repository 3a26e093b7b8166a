"""Issues as every tracker has them, and the protocol a tracker is spoken to by.

Nothing here is one tracker's own: an issue has an id, a title, a Markdown body, labels, and is open or closed for a
reason. Trackers that know no reasons give None; those that keep workflows map theirs to the two states.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

IssueState = Literal["open", "closed"]
CloseReason = Literal["completed", "not_planned"]


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as it stands in a tracker. `locked` says that a person wants it left as it is."""

    id: str
    title: str
    body: str
    labels: tuple[str, ...] = ()
    state: IssueState = "open"
    reason: CloseReason | None = None
    url: str = ""
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Issues that were listed. `trouble` says why there may be more; empty: these are all."""

    issues: tuple[Issue, ...] = ()
    trouble: str = ""


class Tracker(Protocol):
    """Where issues are kept. Every method may raise TrackerError.

    `place` names the tracker in the ledger, such as `github:acme/shop`. `regenerates` says that what is gone may be
    made anew: a person who deletes an issue from any other tracker does not want it back.
    """

    @property
    def place(self) -> str: ...
    @property
    def regenerates(self) -> bool: ...

    def prepare(self, label: str) -> None:
        """Make sure that issues can be kept here, and found again by `label`; called once before any other write."""

    def listing(self, label: str) -> Listing:
        """All issues with a label, open and closed, whoever made them."""

    def recent(self, since: str) -> Listing:
        """All issues made since a moment (ISO 8601, UTC), with any label or none."""

    def find(self, issue_id: str) -> Issue | None:
        """One issue; None when it was deleted, or moved to where this tracker does not reach."""

    def create(self, title: str, body: str, labels: tuple[str, ...]) -> Issue:
        """Make an issue. Never tried again by itself when nobody knows whether it was made."""

    def update(self, issue_id: str, body: str, labels: tuple[str, ...]) -> Issue:
        """Replace the body and add labels; labels that are there stay."""

    def close(self, issue_id: str, reason: CloseReason) -> Issue:
        """Close an issue for a reason."""

    def reopen(self, issue_id: str, body: str) -> Issue:
        """Open an issue again, with a new body."""
