"""From a settled verdict to a finding: its place computed from the quote, its words made fit to be shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gardener.core.finding import Finding, at_least
from gardener.reviewing.deciding import SEVERE
from gardener.reviewing.quotes import find_quote, place_of

if TYPE_CHECKING:
    from gardener.core.review import Pair, Unit
    from gardener.reviewing.settled import Settled

LONGEST_MESSAGE = 300
_BLANKS = re.compile(r"\s+")


def finding_of(pair: Pair, verdict: Settled, file_text: str, *, certain: bool) -> Finding | None:
    """The finding of a violation that a judge saw in a unit; None when its quote no longer stands there.

    `certain` is False for what nobody verified, or what was judged in other circumstances: it is shown as `maybe`.
    """
    from gardener.checking.fingerprints import fingerprint_of

    criterion, unit = pair.criterion, pair.unit
    text = _text_with(unit, verdict.code_quote)
    span = find_quote(verdict.code_quote, text)
    if span is None:
        return None
    where, place = place_of(unit, span, text, file_text)
    return Finding(
        rule=criterion.id,
        path=unit.path,
        span=where,
        place=place,
        message=worded(verdict.message) or f"breaks `{criterion.id}`",
        severity=criterion.severity,
        certainty="likely" if certain else "maybe",
        origin="review",
        belief=criterion.belief,
        remediation=worded(verdict.fix_hint),
        scope=unit.name,
        reach=(place.line, place.end_line),
        fingerprint=fingerprint_of(criterion.id, unit.path, unit.name, "", unit.ordinal),
        facts=(("clause", criterion.text), ("quote", verdict.clause_quote)),
    )


def could_gate(finding: Finding) -> bool:
    """True when a finding may stop a merge: grave, and sure enough."""
    return at_least(finding.severity, SEVERE) and finding.certainty != "maybe" and finding.suppressed is None


def worded(text: str) -> str:
    """A sentence of a model fit to be shown: one line, nothing invisible, not too long."""
    from gardener.llm.fencing import harmless

    flat = _BLANKS.sub(" ", harmless(text)).strip()
    return flat if len(flat) <= LONGEST_MESSAGE else flat[: LONGEST_MESSAGE - 1].rstrip() + "…"


def _text_with(unit: Unit, quote: str) -> str:
    """The unit's text that the quote was taken from: as it stands, or as it was sent, with secrets replaced."""
    if find_quote(quote, unit.text) is not None:
        return unit.text
    from gardener.reviewing.briefs import sent

    return sent(unit).text
