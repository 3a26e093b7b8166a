"""The review, from a request to a report: policy, code, verdicts, what is asked, what is found, the gate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.reviewing.preparing import prepare
from gardener.reviewing.reporting import report_of
from gardener.reviewing.settling import filled, frozen, undecided

if TYPE_CHECKING:
    from pathlib import Path

    from gardener.core.report import Report
    from gardener.llm.endpoint import Endpoint
    from gardener.reviewing.preparing import Prepared
    from gardener.reviewing.request import ReviewRequest


def review(request: ReviewRequest) -> Report:
    """Review what `request` names. Nothing is sent in the mode `frozen`, and by `plan`, `emit` and `ingest`.

    Raises ConfigError, DocumentError, RuleError, RepoError, ModelError or ManyErrors when the review cannot start; what
    a model does wrong is in the report's failures.
    """
    prepared = prepare(request)
    if request.plan:
        return _planned(prepared)
    if request.emit is not None:
        from gardener.reviewing.rounds import emitted

        return emitted(prepared, request.emit)
    if request.ingest is not None:
        from gardener.reviewing.rounds import ingested

        return ingested(prepared, request.ingest)
    if request.audit is not None:
        from gardener.reviewing.audit import audited

        return audited(prepared, request.audit)
    if prepared.mode != "frozen":
        return report_of(prepared, filled(prepared))
    report = report_of(prepared, frozen(prepared))
    return replace(report, notes=(*_unasked(prepared, report), *report.notes))


def _unasked(prepared: Prepared, report: Report) -> tuple[str, ...]:
    """What to say to somebody who did not ask for a replay, got one, and misses verdicts in it."""
    if prepared.request.mode is not None or not report.counts.unjudged:
        return ()
    missing = "no key in OPENAI_API_KEY" if prepared.settings.review.model else "no `model` in the settings"
    return (f"nobody was asked, as there is {missing}; --plan says what would be asked and what it would cost",)


def payload(request: ReviewRequest) -> str:
    """Exactly what would be sent first, and where to. Raises as `review` does."""
    from gardener.llm.form_memory import FormMemory
    from gardener.repo.cache_folder import CACHE_FOLDER
    from gardener.reviewing.asking import ENDPOINTS
    from gardener.reviewing.planning import payload_of
    from gardener.reviewing.requests import requests_for

    prepared = prepare(replace(request, plan=True))
    requests = requests_for(undecided(prepared), prepared.criteria, prepared.judge)
    return payload_of(requests, _endpoint(prepared), FormMemory(request.root / CACHE_FOLDER / ENDPOINTS))


def costs_of(root: Path) -> str:
    """What was spent by day, model and purpose, as the ledger has it."""
    from gardener.llm.costs import as_text, costs
    from gardener.repo.cache_folder import CACHE_FOLDER
    from gardener.reviewing.asking import LEDGER

    return as_text(costs(root / CACHE_FOLDER / LEDGER))


def _planned(prepared: Prepared) -> Report:
    from gardener.reviewing.clause_lint import lint_notes
    from gardener.reviewing.planning import lines_of, plan_of

    plan = plan_of(undecided(prepared), prepared.criteria, prepared.judge, prepared.settings.review)
    report = report_of(prepared, frozen(prepared))
    kept = [f"not sent: `{clause}`: {keeper}" for clause, keeper in prepared.compiled.kept_elsewhere]
    counts = replace(
        report.counts, requests=plan.requests, tokens_in=plan.tokens_in, tokens_out=plan.tokens_out, usd=plan.usd
    )
    unset = () if prepared.settings.review.model else ("plan: no model is set, so nothing is asked before one is",)
    planned = (*unset, *lines_of(plan, _endpoint(prepared), prepared.judge))
    notes = (*planned, *kept, *lint_notes(prepared), *report.notes)
    return replace(report, notes=notes, counts=counts)


def _endpoint(prepared: Prepared) -> Endpoint:
    """Where requests would go."""
    from gardener.llm.endpoint import choose_endpoint

    return choose_endpoint(prepared.settings.review, prepared.request.environ)
