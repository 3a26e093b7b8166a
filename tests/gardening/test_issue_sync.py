"""Issues follow findings: made once, changed with them, closed when they are gone; people have the last word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gardener.gardening.issue_scan import Scan
from tests.gardening.syncing import RULES, Nights, draft, drafts, full_scan
from tests.trackers.connecting import gitlab
from tests.trackers.forge_server import Board

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
def test_a_scan_that_did_not_see_it_closes_nothing(nights: Nights, scan: Scan) -> None:
    nights.pass_(drafts("a"))
    assert [nights.actions((), scan) for _ in range(3)] == [[], [], []]


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
