"""What a proposal was shown to do, for rules that exist and were not learned."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.core.feedback import Proof

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gardener.core.rule import Rule
    from gardener.learning.differential import Told
    from gardener.learning.ground import Ground


def proof_of(told: Told, *, hits: int = 0) -> Proof:
    """The proof of a rule that was there before: it was learned from none of the code, so that leaving any one out
    changes nothing as long as it flags all of them."""
    return Proof(
        befores=told.befores,
        flagged=told.flagged,
        afters=told.afters,
        clean=told.clean,
        leave_one_out=told.befores > 1 and told.flagged == told.befores and told.clean == told.afters,
        hits=hits,
    )


def hits_of(rule: Rule, ground: Ground) -> dict[str, tuple[int, ...]]:
    """The lines that a rule flags in the repository, by path, whatever its state and whatever is allowed there."""
    return hits_of_all([rule], ground)[0]


def hits_of_all(rules: Sequence[Rule], ground: Ground) -> list[dict[str, tuple[int, ...]]]:
    """The same for several rules, which need not have names of their own: every file is read and parsed once."""
    from gardener.checking.jobs import Job, examine_all
    from gardener.checking.selection import Selection

    if not rules:
        return []
    tried = [replace(rule, id=f"tried-{number}", state="error") for number, rule in enumerate(rules)]
    settings = replace(ground.settings, rules={}, per_path=(), ignore=(), select=None)
    job = Job(ground.code, Selection(tuple(tried), settings, select=tuple(rule.id for rule in tried)))
    examined, _ = examine_all(job, ground.python)
    found: dict[str, dict[str, dict[int, None]]] = {rule.id: {} for rule in tried}
    for path, item in examined.items():
        for finding in item.result.findings if item.result else ():
            found[finding.rule].setdefault(path, {})[finding.place.line] = None
    return [{path: tuple(lines) for path, lines in found[rule.id].items()} for rule in tried]
