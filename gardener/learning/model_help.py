"""What a model may add to learning: words, a draft where nothing was found, and doubts. Nothing rests on it.

Whatever it answers passes the gates that everything passes, or nothing comes of it; a person still has to accept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.learning import model_prompts as prompts
from gardener.learning.adviser import Adviser
from gardener.learning.model_drafting import comments_of, drafted_by_model
from gardener.learning.rewording import reworded_belief, reworded_page
from gardener.llm.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gardener.core.feedback import Proposal
    from gardener.learning.ground import Ground

_MOST_HITS = 10
_LONGEST_CODE = 4_000
_AROUND = 3


def with_model(
    proposals: Sequence[Proposal],
    ground: Ground,
    environ: Mapping[str, str],
    announce: Callable[[str], None] | None,
) -> tuple[list[Proposal], tuple[str, ...]]:
    """The proposals after a model helped, and what is to be said about that; the same ones where nobody can be asked.

    Raises ConfigError for an endpoint that must not be used, RepoError where there is no place for the ledger.
    """
    review = ground.settings.review
    missing = "`review.model` is not set" if not review.model else "there is no key in OPENAI_API_KEY"
    if not review.model or not environ.get("OPENAI_API_KEY", "").strip():
        return list(proposals), (f"no model helped: {missing}",)
    from gardener.reviewing.asking import Asking

    with Asking(ground.root, review, environ, announce) as asking:
        adviser = Adviser(asking, ground)
        found = helped(proposals, adviser)
        spent = asking.spent()
        usd = "price unknown" if spent.usd is None else f"${spent.usd:.2f}"
        bill = f"the model took {spent.requests} requests ({usd})"
        return found, (*adviser.notes(), *asking.notes, *([bill] if spent.requests else []))


def helped(proposals: Sequence[Proposal], adviser: Adviser) -> list[Proposal]:
    """Each proposal with what the model could add to it."""
    return [_helped(proposal, adviser) for proposal in proposals]


def _helped(proposal: Proposal, adviser: Adviser) -> Proposal:
    if not adviser.may_read(proposal.theme):
        return proposal
    why_none = next((each.reason for each in proposal.rejected if each.route == "pattern"), "")
    found = drafted_by_model(proposal, why_none, adviser) if why_none else proposal
    if found is proposal or found.page is None:
        # A draft of the model has its words already.
        found = _worded(found, adviser) if _is_new(found, adviser.ground) else found
    return _doubted(found, adviser) if found.page is not None and _is_new(found, adviser.ground) else found


def _is_new(proposal: Proposal, ground: Ground) -> bool:
    """Whether something was written that does not stand in the repository yet."""
    if proposal.page is not None:
        return not ground.tree.exists(f"rules/{proposal.target}.md")
    return proposal.route == "belief" and bool(proposal.draft)


def _worded(proposal: Proposal, adviser: Adviser) -> Proposal:
    redactor = Redactor()
    parts = [*comments_of(proposal.theme, redactor), prompts.document("words", redactor.redact(_words(proposal)))]
    answer = adviser.ask(prompts.WORDING, ["\n".join(parts)], prompts.WORDS_SCHEMA, "word")
    if answer is None:
        return proposal
    title, message, why = prompts.words_of(answer)
    if proposal.page is None:
        found = reworded_belief(proposal.draft, title, why)
        return proposal if found is None else replace(proposal, target=found[0], draft=found[1])
    page = reworded_page(proposal.page, proposal.target or "", title, message, why)
    return proposal if page is None else replace(proposal, page=page)


def _words(proposal: Proposal) -> str:
    return (proposal.page or proposal.draft)[:_LONGEST_CODE]


def _doubted(proposal: Proposal, adviser: Adviser) -> Proposal:
    """The proposal with the hits that a model does not take for what was meant; it never adds trust."""
    hits = _hits(proposal, adviser)
    if not hits:
        return proposal
    redactor = Redactor()
    parts = [prompts.document("rule", redactor.redact(_words(proposal)))]
    parts += [prompts.document(f"hit h{number}", redactor.redact(code)) for number, (_, code) in enumerate(hits, 1)]
    answer = adviser.ask(prompts.TRIAGE, ["\n".join(parts)], prompts.TRIAGE_SCHEMA, "triage")
    if answer is None:
        return proposal
    sure = prompts.meant(answer)
    doubts = [place for number, (place, _) in enumerate(hits, 1) if f"h{number}" not in sure]
    if not doubts:
        return proposal
    said = f"a model doubts {len(doubts)} of the {len(hits)} hits it was shown: {', '.join(doubts)}"
    return replace(proposal, reason=f"{proposal.reason}; {said}")


def _hits(proposal: Proposal, adviser: Adviser) -> list[tuple[str, str]]:
    """The first hits, each with the code around it."""
    from gardener.core.lines import split_lines
    from gardener.repo.files import decode

    found: list[tuple[str, str]] = []
    for path, numbers in sorted((proposal.places or {}).items()):
        if adviser.is_denied(path):
            continue
        try:
            lines = split_lines(decode(adviser.ground.tree.read(path)).text)
        except (OSError, ValueError):
            continue
        for number in numbers:
            around = "".join(lines[max(0, number - 1 - _AROUND) : number + _AROUND])
            found.append((f"{path}:{number}", around[:_LONGEST_CODE]))
    return found[:_MOST_HITS]
