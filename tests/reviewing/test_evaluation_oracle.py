"""Judges whose errors are known go the whole way of a review: what is measured is what theory says.

The errors are drawn by hashing, so that every run is the same; the bounds are four standard deviations wide.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gardener.core.finding import Severity
from gardener.core.review import Criterion, Pair, Unit
from gardener.core.settings import Settings
from gardener.llm.ask import Ask
from gardener.llm.scripted import ScriptedModel
from gardener.llm.scripted_judge import SeenClause, SeenUnit, answer_pairs
from gardener.repo.overlay import EmptyTree
from gardener.reviewing.evaluation import Evaluator
from gardener.reviewing.labels import Expected, Label, Sitting
from gardener.reviewing.measures import Measure, Rate
from gardener.reviewing.requests import Judge
from tests.reviewing.evaluations import STEP

LABELS = 240


@dataclass
class Oracle:
    """A judge that errs as often as it is told: the code breaks the clause where it calls `wait`.

    A finder misses, invents and flips, quotes words of its own for some of what it invents, and quotes the wrong line
    of some violations. A refuter upholds what is right and overrules what is wrong, most of the time.
    """

    misses: float = 0.2
    invents: float = 0.15
    flips: float = 0.05
    unquotable: float = 0.3
    misplaces: float = 0.1
    upholds: float = 0.9
    overrules: float = 0.7
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __call__(self, ask: Ask) -> Mapping[str, Any]:
        prompt = ask.messages[-1].content
        stage = "refute" if ask.purpose == "refute" else "find2" if "Second reading" in prompt else "find1"

        def decide(clause: SeenClause, unit: SeenUnit) -> Mapping[str, str]:
            repeat = self.seen[stage, unit.text]
            self.seen[stage, unit.text] += 1
            if stage == "refute":
                return self._refute(unit)
            return self._find(unit, stage, repeat)

        return answer_pairs(prompt, decide)

    def _find(self, unit: SeenUnit, stage: str, repeat: int) -> Mapping[str, str]:
        broken = "wait(" in unit.text
        says = broken != chance(self.misses if broken else self.invents, "errs", stage, unit.text)
        if chance(self.flips, "flips", stage, unit.text, str(repeat)):
            says = not says
        if not says:
            return {"verdict": "ok"}
        quote = next((line for line in unit.text.split("\n") if "wait(" in line), unit.first_line())
        if broken and chance(self.misplaces, "misplaces", unit.text):
            quote = unit.first_line()
        if not broken and chance(self.unquotable, "unquotable", stage, unit.text):
            quote = "sleep(for_ever)"
        return {"verdict": "violation", "code_quote": quote}

    def _refute(self, unit: SeenUnit) -> Mapping[str, str]:
        broken = "wait(" in unit.text
        stands = chance(self.upholds, "upholds", unit.text) if broken else not chance(self.overrules, "o", unit.text)
        return {"verdict": "violation" if stands else "ok"}

    @property
    def missed_once(self) -> float:
        """How often one reading misses a violation, flips included."""
        return self.misses * (1 - self.flips) + (1 - self.misses) * self.flips

    @property
    def invented_once(self) -> float:
        """How often one reading flags clean code, flips included."""
        return self.invents * (1 - self.flips) + (1 - self.invents) * self.flips


def chance(share: float, *about: str) -> bool:
    """True in about a `share` of cases, always the same for the same case."""
    digest = hashlib.sha256("\0".join(about).encode()).digest()
    return int.from_bytes(digest[:6]) < share * 2**48


def within(rate: Rate | None, expected: float) -> bool:
    """Whether a measured share is within four standard deviations of what was to be expected."""
    assert rate is not None
    return abs(rate.share - expected) <= 4 * math.sqrt(expected * (1 - expected) / rate.total)


def sittings(severity: Severity) -> list[Sitting]:
    """`LABELS` violations and as much clean code, for a clause of some severity."""
    clause = Criterion("waits.1", "Every wait must go through `bounded`.", severity, "waits", examples=())
    labels: list[Label] = []
    for number in range(2 * LABELS):
        broken = number % 2 == 0
        text = STEP.format(number=number, index=number % 7).rstrip("\n")
        text = text.replace("bounded(", "wait(") if broken else text
        unit = Unit(f"src/part_{number // 10}.py", f"step_{number}", "function", text, (1, 2, 3, 4))
        lines = frozenset({(unit.path, 3)} if broken else ())
        expected: Expected = "violation" if broken else "ok"
        labels.append(Label(clause.id, expected, (Pair(clause, unit),), "injected", unit.path, lines))
    tree = EmptyTree(Path())
    return [Sitting(tuple(labels[:LABELS]), tree), Sitting(tuple(labels[LABELS:]), tree)]


def measured(oracle: Oracle, severity: Severity, repeats: int = 1) -> Measure:
    judged = Evaluator(Judge("finder", "refuter"), ScriptedModel(oracle), Settings(), repeats)
    return judged.evaluate(sittings(severity)).total


def test_a_judge_that_never_errs_is_measured_as_such() -> None:
    oracle = Oracle(0, 0, 0, 0, 0, 1, 1)
    total = measured(oracle, "P1")
    assert (total.tp, total.fp, total.fn, total.tn) == (LABELS, 0, 0, LABELS)
    assert (total.localised, total.located, total.unjudged) == (LABELS, LABELS, 0)


def test_two_readings_a_gate_and_a_refuter_give_what_theory_says() -> None:
    oracle = Oracle()
    total = measured(oracle, "P1")
    found = (1 - oracle.missed_once**2) * oracle.upholds
    shown_once = oracle.invented_once * (1 - oracle.unquotable)
    flagged = (1 - (1 - shown_once) ** 2) * (1 - oracle.overrules)
    assert total.labels == 2 * LABELS
    assert within(total.recall, found)
    assert within(total.false_alarms, flagged)
    assert within(total.precision, found / (found + flagged))
    assert within(total.localisation, 1 - oracle.misplaces)


def test_one_reading_without_a_refuter_is_worse_and_flips_as_often_as_it_must() -> None:
    oracle = Oracle()
    total = measured(oracle, "P2", repeats=3)
    assert within(total.recall, 1 - oracle.missed_once)
    assert within(total.false_alarms, oracle.invented_once * (1 - oracle.unquotable))
    assert within(total.flip_rate, 1 - oracle.flips**3 - (1 - oracle.flips) ** 3)


def test_the_intervals_of_several_repeats_are_as_wide_as_those_of_one() -> None:
    once = measured(Oracle(), "P2")
    thrice = measured(Oracle(), "P2", repeats=3)
    assert thrice.tp + thrice.fn == 3 * (once.tp + once.fn)
    assert once.recall is not None
    assert thrice.recall is not None
    widths = [rate.interval.high - rate.interval.low for rate in (once.recall, thrice.recall)]
    assert widths[1] == pytest.approx(widths[0], rel=0.1)


def test_judges_that_err_in_other_ways_are_told_apart() -> None:
    bold = measured(Oracle(misses=0.02, invents=0.5, flips=0), "P2")
    shy = measured(Oracle(misses=0.5, invents=0.02, flips=0), "P2")
    assert bold.recall is not None
    assert shy.recall is not None
    assert bold.recall.interval.low > shy.recall.interval.high
    assert bold.precision is not None
    assert shy.precision is not None
    assert bold.precision.interval.high < shy.precision.interval.low
