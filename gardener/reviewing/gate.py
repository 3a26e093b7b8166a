"""The mechanical gate: what a judge claims is believed only as far as it can be shown in the text.

A quote of code must stand in the unit, the quote of a clause in the clause, and what is said to be missing must be
missing. No model is asked; what fails here was never a finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.reviewing.briefs import clause_as_sent, sent
from gardener.reviewing.presence import presence_of
from gardener.reviewing.quotes import find_quote, lines_of, stands_in

if TYPE_CHECKING:
    from gardener.core.finding import Span
    from gardener.core.review import Pair, Verdict


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a claimed violation may stand: the span of its quote in the unit as sent, else why it may not."""

    span: Span | None = None
    reason: str = ""


def rule_on(pair: Pair, row: Verdict) -> Ruling:
    """Look at the evidence of a row that claims a violation."""
    shown = sent(pair.unit).text
    span = find_quote(row.code_quote, shown)
    if span is None:
        return Ruling(reason="its quote does not stand in the code")
    clause = pair.criterion.text
    if not (stands_in(row.clause_quote, clause) or stands_in(row.clause_quote, clause_as_sent(clause))):
        return Ruling(reason="its quote does not stand in the clause")
    if presence_of(row.message, pair.unit, lines_of(span, shown)) == "present":
        return Ruling(reason="what it says is missing is there")
    return Ruling(span)
