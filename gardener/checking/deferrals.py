"""Push-back by command: findings that were deferred or disputed by their fingerprint, and what that means for a run.

`.gardener/deferrals.jsonl` holds one line for each of them:

    {"fingerprint", "verb": "defer|dispute", "rule", "path", "until": DATE|null, "reason", "opened": DATE}

Of several lines about one fingerprint (a union merge) the one opened last counts, whatever their order; of those opened
on one day the one that ends first. From the day after `until` the finding counts again, and a note says so; a line
whose finding is gone means nothing any more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from gardener.checking.baseline import Entry, Scope, follow
from gardener.core.errors import ConfigError
from gardener.core.finding import Finding, Suppression
from gardener.core.ledgers import records, refuse_missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gardener.repo.trees import Tree

Verb = Literal["defer", "dispute"]

PATH = ".gardener/deferrals.jsonl"
BY: dict[Verb, Literal["deferral", "dispute"]] = {"defer": "deferral", "dispute": "dispute"}

_FIELDS = ("fingerprint", "verb", "rule", "path", "reason", "opened")


@dataclass(frozen=True, slots=True)
class Record:
    """What was said about one finding. `until` is the last day on which it holds; None: it does not end."""

    fingerprint: str
    verb: Verb
    rule: str
    path: str
    until: date | None
    reason: str
    opened: date

    def expired(self, today: date) -> bool:
        """True from the day after the date."""
        return self.until is not None and today > self.until


def read_deferrals(text: str, *, at: str = PATH) -> tuple[Record, ...]:
    """What holds about each fingerprint, sorted by it. Raises ConfigError with file and line."""
    latest: dict[str, Record] = {}
    for place, fields in records(text, at=at, hint="delete the line"):
        record = _record(fields, place)
        known = latest.get(record.fingerprint)
        latest[record.fingerprint] = record if known is None else max(known, record, key=_rank)
    return tuple(latest[fingerprint] for fingerprint in sorted(latest))


def deferrals_of(tree: Tree) -> tuple[Record, ...]:
    """The records of a tree; none where it has no such file. Raises ConfigError."""
    try:
        data = tree.read(PATH)
    except OSError:
        return ()
    try:
        return read_deferrals(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ConfigError("not valid UTF-8", at=PATH) from None


def with_record(text: str, record: Record) -> str:
    """The text of the ledger with `record` in place of all lines about the same fingerprint; others keep their bytes.

    Raises ConfigError for a ledger that cannot be read.
    """
    lines = (line for line in text.split("\n") if line.strip())
    kept = [f"{line}\n" for line in lines if not _is_about(line, record.fingerprint)]
    return "".join([*kept, line_of(record)])


def line_of(record: Record) -> str:
    """The line of a record, with its line end."""
    fields = {
        "fingerprint": record.fingerprint,
        "verb": record.verb,
        "rule": record.rule,
        "path": record.path,
        "until": record.until.isoformat() if record.until else None,
        "reason": record.reason,
        "opened": record.opened.isoformat(),
    }
    return json.dumps(fields, ensure_ascii=False) + "\n"


def followed(
    findings: Sequence[Finding], known: Iterable[Record], *, scope: Scope, renames: Mapping[str, str] | None = None
) -> tuple[Record, ...]:
    """The records, those whose finding moved with its new fingerprint and path; `renames` maps new to old paths."""
    listed = {record.fingerprint: record for record in known}
    if not listed:
        return ()
    paths = {finding.fingerprint: finding.path for finding in findings}
    absent = {key: Entry(one.path, one.rule, key) for key, one in listed.items() if key not in paths}
    moved = follow(absent, [one for one in findings if one.fingerprint not in listed], scope, renames or {})
    now = {old: new for new, old in moved.items()}
    return tuple(
        replace(record, fingerprint=now[key], path=paths[now[key]]) if key in now else record
        for key, record in listed.items()
    )


def apply(findings: Iterable[Finding], known: Iterable[Record], today: date) -> tuple[Finding, ...]:
    """The findings, marked as suppressed where a record that still holds is about them and nothing else marked them."""
    live = {record.fingerprint: record for record in known if not record.expired(today)}
    return tuple(_marked(finding, live.get(finding.fingerprint)) for finding in findings)


def ended(findings: Iterable[Finding], known: Iterable[Record], today: date) -> tuple[Record, ...]:
    """The records that no longer hold though their finding is there and nothing else suppresses it."""
    still_there = {finding.fingerprint for finding in findings if finding.suppressed is None}
    return tuple(record for record in known if record.expired(today) and record.fingerprint in still_there)


def ended_notes(known: Iterable[Record]) -> list[str]:
    """What to say about records that no longer hold: one line each."""
    return [
        f"the {BY[one.verb]} of {one.fingerprint} (`{one.rule}` in {one.path}) ended on {one.until}: it counts again"
        for one in known
    ]


def _marked(finding: Finding, record: Record | None) -> Finding:
    if record is None or finding.suppressed is not None:
        return finding
    return replace(finding, suppressed=Suppression(BY[record.verb], record.reason))


def _rank(record: Record) -> tuple[date, int, str, str, str, str]:
    """Orders records about one finding: the greatest counts."""
    end = record.until or date.max
    return (record.opened, -end.toordinal(), record.verb, record.reason, record.rule, record.path)


def _is_about(line: str, fingerprint: str) -> bool:
    return any(fields.get("fingerprint") == fingerprint for _, fields in records(line, at=PATH))


def _record(fields: Mapping[str, Any], at: str) -> Record:
    refuse_missing(fields, _FIELDS, at)
    if fields["verb"] not in get_args(Verb):
        raise ConfigError(f"`{fields['verb']}` is neither `defer` nor `dispute`", at=at)
    until = fields.get("until")
    return Record(
        fields["fingerprint"],
        cast("Verb", fields["verb"]),
        fields["rule"],
        fields["path"],
        None if until is None else _date(until, "until", at),
        fields["reason"],
        _date(fields["opened"], "opened", at),
    )


def _date(value: object, name: str, at: str) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ConfigError(f"`{name}` is no date: write 2027-01-31", at=at) from None
