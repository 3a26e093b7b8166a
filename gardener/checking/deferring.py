"""Pushing back on one finding: it is looked up, put on record, and where it is debt, written into the tracker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from gardener.checking.deferrals import PATH, Record, Verb, deferrals_of, with_record
from gardener.checking.explain import is_fingerprint, look_up
from gardener.core.errors import ConfigError, DocumentError, RepoError
from gardener.repo.cache_folder import cache_folder
from gardener.repo.locking import locked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from gardener.checking.explain import Finder
    from gardener.core.finding import Finding
    from gardener.core.settings import Settings
    from gardener.repo.trees import WorkingTree

LASTING = timedelta(days=90)
LOCK = "deferrals.lock"


@dataclass(frozen=True, slots=True)
class PushBack:
    """What a person says about a finding: `start` is its fingerprint or the first digits of it.

    Without `until` a deferral lasts 90 days, and a dispute does not end.
    """

    start: str
    verb: Verb
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written: the record, the finding, and a note on the tracker."""

    record: Record
    finding: Finding
    note: str = ""


def push_back(root: Path, asked: PushBack, finders: Iterable[Finder], *, today: date) -> Recorded:
    """Put `asked` on record for the finding among those that `finders` give; a deferral becomes a row of debt, too.

    Nothing is written unless everything can be. Raises ConfigError for a reason, date or fingerprint that cannot be
    used, DocumentError for a tracker that cannot be changed, RepoError when a file cannot be written.
    """
    from gardener.repo.trees import WorkingTree

    tree = WorkingTree(root)
    if not is_fingerprint(asked.start):
        hint = "reports of `--format json` name it; its first 6 digits will do"
        raise ConfigError(f"`{asked.start}` is no fingerprint", hint=hint)
    reason, until = _reason(asked.reason), _until(asked, today)
    deferrals_of(tree)
    finding, _ = look_up(asked.start, finders)
    record = Record(finding.fingerprint, asked.verb, finding.rule, finding.path, until, reason, today)
    try:
        with locked(cache_folder(root) / LOCK):
            return Recorded(record, finding, _write_all(root, tree, finding, record))
    except OSError as error:
        raise RepoError(f"cannot be written: {error.strerror or error}", at=PATH) from error


def _write_all(root: Path, tree: WorkingTree, finding: Finding, record: Record) -> str:
    """Write ledger and tracker, and return what to say about the tracker."""
    files = {PATH: _ledger(tree, record)}
    note = ""
    if record.verb == "defer":
        row, note = _tracker(tree, finding, record)
        files |= row
    for path, data in files.items():
        _write(root, path, data)
    return note


def _reason(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise ConfigError("a reason is needed", hint="say why: --reason TEXT")
    # What the terminal sent as no UTF-8 must not make a ledger that nobody can read.
    return words.encode("utf-8", "backslashreplace").decode()


def _until(asked: PushBack, today: date) -> date | None:
    if asked.until is None:
        return today + LASTING if asked.verb == "defer" else None
    if asked.until < today:
        raise ConfigError(f"`--until {asked.until}` is past", hint="name today or a later day")
    return asked.until


def _ledger(tree: WorkingTree, record: Record) -> bytes:
    try:
        text = tree.read(PATH).decode("utf-8-sig")
    except OSError:
        text = ""
    return with_record(text, record).encode()


def _tracker(tree: WorkingTree, finding: Finding, record: Record) -> tuple[dict[str, bytes], str]:
    """The tracker with a row for the finding, by its path, and what to say about it."""
    from gardener.core.edits import apply_edits
    from gardener.documents.places import find_tech_tracker
    from gardener.documents.tracker_edits import add_row
    from gardener.repo.files import decode, encode
    from gardener.repo.settings import read_settings

    settings = read_settings(tree)
    path = find_tech_tracker(tree.paths(), settings)
    if path is None:
        return {}, "no tech tracker here: the deferral stands in the ledger alone; `gardener init` adds one"
    try:
        decoded = decode(tree.read(path), cookie=False)
    except (OSError, ValueError) as error:
        raise DocumentError(f"cannot be read: {error}", at=path) from None
    if finding.fingerprint in decoded.text:
        return {}, f"{path} has a row for it already"
    edit = add_row(decoded.text, path, row_of(finding, record, settings))
    return {path: encode(apply_edits(decoded.text, [edit]), decoded)}, f"{path} has a new row for it"


def row_of(finding: Finding, record: Record, settings: Settings) -> Mapping[str, str]:
    """The cells of the row that keeps a deferred finding in sight; the message may have been written by a model."""
    from gardener.core.globs import matches
    from gardener.documents.escaping import inert
    from gardener.documents.tracker_words import is_template

    message = inert(finding.message)
    rule = inert(f"`{finding.rule}`")
    return {
        "area": next((inert(name) for name, globs in settings.areas.items() if matches(globs, finding.path)), ""),
        "title": f"{rule} finds something" if is_template(message) else message,
        "severity": finding.severity,
        "belief": inert(finding.belief or ""),
        "evidence": f"{inert(f'`{finding.path}`')} `{finding.fingerprint}`",
        "opened": record.opened.isoformat(),
        "done_when": f"{rule} finds it no more",
    }


def _write(root: Path, path: str, data: bytes) -> None:
    from gardener.repo.files import write_atomic

    try:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        write_atomic(root / path, data, root=root)
    except OSError as error:
        raise RepoError(f"cannot be written: {error.strerror or error}", at=path) from error
