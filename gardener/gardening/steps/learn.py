"""See what could be made of feedback that was collected; what comes of it, a person decides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.gardening.night import Said, Waiting

if TYPE_CHECKING:
    from gardener.core.feedback import Proposal
    from gardener.gardening.night import Tended

_DECIDE = {
    "ruff": "switch it on in ruff's settings",
    "family": "gardener learn --write",
    "pattern": "gardener learn --write",
    "belief": "gardener learn",
    "issue": "gardener learn",
    "python": "gardener learn",
}


def run(tended: Tended) -> tuple[Tended, Said]:
    """Every proposal waits for a person, and nothing is written."""
    from gardener.learning.feedback_store import PATH
    from gardener.learning.learn import LearnRequest, learn

    root = tended.request.root
    if not (root / PATH).exists():
        return tended, Said("no feedback was collected: `gardener learn --from SOURCE` reads some", "skipped")
    learned = learn(LearnRequest(root=root, cwd=root))
    waiting = tuple(_waiting(one) for one in learned.proposals if one.route in _DECIDE)
    number = len(learned.proposals)
    words = f"{number} theme{'s' * (number != 1)}, {len(waiting)} proposal{'s' * (len(waiting) != 1)}"
    tended = replace(tended, proposals=learned.proposals, waiting=(*tended.waiting, *waiting))
    return tended, Said(words)


def _waiting(proposal: Proposal) -> Waiting:
    target = f"{proposal.route} `{proposal.target}`" if proposal.target else proposal.route
    return Waiting(target, proposal.theme.title, proposal.reason, _DECIDE[proposal.route])
