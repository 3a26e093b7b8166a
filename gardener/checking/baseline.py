"""The ratchet: what was there when a rule was switched on does not gate, and what has gone may not come back.

`.gardener/baseline.jsonl` holds one line `{"fingerprint", "rule", "path"}` for each known finding. One entry covers one
finding; a line that stands twice (a union merge) is one entry. An entry is followed when its file was renamed or when
an equal finding above it went away. Suppressions come first: a suppressed finding still keeps its entry from being
stale, and loses it at the next writing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gardener.checking.fingerprints import rematch
from gardener.core.finding import Finding, Span, Suppression
from gardener.core.ledgers import records, refuse_missing
from gardener.core.lines import LineIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

PATH = ".gardener/baseline.jsonl"

_KNOWN = Suppression("baseline", "known when the baseline was written")
_TELLING = 20
_FIELDS = ("fingerprint", "rule", "path")


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One known finding."""

    path: str
    rule: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run can speak about.

    `ran` maps each analysed path (dismissed by its bytes counts, failed does not) to the ids of the rules that ran
    on it, `rules` are all rules that ran, and `exists` says whether a path is still in the tree.
    """

    ran: Mapping[str, Collection[str]]
    rules: Collection[str] = ()
    exists: Callable[[str], bool] = bool

    def covers(self, entry: Entry) -> bool:
        """True when the run would have found what the entry stands for, if it were still there."""
        if entry.path in self.ran:
            return entry.rule in self.ran[entry.path]
        return entry.rule in self.rules and not self.exists(entry.path)


@dataclass(frozen=True, slots=True)
class Applied:
    """Findings with those of the baseline marked.

    `stale` entries were looked for and no longer occur, `outside` ones were not looked for.
    """

    findings: tuple[Finding, ...]
    stale: tuple[Entry, ...] = ()
    outside: tuple[Entry, ...] = ()


def read_baseline(text: str, *, at: str = PATH) -> tuple[Entry, ...]:
    """The entries, sorted, each once; blank lines are skipped. Raises ConfigError with file and line."""
    found = records(text, at=at, hint="delete it and run with --write-baseline")
    return tuple(sorted({_entry(record, place) for place, record in found}))


def apply(
    findings: Sequence[Finding],
    entries: Iterable[Entry],
    *,
    scope: Scope,
    renames: Mapping[str, str] | None = None,
) -> Applied:
    """Mark the findings that the baseline knows. `renames` maps new to old paths where git knows them."""
    listed = {entry.fingerprint: entry for entry in entries}
    present = {finding.fingerprint for finding in findings}
    claimed = listed.keys() & present
    absent = {key: entry for key, entry in listed.items() if key not in claimed}
    followed = follow(absent, [f for f in findings if f.fingerprint not in claimed], scope, renames or {})
    kept = claimed | followed.keys()
    gone = [entry for key, entry in absent.items() if key not in set(followed.values())]
    return Applied(
        _marked(findings, kept),
        stale=tuple(sorted(entry for entry in gone if scope.covers(entry))),
        outside=tuple(sorted(entry for entry in gone if not scope.covers(entry))),
    )


def follow(
    absent: Mapping[str, Entry], unknown: Sequence[Finding], scope: Scope, renames: Mapping[str, str]
) -> dict[str, str]:
    """Entries whose finding moved, to another path or up in the row of equal ones: new fingerprint to old one.

    `absent` are the entries that no finding has, by fingerprint, and `unknown` the findings that no entry has.
    """
    listed = sorted({entry.path for entry in absent.values()})
    vanished = [path for path in listed if path not in scope.ran and not scope.exists(path)]

    def old_paths(finding: Finding) -> Iterator[str]:
        if finding.path in renames:
            yield renames[finding.path]
        name = _name(finding.path)
        yield from (path for path in vanished if _name(path) == name)
        # "module" or "def main" stand in many files: too little to recognise a file by.
        if finding.scope or len(finding.text) >= _TELLING:
            yield from (path for path in vanished if _name(path) != name)

    unclaimed = {key: (entry.rule, entry.path) for key, entry in absent.items()}
    return rematch(unclaimed, unknown, old_paths) if unclaimed else {}


def write_baseline(applied: Applied) -> str:
    """The text of the new baseline: what is found and not suppressed otherwise, and all that was not looked for."""
    known = {
        Entry(finding.path, finding.rule, finding.fingerprint)
        for finding in applied.findings
        if finding.suppressed is None or finding.suppressed.by == "baseline"
    }
    return "".join(_line(entry) for entry in sorted({*known, *applied.outside}))


def stale_findings(stale: Iterable[Entry], text: str) -> tuple[Finding, ...]:
    """One finding for each stale entry, at its line of the baseline's `text`."""
    lines = LineIndex.of(text)
    return tuple(_stale_finding(entry, max(text.find(entry.fingerprint), 0), lines) for entry in stale)


def _stale_finding(entry: Entry, offset: int, lines: LineIndex) -> Finding:
    line = lines.position(offset)[0]
    start = lines.offset(line, 1)
    span = Span(start, start + len(lines.line(line)))
    return Finding(
        rule="stale-baseline-entry",
        path=PATH,
        span=span,
        place=lines.place(span),
        message=f"`{entry.rule}` no longer finds in {entry.path} what this entry accepts",
        severity="P2",
        remediation="run `gardener check --write-baseline`",
        text=entry.fingerprint,
        reach=(line, line),
    )


def _marked(findings: Iterable[Finding], kept: Collection[str]) -> tuple[Finding, ...]:
    left = set(kept)
    marked: list[Finding] = []
    for finding in findings:
        known = finding.fingerprint in left
        left.discard(finding.fingerprint)
        marked.append(replace(finding, suppressed=_KNOWN) if known and finding.suppressed is None else finding)
    return tuple(marked)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _entry(record: Mapping[str, Any], at: str) -> Entry:
    refuse_missing(record, _FIELDS, at)
    return Entry(record["path"], record["rule"], record["fingerprint"])


def _line(entry: Entry) -> str:
    record = {"fingerprint": entry.fingerprint, "rule": entry.rule, "path": entry.path}
    return json.dumps(record, ensure_ascii=False) + "\n"
