"""SARIF 2.1.0, for code scanning services and viewers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from gardener.core.lines import LineIndex
from gardener.core.report import PLAIN, Report, Style
from gardener.outputs._digest import ordered, subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.core.finding import Failure, Finding, Fix, Severity, Suppression
    from gardener.core.rule import Rule

_LEVEL: Mapping[Severity, str] = {"P0": "error", "P1": "error", "P2": "warning", "P3": "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "SRCROOT"

Json = dict[str, Any]


def render(report: Report, style: Style = PLAIN) -> str:
    """The report as one SARIF run, in ASCII: suppressed findings marked, failures as notifications."""
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report)]}, indent=2) + "\n"


def _run(report: Report) -> Json:
    findings = ordered(report)
    rules = _rules(report, findings)
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    lines = {path: LineIndex.of(report.texts[path]) for path in {one.path for one in findings} & report.texts.keys()}
    driver = {"name": "gardener", "rules": rules}
    if report.version:
        driver["version"] = report.version
    return {
        "tool": {"driver": driver},
        "invocations": [_invocation(report)],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "the root of the repository"}}},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": _results(findings, numbers, lines),
    }


def _rules(report: Report, findings: list[Finding]) -> list[Json]:
    known = {rule.id: _rule(rule) for rule in report.rules}
    return [
        *known.values(),
        *({"id": name} for name in sorted({finding.rule for finding in findings} - known.keys())),
    ]


def _rule(rule: Rule) -> Json:
    described: Json = {
        "id": rule.id,
        "shortDescription": {"text": rule.title or rule.id},
        "defaultConfiguration": {"level": _LEVEL[rule.severity]},
        "properties": {"severity": rule.severity, "state": rule.state}
        | ({"belief": rule.belief} if rule.belief else {}),
    }
    if rule.why:
        described["fullDescription"] = {"text": rule.why.strip()}
        described["help"] = {"text": rule.why.strip(), "markdown": _help(rule)}
    return described


def _help(rule: Rule) -> str:
    fences = [
        f"{_fence(example.code)}python {example.kind}\n{example.code.rstrip()}\n{_fence(example.code)}"
        for example in rule.examples
    ]
    return "\n\n".join([rule.why.strip(), *fences])


def _fence(code: str) -> str:
    ticks = "```"
    while ticks in code:
        ticks += "`"
    return ticks


def _results(findings: list[Finding], numbers: Mapping[str, int], lines: Mapping[str, LineIndex]) -> list[Json]:
    # SARIF wants `suppressions` and `baselineState` on every result of a run, or on none.
    suppressed = any(finding.suppressed for finding in findings)
    baseline = any(finding.suppressed and finding.suppressed.by == "baseline" for finding in findings)
    results = []
    for finding in findings:
        result = _result(finding, numbers[finding.rule], lines.get(finding.path))
        if suppressed:
            result["suppressions"] = [_suppression(finding.suppressed)] if finding.suppressed else []
        if baseline:
            known = finding.suppressed is not None and finding.suppressed.by == "baseline"
            result["baselineState"] = "unchanged" if known else "new"
        results.append(result)
    return results


def _result(finding: Finding, number: int, lines: LineIndex | None) -> Json:
    place = finding.place
    physical: Json = {"artifactLocation": _artifact(finding.path)}
    if place.line >= 1:
        physical["region"] = _region(place.line, place.column, place.end_line, place.end_column)
    result: Json = {
        "ruleId": finding.rule,
        "ruleIndex": number,
        "level": _LEVEL[finding.severity],
        "message": {"text": finding.message or finding.rule},
        "locations": [{"physicalLocation": physical}],
        "partialFingerprints": {"gardener/v1": finding.fingerprint},
        "properties": {
            "severity": finding.severity,
            "certainty": finding.certainty,
            "origin": finding.origin,
            "gates": finding.gates,
        },
    }
    if finding.belief:
        result["properties"]["belief"] = finding.belief
    if finding.remediation:
        result["properties"]["remediation"] = finding.remediation
    if finding.fix is not None and finding.fix.edits and finding.fix.safety != "shown":
        result["fixes"] = [_fix(finding.path, finding.fix, lines)]
    return result


def _fix(path: str, fix: Fix, lines: LineIndex | None) -> Json:
    replacements = []
    for edit in fix.edits:
        if lines is None:
            region: Json = {"charOffset": edit.start, "charLength": edit.end - edit.start}
        else:
            region = _region(*lines.position(edit.start), *lines.position(edit.end))
        replacements.append({"deletedRegion": region, "insertedContent": {"text": edit.text}})
    change = {"artifactLocation": _artifact(path), "replacements": replacements}
    return {"description": {"text": f"{fix.title} ({fix.safety})"}, "artifactChanges": [change]}


def _region(line: int, column: int, end_line: int, end_column: int) -> Json:
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _suppression(suppression: Suppression) -> Json:
    described: Json = {"kind": "external" if suppression.by == "baseline" else "inSource"}
    if suppression.by == "dispute":
        described["status"] = "underReview"
    if suppression.reason:
        described["justification"] = suppression.reason
    return described | {"properties": {"by": suppression.by}}


def _invocation(report: Report) -> Json:
    notifications = [_notification(failure) for failure in report.failures]
    notifications += [{"level": "note", "message": {"text": note}} for note in report.notes]
    return {
        "executionSuccessful": not report.failures,
        "exitCode": report.exit_code(),
        "toolExecutionNotifications": notifications,
    }


def _notification(failure: Failure) -> Json:
    notification: Json = {"level": "error", "message": {"text": f"{subject(failure)}: {failure.reason}"}}
    if failure.path is not None:
        notification["locations"] = [{"physicalLocation": {"artifactLocation": _artifact(failure.path)}}]
    if failure.rule is not None:
        notification["associatedRule"] = {"id": failure.rule}
    return notification


def _artifact(path: str) -> Json:
    return {"uri": quote(path, safe="/", errors="surrogateescape"), "uriBaseId": _ROOT}
