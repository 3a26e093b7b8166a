"""Markdown for a job summary or a pull request comment: a table, then what to change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gardener.core.lines import LineIndex
from gardener.core.report import PLAIN, Report, Style
from gardener.outputs._changes import changes
from gardener.outputs._digest import by_weight, headline, level, listed, reasons, subject
from gardener.outputs._visible import crop, sentence, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gardener.core.finding import Finding

_TABLE = 20_000
_DETAILS = 30_000
_WORDS = 400
_DIFF_LINES = 20
_SPECIAL = re.compile(r"[\\`*_\[\]|~$&<>]|[@#]|:(?=//)|(?<=www)\.|^[-+=]|^\d(?=\d*[.)])")
_SPAN_TEXT = re.compile(r"[^`|\s]([^`|]*[^`|\s])?")
_CODE_SPAN = re.compile(r"(`+)([^`]+)\1")
_MARK = {"error": "🔴", "warning": "🟡", "note": "🔵"}


def render(report: Report, style: Style = PLAIN) -> str:
    """The report as Markdown that fits a comment, gating findings first; what is left out is counted.

    Foreign text is escaped: it can neither format, nor link, nor mention anybody.
    """
    findings = by_weight(listed(report))
    blocks = [f"### gardener: {headline(report)}"]
    if report.failures:
        failures = (f"- **{_words(subject(failure))}**: {_words(failure.reason)}" for failure in report.failures)
        blocks.append("**Not analysed**\n\n" + _fitting(failures, _TABLE // 2, len(report.failures)))
    if findings:
        head = "| | Where | Rule | What |\n|---|---|---|---|\n"
        blocks.append(head + _fitting(map(_row, findings), _TABLE, len(findings)))
    if details := _details(report, findings):
        blocks.append(details)
    blocks += [f"> {_words(note)}" for note in report.notes[:_DIFF_LINES]]
    return "\n\n".join(blocks) + "\n"


def _row(finding: Finding) -> str:
    where = _code(f"{finding.path}:{finding.place.line}")
    mark = f"{_MARK[level(finding)]} {finding.severity}"
    return f"| {mark} | {where} | {_code(finding.rule)} | {_words(finding.message)} |"


def _details(report: Report, findings: list[Finding]) -> str:
    why = reasons(report)
    blocks: list[str] = []
    size = 0
    for finding in findings:
        text = report.texts.get(finding.path)
        block = _detail(finding, why.get(finding.rule, ""), LineIndex.of(text) if text is not None else None)
        size += len(block)
        if size > _DETAILS:
            break
        blocks += [block] if block else []
    return "\n\n".join(blocks)


def _detail(finding: Finding, why: str, lines: LineIndex | None) -> str:
    parts = [_words(words) for words in (why, finding.remediation) if words]
    if finding.fix is not None:
        parts.append(f"**Fix** ({finding.fix.safety}): {_words(finding.fix.title)}")
        if lines is not None:
            parts.append(_diff(lines, finding))
    if not parts:
        return ""
    where = _tag(f"{finding.path}:{finding.place.line}")
    return "\n\n".join([f"<details><summary>{where} {_tag(finding.rule)}</summary>", *parts, "</details>"])


def _diff(lines: LineIndex, finding: Finding) -> str:
    if finding.fix is None:
        return ""
    rows: list[str] = []
    for change in changes(lines, finding.fix):
        rows.append(f"@@ line {change.line} @@")
        rows += [
            f"{sign}{crop(visible(line.expandtabs(4)), 200)}"
            for sign, drawn in (("-", change.before), ("+", change.after))
            for line in drawn
        ]
    if len(rows) > _DIFF_LINES:
        rows = [*rows[:_DIFF_LINES], f"# {len(rows) - _DIFF_LINES} more lines"]
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", "\n".join(rows))), default=0))
    return "\n".join([f"{fence}diff", *rows, fence])


def _fitting(rows: Iterable[str], budget: int, total: int) -> str:
    kept: list[str] = []
    for row in rows:
        budget -= len(row) + 1
        if budget < 0:
            break
        kept.append(row)
    if hidden := total - len(kept):
        kept.append(f"\n{hidden:,} more not shown.")
    return "\n".join(kept)


def _words(text: str) -> str:
    """Foreign prose as inert Markdown in which code spans stay code."""
    text = crop(sentence(text), _WORDS)
    pieces: list[str] = []
    at = 0
    for span in _CODE_SPAN.finditer(text):
        pieces += [_inert(text[at : span.start()]), _code(span[2])]
        at = span.end()
    return "".join([*pieces, _inert(text[at:])])


def _code(text: str) -> str:
    text = visible(text)
    return f"`{text}`" if _SPAN_TEXT.fullmatch(text) else _tag(text)


def _tag(text: str) -> str:
    # Between HTML tags on one line Markdown is not read, so a code span would show its backticks.
    return f"<code>{_inert(visible(text))}</code>"


def _inert(text: str) -> str:
    return _SPECIAL.sub(_neutral, text)


def _neutral(match: re.Match[str]) -> str:
    # Entities are decoded before mentions and references are looked for, so a comment keeps their parts apart.
    return f"{match[0]}<!-- -->" if match[0] in "@#" else f"&#{ord(match[0])};"
