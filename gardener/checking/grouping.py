"""Findings by the file they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.checking.fingerprints import order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gardener.core.finding import Finding


def by_path(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Findings in file order, by path."""
    grouped: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=order):
        grouped.setdefault(finding.path, []).append(finding)
    return grouped
