"""Approved code that a candidate also matches: what it says, and no bad code does, excludes it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.learning.induction.generalising import ANYTHING
from gardener.learning.induction.terms import CONSTANT, HOLE, KEYWORD, Term, make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.learning.induction.shapes import Shape
    from gardener.learning.induction.trial import Outcome, Side, Trial

_ANY = make(HOLE, "_")
MOST_EXCLUDED = 3


def excluding(shape: Shape, outcome: Outcome, trial: Trial) -> Iterator[Shape]:
    """The shape of a call without those calls that say something which no bad code says."""
    if shape.pattern.kind != "Call":
        return
    func = shape.pattern.part("func")
    bad = {said for pair in trial.pairs for call in _calls(pair.before, func) for said, _ in _sayings(call)}
    guards: dict[tuple[str, ...], Term] = {}
    for _, side, nodes in outcome.false:
        lines = set(side.lines_of(nodes))
        for call in _calls(side, func):
            if call.node.lineno in lines:
                new = [(said, guard) for said, guard in _sayings(call) if said not in bad]
                if not new:
                    return
                guards.setdefault(*new[0])
    if 0 < len(guards) <= MOST_EXCLUDED:
        yield replace(shape, excluded=(*shape.excluded, *(_guard(func, guard) for guard in guards.values())))


def _calls(side: Side, func: Term) -> Iterator[Term]:
    for statement in side.terms():
        for term in statement.walk():
            if term.kind == "Call" and _same_function(term.part("func"), func):
                yield term


def _same_function(given: Term, wanted: Term) -> bool:
    if given.key == wanted.key:
        return True
    return given.kind == wanted.kind == "Attribute" and given.label == wanted.label


def _sayings(call: Term) -> Iterator[tuple[tuple[str, ...], Term]]:
    """What a call says: each literal with its place, each keyword with its value, each keyword."""
    for index, item in enumerate(call.terms("args")):
        if item.kind == CONSTANT:
            before = (_ANY,) * index
            yield (str(index), item.label), make("args", "", (("args", (*before, item, ANYTHING)),))
    for item in call.terms("keywords"):
        value = item.part("value")
        if item.label and value.kind == CONSTANT:
            yield (item.label, value.label), make("args", "", (("keywords", (item,)),))
    for item in call.terms("keywords"):
        if item.label:
            open_keyword = make(KEYWORD, item.label, (("value", _ANY),))
            yield (item.label,), make("args", "", (("keywords", (open_keyword,)),))


def _guard(func: Term, said: Term) -> Term:
    args = said.terms("args") or (ANYTHING,)
    return make("Call", "", (("func", func), ("args", args), ("keywords", said.terms("keywords"))))
