"""Which issue of a tracker is which of ours: by the ledger, then by the marker in its text, then by its title.

Issues are listed by label, never searched for: what a search finds lags behind. A listing that cannot be trusted
matches nothing; one duplicate is worse than any number of issues that are made a day later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gardener.core.errors import TrackerError
from gardener.documents.issue_region import region_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gardener.core.issue import Issue, Tracker
    from gardener.gardening.issue_ledger import Known

# An issue that lost its label is looked up alone; when all have lost it, some are enough to notice.
MOST_LOOKED_UP = 50


@dataclass(frozen=True, slots=True)
class World:
    """What stands in a tracker. `issues` are ours by fingerprint, `adopted` those of them the ledger did not know.

    `gone` were deleted or moved by a person, `unseen` could not be looked at, `titles` are issues without a marker.
    `trouble` says why nothing may be written, `hold` why nothing may be made.
    """

    issues: Mapping[str, Issue] = field(default_factory=dict)
    adopted: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    unseen: frozenset[str] = frozenset()
    titles: Mapping[str, Issue] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    trouble: str = ""
    hold: str = ""


def look(tracker: Tracker, label: str, known: Mapping[str, Known]) -> World:
    """Look at every issue with the label, and at those the ledger knows that have it no more."""
    listing = tracker.listing(label)
    if listing.trouble:
        return World(trouble=f"issues could not be listed: {listing.trouble}")
    search = _Search(tracker, label, known)
    search.by_marker(listing.issues)
    search.by_ledger({issue.id: issue for issue in listing.issues})
    search.unanswered()
    search.adopt()
    return search.world(listing.issues)


def order(issue: Issue) -> tuple[int, int, str]:
    """Sorts issues by age: numbers as numbers."""
    return (0, int(issue.id), "") if issue.id.isascii() and issue.id.isdigit() else (1, 0, issue.id)


@dataclass(slots=True)
class _Search:
    tracker: Tracker
    label: str
    known: Mapping[str, Known]
    marked: dict[str, list[Issue]] = field(default_factory=dict)
    bare: dict[str, Issue] = field(default_factory=dict)
    found: dict[str, Issue] = field(default_factory=dict)
    adopted: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    unseen: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    missed: int = 0

    def by_marker(self, issues: Iterable[Issue]) -> None:
        """Sort issues by the marker in their text."""
        for issue in sorted(issues, key=order):
            region = region_of(issue.body)
            if region is None:
                self.bare.setdefault(issue.title, issue)
            else:
                self.marked.setdefault(region.fingerprint, []).append(issue)

    def by_ledger(self, listed: Mapping[str, Issue]) -> None:
        """Take what the ledger knows from the listing, and look up what is missing there."""
        lookups = 0
        for fingerprint, known in self.known.items():
            if not known.id or known.gone:
                continue
            if known.id in listed:
                self.found[fingerprint] = listed[known.id]
            elif self.tracker.regenerates:
                continue
            elif lookups >= MOST_LOOKED_UP:
                self.unseen.add(fingerprint)
            else:
                lookups += 1
                self._look_up(fingerprint, known.id)

    def unanswered(self) -> None:
        """Find issues that an earlier run may have made without hearing of it, should they have no label."""
        waiting = {
            fingerprint: known.pending
            for fingerprint, known in self.known.items()
            if known.pending and not known.id and fingerprint not in self.marked
        }
        if not waiting:
            return
        recent = self.tracker.recent(min(waiting.values()))
        if recent.trouble:
            self.unseen |= set(waiting)
            self.notes.append(f"what an earlier run left open could not be looked up: {recent.trouble}")
        for issue in sorted(recent.issues, key=order):
            region = region_of(issue.body)
            if region is not None and region.fingerprint in waiting:
                self.marked.setdefault(region.fingerprint, []).append(issue)

    def adopt(self) -> None:
        """Of the issues with one marker take the oldest that is as we wrote it; the others are copies."""
        for fingerprint, issues in self.marked.items():
            ours = self.found.get(fingerprint)
            if ours is None and fingerprint not in self.gone | self.unseen and not self._is_tombstone(fingerprint):
                ours = min(issues, key=lambda issue: (not _intact(issue), order(issue)))
                self.found[fingerprint] = ours
                self.adopted.add(fingerprint)
            copies = [issue.id for issue in issues if ours is None or issue.id != ours.id]
            if copies and ours is not None:
                self.notes.append(f"{', '.join(copies)} holds a copy of the marker of {ours.id}: left alone")

    def world(self, listed: tuple[Issue, ...]) -> World:
        """What was found, and whether it can be trusted."""
        return World(
            self.found,
            frozenset(self.adopted),
            frozenset(self.gone),
            frozenset(self.unseen),
            self.bare,
            tuple(self.notes),
            hold=self._hold(listed),
        )

    def _hold(self, listed: tuple[Issue, ...]) -> str:
        if self.missed:
            return f"the listing missed {self.missed} issues that are there"
        alive = [one for one in self.known.values() if one.id and not one.gone]
        if not listed and alive and not self.tracker.regenerates and len(self.gone) < len(alive):
            return (
                f"the listing is empty, and the ledger knows {len(alive)} issues: was the label `{self.label}` deleted?"
            )
        return ""

    def _look_up(self, fingerprint: str, issue_id: str) -> None:
        try:
            issue = self.tracker.find(issue_id)
        except TrackerError as error:
            self.unseen.add(fingerprint)
            self.notes.append(f"{issue_id} could not be looked up: {error.message}")
            return
        if issue is None:
            self.gone.add(fingerprint)
            return
        self.found[fingerprint] = issue
        self.missed += self.label in issue.labels

    def _is_tombstone(self, fingerprint: str) -> bool:
        known = self.known.get(fingerprint)
        return known is not None and known.gone


def _intact(issue: Issue) -> bool:
    region = region_of(issue.body)
    return region is not None and region.intact
