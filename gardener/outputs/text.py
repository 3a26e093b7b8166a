"""The report for people: code frames, reasons, fixes, and one line of totals."""

from __future__ import annotations

import itertools
import re
import textwrap
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from gardener.core.lines import LineIndex
from gardener.core.report import PLAIN, Report, Style
from gardener.outputs._changes import Change, changes, common
from gardener.outputs._digest import by_weight, headline, level, listed, reasons, subject
from gardener.outputs._frame import Row, cut, frame
from gardener.outputs._visible import sentence, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gardener.core.finding import Finding, Fix

_LEVEL_COLOR = {"error": "red", "warning": "yellow", "note": "cyan"}
_CODE_SPAN = re.compile(r"`[^`]+`")
_FIX_LINES = 12
_HOW = {"safe": "--fix", "unsafe": "--fix --unsafe-fixes", "shown": "by hand"}


def render(report: Report, style: Style = PLAIN) -> str:
    """The report as text, `style.width` columns wide, coloured when `style.color` says so.

    Suppressed findings are counted, not shown. Nothing in it can drive a terminal but its own colours.
    """
    shown = listed(report)
    chosen = set(map(id, by_weight(shown)[: style.limit] if style.limit else shown))
    page = _Page(style, reasons(report))
    blocks = []
    for path, group in itertools.groupby(shown, key=lambda finding: finding.path):
        visible_ones = [finding for finding in group if id(finding) in chosen]
        text = report.texts.get(path)
        lines = LineIndex.of(text) if visible_ones and text is not None else None
        blocks += ["\n".join(page.finding(finding, lines)) for finding in visible_ones]
    if hidden := len(shown) - len(chosen):
        blocks.append(page.dim(f"... and {hidden:,} more, not shown"))
    blocks += [block for block in (page.failures(report), page.notes(report)) if block]
    if style.statistics and report.findings:
        blocks.append(page.statistics(report))
    blocks.append(page.total(report))
    return "\n\n".join(blocks) + "\n"


@dataclass(frozen=True, slots=True)
class _Page:
    """How one report is drawn; remembers which rules already gave their reason."""

    style: Style
    reasons: Mapping[str, str]
    explained: set[str] = field(default_factory=set)

    def finding(self, finding: Finding, lines: LineIndex | None) -> Iterator[str]:
        """The lines of one finding."""
        yield from self.header(finding)
        rows = frame(lines, finding.place, self.room(len(str(finding.place.end_line)) + 8)) if lines else []
        for row in rows:
            yield self.row(row, level(finding))
        pad = len(rows[0].gutter) if rows else 3
        yield from self.explanation(finding, pad)
        if finding.fix is not None:
            yield from self.fix(finding.fix, lines, pad)

    def header(self, finding: Finding) -> Iterator[str]:
        """`path:line:column`, severity, rule and message, wrapped to the width."""
        place = finding.place
        where = f"{visible(finding.path)}:{place.line}:{place.column}"
        grade, rule, message = finding.severity, visible(finding.rule), sentence(finding.message)
        aside = ", ".join(_asides(finding))
        tail = f" ({aside})" if aside else ""
        first = f"{where}: {grade} {rule}"
        color = _LEVEL_COLOR[level(finding)]
        head = f"{self.paint(where, bold=True)}: {self.paint(grade, fg=color, bold=True)} {self.paint(rule, fg=color)}"
        if len(first) + len(message) + len(tail) + 1 <= self.style.width:
            yield f"{head} {self.spans(message)}{self.dim(tail)}".rstrip()
            return
        yield f"{head}{self.dim(tail)}"
        for line in textwrap.wrap(message, self.room(4), break_on_hyphens=False):
            yield f"    {self.spans(line)}"

    def row(self, row: Row, grave: str) -> str:
        """One line of a code frame."""
        gutter = self.paint(f"  {row.gutter} |", fg="blue")
        if not row.text:
            return gutter
        if row.kind == "carets":
            return f"{gutter} {self.paint(row.text, fg=_LEVEL_COLOR[grave], bold=True)}"
        return f"{gutter} {row.text if row.kind == 'code' else self.dim(row.text)}"

    def explanation(self, finding: Finding, pad: int) -> Iterator[str]:
        """Why the rule exists, the first time it is met, and what to do when no fix says so."""
        if finding.rule not in self.explained:
            self.explained.add(finding.rule)
            yield from self.labelled("why", sentence(self.reasons.get(finding.rule, "")), pad)
            yield from self.labelled("belief", sentence(finding.belief or ""), pad)
        if finding.fix is None:
            yield from self.labelled("do", sentence(finding.remediation), pad)

    def labelled(self, label: str, words: str, pad: int) -> Iterator[str]:
        """`= label: words`, wrapped and indented under itself; nothing when there are no words."""
        if not words:
            return
        indent = " " * (pad + 3)
        hanging = " " * (len(label) + 4)
        wrapped = textwrap.wrap(words, self.room(len(indent) + len(hanging)), break_on_hyphens=False)
        for index, line in enumerate(wrapped):
            mark = f"{self.paint('=', fg='blue')} {self.paint(label + ':', bold=True)} " if index == 0 else hanging
            yield f"{indent}{mark}{self.spans(line)}"

    def fix(self, fix: Fix, lines: LineIndex | None, pad: int) -> Iterator[str]:
        """The title of a fix, how to apply it, and the lines it changes."""
        yield from self.labelled("fix", f"{sentence(fix.title)} ({_HOW[fix.safety]})", pad)
        if lines is None:
            return
        drawn = [row for change in changes(lines, fix) for row in self.change(change, pad)]
        yield from drawn[:_FIX_LINES]
        if len(drawn) > _FIX_LINES:
            yield f"  {' ' * pad}   {self.dim(f'... {len(drawn) - _FIX_LINES} more changed lines')}"

    def change(self, change: Change, pad: int) -> Iterator[str]:
        """Removed and added lines with their numbers."""
        room = self.room(pad + 5)
        shift = _shift(change, room)
        for sign, color, drawn in (("-", "red", change.before), ("+", "green", change.after)):
            for offset, line in enumerate(drawn):
                text = cut(line, shift if offset == 0 else 0, room)
                gutter = self.paint(f"  {change.line + offset:>{pad}}", fg="blue")
                yield f"{gutter} {self.paint(f'{sign} {text}'.rstrip(), fg=color)}"

    def failures(self, report: Report) -> str:
        """What could not be analysed, in a block of its own."""
        if not report.failures:
            return ""
        lines = (
            f"  {self.paint(visible(subject(failure)), bold=True)}: {sentence(failure.reason)}"
            for failure in report.failures
        )
        return "\n".join([self.paint("not analysed:", fg="red", bold=True), *lines])

    def notes(self, report: Report) -> str:
        """Remarks on the run."""
        return "\n".join(f"{self.paint('note:', fg='cyan', bold=True)} {sentence(note)}" for note in report.notes)

    def statistics(self, report: Report) -> str:
        """One line for each rule, the most frequent first."""
        shown = listed(report)
        counters = (
            Counter(finding.rule for finding in shown),
            Counter(finding.rule for finding in shown if finding.gates),
            Counter(finding.rule for finding in shown if finding.fix and finding.fix.safety != "shown"),
            Counter(finding.rule for finding in report.findings if finding.suppressed),
        )
        rules = sorted(set().union(*counters), key=lambda rule: (*(-counter[rule] for counter in counters), rule))
        titles = ("findings", "gating", "fixable", "suppressed")
        lines = [self.dim("  ".join([*titles, "rule"]))]
        for rule in rules:
            cells = (f"{counter[rule]:>{len(title)},}" for counter, title in zip(counters, titles, strict=True))
            lines.append("  ".join([*cells, visible(rule)]))
        return "\n".join(lines)

    def total(self, report: Report) -> str:
        """The last line."""
        color = {0: "green", 1: "red", 2: "red"}[report.exit_code()]
        fixable = Counter(finding.fix.safety for finding in listed(report) if finding.fix)
        line = self.paint(headline(report), fg=color, bold=True)
        hints = [f"{fixable[safety]:,} fixable with {_HOW[safety]}" for safety in ("safe", "unsafe") if fixable[safety]]
        return line + ("\n" + self.dim(", ".join(hints)) if hints else "")

    def room(self, taken: int) -> int:
        """Columns left beside `taken` ones; never too few to read."""
        return max(self.style.width - taken, 20)

    def paint(self, text: str, *, fg: str | None = None, bold: bool = False) -> str:
        """`text` in colour, where colour is wanted."""
        return click.style(text, fg=fg, bold=bold or None) if self.style.color and text else text

    def dim(self, text: str) -> str:
        """`text` drawn back."""
        return click.style(text, dim=True) if self.style.color and text else text

    def spans(self, text: str) -> str:
        """`text` with code between backticks in bold."""
        return _CODE_SPAN.sub(lambda match: self.paint(match[0], bold=True), text)


def _shift(change: Change, room: int) -> int:
    """How much of a long first line to skip, so that what changes is seen."""
    if not change.before or not change.after or max(len(change.before[0]), len(change.after[0])) <= room:
        return 0
    same = common(change.before[0], change.after[0])
    return same - room // 4 if same > room // 2 else 0


def _asides(finding: Finding) -> Iterator[str]:
    if not finding.gates:
        yield level(finding)
    if finding.certainty != "certain":
        yield finding.certainty
