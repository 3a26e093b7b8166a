"""The talk with the second reader: how many calls it has, what a wrong one leads to, and how it must end."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import chain, repeat
from typing import Any

import pytest

from gardener.core.review import Criterion, Pair, Unit
from gardener.core.settings import Settings
from gardener.llm.ask import Ask, Reply, ToolCall
from gardener.llm.scripted import ScriptedModel
from gardener.llm.scripted_judge import answer_pairs
from gardener.llm.tokens import estimate_tokens
from gardener.repo.memory import MemoryTree
from gardener.reviewing.refuter import MOST_CALLS, MOST_TOOL_TOKENS, Second, refute, refuter_ask
from gardener.reviewing.refuter_tools import TOOLS, Toolbox

CLAUSE = Criterion("calm.1", "Functions must not shout.", "P1", "calm")
UNIT = Unit("src/a.py", "f", "function", 'def f():\n    print("HEY")', (1, 2))
FILES = {
    "src/a.py": b'def f():\n    print("HEY")\n',
    "src/wide.py": b"".join(b"word = '%060d'\n" % n for n in range(400)),
}
READ = ToolCall("c1", "read_lines", json.dumps({"path": "src/a.py", "first": 1, "last": 2}))
WIDE = ToolCall("c1", "read_lines", json.dumps({"path": "src/wide.py", "first": 1, "last": 200}))
UNKNOWN = ToolCall("c1", "run_shell", '{"command": "id"}')
BROKEN = ToolCall("c1", "read_lines", '{"path": ')

Turn = Reply | Callable[[Ask], Reply]


def wants(*calls: ToolCall) -> Reply:
    return Reply("answered", calls=calls)


def answers(ask: Ask, verdict: str = "violation", **fields: Any) -> Reply:
    prompt = "\n".join(message.content for message in ask.messages if message.role == "user")
    return Reply("answered", json.dumps(answer_pairs(prompt, lambda *_: {"verdict": verdict, **fields})))


def results(model: ScriptedModel) -> list[str]:
    """What the tools answered, by the last request."""
    return [message.content for message in model.history[-1].messages if message.role == "tool"]


def talk(*turns: Turn) -> tuple[Second, ScriptedModel]:
    """The second reader's word on a claim, when it takes these turns and repeats the last; and all that was asked."""
    left = chain(turns, repeat(turns[-1]))
    model = ScriptedModel(lambda ask: turn(ask) if callable(turn := next(left)) else turn)
    pair = Pair(CLAUSE, UNIT)
    ask = refuter_ask(pair, 'print("HEY")', model="judge-2", temperature=None)
    return refute(pair, ask, model, Toolbox(MemoryTree(FILES), Settings())), model


def test_what_the_tools_showed_is_recorded_with_the_answer() -> None:
    second, model = talk(wants(READ), answers)
    assert second.row is not None
    assert second.row.verdict.verdict == "violation"
    assert list(second.row.reads) == ["src/a.py"]
    assert results(model) == ['1: def f():\n2:     print("HEY")']
    assert [message.call_id for message in model.history[-1].messages if message.role == "tool"] == ["c1"]


def test_without_tools_nothing_is_recorded() -> None:
    second, model = talk(answers)
    assert second.row is not None
    assert (second.row.reads, len(model.history)) == ({}, 1)


def test_endless_calls_end_and_the_tools_stay_listed() -> None:
    second, model = talk(wants(READ))
    assert second == Second(reason="the second reader gave no usable answer")
    assert len(results(model)) == MOST_CALLS == 6
    assert [ask.may_call for ask in model.history] == [True] * 6 + [False] * (len(model.history) - 6)
    assert len(model.history) <= 8
    assert all(ask.tools == TOOLS for ask in model.history)


def test_after_the_last_call_it_may_still_answer() -> None:
    second, model = talk(*[wants(READ)] * 6, answers)
    assert second.row is not None
    assert len(model.history) == 7


def test_many_calls_in_one_turn_count_each_and_all_are_answered() -> None:
    calls = [ToolCall(f"c{number}", READ.name, READ.arguments) for number in range(50)]
    second, model = talk(wants(*calls), answers)
    assert second.row is not None
    shown = results(model)
    assert len(shown) == 50
    assert [text.startswith("1: def f") for text in shown] == [True] * 6 + [False] * 44
    assert not model.history[-1].may_call


def test_tools_return_so_many_tokens_and_no_more() -> None:
    second, model = talk(*[wants(WIDE)] * 6, answers)
    shown = [text for text in results(model) if not text.startswith("error: ")]
    assert second.row is not None
    assert 1 < len(shown) < 6
    assert sum(map(estimate_tokens, shown)) <= MOST_TOOL_TOKENS == 12_000
    assert not model.history[-1].may_call
    assert model.history[-1].tools == TOOLS


@pytest.mark.parametrize("wrong", [UNKNOWN, BROKEN])
def test_an_error_is_told_once_and_after_the_second_it_must_answer(wrong: ToolCall) -> None:
    second, model = talk(wants(wrong), wants(wrong), answers)
    assert second.row is not None
    assert second.row.reads == {}
    assert [text.startswith("error: ") for text in results(model)] == [True, True]
    assert [ask.may_call for ask in model.history] == [True, True, False]


def test_an_error_costs_no_call_that_comes_after_it() -> None:
    second, model = talk(wants(UNKNOWN), wants(READ), answers)
    assert second.row is not None
    assert list(second.row.reads) == ["src/a.py"]
    assert [ask.may_call for ask in model.history] == [True, True, True]


USELESS: Sequence[Turn] = [
    Reply("answered", "Fine."),
    Reply("answered", '{"verdicts": []}'),
    lambda ask: answers(ask, unit="u2"),
    lambda ask: answers(ask, clause="other.1"),
    lambda ask: answers(ask, verdict="yes"),
]


@pytest.mark.parametrize("turn", USELESS)
def test_an_answer_of_no_use_is_asked_for_again_and_given_up(turn: Turn) -> None:
    second, model = talk(turn)
    assert second == Second(reason="the second reader gave no usable answer")
    assert len(model.history) <= 4
    again, _ = talk(turn, answers)
    assert again.row is not None


@pytest.mark.parametrize("outcome", ["refused", "cut", "filtered", "unusable", "unreachable", "rejected"])
def test_a_reader_that_fails_in_the_middle_says_why(outcome: Any) -> None:
    second, model = talk(wants(READ), Reply(outcome, detail="so it was"))
    assert second == Second(reason="so it was")
    assert len(model.history) == 2


def test_the_reader_sees_the_claim_and_not_what_was_thought_about_it() -> None:
    _, model = talk(answers)
    prompt = model.history[0].messages[-1].content
    assert '<marked>\nprint("HEY")\n</marked>' in prompt
    assert "analysis" not in prompt
