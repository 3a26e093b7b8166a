"""For a terminal: one block a theme, with what speaks for it and what to do."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from gardener.learning.reports import _words
from gardener.outputs._visible import paragraph, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.core.feedback import Proposal
    from gardener.learning.learn import Learned

_WIDTH = 110
_LABEL = 9
_LONGEST_QUOTE = 200


def render(learned: Learned) -> str:
    """The report; whatever people wrote shows as they wrote it, and steers nothing."""
    blocks = ["\n".join(_block(proposal, learned)) for proposal in learned.proposals]
    return "\n\n".join([*blocks, "\n".join(_summary(learned))]) + "\n"


def _block(proposal: Proposal, learned: Learned) -> Iterator[str]:
    theme, written = proposal.theme, f"rules/{proposal.target}.md" in learned.written
    target = f": {proposal.target}" if proposal.target else ""
    yield f"{theme.id}  {sentence(theme.title)}"
    yield f"  {_words.OFFERS[proposal.route]}{sentence(target)}"
    yield from _line("said", _words.evidence(theme))
    for quote in _words.quotes(theme):
        yield from _line("", f"“{quote[:_LONGEST_QUOTE]}{'…' if len(quote) > _LONGEST_QUOTE else ''}”")
    yield from _line("why", proposal.reason)
    for each in proposal.rejected:
        yield from _line("", f"not {each.route}: {each.reason}")
    yield from _line("proof", _words.proof(proposal.proof))
    hits = _words.counted(proposal.proof.hits, "place")
    if proposal.proof.befores:
        shown = _words.places(proposal.places)
        yield from _line("hits", f"{hits} in the repository{': ' if shown else ''}{shown}")
    if theme.id in learned.history:
        yield from _line("history", learned.history[theme.id].said)
    if proposal.draft:
        yield from _draft(proposal.draft)
    yield from _line("next", _words.next_step(proposal, written=written or proposal.reason.endswith("shadow")))


def _line(label: str, text: str) -> Iterator[str]:
    if not text:
        return
    lines = textwrap.wrap(sentence(text), _WIDTH - _LABEL - 2, break_on_hyphens=False) or [""]
    for number, line in enumerate(lines):
        yield f"  {label if number == 0 else '':<{_LABEL}}{line}"


def _draft(text: str) -> Iterator[str]:
    for number, line in enumerate(paragraph(text.rstrip("\n")).split("\n")):
        yield f"  {'draft' if number == 0 else '':<{_LABEL}}{line}".rstrip()


def _summary(learned: Learned) -> Iterator[str]:
    read = learned.counts.get("feedback", 0)
    if read:
        yield (
            f"{_words.counted(read, 'comment')}, {_words.counted(len(learned.proposals), 'theme')}, "
            f"{len(learned.unclustered)} in none"
        )
    elif not learned.proposals:
        yield "nothing was read"
    for path in learned.written:
        yield f"wrote {path} (state shadow: it only counts until `gardener rules accept {_rule(path)}`)"


def _rule(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md")
