"""What a judge is worth, from what it said about code of which the answer is known: pure arithmetic.

Shares come with Wilson's interval at 95 %. Several repeats of one label are not several labels: counts are summed over
all repeats, and an interval takes their average, so that it is as wide as one round of the labels makes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gardener.core.wilson import Interval, interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


# A share of fewer labels is hardly ever known to within a third.
LEAST_LABELS = 30

Said = Literal["ok", "violation", "not_applicable", "unsure", "dropped", "unjudged"]
"""What the review made of a pair: the verdict that stands, a claim that the gate dropped, or nothing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one label in one repeat. `localised` is None where there is no line to compare with."""

    said: Said
    localised: bool | None = None

    @property
    def judged(self) -> bool:
        """True when the judge answered."""
        return self.said != "unjudged"


@dataclass(frozen=True, slots=True)
class Trial:
    """A label with its outcome in each repeat, and what was said about each of its pairs in each repeat.

    `expected` is True for a violation.
    """

    clause: str
    expected: bool
    outcomes: tuple[Outcome, ...]
    pairs: tuple[tuple[Said, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of `total` labels, with its interval; both counts may be averages over repeats."""

    hits: float
    total: float

    @property
    def share(self) -> float:
        """Hits by total."""
        return self.hits / self.total

    @property
    def interval(self) -> Interval:
        """What the share may really be."""
        return interval(self.hits, self.total)


@dataclass(frozen=True, slots=True)
class Measure:
    """The figures of one clause, or of all. Counts are summed over `repeats`, apart from `labels` and `flips`.

    `labels` were judged at least once, `violations` of them are some. `localised` of `located` found violations were
    quoted at the right line; `flips` of `compared` pairs were not judged the same in all repeats. `unjudged` are labels
    that got no answer in a repeat; `unsure` and `dropped` were answers that count as no finding.
    """

    name: str
    repeats: int
    labels: int = 0
    violations: int = 0
    tp: int = 0
    fp: int = 0
    fn: int = 0
    tn: int = 0
    located: int = 0
    localised: int = 0
    flips: int = 0
    compared: int = 0
    unjudged: int = 0
    unsure: int = 0
    dropped: int = 0

    @property
    def precision(self) -> Rate | None:
        """How many findings are right; None without any."""
        return self._rate(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> Rate | None:
        """How many violations are found; None without any."""
        return self._rate(self.tp, self.tp + self.fn)

    @property
    def false_alarms(self) -> Rate | None:
        """How much clean code is flagged; None without any. Unlike precision it takes no notice of the mix."""
        return self._rate(self.fp, self.fp + self.tn)

    @property
    def localisation(self) -> Rate | None:
        """How many found violations are quoted where they are; None where no line is known."""
        return self._rate(self.localised, self.located)

    @property
    def flip_rate(self) -> Rate | None:
        """How many pairs are not judged the same each time; None for a single repeat."""
        return Rate(self.flips, self.compared) if self.compared else None

    @property
    def missing(self) -> int:
        """How many more labels a figure for all of them needs."""
        return max(LEAST_LABELS - self.labels, 0)

    def _rate(self, hits: int, total: int) -> Rate | None:
        return Rate(hits / self.repeats, total / self.repeats) if total else None


def measure(name: str, trials: Sequence[Trial], repeats: int) -> Measure:
    """The figures of some trials."""
    outcomes = [(trial.expected, outcome) for trial in trials for outcome in trial.outcomes if outcome.judged]
    flagged = [(expected, outcome) for expected, outcome in outcomes if outcome.said == "violation"]
    found = [outcome for expected, outcome in flagged if expected]
    passed = [expected for expected, outcome in outcomes if outcome.said != "violation"]
    compared = [_answers(said) for trial in trials for said in trial.pairs]
    several = [answers for answers in compared if len(answers) > 1]
    return Measure(
        name,
        repeats,
        labels=sum(_judged(trial) for trial in trials),
        violations=sum(_judged(trial) for trial in trials if trial.expected),
        tp=len(found),
        fp=len(flagged) - len(found),
        fn=sum(passed),
        tn=len(passed) - sum(passed),
        located=sum(outcome.localised is not None for outcome in found),
        localised=sum(outcome.localised is True for outcome in found),
        flips=sum(len(set(answers)) > 1 for answers in several),
        compared=len(several),
        unjudged=sum(not outcome.judged for trial in trials for outcome in trial.outcomes),
        unsure=sum(outcome.said == "unsure" for _, outcome in outcomes),
        dropped=sum(outcome.said == "dropped" for _, outcome in outcomes),
    )


def by_clause(trials: Iterable[Trial], repeats: int) -> tuple[Measure, ...]:
    """The figures of each clause, in the order in which they come."""
    sorted_out: dict[str, list[Trial]] = {}
    for trial in trials:
        sorted_out.setdefault(trial.clause, []).append(trial)
    return tuple(measure(name, some, repeats) for name, some in sorted_out.items())


def _judged(trial: Trial) -> bool:
    return any(outcome.judged for outcome in trial.outcomes)


def _answers(said: Sequence[Said]) -> list[Said]:
    return [one for one in said if one != "unjudged"]
