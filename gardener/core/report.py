"""What a run has to say, ready to be rendered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.core.finding import Failure, Finding
    from gardener.core.rule import Rule


@dataclass(frozen=True, slots=True)
class Counts:
    """Totals of a run; `usd` is None when a price is unknown."""

    files: int = 0
    analysed: int = 0
    findings: int = 0
    suppressed: int = 0
    shadow: int = 0
    fixed: int = 0
    judged: int = 0
    unjudged: int = 0
    stale: int = 0
    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    usd: float | None = 0.0


@dataclass(frozen=True, slots=True)
class Style:
    """How a report is drawn: `width` in columns, `limit` the most findings text shows (0: all)."""

    color: bool = False
    width: int = 100
    limit: int = 0
    statistics: bool = False


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Report:
    """Findings in (path, position, rule) order, failures, notes for people, and the totals.

    `texts` holds the decoded text of every file with a finding, for code frames; `rules` every rule that ran. `limit`
    is the most findings that formats for people should show (0: all).
    """

    findings: tuple[Finding, ...] = ()
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()
    counts: Counts = Counts()
    rules: tuple[Rule, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    limit: int = 0

    def exit_code(self, *, exit_zero: bool = False) -> int:
        """0 clean, 1 something gates, 2 something could not be analysed; 2 beats 1, `exit_zero` hides only 1."""
        if self.failures:
            return 2
        return 1 if any(finding.gates for finding in self.findings) and not exit_zero else 0
