"""What every format says alike about a report: which findings it lists, how grave they are, and the totals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from gardener.core.finding import SEVERITIES, Failure, Finding

if TYPE_CHECKING:
    from gardener.core.report import Counts, Report

Level = Literal["error", "warning", "note"]
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


def ordered(report: Report) -> list[Finding]:
    """All findings but those of shadow rules, which only count, by path, position and rule."""
    known = (finding for finding in report.findings if finding.state != "shadow")
    return sorted(known, key=_position)


def listed(report: Report) -> list[Finding]:
    """The findings people get to see: those that nothing suppresses, in `ordered` order."""
    return [finding for finding in ordered(report) if finding.suppressed is None]


def by_weight(findings: list[Finding]) -> list[Finding]:
    """Gating ones first, then the gravest, then those of the highest rank, then by path and position."""
    return sorted(findings, key=lambda item: (not item.gates, SEVERITIES.index(item.severity), -item.rank))


def level(finding: Finding) -> Level:
    """`error` when the finding gates; else `note` for P3 and `warning` for anything graver."""
    if finding.gates:
        return "error"
    return "note" if finding.severity == "P3" else "warning"


def reasons(report: Report) -> dict[str, str]:
    """For each rule that ran, the first sentence of why it exists, still as written."""
    return {rule.id: _first_sentence(rule.why) for rule in report.rules if rule.why.strip()}


def subject(failure: Failure) -> str:
    """What could not be analysed, as written: a path, a rule, or a rule on a path."""
    rule = f"rule {failure.rule}" if failure.rule else ""
    return " · ".join(part for part in (failure.path or "", rule) if part) or "gardener"


def headline(report: Report) -> str:
    """The totals of a run in one line. Holds numbers and our own words only."""
    shown = listed(report)
    parts = [_findings(shown)]
    if report.failures:
        parts.append(f"{counted(len(report.failures), 'failure')}")
    counts = report.counts
    quiet = sum(finding.suppressed is not None for finding in report.findings) or counts.suppressed
    parts += [f"{number:,} {word}" for number, word in ((quiet, "suppressed"), (counts.shadow, "shadow")) if number]
    if counts.fixed:
        parts.append(f"{counts.fixed:,} fixed")
    parts.append(_files(counts))
    return " · ".join([*parts, *_review(counts)])


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 file`, `1,200 files`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _position(finding: Finding) -> tuple[str, int, int, str, str]:
    return (finding.path, finding.place.line, finding.place.column, finding.rule, finding.fingerprint)


def _first_sentence(prose: str) -> str:
    paragraph = prose.strip().split("\n\n", 1)[0]
    return _SENTENCE_END.split(" ".join(paragraph.split()), maxsplit=1)[0]


def _findings(shown: list[Finding]) -> str:
    if not shown:
        return "no findings"
    levels = [level(finding) for finding in shown]
    gating, warnings, notes = levels.count("error"), levels.count("warning"), levels.count("note")
    kinds = [f"{gating:,} gating"] if gating else []
    kinds += [counted(number, word) for number, word in ((warnings, "warning"), (notes, "note")) if number]
    files = counted(len({finding.path for finding in shown}), "file")
    return f"{counted(len(shown), 'finding')} ({', '.join(kinds)}) in {files}"


def _files(counts: Counts) -> str:
    if counts.analysed == counts.files:
        return f"{counted(counts.files, 'file')} analysed"
    return f"{counts.analysed:,} of {counted(counts.files, 'file')} analysed"


def _review(counts: Counts) -> list[str]:
    if not (counts.judged or counts.unjudged or counts.requests):
        return []
    pairs = [f"{counts.judged:,} judged", f"{counts.unjudged:,} unjudged"]
    if counts.stale:
        pairs.append(f"{counts.stale:,} stale")
    parts = [", ".join(pairs)]
    if counts.requests:
        price = "price unknown" if counts.usd is None else f"${counts.usd:.2f}"
        tokens = f"{counts.tokens_in + counts.tokens_out:,} tokens"
        parts.append(f"{counted(counts.requests, 'request')}, {tokens}, {price}")
    return parts
