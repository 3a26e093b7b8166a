"""Drafts by name, and nights: one synchronisation each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gardener.core.draft import Draft, DraftPlace
from gardener.core.issue import Tracker
from gardener.core.settings import IssueSettings
from gardener.gardening.issue_scan import Scan
from gardener.gardening.issue_sync import Clock, Synced, Wanted, look_ahead, synchronise

AREAS = frozenset({"shop", "docs"})
RULES = tuple(f"rule-{letter}" for letter in "abcdefghijkl")
MANY = tuple(f"rule-{number}" for number in range(120))


def draft(rule: str, area: str = "shop", *, count: int = 1, commit: str = "1" * 40, line: int = 3) -> Draft:
    """A draft about a rule."""
    url = f"https://github.com/acme/shop/blob/{commit}/{area}/a.py#L{line}"
    return Draft(
        kind="rule",
        subject=rule,
        area=area,
        title=f"Resolve {rule} in {area}",
        ask=f"Mend {count} places.",
        places=(DraftPlace(f"{area}/a.py", line, line, url),),
        count=count,
        verify=f"gardener check --select {rule} {area}",
    )


def drafts(letters: str) -> tuple[Draft, ...]:
    """One draft for each letter."""
    return tuple(draft(f"rule-{letter}") for letter in letters)


def numbered(rules: Iterable[str]) -> tuple[Draft, ...]:
    """One draft for each rule."""
    return tuple(draft(rule) for rule in sorted(rules))


def full_scan(*, rules: Iterable[str] = RULES, **fields: object) -> Scan:
    """A scan that saw everything."""
    return Scan(frozenset(rules), frozenset({"check", "ruff"}), AREAS, **fields)  # type: ignore[arg-type] # by name


@dataclass
class Nights:
    """A repository, its tracker, and a clock that goes on by itself."""

    root: Path
    tracker: Tracker
    settings: IssueSettings = field(default_factory=IssueSettings)
    pauses: list[float] = field(default_factory=list)
    now: datetime = datetime(2026, 11, 1, tzinfo=UTC)

    def pass_(self, wanted: Iterable[Draft] = (), scan: Scan | None = None, held: str = "") -> Synced:
        """One night."""
        self.now += timedelta(days=1)
        asked = Wanted(tuple(wanted), scan or full_scan(), self.settings, (), held)
        return synchronise(self.root, asked, self.tracker, Clock(lambda: self.now, self.pauses.append))

    def planned(self, wanted: Iterable[Draft] = (), scan: Scan | None = None) -> Synced:
        """What the coming night would do."""
        return look_ahead(self.root, Wanted(tuple(wanted), scan or full_scan(), self.settings), self.tracker)

    def actions(self, wanted: Iterable[Draft] = (), scan: Scan | None = None) -> list[str]:
        """What one night did, as `action id`."""
        outcome = self.pass_(wanted, scan).outcome
        return [f"{step.action} {step.id}" for step in outcome.done] if outcome else []

    @property
    def ledger(self) -> bytes:
        """The ledger's bytes."""
        path = self.root / ".gardener/issues.jsonl"
        return path.read_bytes() if path.exists() else b""
