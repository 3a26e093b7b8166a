"""For programs: the themes with what could be made of each."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gardener.core.feedback import Proposal
    from gardener.learning.learn import Learned


def render(learned: Learned) -> str:
    """One JSON object; its fields are documented in docs/learning.md."""
    data = {
        "themes": [_theme(proposal) for proposal in learned.proposals],
        "unclustered": list(learned.unclustered),
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _theme(proposal: Proposal) -> dict[str, Any]:
    return {
        "id": proposal.theme.id,
        "title": proposal.theme.title,
        "feedback": [each.feedback.id for each in proposal.theme.evidence],
        "route": proposal.route,
        "target": proposal.target,
        "page": proposal.page,
        "fixes": proposal.fixes,
        "proof": asdict(proposal.proof),
        "rejected_routes": [{"route": each.route, "reason": each.reason} for each in proposal.rejected],
    }
