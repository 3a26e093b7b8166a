"""What a run may cost, kept for all its threads together: a call is let through only when its worst case still fits.

Room is reserved before a request goes over the wire and given back when it has ended, less what it really used. A
model of unknown price counts as the dearest known one against `max_usd`, so that the cap holds; what it cost is still
reported as unknown.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gardener.core.errors import BudgetSpent
from gardener.llm.ask import Usage
from gardener.llm.prices import cost, load_prices, worst_cost
from gardener.llm.spent import Spending, Spent
from gardener.llm.tokens import estimate_input

if TYPE_CHECKING:
    from collections.abc import Callable

    from gardener.core.settings import ReviewSettings
    from gardener.llm.ask import Ask, Model, Reply

# Sums of dollars are inexact by far less than this; what fits exactly must fit.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Reservation:
    """Room kept for one request that is on its way: its worst case in tokens and dollars."""

    ask: Ask
    tokens: int
    usd: float


class Budget:
    """The caps of a run and what was spent. `settings` says how much, `clock` gives seconds that never go back."""

    def __init__(self, settings: ReviewSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._start = clock()
        self._prices = load_prices(settings.prices)
        self._changed = threading.Condition()
        self._open: dict[int, Reservation] = {}
        self._calls = 0
        self._tokens = 0
        self._usd = 0.0
        self._spending: dict[tuple[str, str], Spending] = {}

    def reserve(self, ask: Ask, *, wait: bool = False) -> Reservation:
        """Keep room for the worst case of `ask`.

        Raises BudgetSpent when there is none. With `wait`, requests on their way that may give back enough of theirs
        are waited for first; a thread that holds a reservation must not ask for that.
        """
        price = self._prices.price(ask.model) or self._prices.dearest
        tokens_in = estimate_input(ask)
        wanted = Reservation(ask, tokens_in + ask.max_output, worst_cost(tokens_in, ask.max_output, price))
        with self._changed:
            refusal = self._refusal(wanted)
            while refusal is not None and wait and self._may_come_free(wanted):
                self._changed.wait(timeout=self._seconds_left())
                refusal = self._refusal(wanted)
            if refusal is not None:
                raise refusal
            self._open[id(wanted)] = wanted
            self._calls += 1
        return wanted

    def settle(self, reservation: Reservation, usage: Usage, *, model: str = "", requests: int = 1) -> None:
        """Give back the room and count what was used. `model` is what the provider named, for an unknown `ask.model`.

        A reservation is settled once; `requests` is how many went over the wire for it.
        """
        ask = reservation.ask
        sent = max(usage.input, 0)
        used = replace(usage, input=sent, output=max(usage.output, 0), cached=min(max(usage.cached, 0), sent))
        usd = cost(used, self._prices.price(ask.model, model))
        counted = worst_cost(used.input, used.output, self._prices.dearest) if usd is None else usd
        with self._changed:
            del self._open[id(reservation)]
            self._calls += requests - 1
            self._tokens += used.input + used.output
            self._usd += counted
            key = (ask.model, ask.purpose)
            row = self._spending.get(key) or Spending(*key)
            self._spending[key] = row.plus(used, usd, requests)
            self._changed.notify_all()

    def spent(self) -> Spent:
        """What was spent so far; requests that are still on their way are not in it."""
        with self._changed:
            return Spent(tuple(self._spending[key] for key in sorted(self._spending)))

    def _refusal(self, wanted: Reservation) -> BudgetSpent | None:
        """Why there is no room for one more request, or None."""
        caps = self._settings
        tokens = self._tokens + sum(one.tokens for one in self._open.values())
        usd = self._usd + sum(one.usd for one in self._open.values())
        if caps.max_calls is not None and self._calls >= caps.max_calls:
            return _spent("max_calls", f"all {caps.max_calls} calls are used")
        if caps.max_seconds is not None and self._clock() - self._start >= caps.max_seconds:
            return _spent("max_seconds", f"the {caps.max_seconds:g} seconds are over")
        if caps.max_tokens is not None and tokens + wanted.tokens > caps.max_tokens:
            left = max(caps.max_tokens - tokens, 0)
            return _spent(
                "max_tokens",
                f"the next call may take {wanted.tokens:,} tokens, {left:,} of {caps.max_tokens:,} are left",
            )
        if caps.max_usd is not None and usd + wanted.usd > caps.max_usd + _ROUNDING:
            return self._too_dear(wanted, max(caps.max_usd - usd, 0.0), caps.max_usd)
        return None

    def _too_dear(self, wanted: Reservation, left: float, cap: float) -> BudgetSpent:
        model = wanted.ask.model
        text = f"the next call may cost ${wanted.usd:.4f}, ${left:.4f} of ${cap:.2f} are left"
        if self._prices.price(model) is None:
            text += f"; the price of `{model}` is not known, so it counts as the dearest known"
            return _spent("max_usd", text, f'say what it costs in `[tool.gardener.review.prices."{model}"]`, or raise')
        return _spent("max_usd", text)

    def _may_come_free(self, wanted: Reservation) -> bool:
        """True when what is on its way keeps the room that `wanted` needs, and may not need it all."""
        caps = self._settings
        if not self._open or (caps.max_calls is not None and self._calls >= caps.max_calls):
            return False
        if caps.max_seconds is not None and self._clock() - self._start >= caps.max_seconds:
            return False
        return (caps.max_tokens is None or self._tokens + wanted.tokens <= caps.max_tokens) and (
            caps.max_usd is None or self._usd + wanted.usd <= caps.max_usd + _ROUNDING
        )

    def _seconds_left(self) -> float | None:
        limit = self._settings.max_seconds
        return None if limit is None else max(limit - (self._clock() - self._start), 0.0)


def budgeted(attempt: Model, budget: Budget) -> Model:
    """`attempt`, one request over the wire, let through only when `budget` has room for it.

    What it used is counted however it ended. Raises BudgetSpent instead of asking when there is no room.
    """

    def within(ask: Ask) -> Reply:
        reservation = budget.reserve(ask, wait=True)
        try:
            reply = attempt(ask)
        except BaseException:
            budget.settle(reservation, Usage())
            raise
        budget.settle(reservation, reply.usage, model=reply.model, requests=reply.requests)
        return reply

    return within


def _spent(cap: str, why: str, before: str = "raise") -> BudgetSpent:
    return BudgetSpent(f"the budget is spent: {why}", hint=f"{before} `review.{cap}`")
