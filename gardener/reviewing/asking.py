"""The way to the model for one review: budget, ledger, endpoint and progress, put together from the settings."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gardener.llm.budget import Budget, budgeted
from gardener.llm.connect import connect
from gardener.repo.cache_folder import cache_folder
from gardener.reviewing.judging import Judging
from gardener.reviewing.refuter_tools import Toolbox

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gardener.llm.connect import Connection
    from gardener.llm.spent import Spent
    from gardener.reviewing.deciding import Row, Stage
    from gardener.reviewing.preparing import Prepared


LEDGER = "ledger.db"
ENDPOINTS = "endpoints.json"


class Asking:
    """A connection within a budget, every exchange in the ledger. A context manager: leaving it ends every call."""

    def __init__(self, prepared: Prepared) -> None:
        from gardener.llm.ledger import Ledger, ledgered

        self._prepared = prepared
        review = prepared.settings.review
        folder = cache_folder(prepared.request.root)
        self._budget = Budget(review)
        self._ledger = Ledger(folder / LEDGER, log_bodies=review.log_bodies)
        self._connection: Connection = connect(
            review,
            prepared.request.environ,
            memory=folder / ENDPOINTS,
            around=[
                lambda attempt: ledgered(attempt, self._ledger),
                lambda attempt: budgeted(attempt, self._budget),
            ],
            on_first_call=prepared.request.announce,
        )

    def __enter__(self) -> Asking:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._ledger.close()

    def judging(
        self,
        rows: dict[str, dict[Stage, Row]],
        keep: Callable[[Sequence[tuple[str, Stage, Row]]], None],
    ) -> Judging:
        """What carries the review out; `rows` are those known already, `keep` is given each new one."""
        prepared = self._prepared
        return Judging(
            judge=prepared.judge,
            model=self._connection,
            toolbox=Toolbox(prepared.tree, prepared.settings),
            criteria=prepared.criteria,
            rows=rows,
            keep=keep,
            concurrency=prepared.settings.review.concurrency,
            progress=_Telling(self).tell if prepared.request.progress else None,
        )

    def spent(self) -> Spent:
        """What was spent so far."""
        return self._budget.spent()

    def notes(self) -> tuple[str, ...]:
        """What is worth saying about the way to the model."""
        return self._ledger.notes

    def show(self, done: int, total: int, rest: str) -> None:
        """Hand on the progress."""
        if self._prepared.request.progress is not None:
            self._prepared.request.progress(done, total, rest)


@dataclass(slots=True)
class _Telling:
    """Progress in words: money spent and time left."""

    asking: Asking
    start: float = field(default_factory=time.monotonic)

    def tell(self, done: int, total: int) -> None:
        usd = self.asking.spent().usd
        price = "" if usd is None else f" · ${usd:.2f}"
        took = time.monotonic() - self.start
        left = f" · about {took / done * (total - done):.0f} s left" if 0 < done < total else ""
        self.asking.show(done, total, f"{price}{left}")
