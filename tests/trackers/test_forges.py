"""GitHub and GitLab as trackers, over real HTTP: the same answers to the same troubles."""

from __future__ import annotations

from typing import Any

import pytest

from gardener.core.errors import TrackerError
from gardener.repo.forge import Forge
from gardener.trackers.github import GitHub
from tests.trackers.connecting import TOKEN, Connect, github, gitlab
from tests.trackers.forge_server import Board

LISTS = r"GET .*/issues\?"
CREATES = r"POST .*/issues$"

BOTH = pytest.mark.parametrize("connect", [github, gitlab], ids=["github", "gitlab"])


@BOTH
def test_an_issue_lives_through_all_its_states(board: Board, connect: Connect) -> None:
    tracker = connect(board)
    tracker.prepare("gardener")
    made = tracker.create("A title", "A body", ("gardener", "debt"))
    assert (made.id, made.state, made.labels) == ("1", "open", ("gardener", "debt"))
    assert made.url.endswith("/issues/1")
    assert tracker.update("1", "Another body", ()).body == "Another body"
    assert tracker.close("1", "completed").state == "closed"
    again = tracker.reopen("1", "A third body")
    assert (again.state, again.reason, again.body) == ("open", None, "A third body")
    assert tracker.find("1") == again
    assert tracker.listing("gardener").issues == (again,)


@BOTH
def test_labels_are_added_and_none_is_taken_away(board: Board, connect: Connect) -> None:
    number = board.add("t", labels=("a-persons-own",))
    connect(board).update(str(number), "b", ("gardener",))
    assert board.issues[number]["labels"] == ["a-persons-own", "gardener"]


def test_github_says_why_an_issue_was_closed(board: Board) -> None:
    for reason in ("completed", "not_planned", "duplicate", None):
        board.add("t", state="closed", state_reason=reason)
    found = github(board).listing("gardener").issues
    assert [issue.reason for issue in found] == ["completed", "not_planned", "not_planned", "completed"]
    assert github(board).close("1", "not_planned").reason == "not_planned"


def test_gitlab_knows_no_reasons(board: Board) -> None:
    board.add("t", state="closed")
    assert gitlab(board).listing("gardener").issues[0].reason is None


@BOTH
def test_all_pages_are_read(board: Board, connect: Connect) -> None:
    for number in range(2000):
        board.add(f"Issue {number}", state="closed" if number % 2 else "open")
    listing = connect(board).listing("gardener")
    assert listing.trouble == ""
    assert [issue.id for issue in listing.issues] == [str(number) for number in range(1, 2001)]
    assert len(board.asked) == 20


@BOTH
def test_only_issues_with_the_label_are_listed(board: Board, connect: Connect) -> None:
    board.add("ours")
    board.add("theirs", labels=("bug",))
    assert [issue.title for issue in connect(board).listing("gardener").issues] == ["ours"]
    assert len(connect(board).recent("2026-01-01T00:00:00Z").issues) == 2


def test_pull_requests_are_no_issues(board: Board) -> None:
    board.add("a pull request", pull_request={"url": "x"})
    assert github(board).listing("gardener").issues == ()


@BOTH
@pytest.mark.parametrize("page", [1, 3])
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 401},
        {"status": 403},
        {"status": 404},
        {"status": 410},
        {"status": 422},
        {"status": 200, "body": {"message": "no list"}},
        {"status": 200, "body": [{"number": "one"}]},
        {"status": 200, "body": b"[{"},
    ],
    ids=str,
)
def test_a_listing_with_a_page_missing_has_trouble(
    board: Board, connect: Connect, page: int, fault: dict[str, Any]
) -> None:
    for _ in range(300):
        board.add("t")
    for _ in range(4):
        board.fail(rf"{LISTS}.*&page={page}$", **fault)
    assert connect(board).listing("gardener").trouble


@BOTH
def test_a_server_that_does_not_answer_is_asked_a_few_times(connect: Connect) -> None:
    pauses: list[float] = []
    trouble = connect(Board(address="http://127.0.0.1:9"), pauses).listing("gardener").trouble
    assert trouble.startswith("no usable answer")
    assert len(pauses) == 3


@BOTH
def test_a_page_that_was_cut_short_is_asked_for_again(board: Board, connect: Connect) -> None:
    board.add("t")
    board.fail(LISTS, cut=True)
    assert len(connect(board).listing("gardener").issues) == 1
    assert len(board.asked) == 2


@BOTH
@pytest.mark.parametrize("fault", [{"status": 502}, {"status": 500}, {"lost": True}, {"refused": True}], ids=str)
def test_an_issue_of_which_nobody_knows_is_not_made_twice(
    board: Board, connect: Connect, fault: dict[str, Any]
) -> None:
    board.fail(CREATES, **fault)
    with pytest.raises(TrackerError) as caught:
        connect(board).create("t", "b", ("gardener",))
    assert not caught.value.undone
    assert len(board.writes) == 1


@BOTH
def test_other_writes_are_sent_again(board: Board, connect: Connect) -> None:
    number = board.add("t")
    board.fail("(PATCH|PUT) ", status=502)
    board.fail("(PATCH|PUT) ", lost=True)
    assert connect(board).close(str(number), "completed").state == "closed"
    assert len(board.writes) == 3


@BOTH
@pytest.mark.parametrize("status", [403, 429])
def test_a_write_that_came_too_soon_waits_as_long_as_asked(board: Board, connect: Connect, status: int) -> None:
    pauses: list[float] = []
    board.fail(CREATES, status=status, headers={"Retry-After": "7"})
    connect(board, pauses).create("t", "b", ("gardener",))
    assert pauses == [7.0]
    assert len(board.issues) == 1


@BOTH
def test_nobody_waits_for_an_hour(board: Board, connect: Connect) -> None:
    board.fail(CREATES, status=429, headers={"Retry-After": "3600"})
    with pytest.raises(TrackerError, match="wait for 3600 seconds") as caught:
        connect(board).create("t", "b", ("gardener",))
    assert caught.value.undone
    assert caught.value.fatal


@BOTH
@pytest.mark.parametrize(("status", "fatal"), [(401, True), (403, True), (404, False), (410, False), (422, False)])
def test_a_refusal_is_final_and_certain(board: Board, connect: Connect, status: int, fatal: bool) -> None:
    board.fail(CREATES, status=status, body={"message": "because"})
    with pytest.raises(TrackerError, match=f"{status}: because") as caught:
        connect(board).create("t", "b", ("gardener",))
    assert (caught.value.undone, caught.value.fatal) == (True, fatal)
    assert TOKEN not in str(caught.value)
    assert len(board.writes) == 1


@BOTH
def test_writes_keep_a_pace(board: Board, connect: Connect) -> None:
    pauses: list[float] = []
    tracker = connect(board, pauses)
    for title in "abc":
        tracker.create(title, "", ("gardener",))
    assert pauses == [1.0, 1.0]


@BOTH
def test_a_label_that_is_not_there_is_made_once(board: Board, connect: Connect) -> None:
    connect(board).prepare("gardener")
    connect(board).prepare("gardener")
    assert board.labels == {"gardener"}
    assert len(board.writes) == 1


@BOTH
def test_without_its_label_nothing_can_be_kept(board: Board, connect: Connect) -> None:
    board.fail("POST .*/labels", status=403)
    with pytest.raises(TrackerError, match="label `gardener` cannot be made") as caught:
        connect(board).prepare("gardener")
    assert caught.value.fatal
    assert caught.value.hint


@BOTH
def test_a_label_that_somebody_else_made_meanwhile_will_do(board: Board, connect: Connect) -> None:
    board.fail("GET .*/labels/gardener", status=404)
    board.labels.add("gardener")
    board.fail("POST .*/labels", status=422)
    connect(board).prepare("gardener")


@BOTH
@pytest.mark.parametrize("state", [{"enabled": False}, {"archived": True}])
def test_a_project_without_issues_is_told(board: Board, connect: Connect, state: dict[str, Any]) -> None:
    vars(board).update(state)
    with pytest.raises(TrackerError, match=r"switched off|archived") as caught:
        connect(board).prepare("gardener")
    assert caught.value.fatal
    assert board.writes == []


def test_a_repository_that_was_renamed_is_told(board: Board) -> None:
    board.full_name = "acme/store"
    with pytest.raises(TrackerError, match="`acme/shop` is `acme/store` now"):
        github(board).prepare("gardener")


@BOTH
def test_what_was_deleted_or_moved_is_not_found(board: Board, connect: Connect) -> None:
    board.add("deleted")
    board.add("moved")
    board.delete(1)
    board.moved[2] = "acme/other"
    assert [connect(board).find(number) for number in ("1", "2", "3")] == [None, None, None]


@BOTH
def test_a_server_in_trouble_is_no_missing_issue(board: Board, connect: Connect) -> None:
    board.add("t")
    for _ in range(4):
        board.fail("GET .*/issues/1$", status=503)
    with pytest.raises(TrackerError, match="503"):
        connect(board).find("1")


@BOTH
@pytest.mark.parametrize("body", [{}, [], "text", 7, {"state": "open"}, {"number": "x", "iid": "x"}], ids=str)
def test_an_answer_that_is_no_issue_is_told(board: Board, connect: Connect, body: Any) -> None:
    board.add("t")
    for request in ("GET", "(PATCH|PUT)", "POST"):
        board.fail(f"{request} .*/issues", body=body)
    for ask in (
        lambda tracker: tracker.find("1"),
        lambda tracker: tracker.close("1", "completed"),
        lambda tracker: tracker.create("t", "b", ("gardener",)),
    ):
        with pytest.raises(TrackerError, match="no issue") as caught:
            ask(connect(board))
        assert not caught.value.undone


@BOTH
def test_a_redirected_write_is_an_error_and_not_a_question(board: Board, connect: Connect) -> None:
    board.fail(CREATES, status=301, headers={"Location": f"{board.address}/elsewhere"})
    with pytest.raises(TrackerError, match="has moved"):
        connect(board).create("t", "b", ("gardener",))
    assert len(board.asked) == 1


@BOTH
def test_the_token_goes_along_as_a_header_only(board: Board, connect: Connect) -> None:
    connect(board).listing("gardener")
    assert board.tokens == {f"Bearer {TOKEN}"}
    assert TOKEN not in "".join(board.asked)


@pytest.mark.parametrize("name", ["", "shop", "../x", "a/..", "acme/shop/../x", "acme/sh op"])
def test_what_is_no_repository_is_refused(board: Board, name: str) -> None:
    with pytest.raises(TrackerError, match="no repository"):
        GitHub(Forge(board.address, TOKEN), name)


@BOTH
def test_what_is_no_number_is_never_asked_for(board: Board, connect: Connect) -> None:
    with pytest.raises(TrackerError, match="no number"):
        connect(board).close("../labels", "completed")
    assert board.asked == []
