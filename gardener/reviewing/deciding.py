"""What the rows known about a pair add up to: a settled verdict, the next thing to ask, or nothing.

A pure function of those rows, so that a live run, an interrupted one, and rounds of written requests and responses end
the same way. Clauses of P0 and P1 are read twice, and so is code that gives orders to its reader; a violation of P0 or
P1 goes to a refuter.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from gardener.core.finding import Severity, at_least
from gardener.core.review import Verdict
from gardener.reviewing.gate import rule_on
from gardener.reviewing.orders import orders_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.core.review import Pair

Stage = Literal["find1", "find2", "refute"]

STAGES: tuple[Stage, ...] = ("find1", "find2", "refute")
SEVERE: Severity = "P1"


@dataclass(frozen=True, slots=True)
class Case:
    """A pair that is to be settled. `key` identifies all that its verdict may depend on, but for files read."""

    pair: Pair
    key: str

    @property
    def severe(self) -> bool:
        """True when a violation could stop a merge."""
        return is_severe(self.pair)

    @property
    def read_twice(self) -> bool:
        """True where one reading is not enough: a merge depends on it, or the code speaks to whoever reads it."""
        return self.severe or bool(orders_of(self.pair.unit))


@dataclass(frozen=True, slots=True)
class Row:
    """What a judge said at one stage; `reads` are the files it looked at, by path, with hashes of their content."""

    verdict: Verdict
    reads: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """Exactly one of: the stage to `ask` next, a verdict that is `settled`, or why a claim was `dropped`.

    `verified` says whether the refuter agreed (None: it was not asked). `claim` is the violation to be refuted.
    """

    ask: Stage | None = None
    settled: Verdict | None = None
    dropped: str = ""
    verified: bool | None = None
    reads: Mapping[str, str] = field(default_factory=dict)
    claim: Verdict | None = None


def is_severe(pair: Pair) -> bool:
    """True when a violation of the pair's clause could stop a merge."""
    return at_least(pair.criterion.severity, SEVERE)


def decide(case: Case, rows: Mapping[Stage, Row]) -> Decision:
    """What is known about `case` by `rows`, and what is still to ask."""
    first = rows.get("find1")
    if first is None:
        return Decision(ask="find1")
    reasons: list[str] = []
    claim = _claim(case.pair, first.verdict, reasons)
    if claim is None and case.read_twice:
        second = rows.get("find2")
        if second is None:
            return Decision(ask="find2")
        claim = _claim(case.pair, second.verdict, reasons)
    if claim is not None:
        return _refuted(case, claim, rows.get("refute")) if case.severe else Decision(settled=claim)
    if reasons:
        return Decision(dropped=reasons[0])
    return Decision(settled=_agreed([rows[stage].verdict for stage in ("find1", "find2") if stage in rows]))


def _claim(pair: Pair, row: Verdict, reasons: list[str]) -> Verdict | None:
    """The row when it is a violation that may stand."""
    if row.verdict != "violation":
        return None
    ruling = rule_on(pair, row)
    if ruling.reason:
        reasons.append(ruling.reason)
        return None
    return row


def _refuted(case: Case, claim: Verdict, row: Row | None) -> Decision:
    """A claim after the second reader: upheld, overruled, or left as advice where that reader could not decide."""
    if row is None:
        return Decision(ask="refute", claim=claim)
    answer = row.verdict.verdict
    if answer == "violation":
        upheld = not rule_on(case.pair, row.verdict).reason
        return Decision(settled=claim, verified=upheld, reads=row.reads)
    if answer == "unsure":
        return Decision(settled=claim, verified=False, reads=row.reads)
    return Decision(settled=_bare(replace(row.verdict, clause=claim.clause)), verified=False, reads=row.reads)


def _agreed(rows: list[Verdict]) -> Verdict:
    """One answer of readings that found nothing: doubt wins over `ok`, and `ok` over `not_applicable`."""
    weight = {"unsure": 0, "ok": 1, "not_applicable": 2}
    return _bare(min(rows, key=lambda row: weight[row.verdict]))


def _bare(row: Verdict) -> Verdict:
    return Verdict(row.clause, row.unit, row.verdict)
