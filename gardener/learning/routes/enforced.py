"""What is enforced already: a rule that runs here tells the code apart, so what is missing is that somebody runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.core.feedback import Proposal
from gardener.learning.differential import counted
from gardener.learning.proof import hits_of, proof_of
from gardener.learning.routes._ranking import best_ruff_codes

if TYPE_CHECKING:
    from gardener.learning.case import Case


def attempt(case: Case) -> Proposal | str:
    """A rule of ours in state `warn` or `error`, or a rule that the project's ruff has on."""
    if not case.specimens:
        return "no code is known that a rule could be tried on"
    resting = ""
    for told in sorted(case.own.values(), key=lambda told: (-told.share, told.code)):
        rule = case.ground.rule(told.code)
        if rule is None or not told.tells:
            continue
        if rule.state == "shadow":
            resting = resting or f"`{rule.id}` tells the code apart, but is in shadow, where it only counts"
        elif rule.id not in case.ground.running:
            resting = resting or f"`{rule.id}` tells the code apart, but is not selected here"
        else:
            reason = f"`{rule.id}` runs here ({rule.state}) and flags {told.flagged} of {told.befores}"
            places = hits_of(rule, case.ground)
            proof = proof_of(told, hits=counted(places))
            return Proposal(case.theme, "enforced", rule.id, proof=proof, places=places, reason=reason)
    for told in best_ruff_codes(case):
        if told.code in case.ground.ruff_on:
            reason = f"ruff has `{told.code}` switched on here, and it flags {told.flagged} of {told.befores}"
            places = case.trials.places.get(told.code, {})
            proof = proof_of(told, hits=counted(places))
            return Proposal(case.theme, "enforced", told.code, proof=proof, places=places, reason=reason)
    return resting or "no rule that runs here tells the code before from the code after"
