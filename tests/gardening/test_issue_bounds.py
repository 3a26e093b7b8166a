"""A run makes, changes and closes only so much; what waits stands on a dashboard that takes commands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gardener.core.settings import IssueSettings
from gardener.documents import dashboard
from tests.gardening.syncing import Nights, draft, drafts
from tests.trackers.connecting import github
from tests.trackers.forge_server import Board


def test_a_run_makes_few_issues_and_the_rest_waits_on_the_dashboard(nights: Nights, board: Board) -> None:
    assert nights.actions(drafts("abcdef")) == ["create 1", "create 2", "create 3", "create 4"]
    assert board.issues[4]["title"] == dashboard.TITLE
    assert board.issues[4]["body"].count("- [ ] <!-- create=") == 3
    before, writes = nights.ledger, len(board.writes)
    assert nights.actions(drafts("abcdef")) == []
    assert (nights.ledger, len(board.writes)) == (before, writes)


def test_a_ticked_box_commands_the_next_run(nights: Nights, board: Board) -> None:
    nights.pass_(drafts("abcdef"))
    name = draft("rule-e").fingerprint
    body = board.issues[4]["body"]
    board.issues[4]["body"] = body.replace(f"- [ ] <!-- create={name}", f"- [x] <!-- create={name}")
    assert nights.actions(drafts("abcdef")) == ["create 5", "update 4"]
    assert board.issues[5]["title"] == "Resolve rule-e in shop"
    assert name not in board.issues[4]["body"]
    assert board.issues[4]["body"].count("- [ ]") == 2


def test_a_tick_is_kept_until_it_was_obeyed(nights: Nights, board: Board) -> None:
    nights.pass_(drafts("abcdef"))
    board.issues[4]["body"] = board.issues[4]["body"].replace("- [ ]", "- [x]", 1)
    board.fail("POST .*/issues$", status=422)
    nights.pass_(drafts("abcdef"))
    assert board.issues[4]["body"].count("- [x]") == 1
    assert nights.actions(drafts("abcdef")) == ["create 5", "update 4"]


def test_something_new_does_not_wait_behind_what_is_old(nights: Nights, board: Board) -> None:
    nights.pass_(drafts("abcdef"))
    assert nights.actions(drafts("abcdefg")) == ["create 5"]
    assert board.issues[5]["title"] == "Resolve rule-g in shop"


def test_what_waits_moves_up_when_issues_are_done(nights: Nights, board: Board) -> None:
    nights.pass_(drafts("abcdef"))
    nights.pass_(drafts("def"))
    assert nights.actions(drafts("def")) == ["close 1", "close 2", "close 3"]
    assert nights.actions(drafts("def")) == ["create 5", "create 6", "create 7", "close 4"]
    assert nights.actions(drafts("def")) == []


def test_a_dashboard_that_a_person_closed_stays_closed(nights: Nights, board: Board) -> None:
    nights.pass_(drafts("abcdef"))
    board.issues[4].update(state="closed", state_reason="completed")
    assert nights.actions(drafts("abcdefgh")) == ["create 5", "create 6"]
    assert board.issues[4]["state"] == "closed"


def test_without_a_dashboard_none_is_made(board: Board, tmp_path: Path) -> None:
    nights = Nights(tmp_path, github(board), IssueSettings(dashboard=False))
    assert len(nights.actions(drafts("abcdef"))) == 3
    assert nights.actions(drafts("abcdef")) == []


def test_a_run_changes_and_closes_only_so_many(board: Board, tmp_path: Path) -> None:
    nights = Nights(tmp_path, github(board), IssueSettings(creates=12, updates=2, closes=4))
    nights.pass_(drafts("abcdefghijkl"))
    more = [replace(one, ask="Mend more.") for one in drafts("abcdef")]
    synced = nights.pass_(more)
    assert [step.action for step in synced.outcome.done] == ["update", "update"]  # type: ignore[union-attr] # done
    assert any("4 more writes" in note for note in synced.plan.notes)
    assert [step.split()[0] for step in nights.actions(more)] == ["update", "update", *["close"] * 4]


def test_a_plan_that_closes_far_too_much_is_refused(board: Board, tmp_path: Path) -> None:
    nights = Nights(tmp_path, github(board), IssueSettings(creates=12, closes=3))
    nights.pass_(drafts("abcdefghijkl"))
    nights.pass_()
    writes = len(board.writes)
    synced = nights.pass_()
    assert "looks like a broken scan" in synced.failures[0]
    assert len(board.writes) == writes


def test_bounds_of_nought_switch_a_kind_of_write_off(board: Board, tmp_path: Path) -> None:
    nights = Nights(tmp_path, github(board), IssueSettings(creates=2, updates=0, closes=0, dashboard=False))
    nights.pass_(drafts("ab"))
    assert [nights.actions([draft("rule-a", count=2)]) for _ in range(3)] == [[], [], []]
    nights.settings = IssueSettings()
    assert nights.actions([draft("rule-a", count=2)]) == ["update 1", "close 2"]
