"""Issues follow findings: made once, changed with them, closed when they are gone; people have the last word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gardener.core.settings import IssueSettings
from gardener.documents import dashboard
from gardener.documents.issue_region import region_of
from gardener.gardening.issue_sync import SETTLING_S
from gardener.repo.locking import locked
from gardener.trackers.folder import Folder
from tests.gardening.syncing import RULES, Nights, draft, drafts, full_scan
from tests.trackers.connecting import github, gitlab
from tests.trackers.forge_server import Board, running


@pytest.fixture
def board() -> Iterator[Board]:
    with running(Board()) as served:
        yield served


@pytest.fixture
def nights(board: Board, tmp_path: Path) -> Nights:
    return Nights(tmp_path, github(board))


# Making


def test_each_draft_becomes_one_issue_and_nothing_changes_after(nights: Nights, board: Board) -> None:
    assert nights.actions(drafts("ab")) == ["create 1", "create 2"]
    assert [issue["title"] for issue in board.issues.values()] == ["Resolve rule-a in shop", "Resolve rule-b in shop"]
    before, writes = nights.ledger, len(board.writes)
    assert nights.actions(drafts("ab")) == []
    assert nights.ledger == before
    assert len(board.writes) == writes


def test_a_plan_writes_nothing(nights: Nights, board: Board) -> None:
    planned = nights.planned(drafts("ab")).plan
    assert [step.action for step in planned.steps] == ["create", "create"]
    assert board.writes == []
    assert not (nights.root / ".gardener").exists()


def test_issues_are_listed_by_label_and_never_searched_for(nights: Nights, board: Board) -> None:
    nights.pass_(drafts("ab"))
    assert any("/issues?labels=gardener&state=all" in line for line in board.asked)
    assert not any("search" in line for line in board.asked)


def test_without_the_ledger_the_marker_tells(nights: Nights, board: Board) -> None:
    nights.pass_(drafts("ab"))
    (nights.root / ".gardener/issues.jsonl").unlink()
    assert nights.actions(drafts("ab")) == []
    assert len(board.issues) == 2
    assert nights.ledger.count(b'"adopt"') == 2


def test_without_ledger_and_marker_the_title_tells(nights: Nights, board: Board) -> None:
    board.add("Resolve rule-a in shop", "Somebody wrote this by hand.")
    synced = nights.pass_(drafts("a"))
    assert len(board.issues) == 1
    assert any("has the title" in note for note in synced.plan.notes)
    assert nights.actions(drafts("a")) == []
    assert board.issues[1]["body"] == "Somebody wrote this by hand."


# Changing


def test_an_issue_changes_when_what_was_found_changes(nights: Nights, board: Board) -> None:
    nights.pass_([draft("rule-a")])
    assert nights.actions([draft("rule-a", count=2)]) == ["update 1"]
    assert "Mend 2 places" in board.issues[1]["body"]


def test_other_commits_and_lines_are_no_reason_to_write(nights: Nights) -> None:
    nights.pass_([draft("rule-a")])
    assert nights.actions([draft("rule-a", commit="2" * 40, line=30)]) == []


def test_what_people_write_around_our_part_is_kept(nights: Nights, board: Board) -> None:
    nights.pass_([draft("rule-a")])
    ours = board.issues[1]["body"]
    board.issues[1]["body"] = f"Ask Ana first.\r\n\r\n{ours.strip()}\r\n\r\n- [x] asked\r\n"
    nights.pass_([draft("rule-a", count=2)])
    body = board.issues[1]["body"]
    assert body.startswith("Ask Ana first.\n\n<!-- gardener:v1 ")
    assert body.endswith("<!-- /gardener -->\n\n- [x] asked\n")
    assert "Mend 2 places" in body


def test_a_title_that_people_changed_is_kept(nights: Nights, board: Board) -> None:
    nights.pass_([draft("rule-a")])
    board.issues[1]["title"] = "Our own words"
    nights.pass_([draft("rule-a", count=2)])
    assert board.issues[1]["title"] == "Our own words"


@pytest.mark.parametrize("edit", [("Mend", "Please mend"), ("<!-- /gardener -->", "")])
def test_our_part_is_left_alone_once_a_person_wrote_into_it(
    nights: Nights, board: Board, edit: tuple[str, str]
) -> None:
    nights.pass_([draft("rule-a")])
    board.issues[1]["body"] = board.issues[1]["body"].replace(*edit)
    edited = board.issues[1]["body"]
    synced = nights.pass_([draft("rule-a", count=2)])
    assert board.issues[1]["body"] == edited
    assert any("rewritten by a person" in note for note in synced.plan.notes)


def test_ticked_boxes_are_no_edit(nights: Nights, board: Board) -> None:
    made = replace(draft("rule-a"), done_when=("one", "two"))
    nights.pass_([made])
    board.issues[1]["body"] = board.issues[1]["body"].replace("- [ ] one", "- [x] one").replace("\n", "\r\n")
    assert nights.actions([made]) == []
    assert nights.actions([replace(made, count=2, ask="Mend 2.")]) == ["update 1"]


def test_a_locked_issue_is_left_alone(nights: Nights, board: Board) -> None:
    nights.pass_([draft("rule-a")])
    board.issues[1]["locked"] = True
    assert nights.actions([draft("rule-a", count=2)]) == []
    assert [nights.actions() for _ in range(3)] == [[], [], []]


# Closing


def test_two_clean_full_scans_close_an_issue(nights: Nights, board: Board) -> None:
    nights.pass_(drafts("a"))
    assert nights.actions() == []
    assert nights.actions() == ["close 1"]
    assert (board.issues[1]["state"], board.issues[1]["state_reason"]) == ("closed", "completed")
    before = nights.ledger
    assert nights.actions() == []
    assert nights.ledger == before


def test_a_finding_in_between_starts_the_count_anew(nights: Nights) -> None:
    nights.pass_(drafts("a"))
    assert [nights.actions(), nights.actions(drafts("a")), nights.actions(), nights.actions()] == [
        [], [], [], ["close 1"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "scan",
    [
        full_scan(blind=True),
        full_scan(blind_areas=frozenset({"shop"})),
        full_scan(blind_subjects=frozenset({"rule-a"})),
        replace(full_scan(), families=frozenset({"ruff"})),
    ],
)
def test_a_scan_that_did_not_see_it_closes_nothing(nights: Nights, scan: object) -> None:
    nights.pass_(drafts("a"))
    assert [nights.actions((), scan) for _ in range(3)] == [[], [], []]  # type: ignore[arg-type] # they are scans


def test_blindness_elsewhere_does_not_matter(nights: Nights) -> None:
    nights.pass_(drafts("a"))
    scan = full_scan(blind_areas=frozenset({"docs"}), blind_subjects=frozenset({"rule-b"}))
    assert [nights.actions((), scan) for _ in range(2)] == [[], ["close 1"]]


def test_a_rule_that_was_retired_closes_its_issue_as_not_planned(nights: Nights, board: Board) -> None:
    nights.pass_(drafts("a"))
    scan = full_scan(rules=RULES[1:])
    assert [nights.actions((), scan) for _ in range(2)] == [[], ["close 1"]]
    assert board.issues[1]["state_reason"] == "not_planned"
    # The rule is back, and nobody but us had closed the issue.
    assert nights.actions(drafts("a")) == ["reopen 1"]


def test_an_issue_is_closed_without_the_ledger_too(nights: Nights) -> None:
    nights.pass_(drafts("a"))
    (nights.root / ".gardener/issues.jsonl").unlink()
    assert [nights.actions() for _ in range(2)] == [[], ["close 1"]]


def test_issues_of_another_repository_with_the_same_label_are_left_alone(nights: Nights, board: Board) -> None:
    from gardener.documents.draft_page import region

    board.add("Resolve rule-a elsewhere", region(draft("rule-a", "elsewhere")))
    assert [nights.actions() for _ in range(3)] == [[], [], []]
    assert nights.ledger == b""


# Opening again


def test_only_what_we_closed_is_opened_again(nights: Nights, board: Board) -> None:
    nights.pass_(drafts("ab"))
    board.issues[2].update(state="closed", state_reason="completed")
    nights.pass_()
    nights.pass_()
    assert board.issues[1]["state"] == "closed"
    synced = nights.pass_(drafts("ab"))
    assert [issue["state"] for issue in board.issues.values()] == ["open", "closed"]
    assert any("closed by a person and is still found" in note for note in synced.plan.notes)


@pytest.mark.parametrize("ours_first", [True, False])
def test_not_planned_is_the_last_word(nights: Nights, board: Board, ours_first: bool) -> None:
    nights.pass_(drafts("a"))
    if ours_first:
        nights.pass_()
        nights.pass_()
    board.issues[1].update(state="closed", state_reason="not_planned")
    assert [nights.actions([draft("rule-a", count=count)]) for count in (1, 2)] == [[], []]
    assert len(board.issues) == 1


def test_what_a_person_opens_again_is_not_closed_a_second_time(nights: Nights, board: Board) -> None:
    nights.pass_(drafts("a"))
    nights.pass_()
    nights.pass_()
    board.issues[1].update(state="open", state_reason="reopened")
    assert [nights.actions() for _ in range(3)] == [[], [], []]


def test_what_keeps_coming_back_stays_closed_at_last(nights: Nights, board: Board) -> None:
    nights.pass_(drafts("a"))
    for _ in range(6):
        nights.pass_()
        nights.pass_()
        nights.pass_(drafts("a"))
    assert board.issues[1]["state"] == "closed"
    assert len([line for line in board.writes if line.startswith("PATCH")]) == 7


def test_on_gitlab_whatever_a_person_closed_stays_closed(board: Board, tmp_path: Path) -> None:
    nights = Nights(tmp_path, gitlab(board))
    nights.pass_(drafts("ab"))
    board.issues[1]["state"] = "closed"
    assert nights.actions(drafts("ab")) == []
    nights.pass_(drafts("a"))
    assert nights.actions(drafts("a")) == ["close 2"]
    assert nights.actions(drafts("ab")) == ["reopen 2"]


# Bounds


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


# Listings that cannot be trusted


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
    from gardener.documents.draft_page import region

    for number in range(2000):
        one = draft(f"rule-{number}")
        board.add(one.title, region(one))
    wanted = [draft(f"rule-{number}") for number in range(2000)]
    assert nights.actions(wanted) == []
    assert len(board.issues) == 2000
    before = nights.ledger
    assert nights.actions(wanted) == []
    assert nights.ledger == before


# Faults and kills


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
    from datetime import timedelta

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


# The folder


def test_drafts_live_in_the_folder(tmp_path: Path) -> None:
    nights = Nights(tmp_path, Folder(tmp_path))
    (name,) = (one.removeprefix("create ") for one in nights.actions(drafts("a")))
    path = tmp_path / ".gardener/drafts" / name
    assert re.fullmatch(r"resolve-rule-a-in-shop-[0-9a-f]{8}\.md", name)
    assert region_of(path.read_text()) is not None
    before = path.read_bytes()
    assert nights.actions(drafts("a")) == []
    assert path.read_bytes() == before
    nights.pass_()
    assert nights.actions() == [f"close {name}"]
    assert "state: closed\n" in path.read_text()
    assert nights.actions(drafts("a")) == [f"reopen {name}"]


def test_a_draft_that_was_deleted_comes_back(tmp_path: Path) -> None:
    nights = Nights(tmp_path, Folder(tmp_path))
    nights.pass_(drafts("ab"))
    for path in (tmp_path / ".gardener/drafts").iterdir():
        path.unlink()
    assert len(nights.actions(drafts("ab"))) == 2
    assert nights.actions(drafts("ab")) == []


def test_a_draft_that_is_not_planned_stays_so(tmp_path: Path) -> None:
    nights = Nights(tmp_path, Folder(tmp_path))
    nights.pass_(drafts("a"))
    (path,) = (tmp_path / ".gardener/drafts").iterdir()
    path.write_text(path.read_text().replace("state: open", "state: not planned"))
    assert [nights.actions([draft("rule-a", count=count)]) for count in (1, 2)] == [[], []]


def test_a_draft_with_windows_line_ends_is_the_same(tmp_path: Path) -> None:
    nights = Nights(tmp_path, Folder(tmp_path))
    nights.pass_(drafts("a"))
    (path,) = (tmp_path / ".gardener/drafts").iterdir()
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert nights.actions(drafts("a")) == []
