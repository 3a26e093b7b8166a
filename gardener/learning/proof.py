"""What a proposal was shown to do, for rules that exist and were not learned."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.core.feedback import Proof

if TYPE_CHECKING:
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
    from gardener.checking.jobs import Job, examine_all
    from gardener.checking.selection import Selection

    settings = replace(ground.settings, rules={}, per_path=(), ignore=(), select=None)
    job = Job(ground.code, Selection((rule,), settings, select=(rule.id,)))
    examined, _ = examine_all(job, ground.python)
    found = {path: item.result.findings for path, item in examined.items() if item.result and item.result.findings}
    return {path: tuple(dict.fromkeys(finding.place.line for finding in each)) for path, each in found.items()}
