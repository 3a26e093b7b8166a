"""The budget: no cap is ever exceeded by reservations, whatever runs at once, and what was used is all counted."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Event

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gardener.core.errors import BudgetSpent
from gardener.core.settings import PriceSettings, ReviewSettings
from gardener.llm.ask import Ask, Message, Reply, Tool, ToolCall, Usage
from gardener.llm.budget import Budget, budgeted
from gardener.llm.tokens import estimate_input, estimate_tokens

ASK = Ask("gpt-5-mini", (Message("user", "x" * 3500),), max_output=1000, purpose="find")
SENT = estimate_input(ASK)
WORST = SENT + 1000
DOLLAR = {"dollar": PriceSettings(1.0, 1.0)}


class Clock:
    """Seconds that pass when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def answering(usage: Usage, outcome: str = "answered") -> Callable[[Ask], Reply]:
    def attempt(ask: Ask) -> Reply:
        return Reply(outcome, usage=usage)  # type: ignore[arg-type]  # outcomes come from a parametrization

    return attempt


def test_without_caps_everything_goes_through() -> None:
    ask = budgeted(answering(Usage(input=900, output=10)), Budget(ReviewSettings()))
    assert {ask(ASK).outcome for _ in range(50)} == {"answered"}


@pytest.mark.parametrize(
    ("caps", "name"),
    [
        (ReviewSettings(max_calls=0), "max_calls"),
        (ReviewSettings(max_tokens=0), "max_tokens"),
        (ReviewSettings(max_tokens=WORST - 1), "max_tokens"),
        (ReviewSettings(max_usd=0.0), "max_usd"),
        (ReviewSettings(max_usd=0.0001), "max_usd"),
    ],
)
def test_what_does_not_fit_is_never_sent_and_the_setting_is_named(caps: ReviewSettings, name: str) -> None:
    sent: list[Ask] = []
    ask = budgeted(lambda one: sent.append(one) or Reply("answered"), Budget(caps))
    with pytest.raises(BudgetSpent, match="the budget is spent") as caught:
        ask(ASK)
    assert caught.value.hint == f"raise `review.{name}`"
    assert sent == []


def test_a_call_whose_worst_case_fits_exactly_goes_through() -> None:
    budget = Budget(ReviewSettings(max_tokens=WORST, max_calls=1))
    budget.reserve(ASK)
    with pytest.raises(BudgetSpent, match="all 1 calls"):
        budget.reserve(ASK)


def test_no_call_starts_when_the_time_is_over() -> None:
    clock = Clock()
    clock.now = 1000.0
    budget = Budget(ReviewSettings(max_seconds=60), clock)
    clock.now = 1059.9
    budget.settle(budget.reserve(ASK), Usage())
    clock.now = 1060.0
    with pytest.raises(BudgetSpent, match="the 60 seconds are over"):
        budget.reserve(ASK)


def test_the_room_that_was_not_needed_is_given_back() -> None:
    budget = Budget(ReviewSettings(max_tokens=WORST + 100))
    ask = budgeted(answering(Usage(input=40, output=10)), budget)
    ask(ASK)
    ask(ASK)
    with pytest.raises(BudgetSpent, match=f"may take {WORST + 1:,} tokens, {WORST:,} of"):
        budgeted(answering(Usage(input=WORST)), budget)(replace(ASK, max_output=1001))


def test_an_answer_that_took_more_than_its_worst_case_counts_in_full() -> None:
    budget = Budget(ReviewSettings(max_tokens=3 * WORST))
    budgeted(answering(Usage(input=3 * WORST, output=0)), budget)(ASK)
    with pytest.raises(BudgetSpent, match=", 0 of"):
        budget.reserve(ASK)


@pytest.mark.parametrize("outcome", ["refused", "cut", "filtered", "unusable", "unreachable", "rejected"])
def test_calls_that_failed_are_charged_with_what_they_reported(outcome: str) -> None:
    budget = Budget(ReviewSettings())
    budgeted(answering(Usage(input=1_000_000, output=500_000), outcome), budget)(ASK)
    spent = budget.spent()
    assert (spent.requests, spent.tokens_in, spent.tokens_out) == (1, 1_000_000, 500_000)
    assert spent.usd == pytest.approx(0.25 + 1.0)


def test_a_call_that_blew_up_gives_its_room_back() -> None:
    def explode(ask: Ask) -> Reply:
        raise KeyboardInterrupt

    budget = Budget(ReviewSettings(max_tokens=WORST))
    with pytest.raises(KeyboardInterrupt):
        budgeted(explode, budget)(ASK)
    assert budget.spent().requests == 1
    assert budgeted(answering(Usage()), budget)(ASK).outcome == "answered"


def test_spending_is_told_by_model_and_purpose() -> None:
    budget = Budget(ReviewSettings())
    find = budgeted(answering(Usage(input=100, output=10, cached=60)), budget)
    find(ASK)
    find(ASK)
    budgeted(answering(Usage(input=7, output=3, estimated=True)), budget)(replace(ASK, model="gpt-5", purpose="refute"))
    spent = budget.spent()
    rows = [(one.model, one.purpose, one.requests, one.tokens_in, one.cached, one.estimated) for one in spent.by]
    assert rows == [("gpt-5", "refute", 1, 7, 0, True), ("gpt-5-mini", "find", 2, 200, 120, False)]
    assert (spent.requests, spent.tokens_in, spent.tokens_out, spent.cached) == (3, 207, 23, 120)
    assert spent.estimated


def test_a_total_with_an_unknown_price_is_unknown_although_the_cap_still_holds() -> None:
    stranger = replace(ASK, model="llama3")
    budget = Budget(ReviewSettings(max_usd=0.35))
    ask = budgeted(answering(Usage(input=1000, output=500)), budget)
    ask(stranger)
    ask(stranger)
    assert budget.spent().usd is None
    with pytest.raises(BudgetSpent, match="price of `llama3` is not known") as caught:
        ask(stranger)
    assert 'review.prices."llama3"' in (caught.value.hint or "")
    assert budget.spent().requests == 2


def test_a_free_model_is_free_when_settings_say_so() -> None:
    budget = Budget(ReviewSettings(max_usd=0.0, prices={"llama3": PriceSettings(0.0, 0.0)}))
    budgeted(answering(Usage(input=10**6, output=10**6)), budget)(replace(ASK, model="llama3"))
    assert budget.spent().usd == 0.0


def test_a_request_that_reached_nobody_leaves_the_total_known() -> None:
    budget = Budget(ReviewSettings())
    budgeted(answering(Usage(), "unreachable"), budget)(replace(ASK, model="llama3"))
    assert budget.spent().usd == 0.0


def test_the_model_that_answered_prices_a_name_that_nobody_knows() -> None:
    budget = Budget(ReviewSettings())
    reply = Reply("answered", usage=Usage(input=1_000_000), model="gpt-5-nano-2025-08-07")
    budgeted(lambda _: reply, budget)(replace(ASK, model="cheap"))
    assert budget.spent().usd == pytest.approx(0.05)


@pytest.mark.parametrize("usage", [Usage(input=-5, output=-5, cached=-5), Usage(input=1, cached=10**12)])
def test_absurd_usage_is_never_a_credit(usage: Usage) -> None:
    budget = Budget(ReviewSettings(max_tokens=WORST))
    budgeted(answering(usage), budget)(ASK)
    spent = budget.spent()
    assert 0 <= spent.cached <= spent.tokens_in
    assert spent.usd is not None
    assert spent.usd >= 0


def test_threads_together_never_pass_a_cap() -> None:
    budget = Budget(ReviewSettings(max_tokens=5 * WORST, max_calls=40))
    start = Barrier(16)

    def reserve() -> bool:
        start.wait()
        try:
            budget.reserve(ASK)
        except BudgetSpent:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        got = [future.result() for future in [pool.submit(reserve) for _ in range(16)]]
    assert sum(got) == 5


def test_a_call_waits_for_one_on_its_way_that_may_give_room_back() -> None:
    budget = Budget(ReviewSettings(max_tokens=WORST + 100))
    under_way, go_on = Event(), Event()

    def slow(ask: Ask) -> Reply:
        under_way.set()
        assert go_on.wait(30)
        return Reply("answered", usage=Usage(input=60, output=40))

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(budgeted(slow, budget), ASK)
        assert under_way.wait(30)
        second = pool.submit(budgeted(answering(Usage(input=1)), budget), ASK)
        with pytest.raises(BudgetSpent):
            budget.reserve(ASK)
        go_on.set()
        assert first.result(30).outcome == second.result(30).outcome == "answered"


def test_a_call_that_can_never_fit_waits_for_nobody() -> None:
    budget = Budget(ReviewSettings(max_tokens=WORST))
    budget.reserve(ASK)
    with pytest.raises(BudgetSpent):
        budget.reserve(replace(ASK, max_output=1001), wait=True)


@example([(0, 78, True), (0, 79, False)], 130)
@given(
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 2000), st.booleans()), max_size=30),
    st.integers(0, 20_000),
)
def test_reservations_and_use_together_stay_within_the_cap(calls: list[tuple[int, int, bool]], cap: int) -> None:
    """As long as nobody takes more than its worst case, in whatever order calls start and end."""
    budget = Budget(ReviewSettings(max_tokens=cap, max_usd=cap / 1_000_000, prices=DOLLAR))
    open_ones: list[tuple[object, int]] = []
    used = 0
    for size, output, end in calls:
        ask = Ask("dollar", (Message("user", "x" * size),), max_output=output)
        worst = estimate_input(ask) + output
        held = sum(one for _, one in open_ones)
        try:
            reservation = budget.reserve(ask)
        except BudgetSpent:
            assert used + held + worst > cap
            continue
        assert used + held + worst <= cap
        if end:
            budget.settle(reservation, Usage(input=worst // 2))
            used += worst // 2
        else:
            open_ones.append((reservation, worst))


def test_an_estimate_covers_messages_calls_schema_and_tools() -> None:
    bare = Ask("m", (Message("user", "hello"),))
    more = Ask(
        "m",
        (Message("assistant", "hello", (ToolCall("1", "grep", '{"text": "x"}'),)),),
        schema={"type": "object"},
        tools=(Tool("grep", "search", {"type": "object"}),),
    )
    assert estimate_input(more) > estimate_input(bare) > estimate_tokens("hello") > 0
    assert estimate_tokens("") == 0
    assert estimate_tokens("\ud800") > 0
