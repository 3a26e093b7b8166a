"""What a run would do to a tracker: pure, from drafts, a scan, what stands there, and what the ledger knows.

People have the last word. What a person closed stays closed, what a person deleted is not made again, what a person
wrote into our part of a text stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gardener.core.draft import issue_fingerprint
from gardener.documents import dashboard
from gardener.documents.draft_page import region, text_of, title_of
from gardener.documents.issue_region import region_of, says_the_same, spliced
from gardener.gardening.issue_ledger import Entry, Known
from gardener.gardening.issue_steps import Plan, Step
from gardener.gardening.issue_waiting import Room, dashboard_steps, shared, ticked_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gardener.core.draft import Draft, Kind
    from gardener.core.issue import CloseReason, Issue
    from gardener.core.settings import IssueSettings
    from gardener.gardening.issue_matching import World
    from gardener.gardening.issue_scan import Scan

CLEAN_SCANS = 2
# What keeps coming back is two rules, or two people, who disagree; mail about it helps nobody.
MOST_REOPENED = 3
# A plan that closes far more than a run may is more likely a broken scan than a good week.
BREAKER = 3

_UNKNOWN = Known()


def plan(
    place: str,
    drafts: Sequence[Draft],
    scan: Scan,
    world: World,
    known: Mapping[str, Known],
    settings: IssueSettings,
) -> Plan:
    """The plan for `drafts`, which come in the order of their weight."""
    if world.trouble:
        return Plan(place, notes=world.notes, trouble=world.trouble)
    making = _Making(place, scan, world, known, settings, notes=list(world.notes))
    making.adopt(drafts)
    missing = [draft for draft in drafts if making.missing(draft)]
    wanted = {draft.fingerprint for draft in drafts}
    for fingerprint, issue in world.issues.items():
        if fingerprint not in wanted and fingerprint != dashboard.FINGERPRINT:
            making.absent(fingerprint, issue)
    made, waiting = making.share(missing)
    return making.plan(made, waiting)


@dataclass(slots=True)
class _Making:
    place: str
    scan: Scan
    world: World
    known: Mapping[str, Known]
    settings: IssueSettings
    notes: list[str] = field(default_factory=list)
    learned: list[Entry] = field(default_factory=list)
    updates: list[Step] = field(default_factory=list)
    reopens: list[Step] = field(default_factory=list)
    closes: list[Step] = field(default_factory=list)
    universe: dict[str, tuple[Kind, str, str]] | None = None

    def adopt(self, drafts: Sequence[Draft]) -> None:
        """Tell the ledger of issues it does not know, and of people who deleted some."""
        about = {draft.fingerprint: draft for draft in drafts}
        for fingerprint in sorted(self.world.adopted):
            draft = about.get(fingerprint)
            kind, subject, area = (draft.kind, draft.subject, draft.area) if draft else self._about(fingerprint)
            # An issue of which nobody here knows what it is about may be another repository's.
            if subject or fingerprint == dashboard.FINGERPRINT:
                issue = self.world.issues[fingerprint]
                self._learn(fingerprint, "adopt", id=issue.id, kind=kind, subject=subject, area=area)
        for fingerprint in sorted(self.world.gone):
            self._learn(fingerprint, "gone", id=self.known[fingerprint].id)
            self.notes.append(f"{self.known[fingerprint].id} was deleted or moved by a person: it is not made again")

    def missing(self, draft: Draft) -> bool:
        """Plan for the issue of a draft; True when there is none and one may be made."""
        fingerprint, known = draft.fingerprint, self.known.get(draft.fingerprint, _UNKNOWN)
        issue = self.world.issues.get(fingerprint)
        if known.clean:
            self._learn(fingerprint, "found")
        if issue is not None:
            self._present(draft, issue, known)
            return False
        if known.gone or fingerprint in self.world.gone | self.world.unseen:
            return False
        same = self.world.titles.get(title_of(draft))
        if same is not None:
            self._learn(fingerprint, "adopt", id=same.id, kind=draft.kind, subject=draft.subject, area=draft.area)
            self.notes.append(f"{same.id} has the title of an issue of ours and no marker: it is taken for it")
            return False
        return True

    def absent(self, fingerprint: str, issue: Issue) -> None:
        """Plan for an issue of which nothing was found any more."""
        known = self.known.get(fingerprint, _UNKNOWN)
        self._heard(fingerprint, issue, known)
        _, subject, area = self._about(fingerprint)
        if issue.state == "closed" or not subject or not self.scan.clean(subject, area):
            return
        if known.closed and not known.reopening:
            # A person opened again what we had closed, and has a reason for it.
            return
        if known.clean < CLEAN_SCANS:
            self._learn(fingerprint, "clean")
        if known.clean + 1 >= CLEAN_SCANS:
            self._close(fingerprint, issue, "not_planned" if self.scan.retired(subject) else "completed")

    def share(self, missing: Sequence[Draft]) -> tuple[list[Draft], list[Draft]]:
        """Which drafts become issues now, and which wait; the ledger learns of those that begin to."""
        if self.world.hold:
            if missing:
                self.notes.append(f"nothing is made: {self.world.hold}")
            return [], []
        ours = (issue for key, issue in self.world.issues.items() if self._about(key)[1])
        room = Room(self.settings.creates, sum(issue.state == "open" for issue in ours))
        made, waiting = shared(missing, self.known, ticked_in(self.world), room)
        for draft in waiting:
            if not self.known.get(draft.fingerprint, _UNKNOWN).waits:
                self._learn(draft.fingerprint, "wait")
        return made, waiting

    def plan(self, made: Sequence[Draft], waiting: Sequence[Draft]) -> Plan:
        """All of it, within the bounds of one run."""
        labels = (self.settings.label, *self.settings.labels)
        creates = [
            Step(
                "create",
                draft.fingerprint,
                title_of(draft),
                body=f"{region(draft)}\n",
                labels=labels,
                why=f"{draft.severity}, size {draft.size}",
                kind=draft.kind,
                subject=draft.subject,
                area=draft.area,
            )
            for draft in made
        ]
        bound = self.settings.closes
        sudden = len(self.closes) + len(self.reopens)
        if bound and sudden > BREAKER * bound:
            trouble = (
                f"{sudden} issues would be closed or opened again, more than {BREAKER} times the {bound} of a run: "
                "that looks like a broken scan; raise `closes` if it is none"
            )
            return Plan(self.place, waiting=tuple(waiting), notes=tuple(self.notes), trouble=trouble)
        changes = [*self.reopens, *self.updates]
        kept = [*changes[: self.settings.updates], *self.closes[:bound]]
        if left := len(changes) + len(self.closes) - len(kept):
            self.notes.append(f"{left} more writes wait for the next run")
        board = self.world.issues.get(dashboard.FINGERPRINT)
        if board is not None:
            self._heard(dashboard.FINGERPRINT, board, self.known.get(dashboard.FINGERPRINT, _UNKNOWN))
        steps = (*creates, *kept, *dashboard_steps(waiting, self.world, self.known, self.settings))
        return Plan(self.place, steps, tuple(self.learned), tuple(waiting), tuple(self.notes))

    def _present(self, draft: Draft, issue: Issue, known: Known) -> None:
        self._heard(draft.fingerprint, issue, known)
        if issue.locked:
            self.notes.append(f"{issue.id} is locked: left alone")
        elif issue.state == "open":
            if known.closed and not known.reopening:
                self._learn(draft.fingerprint, "reopen", id=issue.id)
            self._update(draft, issue)
        else:
            self._closed(draft, issue, known)

    def _closed(self, draft: Draft, issue: Issue, known: Known) -> None:
        ours = known.closed_by_us(issue.reason)
        if ours and known.reopened < MOST_REOPENED:
            body = self._body(draft, issue)
            step = Step("reopen", draft.fingerprint, issue.title, issue.id, body or issue.body, issue.body)
            self.reopens.append(step)
        elif ours:
            self.notes.append(f"{issue.id} came back {known.reopened} times and stays closed: {issue.title}")
        elif issue.reason != "not_planned" and draft.kind != "theme":
            self.notes.append(f"{issue.id} was closed by a person and is still found: {issue.title}")

    def _update(self, draft: Draft, issue: Issue) -> None:
        body = self._body(draft, issue)
        lost = () if self.settings.label in issue.labels else (self.settings.label,)
        if body is None and not lost:
            return
        why = "the label is missing" if body is None else "what was found has changed"
        new = issue.body if body is None else body
        self.updates.append(Step("update", draft.fingerprint, issue.title, issue.id, new, issue.body, lost, why=why))

    def _body(self, draft: Draft, issue: Issue) -> str | None:
        """The new text of an issue; None when it says the same already, or a person wrote into our part of it."""
        known = region_of(issue.body)
        if known is None or not known.intact or known.fingerprint != draft.fingerprint:
            self.notes.append(f"{issue.id} was rewritten by a person: its text is left alone")
            return None
        return None if says_the_same(known.text, text_of(draft)) else spliced(issue.body, region(draft))

    def _close(self, fingerprint: str, issue: Issue, reason: CloseReason) -> None:
        if issue.locked:
            self.notes.append(f"{issue.id} is locked: left open")
            return
        why = f"not found in {CLEAN_SCANS} full scans" if reason == "completed" else "nobody looks for it any more"
        self.closes.append(Step("close", fingerprint, issue.title, issue.id, reason=reason, why=why))

    def _heard(self, fingerprint: str, issue: Issue, known: Known) -> None:
        """What became of a close or a reopening of which an earlier run heard nothing."""
        if known.closing and issue.state == "closed":
            self._learn(fingerprint, "close", id=issue.id, reason=known.reason or "completed")
        if known.reopening and issue.state == "open":
            self._learn(fingerprint, "reopen", id=issue.id)

    def _learn(self, fingerprint: str, did: str, **fields: str) -> None:
        self.learned.append(Entry(fingerprint, self.place, did, **fields))  # type: ignore[arg-type] # did is literal

    def _about(self, fingerprint: str) -> tuple[Kind, str, str]:
        """What an issue is about, as the ledger has it, else by trying everything that was looked for."""
        known = self.known.get(fingerprint, _UNKNOWN)
        if known.subject:
            return known.kind, known.subject, known.area  # type: ignore[return-value] # as it was written
        if self.universe is None:
            kinds: tuple[Kind, ...] = ("rule", "clause")
            self.universe = {
                issue_fingerprint(kind, subject, area): (kind, subject, area)
                for kind in kinds
                for subject in self.scan.subjects
                for area in self.scan.areas
            }
        return self.universe.get(fingerprint, ("rule", "", ""))
