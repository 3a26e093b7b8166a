"""Where the time of a run goes: seconds and files per tier, seconds and hits per rule."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Figures:
    """Running totals of one process, addable to those of others."""

    seconds: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)
    rule_seconds: Counter[str] = field(default_factory=Counter)
    rule_hits: Counter[str] = field(default_factory=Counter)

    def spent(self, tier: str, started: float) -> None:
        """Count one file and the time since `started` (of `time.perf_counter`) for a tier."""
        self.seconds[tier] += time.perf_counter() - started  # type: ignore[assignment]  # a Counter of seconds
        self.files[tier] += 1

    def add(self, other: Figures) -> None:
        """Add another process's totals to these."""
        self.seconds.update(other.seconds)
        self.files.update(other.files)
        self.rule_seconds.update(other.rule_seconds)
        self.rule_hits.update(other.rule_hits)
