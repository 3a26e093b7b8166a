"""Workflow commands that GitHub Actions shows as annotations beside the code."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gardener.core.report import PLAIN, Report, Style
from gardener.outputs._digest import by_weight, counted, headline, level, listed, subject
from gardener.outputs._visible import paragraph, sentence, visible

if TYPE_CHECKING:
    from gardener.core.finding import Finding

_COMMAND = {"error": "error", "warning": "warning", "note": "notice"}
_SHOWN = 10


def render(report: Report, style: Style = PLAIN) -> str:
    """One command for each failure and finding, the gravest first, then the totals as a plain line.

    GitHub keeps ten annotations of a level for each step, so no more are written (and no more findings than
    `style.limit`, if that is set); a notice says how many more there are. Foreign text is escaped and cannot start a
    command of its own.
    """
    commands = [
        ("error", _command("error", subject(failure), failure.reason, {"file": visible(failure.path or "")}))
        for failure in report.failures
    ]
    findings = by_weight(listed(report))
    chosen = findings[: style.limit] if style.limit else findings
    unchosen = len(findings) - len(chosen)
    commands += [(_COMMAND[level(finding)], _annotation(finding)) for finding in chosen]
    totals = Counter(name for name, _ in commands)
    overflow = unchosen > 0 or any(number > _SHOWN for number in totals.values())
    room = {"error": _SHOWN, "warning": _SHOWN, "notice": _SHOWN - overflow}
    lines = []
    for name, line in commands:
        if room[name]:
            room[name] -= 1
            lines.append(line)
    if overflow:
        hidden = counted(len(commands) - len(lines) + unchosen, "more finding")
        lines.append(_command("notice", "gardener", f"{hidden} not annotated: the other formats list them all", {}))
    lines.append(f"gardener: {headline(report)}")
    return "\n".join(lines) + "\n"


def _annotation(finding: Finding) -> str:
    place = finding.place
    where = {"file": visible(finding.path), "line": str(max(place.line, 1)), "endLine": str(max(place.end_line, 1))}
    if place.line == place.end_line and place.column >= 1:
        # GitHub refuses columns on an annotation of several lines.
        where |= {"col": str(place.column), "endColumn": str(place.end_column)}
    advice = finding.fix.title if finding.fix else finding.remediation
    words = f"{finding.message}\n{advice}" if advice else finding.message
    return _command(_COMMAND[level(finding)], f"{finding.rule} ({finding.severity})", words, where)


def _command(name: str, title: str, message: str, where: dict[str, str]) -> str:
    values = {key: value for key, value in where.items() if value} | {"title": sentence(title)}
    properties = ",".join(f"{key}={_property(value)}" for key, value in values.items())
    text = paragraph(message) or sentence(title)
    return f"::{name} {properties}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
