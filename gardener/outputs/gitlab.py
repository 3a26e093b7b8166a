"""GitLab's code quality report."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from gardener.core.report import PLAIN, Report, Style
from gardener.outputs._digest import listed, subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.core.finding import Failure, Finding, Severity

_SEVERITY: Mapping[Severity, str] = {"P0": "blocker", "P1": "critical", "P2": "major", "P3": "info"}


def render(report: Report, style: Style = PLAIN) -> str:
    """The findings and failures as a JSON list, in ASCII; P0 to P3 become blocker, critical, major and info."""
    issues = [*map(_failure, report.failures), *map(_finding, listed(report))]
    return json.dumps(issues, indent=2) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    lines = {"begin": max(finding.place.line, 1), "end": max(finding.place.end_line, 1)}
    return {
        "description": finding.message,
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITY[finding.severity],
        "location": {"path": finding.path, "lines": lines},
    }


def _failure(failure: Failure) -> dict[str, Any]:
    identity = json.dumps(["failure", failure.path, failure.rule, failure.reason])
    return {
        "description": f"could not analyse {subject(failure)}: {failure.reason}",
        "check_name": "gardener-failure",
        "fingerprint": hashlib.sha256(identity.encode()).hexdigest()[:32],
        "severity": "blocker",
        "location": {"path": failure.path or ".", "lines": {"begin": 1, "end": 1}},
    }
