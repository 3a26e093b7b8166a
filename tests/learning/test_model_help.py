"""Help of a model, asked of one without a wire: what is sent, what becomes of its answers, and where it ends."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.core.errors import BudgetSpent
from gardener.core.feedback import Proposal, RejectedRoute, Theme
from gardener.learning.adviser import Adviser
from gardener.learning.ground import read_ground
from gardener.learning.induce import Induced, Limits, Sample
from gardener.learning.induction.admitting import Sketch, admit
from gardener.learning.model_help import helped
from gardener.learning.model_prompts import DRAFT_SCHEMA, TRIAGE_SCHEMA, WORDS_SCHEMA, meant, sketch_of, words_of
from gardener.llm.ask import Reply
from gardener.llm.scripted import ScriptedModel
from tests.cli.test_learn_model_stories import CODE, DRAFT
from tests.learning.test_routing import about, proposals

if TYPE_CHECKING:
    from collections.abc import Callable

    from gardener.llm.ask import Ask
    from tests.conftest import Garden

SETTINGS = {"pyproject.toml": '[tool.gardener.review]\nmodel = "adviser-1"\n', "app/a.py": "frob(1, 2)\n"}
PAIRS = [(f"frob({number}, 2)\n", f"nicate({number})\n") for number in range(3)]
SAMPLES = [Sample("a.b(1)\n", "a.c(1)\n"), Sample("x = a.b(2)\n", "x = a.c(2)\n")]
GOOD = Sketch("Title", "Why.", "message", {"pattern": "a.b($X)", "syntactic": True}, ("a.b(3)",), ("a.c(3)",))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
KEYS = st.sampled_from(["pattern", "any", "not", "where", "fix", "family", "calls", "form", "imports", "syntactic"])


def admitted(sketch: Sketch) -> Induced | str:
    return admit(sketch, SAMPLES, repository=None, limits=Limits(), belief=None, provenance="Drafted.")


def test_a_sketch_that_holds_becomes_a_page_in_shadow() -> None:
    found = admitted(GOOD)
    assert isinstance(found, Induced), found
    assert 'state = "shadow"' in found.page
    assert (found.proof.flagged, found.proof.clean, found.proof.leave_one_out) == (2, 2, False)
    fixing = replace(GOOD, keys={**GOOD.keys, "fix": "a.c($X)"})
    found = admitted(fixing)
    assert isinstance(found, Induced), found
    assert (found.fixes, "safety" in found.page) == (True, False)
    assert admitted(replace(fixing, keys={**GOOD.keys, "fix": "a.d($X)"})) == (
        "its fix does not give what people made of the code"
    )


@given(st.dictionaries(KEYS | st.text(max_size=8), JSON, max_size=4), st.lists(st.text(max_size=30), max_size=3))
def test_no_sketch_makes_a_gate_raise_or_leaves_shadow(keys: dict[str, Any], code: list[str]) -> None:
    found = admitted(Sketch("t", "w", "m", {"pattern": "a.b($X)"} | keys, tuple(code), ("a.c(3)",)))
    assert isinstance(found, str) or found.rule.state == "shadow"


@given(st.dictionaries(st.sampled_from(["title", "message", "why", "rule", "bad", "good", "hits"]), JSON))
def test_no_answer_makes_the_reading_raise(answer: dict[str, Any]) -> None:
    title, message, why = words_of(answer)
    assert all("\n" not in text and "<!--" not in text for text in (title, message, why))
    assert isinstance(sketch_of(answer), Sketch | str)
    assert isinstance(meant(answer), frozenset)


def test_only_what_is_surely_meant_is() -> None:
    rows = [("h1", "meant"), ("h2", "unsure"), ("h3", "meant"), ("h3", "not_meant"), ("h4", "MEANT")]
    assert meant({"hits": [{"hit": hit, "verdict": verdict} for hit, verdict in rows]}) == {"h1"}


def learned(garden: Callable[..., Garden]) -> tuple[Garden, Proposal]:
    """A rule that generalising found, with one hit."""
    made = garden(SETTINGS)
    [proposal] = proposals(made, *about("Never frob amounts by hand, please nicate", PAIRS))
    assert proposal.page is not None
    return made, proposal


def test_words_and_doubts_are_asked_for_by_a_strict_schema_and_only_lower_trust(garden: Callable[..., Garden]) -> None:
    made, proposal = learned(garden)
    sure = {"hits": [{"hit": "h1", "analysis": "", "verdict": "meant"}]}
    model = ScriptedModel([{"title": "", "message": "", "why": ""}, sure])
    [same] = helped([proposal], Adviser(model, read_ground(made.root)))
    assert same == proposal
    assert [ask.schema for ask in model.history] == [WORDS_SCHEMA, TRIAGE_SCHEMA]
    assert {ask.model for ask in model.history} == {"adviser-1"}
    [doubted] = helped([proposal], Adviser(ScriptedModel([{}, {"hits": []}]), read_ground(made.root)))
    assert doubted.reason.endswith("a model doubts 1 of the 1 hits it was shown: app/a.py:1")
    assert (doubted.page, doubted.proof) == (proposal.page, proposal.proof)


def test_rejected_themes_and_known_rules_are_not_asked_about(garden: Callable[..., Garden]) -> None:
    made, proposal = learned(garden)
    model = ScriptedModel([])
    adviser = Adviser(model, read_ground(made.root))
    theme = Theme("T1", "x", proposal.theme.evidence)
    others = [Proposal(theme, "none", reason="rejected"), Proposal(theme, "ruff", "E501"), Proposal(theme, "enforced")]
    assert helped(others, adviser) == others
    assert model.history == []


@pytest.mark.parametrize("outcome", ["unreachable", "rejected"])
def test_after_a_final_failure_nothing_more_is_asked(garden: Callable[..., Garden], outcome: Any) -> None:
    made, proposal = learned(garden)
    model = ScriptedModel([Reply(outcome, detail="gone")])
    adviser = Adviser(model, read_ground(made.root))
    assert helped([proposal, proposal], adviser) == [proposal, proposal]
    assert (len(model.history), len(adviser.notes())) == (1, 1)
    assert "gone" in adviser.notes()[0]


@pytest.mark.parametrize("outcome", ["refused", "cut", "filtered", "unusable"])
def test_one_answer_that_fails_costs_no_other(garden: Callable[..., Garden], outcome: Any) -> None:
    made, proposal = learned(garden)
    adviser = Adviser(ScriptedModel([Reply(outcome), {"hits": []}]), read_ground(made.root))
    [found] = helped([proposal], adviser)
    assert "doubts 1" in found.reason
    assert adviser.notes() == ("the model gave no usable answer 1 times",)


def test_a_spent_budget_ends_the_asking(garden: Callable[..., Garden]) -> None:
    made, proposal = learned(garden)

    def spent(_: Ask) -> Reply:
        raise BudgetSpent("`max_calls` is reached")

    adviser = Adviser(spent, read_ground(made.root))
    assert helped([proposal], adviser) == [proposal]
    assert "`max_calls` is reached" in adviser.notes()[0]


def test_a_draft_is_asked_for_at_most_three_times_in_one_conversation(garden: Callable[..., Garden]) -> None:
    made = garden(SETTINGS)
    pairs = [("a = b.total * 1.2\n", "a = b.gross\n"), ("c = d.sum + vat(d)\n", "c = d.gross\n")] * 2
    [proposal] = proposals(made, *about("Never compute the gross by hand", pairs))
    assert proposal.page is None
    model = ScriptedModel(lambda ask: {} if ask.schema == DRAFT_SCHEMA else "nothing")
    [found] = helped([proposal], Adviser(model, read_ground(made.root)))
    drafts = [ask for ask in model.history if ask.purpose == "draft"]
    assert [len(ask.messages) for ask in drafts] == [2, 4, 6]
    assert "what a model drafted fails too" in str(found.rejected)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"rule": 'pattern = "$X"'}, "it insists on 0 names"),
        ({"rule": 'pattern = "order.gross"'}, "does not match sample 1"),
        ({"rule": 'any = ["$O.total * 1.2", "$O.amount + vat($O)", "return $O.gross"]'}, "what sample 2 became"),
        ({"rule": f'{DRAFT["rule"]}\nstate = "error"'}, "`state` is not for a draft to say"),
        ({"rule": f'{DRAFT["rule"]}\nsafety = "safe"\nfix = "$O.gross"'}, "`safety` is not for a draft to say"),
        ({"rule": f'{DRAFT["rule"]}\n"a\\nstate" = "x"'}, "a key is no word"),
        ({"rule": f'{DRAFT["rule"]}\noutside = "while $C: ..."'}, "no example needs `outside"),
        ({"rule": f'{DRAFT["rule"]}\ninside = "def $F(...): ..."'}, "without its `inside"),
        ({"rule": "any = ["}, "is not valid TOML"),
        ({"rule": "form = 1"}, "`form` is not for a draft to say"),
        ({"rule": 'family = "no-such-family"'}, "no-such-family"),
        ({"rule": "where = 1\npattern = 'f(a)'"}, "`where` is written"),
        ({"good": ["x = 1  # gardener: allow[every-rule] because"]}, "must not allow anything"),
        ({"good": []}, "it needs a bad and a good example"),
        ({"title": 3}, "`title` and `why` are needed"),
    ],
)
def test_a_draft_that_fails_a_gate_is_turned_down_with_the_reason(
    garden: Callable[..., Garden], change: dict[str, Any], reason: str
) -> None:
    made = garden(SETTINGS)
    evidence = tuple(about("Never compute the gross amount by hand", CODE))
    found = Proposal(Theme("T1", "x", evidence), "none", rejected=(RejectedRoute("pattern", "nothing in common"),))
    model = ScriptedModel(lambda _: DRAFT | change)
    [after] = helped([found], Adviser(model, read_ground(made.root)))
    assert (after.route, after.page, len(model.history)) == ("none", None, 3)
    assert after.rejected[0].reason.startswith("nothing in common; what a model drafted fails too: ")
    assert reason in after.rejected[0].reason
    assert reason in model.history[1].messages[-1].content.replace("&lt;", "<")
