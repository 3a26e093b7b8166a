"""The store: nothing is written twice, nothing is lost to a kill, and nobody's name is in it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gardener.core.errors import ConfigError, SourceError
from gardener.core.feedback import Batch, Evidence, Feedback, Outcome, Skipped, Theme
from gardener.learning.collecting import collect
from gardener.learning.feedback_store import PATH, FeedbackStore, Ingested

Make = Callable[..., Any]


def said(identity: str, **fields: Any) -> Feedback:
    """A comment."""
    return Feedback(**{"id": identity, "source": "github", "body": f"Comment {identity}.", "author": "Ana", **fields})


def content(root: Path) -> bytes:
    return (root / PATH).read_bytes()


def test_what_was_read_is_there_in_the_next_run(tmp_path: Path) -> None:
    with FeedbackStore(tmp_path) as store:
        assert store.ingest([Batch((said("1"), said("2")), cursor="c1")], "github", "acme/shop") == Ingested(2)
    with FeedbackStore(tmp_path) as store:
        assert [replace(each, author="Ana") for each in store.feedback()] == [said("1"), said("2")]
        assert store.cursor("github", "acme/shop") == "c1"
        assert store.cursor("github", "acme/other") == ""


def test_a_second_read_writes_not_a_byte(tmp_path: Path) -> None:
    batch = Batch((said("1"), said("2")), (Outcome("1", True, "a", "b"),), "c1", (Skipped("x:1", "why"),), ("note",))
    with FeedbackStore(tmp_path) as store:
        store.ingest([batch], "github")
    before = content(tmp_path)
    with FeedbackStore(tmp_path) as store:
        found = store.ingest([batch], "github")
    assert found == Ingested(0, 2, 1, (("x:1", "why"),), ("note",))
    assert content(tmp_path) == before


def test_an_edited_comment_replaces_the_old_one_and_keeps_what_became_of_it(tmp_path: Path) -> None:
    with FeedbackStore(tmp_path) as store:
        store.ingest([Batch((said("1"),), (Outcome("1", resolved=True, after_file="new"),))], "github")
        assert store.ingest([Batch((said("1", body="Edited."),))], "github").written == 1
        (kept,) = store.feedback()
    assert (kept.body, kept.resolved, kept.after_file) == ("Edited.", True, "new")


def test_an_outcome_of_something_never_read_is_ignored(tmp_path: Path) -> None:
    with FeedbackStore(tmp_path) as store:
        assert store.ingest([Batch(outcomes=(Outcome("9", resolved=True),))], "github") == Ingested()


def test_people_are_pseudonyms_that_differ_from_store_to_store(tmp_path: Path) -> None:
    names = []
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
        with FeedbackStore(tmp_path / folder) as store:
            store.ingest([Batch((said("1", author="Ana Lovelace"), said("2", author="ana lovelace")))], "github")
            first, second = (each.author for each in store.feedback())
            assert first == second
            assert store.pseudonym(first) == first
            names.append(first)
        assert b"lovelace" not in content(tmp_path / folder).lower()
    assert names[0] != names[1]


def test_themes_are_remembered(tmp_path: Path) -> None:
    theme = Theme("T1", "Title", tuple(Evidence(said(each), "") for each in "12"))
    with FeedbackStore(tmp_path) as store:
        store.remember([theme])
        before = content(tmp_path)
        store.remember([theme])
        assert content(tmp_path) == before
        store.remember([replace(theme, id="T2", evidence=theme.evidence[:1])])
        assert store.known_themes() == {"T1": ("2",), "T2": ("1",)}


def test_git_does_not_see_the_store(garden: Make) -> None:
    made = garden({"a.py": ""})
    made.commit()
    with FeedbackStore(made.root) as store:
        store.ingest([Batch((said("1"),))], "github")
    assert made.git("status", "--porcelain", "-uall") == ""


KILLED = """
import os, signal, sys
from pathlib import Path
from gardener.core.feedback import Batch, Feedback
from gardener.learning.feedback_store import FeedbackStore
root, start, end = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
def batches():
    for number in range(start, 20):
        if number == end:
            os.kill(os.getpid(), signal.SIGKILL)
        yield Batch(tuple(Feedback(f"{number}-{each}", "github", "text") for each in range(50)), cursor=str(number + 1))
with FeedbackStore(root) as store:
    store.ingest(batches(), "github")
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_a_kill_at_any_point_loses_nothing(tmp_path: Path) -> None:
    for end in (0, 1, 7, 19):
        with FeedbackStore(tmp_path) as store:
            start = store.cursor("github") or "0"
        command = [sys.executable, "-c", KILLED, str(tmp_path), start, str(end)]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == -signal.SIGKILL, done.stderr
        with FeedbackStore(tmp_path) as store:
            assert store.cursor("github") == (str(end) if end else "")
            assert len(list(store.feedback())) == 50 * end


def test_a_store_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".gardener").mkdir()
    (tmp_path / PATH).write_bytes(b"this is no database at all, whatever its name says" * 40)
    with pytest.raises(SourceError, match=r"`.gardener/feedback.db` is damaged: .*\(it holds nothing .* delete it\)"):
        FeedbackStore(tmp_path)


def test_a_store_of_a_later_version_is_refused(tmp_path: Path) -> None:
    FeedbackStore(tmp_path).__exit__()
    db = sqlite3.connect(tmp_path / PATH)
    db.execute("PRAGMA user_version = 9")
    db.close()
    with pytest.raises(SourceError, match="written by another version"):
        FeedbackStore(tmp_path)


def test_a_damaged_record_is_told(tmp_path: Path) -> None:
    with FeedbackStore(tmp_path) as store:
        store.ingest([Batch((said("1"),))], "github")
    db = sqlite3.connect(tmp_path / PATH)
    with db:
        db.execute("UPDATE feedback SET data = '[1]'")
    db.close()
    with FeedbackStore(tmp_path) as store, pytest.raises(SourceError, match="is damaged"):
        list(store.feedback())


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is read-only for this user")
def test_a_store_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    FeedbackStore(tmp_path).__exit__()
    (tmp_path / PATH).chmod(0o400)
    with (
        FeedbackStore(tmp_path) as store,
        pytest.raises(SourceError, match="cannot be used: attempt to write a readonly"),
    ):
        store.ingest([Batch((said("1"),))], "github")


def test_a_store_that_another_run_holds_is_told(tmp_path: Path) -> None:
    with FeedbackStore(tmp_path, patience=0) as store:
        other = sqlite3.connect(tmp_path / PATH)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(SourceError, match=r"database is locked \(another run holds it"):
            store.ingest([Batch((said("1"),))], "github")
        other.close()


def test_a_folder_where_the_store_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / PATH).mkdir(parents=True)
    with pytest.raises(SourceError, match="cannot be used: unable to open database file"):
        FeedbackStore(tmp_path)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / ".gardener").mkdir()
    (tmp_path / PATH).symlink_to(tmp_path / "elsewhere.db")
    with pytest.raises(SourceError, match="is a link"):
        FeedbackStore(tmp_path)
    assert not (tmp_path / "elsewhere.db").exists()


def test_a_source_that_fails_keeps_what_it_read_before(tmp_path: Path) -> None:
    def failing() -> Iterator[Batch]:
        yield Batch((said("1"),), cursor="c1")
        raise SourceError("gone")

    with FeedbackStore(tmp_path) as store:
        with pytest.raises(SourceError, match="gone"):
            store.ingest(failing(), "github")
        assert store.cursor("github") == "c1"


def test_a_source_is_collected_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "said.jsonl").write_text('{"id": "1", "body": "Hm."}\n{"id": "2"}\n', encoding="utf-8")
    with FeedbackStore(tmp_path) as store:
        assert collect(store, "jsonl", tmp_path, place="said.jsonl") == Ingested(
            1, 0, 1, (("said.jsonl:2", "`body` is missing"),)
        )
        with pytest.raises(ConfigError, match=r"`gerrit` is no source of feedback \(known are .*github"):
            collect(store, "gerrit", tmp_path)
