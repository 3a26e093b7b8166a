"""Writing `gardener: allow[...]` for findings that a team decides to live with."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gardener.checking.directives import Directive, lex, read_directives
from gardener.checking.suppressions import covers
from gardener.core.errors import ConfigError
from gardener.core.finding import Edit, Finding
from gardener.core.lines import LineIndex
from gardener.repo.files import newline_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH = 100

_UNSAYABLE = re.compile(r"#(?!\d)|-->|[\r\n]|(?:^|\s)until=")


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a comment goes: at the end of a line, or on a line of its own above it."""

    line: int
    where: Literal["end", "above"]


@dataclass(frozen=True, slots=True)
class _Page:
    """A text and what is known about its lines: `closed` ones take no comment at their end."""

    lines: LineIndex
    markdown: bool
    closed: frozenset[int]
    directives: tuple[Directive, ...]

    def comment(self, rules: Iterable[str], reason: str) -> str:
        words = f"gardener: allow[{', '.join(rules)}] {reason}"
        return f"<!-- {words} -->" if self.markdown else f"# {words}"


def add_allow(text: str, findings: Iterable[Finding], reason: str, *, markdown: bool = False) -> tuple[Edit, ...]:
    """Edits that allow the findings of one file that nothing suppresses yet.

    The comment goes to the end of the finding's first line, or on a line of its own above the statement where that
    line would grow beyond 100 columns or cannot end in a comment. Rules allowed for the same reason share a comment.
    A finding is left out where no comment can stand. Raises ConfigError for a reason that a comment cannot hold.
    """
    reason = _checked(reason)
    lines = LineIndex.of(text)
    directives = read_directives(text, markdown=markdown)
    page = _Page(lines, markdown, frozenset() if markdown else _closed(lines), directives)
    open_findings = [finding for finding in findings if not _is_suppressed(finding, directives)]
    return tuple(
        _edit(page, spot, rules, reason, newline_of(text))
        for spot, rules in sorted(_spots(page, open_findings, reason).items(), key=lambda item: item[0].line)
    )


def _checked(reason: str) -> str:
    words = reason.strip()
    if not words:
        raise ConfigError("a reason is needed", hint="say why the findings are accepted: --reason TEXT")
    found = _UNSAYABLE.search(words)
    if found:
        raise ConfigError(f"a reason cannot hold {found[0].strip() or 'a line break'!r}", hint="reword it")
    return " ".join(words.split())


def _is_suppressed(finding: Finding, directives: Sequence[Directive]) -> bool:
    lasting = (directive for directive in directives if not directive.problem and directive.until is None)
    return finding.suppressed is not None or any(
        finding.rule in directive.rules and covers(directive, finding) for directive in lasting
    )


def _spots(page: _Page, findings: Sequence[Finding], reason: str) -> dict[_Spot, list[str]]:
    by_line: dict[int, list[Finding]] = {}
    for finding in findings:
        by_line.setdefault(finding.place.line, []).append(finding)
    spots: dict[_Spot, list[str]] = {}
    for group in by_line.values():
        rules = sorted({finding.rule for finding in group})
        for finding in group:
            spot = _spot(page, finding, len(page.comment(rules, reason)) + 2)
            if spot is not None:
                spots[spot] = sorted({*spots.get(spot, ()), finding.rule})
    return spots


def _spot(page: _Page, finding: Finding, length: int) -> _Spot | None:
    first, last = finding.reach if finding.reach[0] else (finding.place.line, finding.place.line)
    line = finding.place.line
    at_end = line not in page.closed
    if at_end and len(page.lines.line(line).rstrip()) + length <= WIDTH:
        return _Spot(line, "end")
    if first - 1 not in page.closed and not page.markdown:
        return _Spot(first, "above")
    rest = (_Spot(number, "end") for number in range(first, last + 1) if number not in page.closed)
    return _Spot(line, "end") if at_end else next(rest, None)


def _edit(page: _Page, spot: _Spot, rules: list[str], reason: str, newline: str) -> Edit:
    for directive in page.directives:
        here = directive.place.line == spot.line if spot.where == "end" else directive.over[0] == spot.line
        plain = directive.verb == "allow" and directive.until is None and not directive.problem
        if here and plain and directive.reason == reason:
            names = ", ".join(dict.fromkeys([*directive.rules, *rules]))
            start = directive.span.start + directive.source.index("[")
            return Edit(start + 1, directive.span.start + directive.source.index("]"), names)
    line = page.lines.line(spot.line)
    start = page.lines.offset(spot.line, 1)
    comment = page.comment(rules, reason)
    if spot.where == "end":
        end = start + len(line.rstrip())
        return Edit(end, end, f"{' ' if page.markdown else '  '}{comment}")
    indent = line[: len(line) - len(line.lstrip())]
    return Edit(start, start, f"{indent}{comment}{newline}")


def _closed(lines: LineIndex) -> frozenset[int]:
    """Lines that end inside a string or in a backslash."""
    lexed = lex(lines.text)
    inside = {
        number
        for string in lexed.strings
        for number in range(lines.position(string.start)[0], lines.position(string.end)[0])
    }
    commented = {bisect_right(lines.starts, comment.start) for comment in lexed.comments}
    continued = {
        number for number in range(1, len(lines) + 1) if number not in commented and lines.line(number).endswith("\\")
    }
    return frozenset(inside | continued)
