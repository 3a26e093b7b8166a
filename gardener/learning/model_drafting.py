"""A rule page drafted by a model where generalising found none: told why each draft fails, it may mend it twice."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gardener.core.feedback import Proposal, RejectedRoute
from gardener.learning import model_prompts as prompts
from gardener.learning.belief_match import belief_for
from gardener.learning.drafting import Draft, finished, limits_for, samples_of
from gardener.learning.induction.admitting import admit
from gardener.learning.specimens import specimens_of
from gardener.llm.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gardener.core.feedback import Route, Theme
    from gardener.learning.adviser import Adviser
    from gardener.learning.ground import Ground
    from gardener.learning.induction.records import Sample

ROUNDS = 3
_MOST_COMMENTS = 8
_MOST_SAMPLES = 6
_LONGEST_COMMENT = 600
_LONGEST_CODE = 4_000
_FAR = 15


def drafted_by_model(proposal: Proposal, why_none: str, adviser: Adviser) -> Proposal:
    """The proposal of a rule that the model drafted; the old one, with the last reason, where none passes."""
    ground = adviser.ground
    samples = samples_of(specimens_of(proposal.theme))
    if not samples:
        return proposal
    turns = [_drafting(proposal.theme, samples, why_none)]
    reason = ""
    redactor = Redactor()
    for _ in range(ROUNDS):
        answer = adviser.ask(prompts.DRAFTING, turns, prompts.DRAFT_SCHEMA, "draft")
        if answer is None:
            break
        found = _judged(answer, proposal.theme, ground)
        if isinstance(found, Draft):
            return _as_proposal(found, proposal, why_none)
        reason = found
        turns += [_echo(answer), prompts.document("reason for turning it down", redactor.redact(reason))]
    if not reason:
        return proposal
    said = f"{why_none}; what a model drafted fails too: {reason}"
    rejected = tuple(RejectedRoute("pattern", said) if one.route == "pattern" else one for one in proposal.rejected)
    return replace(proposal, rejected=rejected)


def _judged(answer: Mapping[str, Any], theme: Theme, ground: Ground) -> Draft | str:
    sketch = prompts.sketch_of(answer)
    if isinstance(sketch, str):
        return sketch
    belief = belief_for(theme, ground.beliefs)
    samples = samples_of(specimens_of(theme))
    admitted = admit(
        sketch,
        samples,
        repository=ground.code,
        limits=limits_for(ground),
        belief=belief.id if belief else None,
        provenance=f"Drafted by a model from {len(samples)} changes; every condition is needed by an example.",
    )
    if isinstance(admitted, str):
        return admitted
    draft = finished(admitted, theme, ground, "")
    return draft if isinstance(draft, Draft) else draft.reason


def _as_proposal(draft: Draft, old: Proposal, why_none: str) -> Proposal:
    route: Route = "pattern" if draft.family is None else "family"
    earlier = tuple(one for one in old.rejected if one.route in {"enforced", "ruff", "family", "pattern"} - {route})
    return Proposal(
        old.theme,
        route,
        draft.rule.id,
        page=draft.page,
        fixes=draft.fixes,
        proof=draft.proof,
        places=draft.places,
        rejected=earlier,
        reason=f"a model drafted it, and it tells the code apart; generalising did not: {why_none}",
    )


def _drafting(theme: Theme, samples: Sequence[Sample], why_none: str) -> str:
    redactor = Redactor()
    parts = comments_of(theme, redactor)
    for number, each in enumerate(samples[:_MOST_SAMPLES], 1):
        parts.append(prompts.document(f"before {number}", redactor.redact(_excerpt(each.before, each.focus))))
        parts.append(prompts.document(f"after {number}", redactor.redact(_excerpt(each.after or "", each.focus))))
    parts.append(prompts.document("why generalising found no rule", redactor.redact(why_none)))
    return "\n".join(parts)


def comments_of(theme: Theme, redactor: Redactor) -> list[str]:
    """What was said, each text once, without secrets and unable to leave its place."""
    texts = dict.fromkeys(each.text[:_LONGEST_COMMENT] for each in theme.evidence if each.text)
    return [prompts.document("comment", redactor.redact(text)) for text in list(texts)[:_MOST_COMMENTS]]


def _excerpt(text: str, focus: tuple[int, int] | None) -> str:
    """A text as a whole, or the lines that are meant with some around them."""
    from gardener.core.lines import split_lines

    if len(text) <= _LONGEST_CODE or focus is None:
        return text[:_LONGEST_CODE]
    lines = split_lines(text)
    return "".join(lines[max(0, focus[0] - 1 - _FAR) : focus[1] + _FAR])[:_LONGEST_CODE]


def _echo(answer: Mapping[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False)[: 2 * _LONGEST_CODE]
