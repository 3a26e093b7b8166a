"""What people thought of a rule's findings: said outright, or shown by what they did with the lines it would flag.

Outright are comments in the code and push-back by command: `allow`, `wrong` and `dispute` say that a finding was of no
use, `defer` that it is right and has to wait. A line that was later changed speaks for the rule, one that still stands
speaks against it, both of them softly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.core.wilson import lower_bound

if TYPE_CHECKING:
    from gardener.core.finding import State
    from gardener.learning.backtest import Backtest
    from gardener.learning.ground import Ground

# How much a deed weighs beside a word.
WEAK = 0.25
# The least number of labels, and the least share that they must speak for (lower bound, 95 %), to be promoted: 8 of 8
# and 11 of 12 suffice for the first step, 20 of 20 and 29 of 30 for the second, 19 of 20 do not.
_STEPS: dict[State, tuple[State, float, float]] = {"shadow": ("warn", 8, 0.6), "warn": ("error", 20, 0.8)}
# The bar of Google's Tricorder: more than one finding in ten of no use, and an analyser is taken down.
MOST_USELESS = 0.1
_FEWEST = 10


@dataclass(frozen=True, slots=True)
class Labels:
    """How many findings were of use and of none, and how many lines were fixed unasked and still stand."""

    useful: int = 0
    useless: int = 0
    fixed: int = 0
    standing: int = 0

    @property
    def bound(self) -> float:
        """The least share of useful findings that all labels together speak for."""
        good = self.useful + WEAK * self.fixed
        return lower_bound(good, good + self.useless + WEAK * self.standing)

    @property
    def weight(self) -> float:
        """How much all labels together weigh."""
        return self.useful + self.useless + WEAK * (self.fixed + self.standing)


def promotion(state: State, labels: Labels) -> State | None:
    """The state that the labels justify next; None when they justify none."""
    if state not in _STEPS:
        return None
    to, least, share = _STEPS[state]
    return to if labels.weight >= least and labels.bound >= share else None


def is_unwanted(labels: Labels) -> bool:
    """True when more than one in ten findings that people spoke about was of no use, of at least ten."""
    spoken = labels.useful + labels.useless
    return spoken >= _FEWEST and labels.useless > MOST_USELESS * spoken


def labels_of(rule: str, ground: Ground, history: Backtest | None = None) -> Labels:
    """Everything that speaks for or against a rule: comments in the code, push-back by command, and history."""
    from gardener.checking.deferrals import deferrals_of

    said = [record.verb for record in deferrals_of(ground.tree) if record.rule == rule]
    verbs = [*said, *_verbs_in_code(rule, ground)]
    return Labels(
        useful=verbs.count("defer"),
        useless=len(verbs) - verbs.count("defer"),
        fixed=history.fixed if history else 0,
        standing=len(history.standing) if history else 0,
    )


def _verbs_in_code(rule: str, ground: Ground) -> list[str]:
    from gardener.checking.directives import read_directives
    from gardener.repo.files import decode

    found: list[str] = []
    for path in ground.python:
        try:
            data = ground.tree.read(path)
            if rule.encode() in data and b"gardener:" in data:
                directives = read_directives(decode(data).text, markdown=False)
                found += [one.verb for one in directives if rule in one.rules and not one.problem]
        except (OSError, ValueError):
            continue
    return found
