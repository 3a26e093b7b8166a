"""The ledger of issues: what was meant to be done in a tracker, and what was done.

`.gardener/issues.jsonl` holds one line for each step of each issue:

    {"fp", "tracker", "did", "stage": "intent|done|failed", "at", "id", ...}

A write is journalled before it happens and after it. Whatever ends a run in between leaves an intent, by which the next
run knows where to look. Lines are only added; of both sides of a merge all are kept, and their time puts them in order.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from gardener.core.errors import ConfigError, RepoError
from gardener.core.ledgers import records, refuse_missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from gardener.core.issue import CloseReason

Did = Literal["create", "adopt", "update", "close", "reopen", "clean", "found", "wait", "gone"]
Stage = Literal["intent", "done", "failed"]

PATH = ".gardener/issues.jsonl"

_NEEDED = ("fp", "tracker", "did", "stage", "at")
_OPTIONAL = ("id", "reason", "kind", "subject", "area")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `clean` counts a full scan without a finding, `found` ends that count, `wait` sends to the dashboard.

    `reason` is that of a close; `kind`, `subject` and `area` stand where an issue is made or adopted.
    """

    fp: str
    tracker: str
    did: Did
    stage: Stage = "done"
    at: str = ""
    id: str = ""
    reason: str = ""
    kind: str = ""
    subject: str = ""
    area: str = ""

    def line(self) -> str:
        """The entry as a line, with its line end; empty fields are left out."""
        fields = {name: value for name, value in asdict(self).items() if value or name in _NEEDED}
        return json.dumps(fields, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger says about one issue, all its lines taken together.

    `pending` is the moment of a create of which nobody knows what became, `closing` and `reopening` say the same of
    those; `closed` says that we closed it last, for `reason`; `clean` counts full scans since it was last found,
    `reopened` how often it came back; `waits` says that it stands on the dashboard.
    """

    id: str = ""
    pending: str = ""
    closing: bool = False
    reopening: bool = False
    closed: bool = False
    reason: CloseReason | None = None
    clean: int = 0
    reopened: int = 0
    waits: bool = False
    gone: bool = False
    kind: str = ""
    subject: str = ""
    area: str = ""

    def closed_by_us(self, reason: CloseReason | None) -> bool:
        """True when an issue that is closed, for `reason`, is as we closed it; a person may have given another."""
        return (self.closed or self.closing) and reason in {None, self.reason}


def read_entries(text: str, *, at: str = PATH) -> tuple[Entry, ...]:
    """The entries in the order of their time. Raises ConfigError with file and line for what is none."""
    found = dict.fromkeys(_entry(fields, place) for place, fields in records(text, at=at, hint="delete the line"))
    # Within one second, what was meant comes before what became of it, whichever way a merge put the lines.
    return tuple(sorted(found, key=lambda entry: (entry.at, entry.stage != "intent")))


def known_in(entries: Iterable[Entry], tracker: str) -> dict[str, Known]:
    """What is known about each issue of one tracker, by fingerprint."""
    found: dict[str, Known] = {}
    for entry in entries:
        if entry.tracker == tracker:
            found[entry.fp] = _after(found.get(entry.fp, Known()), entry)
    return found


class Ledger:
    """The ledger of the repository at `root`. Raises ConfigError for one that cannot be read."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._text = _read(root)
        self.entries = read_entries(self._text)

    def add(self, *entries: Entry) -> None:
        """Add entries, all or none. Raises RepoError when they cannot be written."""
        from gardener.repo.files import write_atomic

        if not entries:
            return
        end = "" if not self._text or self._text.endswith("\n") else "\n"
        text = self._text + end + "".join(entry.line() for entry in entries)
        path = self._root / PATH
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(path, text.encode(), root=self._root)
        except OSError as error:
            raise RepoError(f"cannot be written: {error.strerror or error}", at=PATH) from None
        self._text = text
        self.entries = (*self.entries, *entries)


def _read(root: Path) -> str:
    try:
        return (root / PATH).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise ConfigError("not valid UTF-8", at=PATH) from None
    except OSError as error:
        raise RepoError(f"cannot be read: {error.strerror}", at=PATH) from None


def _entry(fields: Mapping[str, Any], at: str) -> Entry:
    refuse_missing(fields, _NEEDED, at)
    if fields["did"] not in get_args(Did) or fields["stage"] not in get_args(Stage):
        raise ConfigError(f"`{fields['did']}` at `{fields['stage']}` is nothing a ledger knows", at=at)
    texts = {name: str(fields.get(name, "")) for name in (*_NEEDED, *_OPTIONAL)}
    return Entry(**cast("Any", texts))


def _after(known: Known, entry: Entry) -> Known:
    """What is known after one more entry."""
    if entry.stage == "done":
        return _done(known, entry)
    begun = entry.stage == "intent"
    match entry.did:
        case "create":
            return replace(known, pending=entry.at if begun else "")
        case "close":
            return replace(known, closing=begun, reason=_reason(entry.reason) if begun else known.reason)
        case "reopen":
            return replace(known, reopening=begun)
        case _:
            return known


def _done(known: Known, entry: Entry) -> Known:
    match entry.did:
        case "create" | "adopt":
            found = replace(known, id=entry.id, pending="", waits=False, gone=False, clean=0)
            found = replace(found, closed=False, closing=False) if entry.did == "create" else found
            return replace(found, kind=entry.kind, subject=entry.subject, area=entry.area)
        case "close":
            return replace(known, closed=True, closing=False, reason=_reason(entry.reason))
        case "reopen":
            return replace(known, closed=False, reopening=False, reason=None, clean=0, reopened=known.reopened + 1)
        case "clean":
            return replace(known, clean=known.clean + 1)
        case "found":
            return replace(known, clean=0)
        case "wait":
            return replace(known, waits=True)
        case "gone":
            return replace(known, gone=True)
        case _:
            return known


def _reason(text: str) -> CloseReason:
    return "not_planned" if text == "not_planned" else "completed"
