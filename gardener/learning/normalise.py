"""From feedback to evidence: what was said, about which code, what became of it, and how much it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.core.feedback import Evidence, Fate, Feedback, Tier
from gardener.learning.comment import Comment, read_comment
from gardener.learning.pairing import Pair, pair

if TYPE_CHECKING:
    from collections.abc import Mapping

# Who may be believed: people of the project in full, strangers and programs only beside them.
_TRUST: Mapping[str, float] = {"OWNER": 1.0, "MEMBER": 1.0, "COLLABORATOR": 1.0, "CONTRIBUTOR": 0.7, "": 1.0}
_STRANGER = 0.3
_BOT = 0.2
# Code that is known on both sides proves more than words.
_STRENGTH: Mapping[Tier, float] = {"T1": 1.0, "T2": 0.9, "T3": 0.6, "T4": 0.4}
_DECLINED = 0.25


def read_evidence(feedback: Feedback) -> tuple[Evidence, Comment]:
    """Read one piece of feedback. Never raises: what cannot be used is left out of the evidence."""
    comment = read_comment(feedback.body)
    states = pair(feedback, comment)
    fate = _fate(feedback, states)
    evidence = Evidence(
        feedback,
        comment.text,
        comment.label,
        states.before,
        states.after,
        states.tier,
        fate,
        round(_trust(feedback) * _STRENGTH[states.tier] * (_DECLINED if fate == "declined" else 1.0), 4),
    )
    return evidence, comment


def is_stranger(feedback: Feedback) -> bool:
    """True for somebody whom the project does not know. Where nobody says, people are taken for its own."""
    return feedback.association.upper() not in _TRUST


def _trust(feedback: Feedback) -> float:
    if feedback.author_kind == "bot":
        return _BOT
    return _TRUST.get(feedback.association.upper(), _STRANGER)


def _fate(feedback: Feedback, states: Pair) -> Fate:
    """Addressed where it was resolved or the code followed; declined where it was resolved and nothing changed."""
    if feedback.resolved:
        return "declined" if states.unchanged else "addressed"
    if states.tier == "T2":
        return "addressed" if feedback.resolved is None else "outdated"
    return "open"
