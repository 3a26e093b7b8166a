"""Rows wait until their case is settled, whatever interrupts the run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.core.review import Verdict
from gardener.reviewing import pending
from gardener.reviewing.deciding import Row

Make = Callable[..., Any]


def row(message: str = "", **reads: str) -> Row:
    return Row(Verdict("calls.1", "u1", "violation", "because", "x", "must", message, "fix"), reads)


def test_rows_wait_by_case_and_stage(tmp_path: Path) -> None:
    assert pending.read(tmp_path) == {}
    pending.add(tmp_path, [("a", "find1", row("1")), ("b", "find1", row("2"))])
    pending.add(tmp_path, [("a", "refute", row("3", **{"src/a.py": "hash"}))])
    assert pending.read(tmp_path) == {
        "a": {"find1": row("1"), "refute": row("3", **{"src/a.py": "hash"})},
        "b": {"find1": row("2")},
    }
    pending.add(tmp_path, [("a", "find1", row("again"))])
    assert pending.read(tmp_path)["a"]["find1"] == row("again")


def test_what_is_settled_waits_no_longer(tmp_path: Path) -> None:
    pending.add(tmp_path, [("a", "find1", row()), ("b", "find1", row()), ("a", "find2", row())])
    pending.forget(tmp_path, ["a", "unknown"])
    assert set(pending.read(tmp_path)) == {"b"}
    pending.forget(tmp_path, ["b"])
    assert not (tmp_path / pending.PATH).exists()
    pending.forget(tmp_path, ["b"])


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    pending.add(tmp_path, [])
    pending.forget(tmp_path, [])
    assert list(tmp_path.iterdir()) == []


@given(st.text(st.characters(codec=None), max_size=30), st.text(st.characters(codec=None), max_size=9))
def test_every_row_survives(tmp_path_factory: Any, text: str, path: str) -> None:
    root = tmp_path_factory.mktemp("rows")
    given_row = Row(Verdict(text, text, "unsure", text, text, text, text, text), {path: text})
    pending.add(root, [(f"key {text}", "find2", given_row), ("other", "find1", row())])
    assert pending.read(root) == {f"key {text}": {"find2": given_row}, "other": {"find1": row()}}


@pytest.mark.parametrize(
    "broken",
    [
        b'{"key": "x", "stage": "find1", "ro',
        b"\xff\xfe\n",
        b"[]\n{}\nnull\n",
        b"[" * 100_000,
        b'{"key": "x", "stage": "find9", "row": {}}\n',
        b'{"key": "x", "stage": "find1", "row": {"verdict": "ok"}}\n',
        b'{"key": "x", "stage": ["find1"], "row": {"verdict": ["ok"]}, "reads": [1]}\n',
    ],
)
def test_a_broken_line_costs_no_other(tmp_path: Path, broken: bytes) -> None:
    pending.add(tmp_path, [("a", "find1", row())])
    with (tmp_path / pending.PATH).open("ab") as file:
        file.write(broken)
    pending.add(tmp_path, [("b", "find1", row())])
    assert set(pending.read(tmp_path)) == {"a", "b"}
    pending.forget(tmp_path, ["a"])
    assert (tmp_path / pending.PATH).read_bytes().count(b"\n") == 1
    assert set(pending.read(tmp_path)) == {"b"}


def test_rows_that_came_with_the_repository_are_not_believed(garden: Make) -> None:
    made = garden({})
    pending.add(made.root, [("a", "find1", row())])
    made.git("add", "-A")
    assert set(pending.read(made.root)) == {"a"}
    made.git("add", "-f", pending.PATH)
    assert pending.read(made.root) == {}


def test_a_link_is_neither_read_nor_written(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside.jsonl"
    pending.add(root, [("a", "find1", row())])
    (root / pending.PATH).rename(outside)
    (root / pending.PATH).symlink_to(outside)
    before = outside.read_bytes()
    pending.add(root, [("b", "find1", row())])
    assert pending.read(root) == {}
    assert outside.read_bytes() == before


def test_many_threads_lose_no_row(tmp_path: Path) -> None:
    def work(name: str) -> None:
        for number in range(10):
            pending.add(tmp_path, [(f"{name}{number}", "find1", row("x" * 9000))])
            pending.forget(tmp_path, [f"{name}{number - 1}"])

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(pending.read(tmp_path)) == {"a9", "b9", "c9", "d9"}
