"""Rounds of requests: one unit cannot keep the others from being judged, and nobody is asked for ever."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from gardener.core.errors import BudgetSpent
from gardener.core.review import Criterion, Pair, Unit
from gardener.core.settings import Settings
from gardener.llm.ask import Ask, Reply
from gardener.llm.scripted import ScriptedModel
from gardener.llm.scripted_judge import answer_pairs
from gardener.repo.memory import MemoryTree
from gardener.reviewing.deciding import Case
from gardener.reviewing.judging import MOST_BARREN, Judging
from gardener.reviewing.refuter_tools import Toolbox
from gardener.reviewing.requests import Judge

if TYPE_CHECKING:
    from collections.abc import Callable

UNITS = 40
POISON = "poison"


def units(poisoned: int | None = None) -> list[Unit]:
    names = [POISON if number == poisoned else f"f{number}" for number in range(UNITS)]
    return [Unit("src/a.py", name, "function", f"def {name}():\n    pass", (1, 2)) for name in names]


def judged(found: list[Unit], answer: Callable[[Ask], Reply]) -> tuple[dict[str, str], dict[str, str], ScriptedModel]:
    """Verdicts and reasons by the name of a unit, and all that was asked."""
    clause = Criterion("calm.1", "Functions must not shout.", "P2", "calm")
    cases = [Case(Pair(clause, unit), str(number)) for number, unit in enumerate(found)]
    model = ScriptedModel(answer)
    judging = Judging(
        judge=Judge("small", "large"),
        model=model,
        toolbox=Toolbox(MemoryTree({}), Settings()),
        criteria=[clause],
        rows={},
        keep=lambda _: None,
        concurrency=1,
    )
    decided = judging.run(cases)
    verdicts = {case.pair.unit.name: one.settled.verdict for case, one in decided if one.settled is not None}
    return verdicts, {found[int(key)].name: reason for key, reason in judging.given_up.items()}, model


def prompt_of(ask: Ask) -> str:
    return "\n".join(message.content for message in ask.messages if message.role == "user")


def well(ask: Ask) -> Reply:
    return Reply("answered", json.dumps(answer_pairs(prompt_of(ask))))


NOTHING = [
    Reply("answered", '{"verdicts": []}'),
    Reply("answered", "[]"),
    Reply("answered", "All of it is fine."),
    Reply("unusable", detail="the answer is no JSON"),
    Reply("refused", detail="the model declined"),
    Reply("filtered", detail="the content filter stopped the answer"),
    Reply("cut", '{"verdicts": [', detail="the answer ran into the limit of tokens"),
]


@pytest.mark.parametrize("reply", NOTHING)
@pytest.mark.parametrize("place", [0, 17, UNITS - 1])
def test_a_unit_that_spoils_every_answer_spoils_its_own_alone(place: int, reply: Reply) -> None:
    found = units(place)
    verdicts, given_up, model = judged(found, lambda ask: reply if POISON in prompt_of(ask) else well(ask))
    assert set(given_up) == {POISON}
    assert len(verdicts) == UNITS - 1
    assert len(model.history) <= 16


@pytest.mark.parametrize("reply", NOTHING)
def test_a_model_that_never_answers_is_not_asked_about_each_unit(reply: Reply) -> None:
    verdicts, given_up, model = judged(units(), lambda _: reply)
    assert verdicts == {}
    assert len(given_up) == UNITS
    assert len(model.history) <= MOST_BARREN + 8


@pytest.mark.parametrize("outcome", ["unreachable", "rejected"])
def test_what_no_smaller_request_would_change_is_asked_once(outcome: str) -> None:
    verdicts, given_up, model = judged(units(), lambda _: Reply(outcome, detail="HTTP 503"))  # type: ignore[arg-type]
    assert (verdicts, len(given_up), len(model.history)) == ({}, UNITS, 1)


def test_a_budget_that_ends_among_the_parts_keeps_what_they_brought() -> None:
    asked = []

    def until_spent(ask: Ask) -> Reply:
        asked.append(ask)
        if len(asked) == 1:
            return Reply("cut", detail="the answer ran into the limit of tokens")
        if len(asked) == 3:
            raise BudgetSpent("the budget is spent")
        return well(ask)

    verdicts, given_up, _ = judged(units(), until_spent)
    assert len(verdicts) == len(given_up) == UNITS // 2
    assert set(given_up.values()) == {"the budget is spent"}


def test_an_answer_that_is_cut_once_gets_more_room_before_it_is_given_up() -> None:
    verdicts, given_up, model = judged(
        units()[:1], lambda ask: well(ask) if ask.max_output > 4000 else Reply("cut", detail="too long")
    )
    assert (verdicts, given_up) == ({"f0": "ok"}, {})
    assert len(model.history) == 2


def test_pairs_left_out_are_asked_again_once() -> None:
    def lazy(ask: Ask) -> Reply:
        return Reply("answered", json.dumps({"verdicts": answer_pairs(prompt_of(ask))["verdicts"][:30]}))

    verdicts, given_up, model = judged(units(), lazy)
    assert (len(verdicts), given_up, len(model.history)) == (UNITS, {}, 2)
