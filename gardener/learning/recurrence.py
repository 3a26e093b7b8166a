"""When something that was said recurs: often enough, in several places, and by several people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.learning.normalise import is_stranger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gardener.core.feedback import Evidence

LEAST_COMMENTS = 3
LEAST_PULLS = 2
LEAST_PEOPLE = 2
# Strangers add to what the project's own people say; one of these among many strangers is not enough.
LEAST_OWN = 2


@dataclass(frozen=True, slots=True)
class Support:
    """How many comments, pull requests and people carry a theme; programs and declined comments never count.

    `bots` are comments by programs. `first` and `last` are the dates of the first and last comment that counts.
    """

    comments: int
    pulls: int
    people: int
    bots: int
    declined: int
    first: str
    last: str

    @property
    def confidence(self) -> float:
        """Pull requests by comments: one noisy pull request cannot promote what it repeats."""
        return self.pulls / self.comments if self.comments else 0.0


def carries(evidence: Evidence) -> bool:
    """False for what programs say and for what was declined: neither makes a theme, alone or with others."""
    return evidence.feedback.author_kind == "human" and evidence.fate != "declined"


def support(evidence: Sequence[Evidence]) -> Support:
    """Count what carries a theme."""
    carrying = [each for each in evidence if carries(each)]
    dates = sorted(filter(None, (each.feedback.created_at for each in carrying)))
    return Support(
        len(carrying),
        len({each.feedback.pr for each in carrying}),
        len({each.feedback.author.casefold() for each in carrying}),
        sum(each.feedback.author_kind == "bot" for each in evidence),
        sum(each.fate == "declined" for each in evidence),
        dates[0] if dates else "",
        dates[-1] if dates else "",
    )


def recurs(evidence: Sequence[Evidence]) -> bool:
    """True for at least 3 comments in 2 pull requests by 2 people, 2 of them by the project's own."""
    return not shortcoming(evidence)


def shortcoming(evidence: Sequence[Evidence]) -> str:
    """What is missing for a theme; empty where nothing is. Who is not named counts as one person."""
    found = support(evidence)
    if found.comments < LEAST_COMMENTS:
        return f"{found.comments} of at least {LEAST_COMMENTS} comments"
    if found.people < LEAST_PEOPLE:
        return "all by one person"
    if found.pulls < LEAST_PULLS:
        return "all in one pull request"
    if sum(carries(each) and not is_stranger(each.feedback) for each in evidence) < LEAST_OWN:
        return f"fewer than {LEAST_OWN} of them by people of the project"
    return ""
