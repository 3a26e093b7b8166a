"""The ledger of issues: any order of its lines, any merge of two of them, says the same."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.core.errors import ConfigError
from gardener.gardening.issue_ledger import PATH, Entry, Known, Ledger, known_in, read_entries

STEPS = (("create", "intent"), ("create", "done"), ("create", "failed"), ("close", "intent"), ("close", "done"),
         ("reopen", "done"), ("clean", "done"), ("found", "done"), ("wait", "done"), ("gone", "done"))  # fmt: skip


def entries(steps: list[tuple[str, str]]) -> list[Entry]:
    """One entry a minute."""
    return [
        Entry("f" * 16, "folder", did, stage, f"2026-01-01T00:{minute:02}:00Z", id="1")  # type: ignore[arg-type] # drawn
        for minute, (did, stage) in enumerate(steps)
    ]


@given(st.lists(st.sampled_from(STEPS), max_size=30), st.randoms(use_true_random=False))
def test_order_and_repetition_of_lines_mean_nothing(steps: list[tuple[str, str]], rng: random.Random) -> None:
    made = entries(steps)
    lines = [entry.line() for entry in made]
    merged = lines + rng.sample(lines, len(lines) // 2)
    rng.shuffle(merged)
    assert read_entries("".join(merged)) == tuple(made)
    assert known_in(read_entries("".join(merged)), "folder") == known_in(made, "folder")


def known(*steps: tuple[str, str]) -> Known:
    """What is known after some steps."""
    return known_in(entries(list(steps)), "folder")["f" * 16]


def test_an_intent_without_an_end_is_pending() -> None:
    assert known(("create", "intent")).pending == "2026-01-01T00:00:00Z"
    assert known(("create", "intent"), ("create", "failed")).pending == ""
    assert known(("create", "intent"), ("create", "done")).pending == ""
    assert known(("create", "intent"), ("create", "done")).id == "1"


def test_a_close_that_was_meant_is_ours_if_it_came_to_be() -> None:
    assert known(("close", "intent")).closed_by_us("completed")
    assert not known(("close", "intent"), ("close", "failed")).closed_by_us("completed")
    assert not known(("close", "done")).closed_by_us("not_planned")
    assert known(("close", "done")).closed_by_us(None)
    assert not known(("close", "done"), ("reopen", "done")).closed_by_us("completed")


def test_trackers_do_not_mix() -> None:
    assert known_in(entries([("create", "done")]), "github:acme/shop") == {}


def test_entries_are_added_whole(tmp_path: Path) -> None:
    made = entries([("create", "intent"), ("create", "done")])
    Ledger(tmp_path).add(made[0])
    (tmp_path / PATH).write_text((tmp_path / PATH).read_text().rstrip("\n"))
    ledger = Ledger(tmp_path)
    ledger.add(made[1])
    assert Ledger(tmp_path).entries == ledger.entries == tuple(made)
    assert [path.name for path in (tmp_path / ".gardener").iterdir()] == ["issues.jsonl"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[]", "no JSON object"),
        ('{"fp": "f"}', "missing"),
        ('{"fp": "f", "tracker": "t", "did": "dance", "stage": "done", "at": "x"}', "`dance` at `done`"),
        (">>>>>>> theirs", "unfinished merge"),
    ],
)
def test_what_is_no_entry_is_told_with_its_line(line: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        read_entries(f"\n{line}\n")
    assert caught.value.at == f"{PATH}:2"
