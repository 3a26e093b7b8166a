"""Trying again: how often, after how long, and when no longer. No test here waits: time is a number."""

from __future__ import annotations

import threading

import pytest
from conversations import FakeTime, an_ask, talking

from gardener.core.errors import BudgetSpent
from gardener.llm import scripted_steps as steps
from gardener.llm.ask import Ask, Reply, Usage
from gardener.llm.retrying import MOST_UNREACHABLE, Clock, Retrying
from gardener.llm.scripted import ScriptedModel
from gardener.llm.scripted_server import ScriptedServer

DOWN = Reply("unreachable", status=500, detail="HTTP 500", usage=Usage(input=10, estimated=True))
FINE = Reply("answered", "{}", usage=Usage(input=100, output=5))


def limited(seconds: float) -> Reply:
    return Reply("unreachable", status=429, detail="HTTP 429", retry_after=seconds)


def retrying(script: list[Reply], time: FakeTime, retries: int = 3, deadline: float = 100.0) -> Retrying:
    return Retrying(ScriptedModel(script), retries=retries, deadline_s=deadline, clock=time.clock)


def test_pauses_grow_and_everything_is_counted() -> None:
    time = FakeTime()
    reply = retrying([DOWN, DOWN, DOWN, FINE], time)(an_ask())
    assert (reply.outcome, reply.requests) == ("answered", 4)
    assert reply.usage == Usage(input=130, output=5, estimated=True)
    assert time.waits == [0.5, 1.0, 2.0]


def test_pauses_stop_growing() -> None:
    time = FakeTime()
    retrying([DOWN] * 9, time, retries=8)(an_ask())
    assert time.waits == [0.5, 1, 2, 4, 8, 8, 8, 8]


def test_pauses_are_shaken_up_to_a_quarter_shorter() -> None:
    time = FakeTime()
    clock = Clock(lambda: time.now, time.wait, lambda: 1.0)
    Retrying(ScriptedModel([DOWN, FINE]), retries=1, deadline_s=9, clock=clock)(an_ask())
    assert time.waits == [0.375]


def test_retries_come_to_an_end() -> None:
    time = FakeTime()
    reply = retrying([DOWN] * 9, time, retries=2)(an_ask())
    assert (reply.outcome, reply.requests, len(time.waits)) == ("unreachable", 3, 2)
    assert retrying([DOWN, FINE], time, retries=0)(an_ask()).requests == 1


@pytest.mark.parametrize("outcome", ["answered", "refused", "cut", "filtered", "unusable", "rejected"])
def test_only_what_may_pass_is_tried_again(outcome: str) -> None:
    time = FakeTime()
    reply = retrying([Reply(outcome), FINE], time)(an_ask())  # type: ignore[arg-type]
    assert (reply.outcome, reply.requests, time.waits) == (outcome, 1, [])


def test_what_the_server_asks_for_is_done() -> None:
    time = FakeTime()
    assert retrying([limited(7.5), FINE], time)(an_ask()).outcome == "answered"
    assert time.waits == [7.5]


def test_a_pause_beyond_the_deadline_is_not_begun() -> None:
    time = FakeTime()
    reply = retrying([limited(100), FINE], time, deadline=100)(an_ask())
    assert (reply.outcome, reply.requests, time.waits) == ("unreachable", 1, [])
    assert reply.detail == "HTTP 429; the next try would come in 100 seconds, after the deadline"


def test_attempts_are_told_when_the_answer_must_be_there() -> None:
    time, model = FakeTime(), ScriptedModel([DOWN, FINE])
    time.now = 50.0
    Retrying(model, retries=1, deadline_s=30, clock=time.clock)(an_ask())
    assert [ask.expires for ask in model.history] == [80.0, 80.0]


def test_a_rate_limit_met_by_one_holds_back_the_others() -> None:
    time = FakeTime()
    model = retrying([limited(20), FINE], time, retries=0)
    model(an_ask())
    assert time.waits == []
    assert model(an_ask()).outcome == "answered"
    assert time.waits == [20]


def test_those_whose_deadline_comes_before_the_rate_limit_ends_send_nothing() -> None:
    time = FakeTime()
    model = retrying([limited(500), FINE], time, retries=0)
    model(an_ask())
    assert model(an_ask()).requests == 0
    assert time.waits == []
    time.now = 501
    assert model(an_ask()).requests == 1


@pytest.mark.parametrize("status", [401, 403, 404, 307, 429])
def test_an_endpoint_that_refuses_everybody_is_not_asked_again(status: int) -> None:
    model = retrying([Reply("rejected", status=status, detail="no"), FINE], FakeTime())
    assert model(an_ask()).requests == 1
    later = model(an_ask())
    assert (later.outcome, later.requests, later.detail, later.usage) == ("rejected", 0, "not asked again: no", Usage())


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_request_that_is_refused_for_itself_leaves_the_others_alone(status: int) -> None:
    model = retrying([Reply("rejected", status=status), FINE], FakeTime())
    model(an_ask())
    assert model(an_ask()).outcome == "answered"


def test_an_endpoint_that_is_down_is_not_asked_again() -> None:
    model = retrying([DOWN] * MOST_UNREACHABLE + [FINE], FakeTime(), retries=0)
    assert [model(an_ask()).requests for _ in range(MOST_UNREACHABLE + 2)] == [1] * MOST_UNREACHABLE + [0, 0]
    assert model(an_ask()).outcome == "unreachable"


def test_one_answer_in_between_and_the_count_begins_anew() -> None:
    model = retrying([DOWN, DOWN, FINE, DOWN, DOWN, FINE], FakeTime(), retries=0)
    assert [model(an_ask()).requests for _ in range(6)] == [1] * 6


def test_one_model_that_is_gone_leaves_the_other_alone() -> None:
    model = retrying([Reply("rejected", status=404), FINE], FakeTime())
    model(an_ask(model="gone"))
    assert model(an_ask(model="there")).outcome == "answered"


def test_a_budget_without_room_is_heard() -> None:
    def no_room(_: Ask) -> Reply:
        raise BudgetSpent("spent")

    with pytest.raises(BudgetSpent):
        Retrying(no_room, retries=3, deadline_s=9, clock=FakeTime().clock)(an_ask())


def test_ending_the_run_ends_a_pause() -> None:
    ended = threading.Event()
    ended.set()
    model = Retrying(
        ScriptedModel([limited(50), FINE]), retries=3, deadline_s=99, clock=Clock(lambda: 0.0, ended.wait, lambda: 0.0)
    )
    assert model(an_ask()).detail == "HTTP 429; given up"


WAITS = [
    ({"retry_after": 2}, 2.0),
    ({"retry_after": "1.5"}, 1.5),
    ({"retry_after_ms": 250}, 0.25),
    ({"retry_after_ms": 250, "retry_after": 9}, 0.25),
    ({"retry_after_ms": "soon", "retry_after": 3}, 3.0),
    ({"retry_after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0.0),
    ({"retry_after": -5}, 0.5),
    ({"retry_after": "nan"}, 0.5),
    ({"retry_after": "inf"}, 0.5),
    ({"retry_after": "a while"}, 0.5),
    ({}, 0.5),
]


@pytest.mark.parametrize(("headers", "seconds"), WAITS)
def test_headers_of_a_real_response_say_how_long(headers: dict[str, str | float], seconds: float) -> None:
    time = FakeTime()
    with (
        ScriptedServer(script=[steps.fails(429, **headers), None]) as server,
        talking(server, time, retries=1) as model,
    ):  # type: ignore[arg-type]
        reply = model(an_ask())
    assert (reply.outcome, reply.requests, len(server.chats)) == ("answered", 2, 2)
    assert time.waits == ([seconds] if seconds else [])


def test_a_date_far_in_the_future_is_given_up_at_once() -> None:
    time, far = FakeTime(), "Fri, 31 Dec 2999 23:59:59 GMT"
    with (
        ScriptedServer(script=[steps.fails(503, retry_after=far)]) as server,
        talking(server, time, retries=9) as model,
    ):
        reply = model(an_ask())
    assert (reply.outcome, reply.requests, time.waits) == ("unreachable", 1, [])


@pytest.mark.parametrize(
    "step",
    [steps.fails(500), steps.fails(409), steps.resets(), steps.hangs_up()],
    ids=["500", "409", "reset", "closed"],
)
def test_what_may_pass_is_tried_again_over_the_wire(step: steps.Step) -> None:
    with ScriptedServer(script=[step, step]) as server, talking(server, retries=3) as model:
        reply = model(an_ask())
    assert (reply.outcome, reply.requests, len(server.chats)) == ("answered", 3, 3)
    assert len({request.body for request in server.chats}) == 1
