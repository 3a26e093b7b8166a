"""Why a candidate failed, to the piece of code on which it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.learning.induction.differences import alikeness
from gardener.learning.induction.terms import HOLE, SPREAD, Term
from gardener.learning.induction.writing import Unwritable, code_text

if TYPE_CHECKING:
    from gardener.learning.induction.shapes import Draft
    from gardener.learning.induction.trial import Outcome, Side, Trial

LONGEST = 80


def reason_of(draft: Draft, outcome: Outcome, trial: Trial) -> str:
    """The reason in one line: what is broken, what is missed and where the match died, or what is flagged wrongly."""
    if outcome.broken:
        return outcome.broken
    if outcome.missed:
        index = outcome.missed[0]
        side = next(pair.before for pair in trial.pairs if pair.index == index)
        died = "" if draft.shape is None else where_it_died(draft.shape.pattern, side)
        return f"does not match sample {index + 1}{died}"
    said, side, nodes = outcome.false[0]
    line = side.lines_of(nodes)[0]
    return f"also matches {said}, line {line}: `{_line(side, line)}`"


def where_it_died(pattern: Term, side: Side) -> str:
    """The subterm on which the closest piece of code differs from the pattern."""
    terms = [item for term in side.terms() for item in term.walk() if item.kind == pattern.kind]
    if not terms:
        return f": no {_kind(pattern)} in it"
    closest = max(terms, key=lambda term: alikeness(pattern, term))
    found = _divergence(pattern, closest)
    return "" if found is None else f": {found}"


def _divergence(pattern: Term, code: Term) -> str | None:
    if pattern.kind in {HOLE, SPREAD} or pattern.key == code.key:
        return None
    if pattern.kind != code.kind or (pattern.label != code.label and not pattern.label.startswith("$")):
        return f"expected `{_text(pattern)}`, found `{_text(code)}`"
    for name, value in pattern.parts:
        other = code.part(name)
        if isinstance(value, tuple):
            found = _in_sequence(name, value, other or (), code)
        elif value is None:
            found = None
        else:
            found = f"expected `{_text(value)}`, found nothing" if other is None else _divergence(value, other)
        if found:
            return found
    return None


def _in_sequence(name: str, wanted: tuple[Term, ...], given: tuple[Term, ...], code: Term) -> str | None:
    if name == "keywords":
        by_name = {item.label: item for item in given}
        for item in wanted:
            if item.label not in by_name:
                return f"expected keyword `{item.label}` in `{_text(code)}`"
            if found := _divergence(item.part("value"), by_name[item.label].part("value")):
                return found
        return None
    if any(item.kind == SPREAD for item in wanted):
        return None
    if len(wanted) != len(given):
        return f"expected {len(wanted)} items in `{name}` of `{_text(code)}`, found {len(given)}"
    pairs = zip(wanted, given, strict=True)
    return next((found for left, right in pairs if (found := _divergence(left, right))), None)


def _text(term: Term) -> str:
    try:
        text = code_text(term)
    except Unwritable:
        return _kind(term)
    line = text.partition("\n")[0]
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _kind(term: Term) -> str:
    return f"{term.kind} {term.label}".strip()


def _line(side: Side, number: int) -> str:
    lines = side.code.text.split("\n")
    text = lines[number - 1].strip() if number <= len(lines) else ""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
