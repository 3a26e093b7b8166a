"""Proposals of rule pages: new ones, and those that lie in `rules/` and wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from gardener.core.feedback import Proposal
from gardener.learning.differential import counted
from gardener.learning.proof import hits_of, proof_of

if TYPE_CHECKING:
    from gardener.learning.case import Case
    from gardener.learning.drafting import Draft


def learned(case: Case, draft: Draft, route: Literal["family", "pattern"], reason: str) -> Proposal:
    """The proposal of a page that was just learned."""
    return Proposal(
        case.theme,
        route,
        draft.rule.id,
        page=draft.page,
        fixes=draft.fixes,
        proof=draft.proof,
        places=draft.places,
        reason=reason,
    )


def existing(case: Case, form: Literal["family", "pattern"]) -> Proposal | None:
    """A rule in shadow, or one that is off, that tells the code apart: nothing new has to be learned."""
    for told in sorted(case.own.values(), key=lambda told: (-told.share, told.code)):
        rule = case.ground.rule(told.code)
        if rule is None or not told.tells or rule.body.get("form") != form:
            continue
        places = hits_of(rule, case.ground)
        own = rule.pack == "rules" and rule.state == "shadow"
        reason = (
            f"`{rule.id}` was proposed before and waits in state shadow"
            if own
            else f'`{rule.id}` is there and off: add it to `extend-select = ["{rule.id}"]`'
        )
        return Proposal(
            case.theme,
            form,
            rule.id,
            page=_page_of(case, rule.place) if own else None,
            fixes=rule.fixes,
            proof=proof_of(told, hits=counted(places)),
            places=places,
            reason=reason,
        )
    return None


def _page_of(case: Case, place: str) -> str | None:
    try:
        return case.ground.tree.read(place.rpartition(":")[0]).decode("utf-8-sig")
    except (OSError, ValueError):
        return None
