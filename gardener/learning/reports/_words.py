"""What both reports for people say: evidence, proof, places, history, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.learning.recurrence import support

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gardener.core.feedback import Proof, Proposal, Theme

QUOTES = 3
_PLACES = 10

OFFERS = {
    "enforced": "enforced already",
    "ruff": "a rule of ruff",
    "family": "a rule from a family",
    "pattern": "a rule with a pattern",
    "python": "a rule in Python",
    "belief": "a belief",
    "issue": "an issue",
    "none": "nothing",
}


def counted(count: int, noun: str) -> str:
    """A number with its noun."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def evidence(theme: Theme) -> str:
    """How often something was said, where, by how many and when."""
    found = support(theme.evidence)
    people = "1 person" if found.people == 1 else f"{found.people} people"
    when = f", {found.first[:10]} to {found.last[:10]}" if found.first else ""
    bots = f"; {counted(found.bots, 'comment')} by bots not counted" if found.bots else ""
    return f"{counted(found.comments, 'comment')} in {counted(found.pulls, 'pull request')} by {people}{when}{bots}"


def quotes(theme: Theme) -> list[str]:
    """What people said: the most typical comment first, no text twice."""
    texts = [each.text for each in theme.evidence if each.feedback.author_kind == "human" and each.text]
    return list(dict.fromkeys(texts))[:QUOTES]


def proof(of: Proof) -> str:
    """What was shown, in one line; empty where nothing could be tried."""
    if not of.befores:
        return ""
    held = "; holds when any one of them is left out" if of.leave_one_out else ""
    alarms = of.afters - of.clean
    return f"flags {of.flagged} of {of.befores} befores and {alarms} of {counted(of.afters, 'after')}{held}"


def places(of: Mapping[str, Iterable[int]] | None) -> str:
    """The first places in the repository, and how many more there are."""
    every = [(path, line) for path, lines in sorted((of or {}).items()) for line in lines]
    shown = ", ".join(f"{path}:{line}" for path, line in every[:_PLACES])
    more = len(every) - _PLACES
    return f"{shown} and {more} more" if more > 0 else shown


def next_step(proposal: Proposal, *, written: bool) -> str:
    """The command to accept, or what else a person can do."""
    if proposal.page is not None:
        accept = f"gardener rules accept {proposal.target}"
        return accept if written else f"gardener learn … --write, then {accept}"
    steps = {
        "enforced": "see that it runs: in the hook and in CI",
        "ruff": f'add `extend-select = ["{proposal.target}"]` to the settings of ruff',
        "family": f'add `extend-select = ["{proposal.target}"]` to the settings of gardener',
        "belief": "put the section into core-beliefs.md",
        "issue": "file the draft",
    }
    if proposal.route == "belief" and not proposal.draft:
        return f"gardener beliefs show {proposal.target}"
    return steps.get(proposal.route, "")
