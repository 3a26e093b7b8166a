"""What would be asked, what it would cost, and exactly what would leave: nothing here sends anything."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gardener.llm.ask import Usage
from gardener.llm.prices import cost, load_prices
from gardener.llm.tokens import estimate_input
from gardener.reviewing.requests import requests_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gardener.core.review import Criterion
    from gardener.core.settings import ReviewSettings
    from gardener.llm.endpoint import Endpoint
    from gardener.llm.form_memory import FormMemory
    from gardener.reviewing.deciding import Case, Decision
    from gardener.reviewing.requests import Judge, Request

# What a row without a finding takes, ids, verdict and empty texts: 37 by the encoding o200k_base, and some more.
QUIET_ROW_TOKENS = 40


@dataclass(frozen=True, slots=True)
class Plan:
    """Requests that would be sent if nothing is found, with their tokens; `usd` is None for an unknown price."""

    readings: int
    second_readings: int
    claims: int
    tokens_in: int
    tokens_out: int
    usd: float | None

    @property
    def requests(self) -> int:
        """All of them."""
        return self.readings + self.second_readings + self.claims


def plan_of(
    decided: Sequence[tuple[Case, Decision]], criteria: Sequence[Criterion], judge: Judge, settings: ReviewSettings
) -> Plan:
    """The plan for what the decided cases leave open."""
    now = requests_for(decided, criteria, judge)
    again = [
        (case, replace(decision, ask="find2"))
        for case, decision in decided
        if case.read_twice and decision.ask == "find1"
    ]
    later = requests_for(again, criteria, judge)
    requests = [*now, *later]
    tokens_in = sum(estimate_input(one.ask) for one in requests)
    tokens_out = sum(QUIET_ROW_TOKENS * len(one.block) for one in requests)
    return Plan(
        readings=sum(one.stage == "find1" for one in now),
        second_readings=sum(one.stage == "find2" for one in requests),
        claims=sum(one.stage == "refute" for one in now),
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        usd=_price(requests, settings),
    )


def lines_of(plan: Plan, endpoint: Endpoint, judge: Judge) -> tuple[str, ...]:
    """The plan in sentences."""
    if not plan.requests:
        return ("plan: nothing is left to ask",)
    kinds = {"finding": plan.readings, "second readings": plan.second_readings, "claims to check": plan.claims}
    listed = ", ".join(f"{number} {what}" for what, number in kinds.items() if number)
    price = "price unknown" if plan.usd is None else f"about ${plan.usd:.4f}"
    size = f"about {plan.tokens_in:,} tokens in and {plan.tokens_out:,} out, {price}"
    return (
        f"plan: {plan.requests} requests to {endpoint.host} with `{judge.model}` ({listed})",
        f"plan: {size}, if nothing is found; each claim of a P0 or P1 is one conversation more",
    )


def payload_of(requests: Sequence[Request], endpoint: Endpoint, memory: FormMemory) -> str:
    """Every request of the next round as it would be sent first, below where it would go."""
    from gardener.llm.chat_request import chat_request
    from gardener.llm.ladder import first_form
    from gardener.reviewing.refuter_tools import TOOLS

    if not requests:
        return "nothing would be sent\n"
    # Written requests have no tools; a second reader who is asked live has.
    live = (replace(one.ask, tools=TOOLS) if one.stage == "refute" else one.ask for one in requests)
    asks = (replace(ask, form=first_form(ask, endpoint, memory)) for ask in live)
    bodies = (json.dumps(chat_request(ask), indent=2, ensure_ascii=False) for ask in asks)
    return "\n".join(f"POST {endpoint.base_url}/chat/completions\n{body}\n" for body in bodies)


def _price(requests: Sequence[Request], settings: ReviewSettings) -> float | None:
    prices = load_prices(settings.prices)
    total = 0.0
    for one in requests:
        used = Usage(estimate_input(one.ask), QUIET_ROW_TOKENS * len(one.block))
        price = cost(used, prices.price(one.ask.model))
        if price is None:
            return None
        total += price
    return total
