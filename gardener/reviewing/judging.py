"""Judging live: rounds of requests, several at once, until every case is settled or given up with a reason.

Rows are handed on as they come in, so that what was paid for survives an interrupt.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gardener.core.errors import BudgetSpent
from gardener.reviewing.answers import read_answer
from gardener.reviewing.briefs import aliases, axes
from gardener.reviewing.deciding import Case, Decision, Row, Stage
from gardener.reviewing.packing import Block, halves
from gardener.reviewing.refuter import refute
from gardener.reviewing.requests import Judge, Request, ask_about, decisions, requests_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from gardener.core.review import Criterion
    from gardener.llm.ask import Ask, Model, Reply
    from gardener.reviewing.refuter_tools import Toolbox

MOST_TRIES = 2
# So many requests in a row without a row, and no smaller ones are tried: it is not one unit that keeps the others.
MOST_BARREN = 12
# How long an interrupt waits for answers that are being read at that moment.
GRACE_SECONDS = 0.3
_SPLIT = ("cut", "refused", "filtered")
_FINAL = ("unreachable", "rejected")


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one request: rows by the key of their case, and reasons for the cases that got none.

    Reasons in `final` will not change by asking again.
    """

    rows: dict[str, Row] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    final: frozenset[str] = frozenset()

    def plus(self, other: Answered) -> Answered:
        """Both together."""
        return Answered(self.rows | other.rows, self.reasons | other.reasons, self.final | other.final)


@dataclass(slots=True)
class Judging:
    """One run over some cases. `keep` is given each row as (key of the case, stage, row) when it comes in."""

    judge: Judge
    model: Model
    toolbox: Toolbox
    criteria: Sequence[Criterion]
    rows: dict[str, dict[Stage, Row]]
    keep: Callable[[Sequence[tuple[str, Stage, Row]]], None]
    concurrency: int = 4
    progress: Callable[[int, int], None] | None = None
    given_up: dict[str, str] = field(default_factory=dict)
    _tries: Counter[tuple[str, Stage]] = field(default_factory=Counter)
    _done: set[str] = field(default_factory=set)

    def run(self, cases: Sequence[Case]) -> list[tuple[Case, Decision]]:
        """Ask until nothing is left to ask. What is undecided at the end has its reason in `given_up`."""
        while True:
            decided = decisions(cases, self.rows)
            self._tell(decided, len(cases))
            left = [(case, decision) for case, decision in decided if case.key not in self.given_up]
            requests = requests_for(left, self.criteria, self.judge)
            if not requests:
                return decided
            self._round(requests, len(cases))

    def _round(self, requests: Sequence[Request], total: int) -> None:
        from concurrent.futures import ThreadPoolExecutor, as_completed, wait

        pool = ThreadPoolExecutor(self.concurrency, thread_name_prefix="gardener-judge")
        try:
            running: dict[Future[Answered], Request] = {pool.submit(self._answer, one): one for one in requests}
            for done in as_completed(running):
                request = running.pop(done)
                self._take(request, done.result())
                self._tell(decisions(request.block, self.rows), total)
        except KeyboardInterrupt:
            # Who interrupts has paid for what is here already, and does not want to wait for the rest.
            wait(running, timeout=GRACE_SECONDS)
            for future, request in running.items():
                if future.done() and not future.cancelled() and future.exception() is None:
                    self._take(request, future.result())
            raise
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _take(self, request: Request, answered: Answered) -> None:
        new = [(key, request.stage, row) for key, row in answered.rows.items()]
        for key, stage, row in new:
            self.rows.setdefault(key, {})[stage] = row
        if new:
            self.keep(new)
        for key, reason in answered.reasons.items():
            self._tries[key, request.stage] += 1
            if key in answered.final or self._tries[key, request.stage] >= MOST_TRIES:
                self.given_up[key] = reason

    def _tell(self, decided: Iterable[tuple[Case, Decision]], total: int) -> None:
        """Show how many of all cases need nothing more, now that some were decided."""
        if self.progress is not None:
            self._done |= {case.key for case, decision in decided if decision.ask is None or case.key in self.given_up}
            self.progress(len(self._done), total)

    def _answer(self, request: Request) -> Answered:
        """Carry out one request in a thread of the pool."""
        try:
            if request.stage == "refute":
                return self._second(request)
            return self._rows(request.block, request.stage, request.ask)
        except BudgetSpent as spent:
            return _none([request.block], str(spent), final=True)

    def _second(self, request: Request) -> Answered:
        case = request.block[0]
        second = refute(case.pair, request.ask, self.model, self.toolbox)
        if second.row is not None:
            return Answered({case.key: second.row})
        return Answered({}, {case.key: second.reason}, frozenset([case.key]))

    def _rows(self, block: Block, stage: Stage, ask: Ask) -> Answered:
        """Ask about a block; where nothing comes of it, about its halves, so that one unit cannot spoil the others'."""
        waiting = [(block, ask)]
        found = Answered()
        barren = 0
        while waiting:
            part, asked = waiting.pop()
            try:
                reply = self.model(asked)
            except BudgetSpent as spent:
                return found.plus(_none([part, *(one for one, _ in waiting)], str(spent), final=True))
            answered = self._read(part, reply, again=part is not block)
            barren = 0 if answered.rows else barren + 1
            smaller = self._smaller(part, stage, asked, reply) if 0 < barren < MOST_BARREN else []
            waiting += reversed(smaller)
            found = found if smaller else found.plus(answered)
        return found

    def _smaller(self, block: Block, stage: Stage, ask: Ask, reply: Reply) -> list[tuple[Block, Ask]]:
        """What to ask instead of a request of which nothing came; nothing where that would be no use."""
        if reply.outcome in _FINAL:
            return []
        parts = halves(block)
        room = ask_about(block, stage, self.judge).max_output
        if not parts and reply.outcome == "cut" and ask.max_output == room:
            return [(block, replace(ask, max_output=2 * room))]
        return [(part, ask_about(part, stage, self.judge)) for part in parts]

    def _read(self, block: Block, reply: Reply, *, again: bool) -> Answered:
        """The rows in a reply, and why the others did not come; `again` when they were asked for before."""
        if reply.outcome != "answered":
            final = again or reply.outcome in (*_FINAL, *_SPLIT)
            return _none([block], reply.detail or reply.outcome, final=final)
        named = dict(self._named(block))
        answer = read_answer(reply.text, named.keys())
        rows = {named[pair].key: Row(row) for pair, row in answer.rows.items()}
        why = f"the model left it out ({answer.problems[0]})" if answer.problems else "the model left it out"
        left = {case.key: why for case in block if case.key not in rows}
        return Answered(rows, left, frozenset(left) if again and not rows else frozenset())

    def _named(self, block: Block) -> Iterator[tuple[tuple[str, str], Case]]:
        """The cases of a block by the ids of clause and unit that the request uses."""
        _, units = axes(case.pair for case in block)
        names = {id(unit): alias for alias, unit in aliases(units).items()}
        for case in block:
            yield (case.pair.criterion.id, names[id(case.pair.unit)]), case


def _none(blocks: Iterable[Block], reason: str, *, final: bool) -> Answered:
    """No row for any case, and why."""
    reasons = {case.key: reason for block in blocks for case in block}
    return Answered({}, reasons, frozenset(reasons) if final else frozenset())
