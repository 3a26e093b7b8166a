"""Measuring a judge: labelled code goes the way of every review (finder, gate, refuter), and the answers are counted.

Stored verdicts are neither read nor written: what is measured is the judge, not what it said before.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gardener.core.review import Pair
from gardener.reviewing.briefs import prompt_version, sent
from gardener.reviewing.deciding import Case, Decision
from gardener.reviewing.gate import rule_on
from gardener.reviewing.judging import Judging
from gardener.reviewing.measures import Measure, Outcome, Said, Trial, by_clause, measure
from gardener.reviewing.quotes import lines_of
from gardener.reviewing.refuter_tools import Toolbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gardener.core.review import Criterion, Verdict
    from gardener.core.settings import Settings
    from gardener.llm.ask import Ask, Model, Reply
    from gardener.llm.spent import Spent
    from gardener.reviewing.labels import Label, Sitting
    from gardener.reviewing.requests import Judge


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured, and of whom. `answered_as` are the models that the endpoint named, by the model asked.

    `reasons` says why pairs were left unjudged; `spent` is None where nobody counted.
    """

    judge: Judge
    prompts: str
    repeats: int
    sources: dict[str, int]
    clauses: tuple[Measure, ...]
    total: Measure
    answered_as: dict[str, tuple[str, ...]] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    spent: Spent | None = None
    notes: tuple[str, ...] = ()

    @property
    def mixed(self) -> tuple[str, ...]:
        """The models asked that were answered by more than one: whose figures these are is not known then."""
        return tuple(model for model, names in self.answered_as.items() if len(names) > 1)


@dataclass(slots=True)
class _Heard:
    """A model that remembers by what names it was answered."""

    model: Model
    names: dict[str, set[str]] = field(default_factory=dict)

    def __call__(self, ask: Ask) -> Reply:
        reply = self.model(ask)
        if reply.model:
            self.names.setdefault(ask.model, set()).add(reply.model)
        return reply


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Who is measured, and how. `progress` is told pairs judged and all pairs, over all sittings and repeats."""

    judge: Judge
    model: Model
    settings: Settings
    repeats: int = 1
    progress: Callable[[int, int], None] | None = None

    def evaluate(self, sittings: Sequence[Sitting]) -> Evaluation:
        """Put every sitting to the judge, as often as asked for."""
        heard = _Heard(self.model)
        cases = [_cases(sitting) for sitting in sittings]
        total = self.repeats * sum(map(len, cases))
        rounds: list[list[_Answers]] = []
        done = 0
        for _ in range(self.repeats):
            answers: list[_Answers] = []
            for sitting, asked in zip(sittings, cases, strict=True):
                answers.append(self._sit(sitting, list(asked.values()), heard, (done, total)))
                done += len(asked)
            rounds.append(answers)
        self._tell(total, total)
        trials = [
            _trial(label, [answers[number] for answers in rounds])
            for number, sitting in enumerate(sittings)
            for label in sitting.labels
        ]
        return self._evaluation(sittings, trials, rounds, heard)

    def _sit(self, sitting: Sitting, cases: list[Case], model: Model, so_far: tuple[int, int]) -> _Answers:
        """One sitting, once."""
        done, total = so_far
        judging = Judging(
            judge=self.judge,
            model=model,
            toolbox=Toolbox(sitting.tree, self.settings),
            criteria=_criteria(sitting),
            rows={},
            keep=lambda _: None,
            concurrency=self.settings.review.concurrency,
            progress=lambda settled, _: self._tell(done + settled, total),
        )
        decided = judging.run(cases)
        return _Answers({case.key: decision for case, decision in decided}, judging.given_up)

    def _tell(self, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(done, total)

    def _evaluation(
        self, sittings: Sequence[Sitting], trials: list[Trial], rounds: Sequence[Sequence[_Answers]], heard: _Heard
    ) -> Evaluation:
        sources: dict[str, int] = {}
        for sitting in sittings:
            for label in sitting.labels:
                sources[label.source] = sources.get(label.source, 0) + 1
        reasons: dict[str, int] = {}
        for answers in (one for row in rounds for one in row):
            for reason in answers.reasons.values():
                reasons[reason] = reasons.get(reason, 0) + 1
        trials.sort(key=lambda trial: trial.clause)
        return Evaluation(
            judge=self.judge,
            prompts=prompt_version(),
            repeats=self.repeats,
            sources=dict(sorted(sources.items())),
            clauses=by_clause(trials, self.repeats),
            total=measure("all", trials, self.repeats),
            answered_as={model: tuple(sorted(names)) for model, names in sorted(heard.names.items())},
            reasons=dict(sorted(reasons.items())),
        )


@dataclass(frozen=True, slots=True)
class _Answers:
    """What a sitting came to: decisions by the key of their case, and why some were given up."""

    decisions: dict[str, Decision]
    reasons: dict[str, str]


def _cases(sitting: Sitting) -> dict[str, Case]:
    """The pairs of a sitting, each once: several labels may be about one."""
    pairs = [pair for label in sitting.labels for pair in label.pairs]
    units = {_unit_key(pair): pair.unit for pair in pairs}
    # Requests are packed by the identity of units.
    return {_key(pair): Case(Pair(pair.criterion, units[_unit_key(pair)]), _key(pair)) for pair in pairs}


def _criteria(sitting: Sitting) -> tuple[Criterion, ...]:
    found = {pair.criterion.id: pair.criterion for label in sitting.labels for pair in label.pairs}
    return tuple(sorted(found.values(), key=lambda criterion: (criterion.path, criterion.line, criterion.id)))


def _unit_key(pair: Pair) -> tuple[str, str, int, str]:
    unit = pair.unit
    return unit.path, unit.name, unit.ordinal, unit.text


def _key(pair: Pair) -> str:
    parts = json.dumps([pair.criterion.id, *_unit_key(pair)])
    return hashlib.sha256(parts.encode("ascii")).hexdigest()


def _trial(label: Label, rounds: Sequence[_Answers]) -> Trial:
    said = [tuple(_said(answers, pair) for answers in rounds) for pair in label.pairs]
    outcomes = tuple(_outcome(label, answers) for answers in rounds)
    return Trial(label.clause, label.expected == "violation", outcomes, tuple(said))


def _outcome(label: Label, answers: _Answers) -> Outcome:
    """What became of a label: the gravest of what was said about its pairs; where the review asks nothing, nothing."""
    said = [(_said(answers, pair), pair) for pair in label.pairs]
    flagged = [pair for word, pair in said if word == "violation"]
    if flagged:
        return Outcome("violation", _localised(label, flagged, answers))
    words = {word for word, _ in said}
    gravest: tuple[Said, ...] = ("unjudged", "dropped", "unsure", "ok")
    return Outcome(next((word for word in gravest if word in words), "not_applicable"))


def _said(answers: _Answers, pair: Pair) -> Said:
    decision = answers.decisions[_key(pair)]
    if decision.settled is not None:
        return decision.settled.verdict
    return "dropped" if decision.dropped else "unjudged"


def _localised(label: Label, pairs: Iterable[Pair], answers: _Answers) -> bool | None:
    """Whether a quote of a violation touches a line that is known to be one; None where none is known."""
    if not label.lines:
        return None
    quoted = {line for pair in pairs for line in _quoted(pair, answers.decisions[_key(pair)].settled)}
    return not quoted.isdisjoint(label.lines)


def _quoted(pair: Pair, verdict: Verdict | None) -> set[tuple[str, int]]:
    """The places in the file that a verdict quotes."""
    span = rule_on(pair, verdict).span if verdict is not None else None
    if span is None:
        return set()
    first, last = lines_of(span, sent(pair.unit).text)
    return {(pair.unit.path, line) for line in pair.unit.lines[first : last + 1] if line}


def with_bill(evaluation: Evaluation, spent: Spent, notes: tuple[str, ...]) -> Evaluation:
    """The evaluation with what it cost, and what is to be said about it."""
    return replace(evaluation, spent=spent, notes=(*evaluation.notes, *notes))
