"""What has become of the rules of a repository: which deserve more weight, which less, and which can go.

Nothing is changed here: every step is a person's, and the command for it is part of the advice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gardener.core.feedback import Theme
from gardener.learning.backtest import replay, told_of
from gardener.learning.differential import counted, ruff_sides, told
from gardener.learning.ground import read_ground
from gardener.learning.labels import Labels, is_unwanted, labels_of, promotion
from gardener.learning.proof import hits_of
from gardener.learning.specimens import specimen_between

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gardener.core.rule import Rule
    from gardener.learning.backtest import Backtest
    from gardener.learning.ground import Ground
    from gardener.learning.specimens import Specimen

Action = Literal["promote", "demote", "replace", "retire"]

# Fewer changes than these say nothing about a rule that found nothing in them.
_ENOUGH_CHANGES = 50


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about a rule, why, and the command or setting that does it."""

    rule: str
    action: Action
    reason: str
    step: str


def upkeep(root: Path) -> list[Advice]:
    """Advice on the rule pages of the repository under `root`, by rule.

    Raises GardenerError where settings or rules are broken.
    """
    ground = read_ground(root)
    own = [rule for rule in ground.rules if rule.pack == "rules" and rule.body.get("form") in {"family", "pattern"}]
    changes, flagged = replay(own, ground)
    replaced = _done_by_ruff(own, ground)
    found: list[Advice] = []
    for rule in own:
        history = told_of(changes, flagged.get(rule.id, ()), Theme("", "", ()))
        found += _advice(rule, ground, history, replaced.get(rule.id))
    return found


def _advice(rule: Rule, ground: Ground, history: Backtest, code: str | None) -> Iterator[Advice]:
    if code is not None:
        step = f'add `extend-select = ["{code}"]` to the settings of ruff, and remove rules/{rule.id}.md'
        yield Advice(rule.id, "replace", f"ruff's `{code}` tells all its examples apart", step)
        return
    labels = labels_of(rule.id, ground, history)
    to = promotion(rule.state, labels)
    if is_unwanted(labels):
        reason = f"{labels.useless} of {labels.useful + labels.useless} findings that people spoke about were of no use"
        yield Advice(rule.id, "demote", reason, _lower(rule))
    elif to is not None:
        step = f"gardener rules accept {rule.id} --as {to}"
        yield Advice(rule.id, "promote", _spoken(labels), step)
    elif not history.flagged and history.changes >= _ENOUGH_CHANGES and not counted(hits_of(rule, ground)):
        reason = f"it finds nothing, neither today nor in the last {history.changes} changes"
        yield Advice(rule.id, "retire", reason, _reject(rule))


def _spoken(labels: Labels) -> str:
    return (
        f"at least {labels.bound:.0%} of what it finds is of use: {labels.useful} said so, {labels.useless} said "
        f"otherwise, {labels.fixed} lines were changed unasked, {labels.standing} still stand"
    )


def _lower(rule: Rule) -> str:
    return f"gardener rules accept {rule.id} --as warn" if rule.state == "error" else _reject(rule)


def _reject(rule: Rule) -> str:
    return f"gardener rules reject {rule.id} --reason TEXT"


def _done_by_ruff(rules: list[Rule], ground: Ground) -> dict[str, str]:
    """By rule, the code of ruff that flags all its bad examples and none of its good ones."""
    listed = [(rule.id, _specimens(rule)) for rule in rules]
    every = [each for _, specimens in listed for each in specimens]
    sides = ruff_sides(every, ground.root, ground.ruff_rules) if every else None
    found: dict[str, str] = {}
    at = 0
    for name, specimens in listed:
        end = at + len(specimens)
        codes = told(specimens, sides[at:end]) if sides and specimens else {}
        fitting = [code for code, one in codes.items() if one.tells and one.flagged == one.befores]
        preview = {code for code, rule in ground.ruff_rules.items() if rule.preview}
        best = min((code for code in fitting if code not in preview), default=None)
        if best is not None:
            found[name] = best
        at = end
    return found


def _specimens(rule: Rule) -> list[Specimen]:
    """The examples in pairs; a bad one without a good one of its own is compared with the last."""
    bad = [example for example in rule.examples if example.kind == "bad"]
    good = [example for example in rule.examples if example.kind == "good"]
    made = (
        specimen_between(one.code, good[min(number, len(good) - 1)].code, one.path or "example.py")
        for number, one in enumerate(bad)
        if good
    )
    return [each for each in made if each is not None]
