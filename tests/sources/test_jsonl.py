"""Feedback as JSON lines: the contract's format, and what hostile or broken lines do to it (nothing)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.core.feedback import Batch, Feedback, Skipped
from gardener.sources import jsonl

WHOLE: dict[str, Any] = {
    "id": "c1", "source": "gitlab", "url": "https://example.org/1", "pr": "12", "author": "ana",
    "author_kind": "human", "association": "MEMBER", "created_at": "2026-01-31T09:00:00+01:00", "path": "a.py",
    "line": 3, "body": "No timeout.", "resolved": True, "before": "x = 1\n", "after": "x = 2\n",
    "before_file": "x = 1\n", "after_file": None,
}  # fmt: skip


def read(root: Path, *lines: str | bytes, since: str = "") -> Batch:
    """All that is read of a file with these lines."""
    data = b"\n".join(line.encode() if isinstance(line, str) else line for line in lines)
    (root / "f.jsonl").write_bytes(data)
    batches = list(jsonl.read("f.jsonl", root, since))
    return Batch(
        tuple(each for batch in batches for each in batch.feedback),
        skipped=tuple(each for batch in batches for each in batch.skipped),
    )


def test_every_field_of_the_contract_is_read(tmp_path: Path) -> None:
    expected = Feedback(**{**WHOLE, "created_at": "2026-01-31T08:00:00Z"})
    assert read(tmp_path, json.dumps(WHOLE)) == Batch((expected,))


def test_an_id_and_a_body_are_enough(tmp_path: Path) -> None:
    assert read(tmp_path, '{"id": 7, "body": "Hm.", "pr": 3}') == Batch((Feedback("7", "jsonl", "Hm.", pr="3"),))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "no JSON"),
        ("3", "no JSON object"),
        ("[" * 100_000, "nested too deep"),
        (b"\xff", "not UTF-8 at byte 0"),
        ("{}", "`id` is missing"),
        ('{"id": true, "body": "x"}', "`id` is no text"),
        ('{"id": "1"}', "`body` is missing"),
        ('{"id": "1", "body": " "}', "`body` is empty"),
        ('{"id": "1", "body": 3}', "`body` is no text"),
        ('{"id": "1", "body": "x", "line": "3"}', "`line` is no number"),
        ('{"id": "1", "body": "x", "line": true}', "`line` is no number"),
        ('{"id": "1", "body": "x", "resolved": "yes"}', "`resolved` is neither true, false nor null"),
        ('{"id": "1", "body": "x", "source": "gerrit"}', "`source` is none of git-log, github"),
        ('{"id": "1", "body": "x", "author_kind": []}', "`author_kind` is none of bot, human"),
        ('{"id": "1", "body": "x", "before": 3}', "`before` is no text"),
        ('{"id": "1", "body": "x", "created_at": "tomorrow"}', "`created_at` is no ISO 8601 date"),
        ('{"id": "1", "body": "x", "created_at": "0001-01-01T00:00:00+23:00"}', "`created_at` is no ISO 8601 date"),
    ],
)
def test_a_line_that_cannot_be_used_is_skipped_with_its_number(tmp_path: Path, line: str | bytes, reason: str) -> None:
    found = read(tmp_path, json.dumps(WHOLE), "", line, '{"id": "last", "body": "x"}')
    assert [each.id for each in found.feedback] == ["c1", "last"]
    (skipped,) = found.skipped
    assert skipped.at == "f.jsonl:3"
    assert skipped.reason.startswith(reason)


def test_a_line_of_many_megabytes_is_skipped(tmp_path: Path) -> None:
    huge = b'{"id": "1", "body": "' + b"x" * (jsonl.LONGEST_LINE * 2) + b'"}'
    found = read(tmp_path, huge, '{"id": "2", "body": "x"}')
    assert [each.id for each in found.feedback] == ["2"]
    assert found.skipped == (Skipped("f.jsonl:1", f"longer than {jsonl.LONGEST_LINE} bytes"),)


def test_null_bytes_and_halves_of_characters_do_no_harm(tmp_path: Path) -> None:
    found = read(tmp_path, '{"id": "1", "body": "a\\u0000b \\ud83d", "before": "\\u0000", "after": "\\udc00"}')
    assert found.feedback == (Feedback("1", "jsonl", "ab ?", before=None, after="?"),)


def test_of_equal_ids_the_last_counts_and_the_first_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, '{"id": "1", "body": "old"}', '{"id": "2", "body": "x"}', '{"id": "1", "body": "new"}')
    assert found.skipped == (Skipped("f.jsonl:1", "line 3 has the same id and counts"),)
    assert [each.body for each in found.feedback] == ["old", "x", "new"]


def test_a_date_in_the_future_does_not_count(tmp_path: Path) -> None:
    found = read(tmp_path, '{"id": "1", "body": "x", "created_at": "2199-01-01"}')
    assert found.feedback == (Feedback("1", "jsonl", "x"),)
    assert found.skipped == (Skipped("f.jsonl:1", "its date lies in the future and does not count"),)


def test_what_is_older_than_a_date_is_left_out(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": day, "body": "x", "created_at": f"2026-01-{day}T23:30:00-01:00"}) for day in ("30", "31")
    ]
    found = read(tmp_path, *lines, '{"id": "undated", "body": "x"}', since="2026-02-01")
    assert [each.id for each in found.feedback] == ["31", "undated"]


def test_windows_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "f.jsonl").write_bytes(b'\xef\xbb\xbf{"id": "1", "body": "x"}\r\n\r\n{"id": "2", "body": "x"}\r\n')
    (batch,) = jsonl.read("f.jsonl", tmp_path)
    assert [each.id for each in batch.feedback] == ["1", "2"]


@given(
    st.lists(
        st.binary(max_size=60) | st.sampled_from([b'{"id": "1", "body": "x"}', b'{"id": 2, "body": {}}']), max_size=8
    )
)
def test_no_bytes_end_the_reading(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    found = read(tmp_path_factory.mktemp("lines"), *lines)
    assert all(isinstance(each, Feedback) for each in found.feedback)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=2)
)


@given(st.dictionaries(st.sampled_from([*WHOLE, "other"]), JSON))
def test_no_values_end_the_reading(tmp_path_factory: pytest.TempPathFactory, record: dict[str, Any]) -> None:
    found = read(tmp_path_factory.mktemp("values"), json.dumps(record))
    assert len(found.feedback) + len(found.skipped) == 1
    for each in found.feedback:
        each.body.encode()
