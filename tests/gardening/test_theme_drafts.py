"""What reviewers keep asking for, and no rule could keep, becomes one issue for each theme."""

from __future__ import annotations

from dataclasses import replace

from gardener.core.belief import Area
from gardener.core.feedback import Evidence, Feedback, Proposal, Theme
from gardener.documents.draft_page import text_of
from gardener.gardening.issue_scan import Ground, Scan
from gardener.gardening.theme_drafts import theme_drafts
from gardener.repo.codeowners import read_owners
from tests.gardening.syncing import Nights
from tests.trackers.forge_server import Board

GROUND = Ground(areas=(Area("shop", ("src/shop/**",)),), owners=read_owners("* @shop\n"))


def evidence(number: int, **fields: object) -> Evidence:
    """One comment."""
    said = Feedback(f"c{number}", "github", "x", pr=str(number), path="src/shop/pay.py", line=number)
    return Evidence(replace(said, **fields), "split this module @ana", before="a = 1\n", after="b = 1\n")  # type: ignore[arg-type] # by name


THEME = Theme("t1", "Split the payments module", (evidence(1), evidence(2), evidence(3)))


def test_a_theme_is_one_issue_in_the_area_it_is_about() -> None:
    (draft,) = theme_drafts([Proposal(THEME, "issue", reason="all of it is about one file")], GROUND)
    assert (draft.kind, draft.subject, draft.area) == ("theme", "theme:t1", "shop")
    assert draft.owners == ("@shop",)
    text = text_of(draft)
    assert "3 review comments in 3 pull requests ask for: Split the payments module" in text
    assert "@ana" not in text
    assert "core beliefs" not in text
    assert "`src/shop/pay.py:1`" in text


def test_other_routes_and_themes_without_a_place_are_no_issues() -> None:
    nowhere = Theme("t2", "Be nice", (evidence(1, path=""),))
    assert theme_drafts([Proposal(THEME, "ruff"), Proposal(nowhere, "issue")], GROUND) == ()


def test_its_issue_is_closed_when_the_theme_finds_a_better_way(nights: Nights, board: Board) -> None:
    drafts = theme_drafts([Proposal(THEME, "issue")], GROUND)
    assert nights.actions(drafts) == ["create 1"]
    learned = Scan(frozenset(), frozenset({"check", "learn"}), frozenset({"shop"}))
    # A night that learned nothing says nothing about themes.
    assert [nights.actions() for _ in range(3)] == [[], [], []]
    assert [nights.actions((), learned) for _ in range(2)] == [[], ["close 1"]]
    assert board.issues[1]["state_reason"] == "completed"


def test_a_theme_that_people_call_done_is_not_brought_up_again(nights: Nights, board: Board) -> None:
    drafts = theme_drafts([Proposal(THEME, "issue")], GROUND)
    nights.pass_(drafts)
    board.issues[1].update(state="closed", state_reason="completed")
    assert nights.pass_(drafts).plan.notes == ()
