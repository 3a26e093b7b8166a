"""Issues that follow the findings, read from top to bottom: scan, look, plan; and on demand, write.

However often this runs, and wherever it is killed: one issue for each rule or clause in each area, and no write when
nothing changed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gardener.core import family
from gardener.core.errors import ConfigError, RepoError, TrackerError
from gardener.gardening.issue_apply import Outcome, carry_out
from gardener.gardening.issue_ledger import Ledger, known_in
from gardener.gardening.issue_matching import look
from gardener.gardening.issue_plan import plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from gardener.core.draft import Draft
    from gardener.core.feedback import Proposal
    from gardener.core.issue import Tracker
    from gardener.core.report import Report
    from gardener.core.settings import IssueSettings, Settings
    from gardener.gardening.issue_ledger import Known
    from gardener.gardening.issue_scan import Scan
    from gardener.gardening.issue_steps import Plan
    from gardener.repo.trees import Tree

FAMILY = "gardener.trackers"
LOCK = "issues.lock"
# What a tracker lists may lag behind what was written by some seconds.
SETTLING_S = 30.0


@dataclass(frozen=True, slots=True)
class Clock:
    """The time, and waiting; both can be replaced."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    pause: Callable[[float], None] = time.sleep

    def moment(self) -> str:
        """The time as the ledger writes it."""
        return self.now().strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a scan of the whole tree asks of a tracker; `held` says why nobody else should hear of it yet."""

    drafts: tuple[Draft, ...]
    scan: Scan
    settings: IssueSettings
    failures: tuple[str, ...] = ()
    held: str = ""


@dataclass(frozen=True, slots=True)
class Synced:
    """A plan, and what became of it: None when it was not to be carried out. `busy` says that another run is at it."""

    plan: Plan
    outcome: Outcome | None = None
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    busy: bool = False


_CLOCK = Clock()


def wanted(
    root: Path,
    reports: Sequence[Report],
    tree: Tree,
    settings: Settings,
    families: Sequence[str],
    proposals: Sequence[Proposal] = (),
) -> Wanted:
    """What `reports` of the whole tree and `proposals` ask for; `families` are the kinds of things they looked for.

    Raises GardenerError for beliefs that cannot be read.
    """
    from gardener.gardening.issue_drafts import drafts_of, weight
    from gardener.gardening.issue_scan import ground_of, scan_of
    from gardener.gardening.theme_drafts import theme_drafts
    from gardener.repo.forge_links import unpublished

    ground = ground_of(root, tree, settings)
    found = drafts_of(reports, ground, min_severity=settings.issues.min_severity)
    drafts = tuple(sorted((*found, *theme_drafts(proposals, ground)), key=weight))
    told = [f"{one.path or one.rule or 'gardener'}: {one.reason}" for report in reports for one in report.failures]
    scan = scan_of(reports, ground, families=families)
    return Wanted(drafts, scan, settings.issues, tuple(told), unpublished(root))


def tracker_called(name: str, root: Path, settings: IssueSettings) -> Tracker:
    """The tracker of a name. Raises ConfigError when there is none, TrackerError for one that cannot be used."""
    try:
        module = family.load(FAMILY, name)
    except KeyError:
        known = ", ".join(family.names(FAMILY))
        raise ConfigError(f"there is no tracker `{name}`", hint=f"known are {known}") from None
    tracker: Tracker = module.connect(root, settings)
    return tracker


def look_ahead(root: Path, asked: Wanted, tracker: Tracker) -> Synced:
    """What `synchronise` would do; writes nothing anywhere."""
    made = _planned(asked, tracker, _known(Ledger(root), tracker))
    held = asked.held and not tracker.regenerates
    return Synced(made, failures=_troubles(asked, made), notes=(f"nothing is posted: {asked.held}",) if held else ())


def synchronise(root: Path, asked: Wanted, tracker: Tracker, clock: Clock = _CLOCK) -> Synced:
    """Let the tracker hold what is wanted. While another run does so, nothing is done.

    Where a tracker can keep no issues at all, the drafts go to the folder. Raises GardenerError when the ledger cannot
    be read or written; then nothing is written anywhere.
    """
    from gardener.gardening.issue_steps import Plan
    from gardener.repo.cache_folder import cache_folder
    from gardener.repo.locking import Busy, locked

    try:
        lock = cache_folder(root) / LOCK
    except OSError as error:
        raise RepoError(f"cannot be made: {error.strerror}", at=".gardener/cache") from None
    try:
        with locked(lock, patience=0):
            return _synchronise(root, asked, tracker, clock)
    except Busy:
        return Synced(Plan(tracker.place), busy=True)


def _synchronise(root: Path, asked: Wanted, tracker: Tracker, clock: Clock) -> Synced:
    ledger = Ledger(root)
    if asked.held and not tracker.regenerates:
        made = _planned(asked, tracker, _known(ledger, tracker))
        return Synced(made, failures=(*asked.failures, f"nothing is posted: {asked.held}"))
    try:
        tracker.prepare(asked.settings.label)
    except TrackerError as error:
        return _instead(root, asked, tracker, clock, error)
    known = _known(ledger, tracker)
    _settle(known, clock)
    made = _planned(asked, tracker, known)
    if made.trouble:
        return Synced(made, failures=_troubles(asked, made))
    outcome = carry_out(made, tracker, ledger, label=asked.settings.label, moment=clock.moment)
    return Synced(made, outcome, (*asked.failures, *outcome.failures))


def _instead(root: Path, asked: Wanted, tracker: Tracker, clock: Clock, error: TrackerError) -> Synced:
    """The drafts in the folder, where a tracker takes none."""
    if not error.fatal or tracker.regenerates:
        raise error
    from gardener.trackers.folder import FOLDER, connect

    done = _synchronise(root, asked, connect(root, asked.settings), clock)
    trouble = f"{tracker.place}: {error.message}" + (f" ({error.hint})" if error.hint else "")
    return replace(done, failures=(*done.failures, trouble), notes=(f"the drafts are in {FOLDER} instead",))


def _planned(asked: Wanted, tracker: Tracker, known: Mapping[str, Known]) -> Plan:
    world = look(tracker, asked.settings.label, known)
    return plan(tracker.place, asked.drafts, asked.scan, world, known, asked.settings)


def _known(ledger: Ledger, tracker: Tracker) -> dict[str, Known]:
    return known_in(ledger.entries, tracker.place)


def _troubles(asked: Wanted, made: Plan) -> tuple[str, ...]:
    return (*asked.failures, *([made.trouble] if made.trouble else []))


def _settle(known: Mapping[str, Known], clock: Clock) -> None:
    """Give the tracker time to list what an earlier run may have made a moment ago."""
    pending = [one.pending for one in known.values() if one.pending and not one.id]
    if pending:
        try:
            then = datetime.fromisoformat(max(pending))
            age = (clock.now() - then).total_seconds()
        except (ValueError, TypeError):
            age = 0.0
        if age < SETTLING_S:
            clock.pause(SETTLING_S - max(age, 0.0))
