"""What waits for an issue of its own, and the dashboard on which people see it and give commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.documents import dashboard
from gardener.documents.issue_region import region_of, says_the_same, spliced
from gardener.gardening.issue_ledger import Known
from gardener.gardening.issue_steps import Step

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from gardener.core.draft import Draft
    from gardener.core.issue import Issue
    from gardener.core.settings import IssueSettings
    from gardener.gardening.issue_matching import World

_UNKNOWN = Known()


@dataclass(frozen=True, slots=True)
class Room:
    """How many issues a run may make, and how many of ours are open."""

    creates: int
    open: int


def ticked_in(world: World) -> frozenset[str]:
    """The drafts whose boxes a person ticked on an open dashboard."""
    issue = world.issues.get(dashboard.FINGERPRINT)
    return dashboard.ticked_in(issue.body) if issue is not None and issue.state == "open" else frozenset()


def shared(
    missing: Sequence[Draft], known: Mapping[str, Known], ticked: Collection[str], room: Room
) -> tuple[list[Draft], list[Draft]]:
    """Which drafts become issues now, and which wait: those people ticked come first, then new ones.

    What waits moves up by itself only while fewer issues are open than one run may make, so that a run in which
    nothing changed writes nothing.
    """
    asked = [draft for draft in missing if draft.fingerprint in ticked]
    rest = [draft for draft in missing if draft.fingerprint not in ticked]
    new = [draft for draft in rest if not known.get(draft.fingerprint, _UNKNOWN).waits]
    old = [draft for draft in rest if known.get(draft.fingerprint, _UNKNOWN).waits]
    made = [*asked, *new][: room.creates]
    made += old[: max(0, room.creates - room.open - len(made))]
    chosen = {draft.fingerprint for draft in made}
    return made, [draft for draft in missing if draft.fingerprint not in chosen]


def dashboard_steps(
    waiting: Sequence[Draft], world: World, known: Mapping[str, Known], settings: IssueSettings
) -> list[Step]:
    """The one write that lets the dashboard show what waits, or none."""
    name, ours = dashboard.FINGERPRINT, known.get(dashboard.FINGERPRINT, _UNKNOWN)
    if world.hold or ours.gone or name in world.gone | world.unseen:
        return []
    wanted = bool(waiting) and settings.dashboard
    text = dashboard.region(waiting, ticked_in(world))
    issue = world.issues.get(name)
    if issue is not None:
        step = _changed(issue, text, ours, wanted=wanted)
        return [] if step is None else [step]
    labels = (settings.label, *settings.labels)
    made = Step("create", name, dashboard.TITLE, body=f"{text}\n", labels=labels, kind="dashboard")
    return [made] if wanted else []


def _changed(issue: Issue, text: str, known: Known, *, wanted: bool) -> Step | None:
    name, shown, new = dashboard.FINGERPRINT, region_of(issue.body), region_of(text)
    if issue.locked or shown is None or not shown.intact or new is None:
        return None
    body = spliced(issue.body, text)
    if issue.state == "closed":
        reopened = wanted and known.closed_by_us(issue.reason)
        return Step("reopen", name, issue.title, issue.id, body, issue.body) if reopened else None
    if not wanted:
        # What a person opened again after we had closed it stays open.
        closing = Step("close", name, issue.title, issue.id, reason="completed", why="nothing waits")
        return None if known.closed else closing
    if says_the_same(shown.text, new.text):
        return None
    return Step("update", name, issue.title, issue.id, body, issue.body)
