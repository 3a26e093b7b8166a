"""Review everything: from stored verdicts, and within the budget of the night by asking the model about the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.gardening.night import Said

if TYPE_CHECKING:
    from gardener.core.report import Report
    from gardener.gardening.night import Tended

_KEY = "OPENAI_API_KEY"


def run(tended: Tended) -> tuple[Tended, Said]:
    """The report of the review, and how areas stand on each guardrail.

    Without verdicts and without anybody to ask there is nothing to say, and no code is read for it.
    """
    from gardener.documents.places import find_core_beliefs
    from gardener.gardening.grades.guardrails import cells_of, holds_verdicts
    from gardener.repo.trees import WorkingTree
    from gardener.reviewing.assessing import reviewed
    from gardener.reviewing.request import ReviewRequest

    tree = WorkingTree(tended.request.root)
    if find_core_beliefs(tree.paths(), tended.settings) is None:
        return tended, Said("there are no core beliefs to judge by", "skipped")
    asks, why = asking(tended)
    if not asks and not holds_verdicts(tree):
        return tended, Said(f"no verdicts are stored, and {why}", "skipped")
    request = ReviewRequest(
        root=tended.request.root,
        mode="fill" if asks else "frozen",
        environ=tended.request.environ,
        max_usd=bound(tended),
        announce=tended.request.announce,
        log=tended.request.log,
    )
    report, assessment = reviewed(request)
    guardrails, cells = cells_of(assessment)
    said = Said(_words(report, why), changes=("stored verdicts",) if asks and report.counts.requests else ())
    return replace(tended, reviewed=report, guardrails=guardrails, cells=cells), said


def asking(tended: Tended) -> tuple[bool, str]:
    """Whether the model is asked tonight; why not, if not."""
    if not tended.settings.review.model:
        return False, "no model is set"
    if not tended.request.environ.get(_KEY, "").strip():
        return False, f"there is no {_KEY}"
    if bound(tended) is None:
        return False, "nothing says what a night may cost: set `max-usd` in `[tool.gardener.garden]`"
    if not tended.request.apply:
        return False, "only --apply asks the model"
    return True, ""


def bound(tended: Tended) -> float | None:
    """The most that tonight may cost."""
    bounds = [one for one in (tended.settings.garden.max_usd, tended.settings.review.max_usd) if one is not None]
    return min(bounds, default=None)


def _words(report: Report, why: str) -> str:
    counts = report.counts
    number = sum(one.suppressed is None for one in report.findings)
    said = f"{number:,} finding{'s' * (number != 1)}, {counts.judged:,} judged, {counts.unjudged:,} unjudged"
    if counts.requests:
        price = "price unknown" if counts.usd is None else f"${counts.usd:.2f}"
        return f"{said}, {counts.requests:,} requests, {price}"
    return f"{said} ({why})" if why and counts.unjudged else said
