"""The stable machine format: every finding, suppressed ones marked, and the totals."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from gardener.core.report import PLAIN, Report, Style
from gardener.outputs._digest import ordered

if TYPE_CHECKING:
    from gardener.core.finding import Failure, Finding, Fix


def render(report: Report, style: Style = PLAIN) -> str:
    """The report as JSON by docs/report.schema.json, in ASCII, with a final newline."""
    document = {
        "gardener": report.version,
        "findings": [_finding(finding) for finding in ordered(report)],
        "failures": [_failure(failure) for failure in report.failures],
        "counts": dataclasses.asdict(report.counts),
    }
    return json.dumps(document, indent=2) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    place, suppressed = finding.place, finding.suppressed
    return {
        "rule": finding.rule,
        "path": finding.path,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "message": finding.message,
        "severity": finding.severity,
        "certainty": finding.certainty,
        "origin": finding.origin,
        "belief": finding.belief,
        "fingerprint": finding.fingerprint,
        "remediation": finding.remediation,
        "gates": finding.gates,
        "fix": None if finding.fix is None else _fix(finding.fix),
        "suppressed": None if suppressed is None else {"by": suppressed.by, "reason": suppressed.reason},
    }


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [{"start": edit.start, "end": edit.end, "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "safety": fix.safety, "edits": edits}


def _failure(failure: Failure) -> dict[str, str]:
    named = {"path": failure.path, "rule": failure.rule, "reason": failure.reason}
    return {key: value for key, value in named.items() if value is not None}
