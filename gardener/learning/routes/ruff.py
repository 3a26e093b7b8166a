"""A rule of ruff that the project has not switched on, found by running all of them on both states of the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.core.feedback import Proposal
from gardener.learning.differential import LEAST_SHARE, counted
from gardener.learning.proof import proof_of
from gardener.learning.routes._ranking import best_ruff_codes

if TYPE_CHECKING:
    from gardener.learning.case import Case
    from gardener.repo.ruff_codes import RuffRule


def attempt(case: Case) -> Proposal | str:
    """The most fitting of the rules that fire on most befores and on no after."""
    if not case.specimens:
        return "no code is known that ruff could be run on"
    if case.ruff is None:
        return "ruff cannot be run here"
    found = [told for told in best_ruff_codes(case) if told.code not in case.ground.ruff_on]
    if not found:
        return _closest(case)
    best = found[0]
    rule = case.ground.ruff_rules.get(best.code)
    places = case.trials.places.get(best.code, {})
    named = f" ({rule.name})" if rule else ""
    others = f"; so do {', '.join(f'`{told.code}`' for told in found[1:4])}" if len(found) > 1 else ""
    reason = (
        f"ruff's `{best.code}`{named} flags {best.flagged} of {best.befores} befores and none of the "
        f"{best.afters} afters{others}"
    )
    return Proposal(
        case.theme,
        "ruff",
        best.code,
        fixes=rule is not None and rule.fixable,
        proof=proof_of(best, hits=counted(places)),
        places=places,
        reason=reason,
        draft=_setting(best.code, rule),
    )


def _setting(code: str, rule: RuffRule | None) -> str:
    preview = "preview = true\nexplicit-preview-rules = true\n" if rule and rule.preview else ""
    return f'[tool.ruff.lint]\n{preview}extend-select = ["{code}"]\n'


def _closest(case: Case) -> str:
    """Why none passed: the rule that came nearest."""
    fired = [told for told in (case.ruff or {}).values() if told.flagged]
    telling = [told for told in fired if told.tells]
    known = sum(each.after is not None for each in case.specimens)
    if not known:
        return "nobody knows what the code became, and no rule of ruff is called by its name"
    if telling:
        near = min(telling, key=lambda told: (-told.share, told.code))
        return f"`{near.code}` tells the code apart, but is about something that nobody speaks of"
    apart = [told for told in fired if told.clean]
    if not apart:
        return "no rule of ruff fires on the code before and not on what it became"
    near = max(apart, key=lambda told: (min(told.share, LEAST_SHARE), told.clean, told.code))
    alarms = near.afters - near.clean
    return f"nearest is `{near.code}`: it flags {near.flagged} of {near.befores} befores and {alarms} of the afters"
