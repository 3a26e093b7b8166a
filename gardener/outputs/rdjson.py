"""The Reviewdog Diagnostic Format, for reviewdog and for editors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gardener.core.lines import LineIndex
from gardener.core.report import PLAIN, Report, Style
from gardener.outputs._changes import changes
from gardener.outputs._digest import level, listed, subject

if TYPE_CHECKING:
    from gardener.core.finding import Failure, Finding, Fix

_SEVERITY = {"error": "ERROR", "warning": "WARNING", "note": "INFO"}

Json = dict[str, Any]


def render(report: Report, style: Style = PLAIN) -> str:
    """The report as one `DiagnosticResult`, in ASCII; columns count bytes of UTF-8, as the format wants.

    A gating finding is an ERROR, P3 is INFO, the rest WARNING. Edits that share lines are one suggestion.
    """
    shown = listed(report)
    lines = {path: LineIndex.of(report.texts[path]) for path in {one.path for one in shown} & report.texts.keys()}
    diagnostics = [_failure(failure) for failure in report.failures]
    diagnostics += [_finding(finding, lines.get(finding.path)) for finding in shown]
    return json.dumps({"source": {"name": "gardener"}, "diagnostics": diagnostics}, indent=2) + "\n"


def _finding(finding: Finding, lines: LineIndex | None) -> Json:
    place = finding.place
    span = {
        "start": _position(lines, place.line, place.column),
        "end": _position(lines, place.end_line, place.end_column),
    }
    diagnostic: Json = {
        "message": finding.message,
        "location": {"path": finding.path, "range": span},
        "severity": _SEVERITY[level(finding)],
        "code": {"value": finding.rule},
    }
    if lines is not None and finding.fix is not None and finding.fix.safety != "shown":
        diagnostic["suggestions"] = _suggestions(lines, finding.fix)
    return diagnostic


def _suggestions(lines: LineIndex, fix: Fix) -> list[Json]:
    return [
        {
            "range": {
                "start": _position(lines, *lines.position(change.start)),
                "end": _position(lines, *lines.position(change.end)),
            },
            "text": change.text,
        }
        for change in changes(lines, fix)
    ]


def _position(lines: LineIndex | None, line: int, column: int) -> dict[str, int]:
    # Without the text there are no bytes to count; a position without a column means the whole line.
    if lines is None or not 1 <= line <= len(lines):
        return {"line": max(line, 1)}
    before = lines.line(line)[: column - 1]
    return {"line": line, "column": len(before.encode("utf-8", "surrogatepass")) + 1}


def _failure(failure: Failure) -> Json:
    diagnostic: Json = {"message": f"could not analyse {subject(failure)}: {failure.reason}", "severity": "ERROR"}
    if failure.path is not None:
        diagnostic["location"] = {"path": failure.path}
    return diagnostic
