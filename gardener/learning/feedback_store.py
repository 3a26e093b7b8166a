"""`.gardener/feedback.db`: everything that was read, on this machine only.

Reading it twice writes nothing the second time. What a source read is kept together with where it reads on from, in one
transaction: whatever is cut off loses nothing and repeats little. People are kept as pseudonyms that only this file can
make; their names are never written anywhere.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from gardener.core.errors import SourceError
from gardener.core.feedback import Batch, Feedback, Theme
from gardener.repo import git
from gardener.repo.files import write_atomic

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from gardener.core.feedback import Outcome

PATH = ".gardener/feedback.db"
_FORMAT = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS feedback (id TEXT PRIMARY KEY, source TEXT NOT NULL, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cursors (source TEXT, place TEXT, cursor TEXT NOT NULL, PRIMARY KEY (source, place));
CREATE TABLE IF NOT EXISTS members (feedback TEXT PRIMARY KEY, theme TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS salt (value TEXT NOT NULL);
INSERT INTO salt SELECT hex(randomblob(32)) WHERE NOT EXISTS (SELECT 1 FROM salt);
"""
_HINT = "it holds nothing that cannot be read again: delete it"


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of what a source read: how many records were `written` (new or changed), `known`, and `skipped`.

    `reasons` are the skipped ones as (where, why), `notes` what else went wrong.
    """

    written: int = 0
    known: int = 0
    skipped: int = 0
    reasons: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


class FeedbackStore:
    """The store of one repository. Use it in a `with` block; it is made where there is none.

    Another run that writes is waited for, `patience` seconds long.
    Raises SourceError, with the file named, wherever it cannot be read or written.
    """

    def __init__(self, root: Path, patience: float = 5.0) -> None:
        self._path = root / PATH
        with self._told():
            if not self._path.exists():
                _prepare_folder(root)
            self._db = _open(self._path, patience)
            self._salt = bytes(str(self._db.execute("SELECT value FROM salt").fetchone()[0]), "ascii")

    def __enter__(self) -> FeedbackStore:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def cursor(self, source: str, place: str = "") -> str:
        """Where reading a source goes on; empty where it was never read."""
        with self._told():
            row = self._db.execute(
                "SELECT cursor FROM cursors WHERE source = ? AND place = ?", (source, place)
            ).fetchone()
        return str(row[0]) if row else ""

    def ingest(self, batches: Iterable[Batch], source: str, place: str = "") -> Ingested:
        """Keep what a source reads, batch by batch, each with its cursor."""
        written = known = 0
        reasons: list[tuple[str, str]] = []
        notes: dict[str, None] = {}
        for batch in batches:
            new, old = self._keep(batch, source, place)
            written, known = written + new, known + old
            reasons.extend((each.at, each.reason) for each in batch.skipped)
            notes.update(dict.fromkeys(batch.notes))
        return Ingested(written, known, len(reasons), tuple(reasons), tuple(notes))

    def feedback(self) -> Iterator[Feedback]:
        """Everything that is kept, by id; authors are pseudonyms."""
        with self._told():
            for identity, data in self._db.execute("SELECT id, data FROM feedback ORDER BY id"):
                yield _feedback(identity, data)

    def known_themes(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of feedback by theme, as last remembered: what `themes_of` takes to keep ids stable."""
        found: dict[str, list[str]] = {}
        with self._told():
            for theme, member in self._db.execute("SELECT theme, feedback FROM members ORDER BY theme, feedback"):
                found.setdefault(theme, []).append(member)
        return {theme: tuple(members) for theme, members in found.items()}

    def remember(self, themes: Iterable[Theme]) -> None:
        """Keep which feedback belongs to which theme. What belonged to one that is gone for now keeps its place."""
        now = {each.feedback.id: theme.id for theme in themes for each in theme.evidence}
        with self._told():
            before = dict(self._db.execute("SELECT feedback, theme FROM members"))
            changed = sorted((member, theme) for member, theme in now.items() if before.get(member) != theme)
            if changed:
                with self._db:
                    self._db.executemany("INSERT OR REPLACE INTO members VALUES (?, ?)", changed)

    def pseudonym(self, author: str) -> str:
        """What stands for a person: the same within this store, and telling nothing outside it."""
        if not author or author.startswith(_PSEUDONYM):
            return author
        return _PSEUDONYM + hashlib.blake2b(author.casefold().encode(), key=self._salt, digest_size=6).hexdigest()

    def _keep(self, batch: Batch, source: str, place: str) -> tuple[int, int]:
        """Write what is new; nothing at all is written where nothing is."""
        ids = {each.id for each in batch.feedback}
        known = self._known([*ids, *(outcome.id for outcome in batch.outcomes)])
        rows = dict(known)
        for each in batch.feedback:
            rows[each.id] = (each.source, self._merged(each, rows.get(each.id)))
        for outcome in batch.outcomes:
            if outcome.id in rows:
                rows[outcome.id] = (rows[outcome.id][0], _with_outcome(rows[outcome.id][1], outcome))
        changed = [(key, *row) for key, row in rows.items() if known.get(key) != row]
        moved = bool(batch.cursor) and batch.cursor != self.cursor(source, place)
        if changed or moved:
            with self._told(), self._db:
                self._db.executemany("INSERT OR REPLACE INTO feedback VALUES (?, ?, ?)", changed)
                if moved:
                    self._db.execute("INSERT OR REPLACE INTO cursors VALUES (?, ?, ?)", (source, place, batch.cursor))
        return len(changed), len(ids - {row[0] for row in changed})

    def _known(self, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}
        with self._told():
            for identity in dict.fromkeys(ids):
                row = self._db.execute("SELECT source, data FROM feedback WHERE id = ?", (identity,)).fetchone()
                if row:
                    found[identity] = (str(row[0]), str(row[1]))
        return found

    def _merged(self, feedback: Feedback, known: tuple[str, str] | None) -> str:
        """The record to keep: what an outcome told before is not lost when the comment itself is read again."""
        data = asdict(replace(feedback, author=self.pseudonym(feedback.author)))
        if known is not None:
            before = json.loads(known[1])
            data |= {name: before.get(name) for name in _OUTCOME if data[name] is None}
        return json.dumps(data, sort_keys=True, ensure_ascii=False)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what SQLite and the file system say into an error that names the file and what to do."""
        import sqlite3

        try:
            yield
        except sqlite3.OperationalError as error:
            said = str(error)
            hint = "another run holds it: wait for that to end" if "locked" in said else "see that it can be written"
            raise SourceError(f"`{PATH}` cannot be used: {said}", hint=hint) from error
        except (sqlite3.Error, ValueError, TypeError, KeyError) as error:
            raise SourceError(f"`{PATH}` is damaged: {error}", hint=_HINT) from error
        except OSError as error:
            raise SourceError(f"`{PATH}` cannot be used: {error.strerror or error}") from error


_PSEUDONYM = "person-"
_OUTCOME = ("resolved", "before_file", "after_file")


def _prepare_folder(root: Path) -> None:
    """Make the folder, and see that git does not track the store. Raises OSError."""
    folder = root / PATH.partition("/")[0]
    if folder.is_symlink():
        raise OSError(0, f"{folder.name} is a link")
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if (root / ".git").exists() and not ignore.exists() and not git.ignored(root, [PATH]):
        write_atomic(ignore, b".gitignore\nfeedback.db*\n")


def _open(path: Path, patience: float) -> sqlite3.Connection:
    """Raises sqlite3.Error or OSError; ValueError for a store of another version."""
    import sqlite3

    if path.is_symlink():
        raise OSError(0, f"{path.name} is a link")
    if not path.exists():
        # Only its owner may read what people wrote.
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    db = sqlite3.connect(path, timeout=patience)
    try:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            # All of it or nothing, whoever else opens it for the first time meanwhile.
            db.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {_FORMAT}; COMMIT;")
        _refuse_other(version)
    except BaseException:
        db.close()
        raise
    return db


def _refuse_other(version: int) -> None:
    if version not in {0, _FORMAT}:
        raise ValueError(f"it was written by another version ({version})")


def _feedback(identity: str, data: str) -> Feedback:
    fields: dict[str, Any] = json.loads(data)
    return Feedback(**{**fields, "id": identity})


def _with_outcome(data: str, outcome: Outcome) -> str:
    told = {name: getattr(outcome, name) for name in _OUTCOME}
    fields = json.loads(data) | {name: value for name, value in told.items() if value is not None}
    return json.dumps(fields, sort_keys=True, ensure_ascii=False)
