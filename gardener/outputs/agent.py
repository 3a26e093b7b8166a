"""The report for coding agents: one short block for each finding, with the exact edit and the command to verify."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from gardener.core.lines import LineIndex
from gardener.core.report import PLAIN, Report, Style
from gardener.outputs._changes import changes
from gardener.outputs._digest import headline, listed, reasons, subject
from gardener.outputs._frame import cut
from gardener.outputs._visible import crop, sentence, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.core.finding import Finding

_LINES = 40
_COLUMNS = 400
_CONTEXT = 80


def render(report: Report, style: Style = PLAIN) -> str:
    """Blocks of plain lines, findings in file order. Lines of code are quoted behind `- `, `+ ` or `| `."""
    why = reasons(report)
    blocks = [f"gardener: {headline(report)}"]
    blocks += [
        f"NOT ANALYSED {visible(subject(failure))}\nwhy: {sentence(failure.reason)}" for failure in report.failures
    ]
    texts: dict[str, LineIndex] = {}
    for finding in listed(report):
        if finding.path in report.texts and finding.path not in texts:
            texts = {finding.path: LineIndex.of(report.texts[finding.path])}
        blocks.append("\n".join(_block(finding, why.get(finding.rule, ""), texts.get(finding.path))))
    blocks += [f"note: {sentence(note)}" for note in report.notes]
    return "\n\n".join(blocks) + "\n"


def _block(finding: Finding, why: str, lines: LineIndex | None) -> Iterator[str]:
    duty = "MUST FIX" if finding.gates else "SHOULD FIX"
    sure = "" if finding.certainty == "certain" else f", {finding.certainty}"
    where = f"{visible(finding.path)}:{finding.place.line}"
    yield f"{duty} {where} {visible(finding.rule)} ({finding.severity}{sure})"
    yield f"problem: {sentence(finding.message)}"
    if why:
        yield f"why: {sentence(why)}"
    yield from _edit(finding, lines)
    if command := _verification(finding):
        yield f"verify: {command}"


def _edit(finding: Finding, lines: LineIndex | None) -> Iterator[str]:
    if finding.fix is None or lines is None:
        advice = finding.fix.title if finding.fix else finding.remediation
        if advice:
            yield f"do: {sentence(advice)}"
        if lines is not None and 1 <= finding.place.line <= len(lines):
            shift = max(finding.place.column - _CONTEXT, 0)
            yield f"| {cut(lines.line(finding.place.line), shift, 2 * _CONTEXT)}"
        return
    caution = {"safe": "", "unsafe": " (may change behaviour: check it)", "shown": " (a sketch: adapt it)"}
    yield f"do: {sentence(finding.fix.title)}{caution[finding.fix.safety]}"
    rows: list[str] = []
    for change in changes(lines, finding.fix):
        rows.append(f"at line {change.line}:")
        rows += [f"- {_shown(line)}" for line in change.before]
        rows += [f"+ {_shown(line)}" for line in change.after]
    yield from rows[:_LINES]
    if len(rows) > _LINES:
        yield f"{len(rows) - _LINES} more lines: run the fix, or see --format json"


def _verification(finding: Finding) -> str:
    """The command that shows whether the finding is gone; empty for an ad hoc search."""
    path = shlex.quote(f"./{finding.path}" if finding.path.startswith("-") else finding.path)
    if finding.rule == "find" or path != visible(path):
        return ""
    if finding.origin == "review":
        return f"gardener review {path}"
    ruff = "--ruff " if finding.origin == "ruff" else ""
    return f"gardener check {path} {ruff}--select {shlex.quote(finding.rule)}"


def _shown(line: str) -> str:
    # Tabs stay tabs: the line is meant to be found and replaced in the file.
    return crop("\t".join(visible(part) for part in line.split("\t")), _COLUMNS)
