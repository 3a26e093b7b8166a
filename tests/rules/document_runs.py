"""Real runs of the document rules in real repositories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.checking.check import check
from gardener.checking.request import CheckRequest

if TYPE_CHECKING:
    from pathlib import Path

    from gardener.core.finding import Finding
    from gardener.core.report import Report


@dataclass(frozen=True)
class Found:
    """The findings of one rule in a run, and the run's report."""

    findings: tuple[Finding, ...]
    report: Report

    @property
    def places(self) -> list[str]:
        """`path:line severity` of every finding."""
        return [f"{item.path}:{item.place.line} {item.severity}" for item in self.findings]

    @property
    def only(self) -> Finding:
        """The one finding."""
        (found,) = self.findings
        return found


def run(root: Path, rule: str, **options: object) -> Found:
    """Check `root` with one rule, no code."""
    request = CheckRequest(root=root, select=(rule,), code=False, cache=False, **options)  # type: ignore[arg-type]
    report = check(request)
    assert report.failures == ()
    return Found(tuple(item for item in report.findings if item.rule == rule), report)
