"""The way to the model: budget, ledger, endpoint and progress, put together from settings and environment."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from gardener.core.errors import RepoError
from gardener.core.events import silent
from gardener.llm.budget import Budget, budgeted
from gardener.llm.connect import connect
from gardener.llm.endpoint import choose_endpoint
from gardener.llm.ledger import Ledger, ledgered
from gardener.llm.prices import load_prices
from gardener.repo.cache_folder import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from gardener.core.events import Log
    from gardener.core.settings import ReviewSettings
    from gardener.llm.ask import Ask, Attempt, Reply
    from gardener.llm.spent import Spent
    from gardener.reviewing.request import Progress

LEDGER = "ledger.db"
ENDPOINTS = "endpoints.json"


class Asking:
    """A `Model` within a budget, every exchange in the ledger. A context manager: leaving it ends every call.

    `announce` is told what is asked where before anything leaves. Raises ConfigError for an endpoint that must not be
    used, RepoError where there is no place for the ledger.
    """

    def __init__(
        self,
        root: Path,
        review: ReviewSettings,
        environ: Mapping[str, str],
        announce: Callable[[str], None] | None,
        log: Log = silent,
    ) -> None:
        try:
            folder = cache_folder(root)
        except OSError as error:
            raise RepoError(f"cannot be made: {error.strerror}", at=".gardener/cache") from error
        host, prices = choose_endpoint(review, environ).host, load_prices(review.prices)
        budget = Budget(review)
        ledger = Ledger(folder / LEDGER, host=host, prices=prices, log_bodies=review.log_bodies)
        around = [
            lambda attempt: ledgered(attempt, ledger),
            lambda attempt: logged(attempt, log, host),
            lambda attempt: budgeted(attempt, budget),
        ]
        self._budget, self._ledger = budget, ledger
        self._connection = connect(review, environ, memory=folder / ENDPOINTS, around=around, on_first_call=announce)

    def __call__(self, ask: Ask) -> Reply:
        """What the model answered. Raises BudgetSpent."""
        return self._connection(ask)

    def __enter__(self) -> Asking:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._ledger.close()

    def spent(self) -> Spent:
        """What was spent so far."""
        return self._budget.spent()

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth saying about the way to the model."""
        return self._ledger.notes

    def telling(self, progress: Progress | None) -> Callable[[int, int], None] | None:
        """`progress` for what only counts: with the money spent and the time left in words."""
        if progress is None:
            return None
        start = time.monotonic()

        def tell(done: int, total: int) -> None:
            usd, took = self.spent().usd, time.monotonic() - start
            price = "" if usd is None else f" · ${usd:.2f}"
            left = f" · about {took / done * (total - done):.0f} s left" if 0 < done < total else ""
            progress(done, total, f"{price}{left}")

        return tell


def logged(attempt: Attempt, log: Log, host: str, clock: Callable[[], float] = time.monotonic) -> Attempt:
    """`attempt`, one request over the wire, told to a log: where, how it ended and what it took, and nothing of it."""

    def told(ask: Ask) -> Reply:
        start = clock()
        reply = attempt(ask)
        log(
            "model",
            host=host,
            model=reply.model or ask.model,
            purpose=ask.purpose,
            outcome=reply.outcome,
            status=reply.status,
            tokens_in=reply.usage.input,
            tokens_out=reply.usage.output,
            seconds=round(clock() - start, 3),
        )
        return reply

    return told
