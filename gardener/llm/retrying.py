"""Trying again: when, how often, and when no longer.

All calls of a run share one `Retrying`, so that a rate limit met by one holds back the others too, and so that an
endpoint that is down is not asked a thousand times.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gardener.llm.ask import Ask, Attempt, Reply, with_earlier

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0
"""The pauses of the OpenAI SDK, which its servers are used to."""
JITTER = 0.25
MOST_UNREACHABLE = 3
"""So many answers in a row that never came, each after its retries, and the endpoint counts as down."""
_OWN_FAULT = {0, 400, 409, 413, 415, 422}
"""With these a request is refused for what it holds; others may fare better."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds that never go back, a way to wait (True: the run was ended meanwhile), and random numbers from 0 to 1."""

    now: Callable[[], float]
    wait: Callable[[float], bool | None]
    random: Callable[[], float]


class Retrying:
    """A model that makes attempts until one comes through, `retries` are used up, or `deadline_s` are over."""

    def __init__(self, attempt: Attempt, *, retries: int, deadline_s: float, clock: Clock) -> None:
        self._attempt = attempt
        self._retries = retries
        self._deadline = deadline_s
        self._clock = clock
        self._lock = threading.Lock()
        self._resume = float("-inf")
        self._missed: dict[str, int] = {}
        self._given_up: dict[str, Reply] = {}

    def __call__(self, ask: Ask) -> Reply:
        """The last attempt's reply, with the requests and usage of all. Raises BudgetSpent as the attempts do."""
        with self._lock:
            gone = self._given_up.get(ask.model)
        if gone is not None:
            return gone
        reply = self._try(replace(ask, expires=self._clock.now() + self._deadline))
        self._note(ask.model, reply)
        return reply

    def _try(self, ask: Ask) -> Reply:
        reply, pause = None, 0.0
        for number in range(self._retries + 1):
            late = self._pause(ask, pause)
            if late is not None:
                return late if reply is None else replace(reply, detail=f"{reply.detail}; {late.detail}")
            reply = with_earlier(self._attempt(ask), reply)
            if reply.outcome != "unreachable":
                return reply
            pause = self._next_pause(number, reply)
        assert reply is not None  # noqa: S101 - there is at least one attempt
        return reply

    def _next_pause(self, number: int, reply: Reply) -> float:
        if reply.retry_after is None:
            pause = min(FIRST_PAUSE * 2.0**number, LONGEST_PAUSE)
            return pause * (1 - JITTER * self._clock.random())
        if reply.status in (429, 503):
            with self._lock:
                self._resume = max(self._resume, self._clock.now() + reply.retry_after)
        return reply.retry_after

    def _pause(self, ask: Ask, pause: float) -> Reply | None:
        """Wait for so long, and for what holds back everybody. The reply, where the deadline comes before that."""
        while True:
            with self._lock:
                held = self._resume - self._clock.now()
            pause = max(pause, held)
            if pause <= 0:
                return None
            if ask.expires is not None and self._clock.now() + pause >= ask.expires:
                detail = f"the next try would come in {pause:.0f} seconds, after the deadline"
                return Reply("unreachable", detail=detail, requests=0)
            if self._clock.wait(pause):
                return Reply("unreachable", detail="given up", requests=0)
            pause = 0.0

    def _note(self, model: str, reply: Reply) -> None:
        """Give up on a model that refuses everybody or is never reached."""
        with self._lock:
            missed = self._missed.get(model, 0) + 1 if reply.outcome == "unreachable" else 0
            self._missed[model] = missed
            hopeless = reply.outcome == "rejected" and reply.status not in _OWN_FAULT
            if hopeless or missed >= MOST_UNREACHABLE:
                self._given_up[model] = Reply(reply.outcome, detail=f"not asked again: {reply.detail}", requests=0)
