"""Listings that lie, writes without an answer, trackers that refuse: a clear outcome each, and never a duplicate."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gardener.core.settings import IssueSettings
from gardener.documents.draft_page import region
from gardener.gardening.issue_sync import SETTLING_S
from gardener.repo.locking import locked
from tests.gardening.syncing import Nights, draft, drafts
from tests.trackers.forge_server import Board

# Listings


@pytest.mark.parametrize("status", [401, 403, 404, 410, 422, 429, 500, 503])
def test_nothing_is_written_when_the_listing_failed(nights: Nights, board: Board, status: int) -> None:
    nights.pass_(drafts("a"))
    writes = len(board.writes)
    for _ in range(4):
        board.fail(r"GET .*/issues\?", status=status)
    synced = nights.pass_(drafts("ab"))
    assert "could not be listed" in synced.failures[0]
    assert len(board.writes) == writes


def test_nothing_is_made_when_the_listing_is_suspiciously_empty(nights: Nights, board: Board) -> None:
    nights.pass_(drafts("ab"))
    board.fail(r"GET .*/issues\?", body=[])
    synced = nights.pass_(drafts("abc"))
    assert len(board.issues) == 2
    assert any("nothing is made" in note for note in synced.plan.notes)
    assert nights.actions(drafts("abc")) == ["create 3"]


def test_nothing_is_made_when_the_listing_misses_issues(nights: Nights, board: Board) -> None:
    nights.pass_(drafts("ab"))
    first = board.issues[1]
    board.fail(r"GET .*/issues\?", body=[{"number": 1, "title": "t", "state": "open", **first, "labels": ["gardener"]}])
    synced = nights.pass_(drafts("abc"))
    assert len(board.issues) == 2
    assert any("missed 1 issues" in note for note in synced.plan.notes)


def test_a_deleted_label_is_put_back_and_nothing_is_made_twice(nights: Nights, board: Board) -> None:
    nights.pass_(drafts("ab"))
    board.labels.clear()
    for issue in board.issues.values():
        issue["labels"] = ["a-persons-own"]
    assert nights.actions(drafts("abc")) == ["update 1", "update 2"]
    assert board.issues[1]["labels"] == ["a-persons-own", "gardener"]
    assert nights.actions(drafts("abc")) == ["create 3"]


@pytest.mark.parametrize("moved", [True, False])
def test_what_a_person_deleted_or_moved_is_not_made_again(nights: Nights, board: Board, moved: bool) -> None:
    nights.pass_(drafts("a"))
    if moved:
        board.moved[1] = "acme/elsewhere"
        board.issues[1]["labels"] = []
    else:
        board.delete(1)
    synced = nights.pass_(drafts("ab"))
    assert any("deleted or moved by a person" in note for note in synced.plan.notes)
    assert nights.actions(drafts("ab")) == []
    assert [line for line in board.writes if line.endswith("/issues")] == ["POST /repos/acme/shop/issues"] * 2


def test_a_copied_marker_changes_nothing(nights: Nights, board: Board) -> None:
    nights.pass_(drafts("a"))
    board.add("A copy", board.issues[1]["body"])
    synced = nights.pass_([draft("rule-a", count=2)])
    assert "Mend 2 places" in board.issues[1]["body"]
    assert "Mend 1 places" in board.issues[2]["body"]
    assert synced.plan.notes == ("2 holds a copy of the marker of 1: left alone",)
    (nights.root / ".gardener/issues.jsonl").unlink()
    assert nights.actions([draft("rule-a", count=2)]) == []


def test_two_thousand_issues_are_no_reason_to_make_more(nights: Nights, board: Board) -> None:
    for number in range(2000):
        one = draft(f"rule-{number}")
        board.add(one.title, region(one))
    wanted = [draft(f"rule-{number}") for number in range(2000)]
    assert nights.actions(wanted) == []
    assert len(board.issues) == 2000
    before = nights.ledger
    assert nights.actions(wanted) == []
    assert nights.ledger == before


# Writes


def test_a_create_without_an_answer_is_found_again(nights: Nights, board: Board) -> None:
    board.fail("POST .*/issues$", lost=True)
    synced = nights.pass_(drafts("a"))
    assert "shows in the next run" in synced.failures[0]
    assert nights.actions(drafts("a")) == []
    assert len(board.issues) == 1
    assert nights.actions([draft("rule-a", count=2)]) == ["update 1"]


def test_a_create_that_was_not_done_is_done_in_the_next_run(nights: Nights, board: Board) -> None:
    board.fail("POST .*/issues$", refused=True)
    nights.pass_(drafts("a"))
    assert nights.actions(drafts("a")) == ["create 1"]


def test_what_was_written_a_moment_ago_gets_time_to_show(nights: Nights, board: Board) -> None:
    board.fail("POST .*/issues$", lost=True)
    nights.pass_(drafts("a"))
    nights.now -= timedelta(days=1) - timedelta(seconds=10)
    nights.pass_(drafts("a"))
    assert nights.pauses == [SETTLING_S - 10]


def test_one_refused_issue_does_not_stop_the_others(nights: Nights, board: Board) -> None:
    board.fail("POST .*/issues$", status=422, body={"message": "spam"})
    synced = nights.pass_(drafts("abc"))
    assert [issue["title"][8:14] for issue in board.issues.values()] == ["rule-b", "rule-c"]
    assert "422: spam" in synced.failures[0]
    assert nights.actions(drafts("abc")) == ["create 3"]


def test_a_tracker_that_refuses_everything_is_left_in_peace(nights: Nights, board: Board) -> None:
    nights.settings = IssueSettings(creates=12)
    for _ in range(12):
        board.fail("POST .*/issues$", status=422)
    synced = nights.pass_(drafts("abcdefghijkl"))
    assert len([line for line in board.writes if line.endswith("/issues")]) == 3
    assert synced.failures[-1] == "the rest waits for the next run"


def test_a_label_that_was_left_off_stops_the_run(nights: Nights, board: Board) -> None:
    board.drops_labels = True
    synced = nights.pass_(drafts("ab"))
    assert "left off the label" in synced.failures[0]
    assert len(board.issues) == 1
    board.drops_labels = False
    # The listing does not show it, and the ledger does.
    assert nights.actions(drafts("a")) == ["update 1"]


def test_an_issue_without_label_or_answer_is_found_among_the_recent_ones(nights: Nights, board: Board) -> None:
    board.drops_labels = True
    board.fail("POST .*/issues$", lost=True)
    nights.pass_(drafts("a"))
    assert nights.actions(drafts("a")) == ["update 1"]
    assert len(board.issues) == 1


@pytest.mark.parametrize("trouble", [{"enabled": False}, {"archived": True}])
def test_where_no_issues_can_be_kept_the_drafts_go_to_the_folder(
    nights: Nights, board: Board, trouble: dict[str, bool]
) -> None:
    vars(board).update(trouble)
    synced = nights.pass_(drafts("ab"))
    assert len(list((nights.root / ".gardener/drafts").iterdir())) == 2
    assert "github:acme/shop" in synced.failures[0]
    assert "instead" in synced.notes[0]
    vars(board).update(enabled=True, archived=False)
    assert nights.actions(drafts("ab")) == ["create 1", "create 2"]


def test_code_that_nobody_else_has_is_not_posted_about(nights: Nights, board: Board) -> None:
    synced = nights.pass_(drafts("a"), held="HEAD holds commits that are not on `origin/main`")
    assert synced.failures == ("nothing is posted: HEAD holds commits that are not on `origin/main`",)
    assert board.writes == []
    assert not (nights.root / ".gardener/issues.jsonl").exists()


def test_the_second_of_two_runs_leaves_at_once(nights: Nights, board: Board) -> None:
    nights.pass_()
    asked = len(board.asked)
    with locked(nights.root / ".gardener/cache/issues.lock"):
        synced = nights.pass_(drafts("a"))
    assert synced.busy
    assert synced.failures == ()
    assert len(board.asked) == asked
