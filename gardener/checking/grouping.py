"""Findings by the file they are in."""

from __future__ import annotations

from collections.abc import Iterable

from gardener.checking.fingerprints import order
from gardener.core.finding import Finding


def by_path(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Findings in file order, by path."""
    grouped: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=order):
        grouped.setdefault(finding.path, []).append(finding)
    return grouped
