"""Which of the team's own rules says what a rule of ruff says by now?

Every rule of ruff is run on the examples of ours. One that fires on each bad example, on just the lines that are marked
there, and on no good one, covers it: a rule less to keep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.gardening.chores_ground import Round
from gardener.gardening.night import Duty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.core.rule import Example, Rule
    from gardener.gardening.chores_ground import ChoreGround
    from gardener.repo.ruff_codes import Fired, RuffRule

SHIPPED = "gardener"
_NAMELESS = "example.py"
MINUTES = 15


def run(ground: ChoreGround) -> Round:
    """A duty for each rule of the repository's own that a stable rule of ruff covers; none without ruff."""
    from gardener.repo.ruff_codes import codes_fired, known_rules

    ours = [rule for rule in ground.report.rules if rule.pack != SHIPPED and rule.target == "python" and rule.examples]
    if not ours:
        return Round()
    known = known_rules(ground.root)
    texts = [(one.path or _NAMELESS, one.code) for rule in ours for one in rule.examples]
    fired = codes_fired(texts, ground.root, known) if known else None
    if fired is None:
        return Round()
    results = iter(fired)
    told = {rule.id: [(one, next(results)) for one in rule.examples] for rule in ours}
    found = [(rule, code) for rule in ours for code in covering(told[rule.id], known)[:1]]
    return Round(tuple(_duty(rule, known[code]) for rule, code in found))


def covering(told: list[tuple[Example, Fired]], known: Mapping[str, RuffRule]) -> list[str]:
    """The stable codes that tell the bad examples from the good ones, exactly where they are marked."""
    bad = [(one, fired) for one, fired in told if one.kind == "bad"]
    good = {code for one, fired in told if one.kind == "good" for code in fired}
    if not bad:
        return []
    codes = set.intersection(*({code for code, lines in fired.items() if _fits(one, lines)} for one, fired in bad))
    return sorted(code for code in codes - good if code in known and not known[code].preview)


def _fits(example: Example, lines: tuple[int, ...]) -> bool:
    return set(lines) == set(example.marks) if example.marks else bool(lines)


def _duty(rule: Rule, other: RuffRule) -> Duty:
    what = f"ruff's `{other.code}` ({other.name}) says what `{rule.id}` says"
    do = f'add "{other.code}" to `extend-select` of ruff, then `gardener rules reject {rule.id} --reason "ruff has it"`'
    return Duty("ruff-covers-ours", what, rule.place.rpartition(":")[0] or rule.place, do, MINUTES)
