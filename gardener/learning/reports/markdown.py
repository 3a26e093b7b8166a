"""For the body of a pull request: what people and models wrote is quoted, and inert."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gardener.documents.escaping import inert
from gardener.learning.reports import _words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.core.feedback import Proposal
    from gardener.learning.learn import Learned


def render(learned: Learned) -> str:
    """The report as Markdown."""
    parts = ["## What reviews keep saying", *(part for each in learned.proposals for part in _theme(each, learned))]
    if not learned.proposals:
        parts.append("Nothing recurs.")
    return "\n\n".join(parts) + "\n"


def _theme(proposal: Proposal, learned: Learned) -> Iterator[str]:
    theme = proposal.theme
    target = f": {inert(f'`{proposal.target}`')}" if proposal.target else ""
    yield f"### {inert(theme.title)}"
    yield f"**{_words.OFFERS[proposal.route].capitalize()}{target}** (theme `{theme.id}`)"
    yield f"{_words.evidence(theme).capitalize()}:"
    yield "\n>\n".join(f"> {inert(quote)}" for quote in _words.quotes(theme))
    yield "\n".join(f"- {line}" for line in _facts(proposal, learned))
    if proposal.page is not None:
        yield _folded(f"rules/{proposal.target}.md", _fenced(proposal.page, "markdown"))
    elif proposal.draft:
        yield _folded("Draft", _fenced(proposal.draft, "toml" if proposal.route == "ruff" else "markdown"))
    if proposal.rejected:
        lines = "\n".join(f"- {each.route}: {inert(each.reason)}" for each in proposal.rejected)
        yield _folded("Other ways that were tried", lines)


def _facts(proposal: Proposal, learned: Learned) -> Iterator[str]:
    yield f"**Why this:** {inert(proposal.reason)}"
    if proposal.proof.befores:
        yield f"**Proof:** {_words.proof(proposal.proof)}"
        shown = _words.places(proposal.places)
        yield f"**Hits in the repository:** {proposal.proof.hits}{f' ({inert(shown, 600)})' if shown else ''}"
    if proposal.theme.id in learned.history:
        yield f"**History:** {inert(learned.history[proposal.theme.id].said, 600)}"
    step = _words.next_step(proposal, written=f"rules/{proposal.target}.md" in learned.written)
    if step:
        yield f"**Next:** {inert(step)}"


def _folded(title: str, text: str) -> str:
    return f"<details><summary>{inert(title)}</summary>\n\n{text}\n\n</details>"


def _fenced(text: str, info: str) -> str:
    ticks = "`" * (max((len(run) for run in re.findall(r"`{3,}", text)), default=2) + 1)
    return f"{ticks}{info}\n{text.rstrip()}\n{ticks}"
