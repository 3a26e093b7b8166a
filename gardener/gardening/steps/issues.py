"""Keep issues in step with the findings: a plan, and with `--apply` the few writes that a night may make."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.core.finding import Failure
from gardener.gardening.night import Said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.gardening.issue_steps import Action
    from gardener.gardening.issue_sync import Synced, Wanted
    from gardener.gardening.night import Tended

NEEDS = ("report",)
_DONE: Mapping[Action, str] = {"create": "created", "update": "updated", "reopen": "opened again", "close": "closed"}


def run(tended: Tended) -> tuple[Tended, Said]:
    """What the tracker of the settings would hold, or holds now; what went wrong there is among the failures."""
    from gardener.gardening.issue_sync import look_ahead, synchronise, tracker_called, wanted
    from gardener.repo.trees import WorkingTree

    root, settings = tended.request.root, tended.settings
    tracker = tracker_called(settings.issues.tracker, root, settings.issues)
    reports = [report for report in (tended.report, tended.reviewed) if report is not None]
    families = ["check", "ruff", *(["review"] if tended.reviewed is not None else [])]
    families += ["learn"] if tended.proposals is not None else []
    asked = wanted(root, reports, WorkingTree(root), settings, families, tended.proposals or ())
    synced = synchronise(root, asked, tracker) if tended.request.apply else look_ahead(root, asked, tracker)
    if synced.busy:
        return tended, Said(f"another run is at the issues in {synced.plan.place}", "skipped")
    found = tuple(Failure(f"issues: {one}") for one in _own(synced, asked))
    tended = replace(tended, failures=(*tended.failures, *found), notes=(*tended.notes, *synced.notes))
    return tended, _said(tended, synced)


def _own(synced: Synced, asked: Wanted) -> list[str]:
    """What went wrong with issues; what went wrong before is known already."""
    return [one for one in synced.failures if one not in asked.failures]


def _said(tended: Tended, synced: Synced) -> Said:
    place, outcome = synced.plan.place, synced.outcome
    waiting = f", {len(synced.plan.waiting)} waiting" if synced.plan.waiting else ""
    if outcome is None:
        counted = [f"{synced.plan.counted(one)} to {one}" for one in _DONE if synced.plan.counted(one)]
        words = f"{place}: {', '.join(counted) or 'nothing to write'}{waiting}"
        return Said(words, "planned" if counted and not tended.request.apply else "done")
    changes = [f"{_DONE[step.action]} issue {step.id}".rstrip() for step in outcome.done]
    for step in outcome.done:
        tended.request.log("issue", tracker=place, action=step.action, id=step.id, fingerprint=step.fingerprint)
    done = {one: sum(step.action == one for step in outcome.done) for one in _DONE}
    said = [f"{number} {_DONE[one]}" for one, number in done.items() if number]
    return Said(f"{place}: {', '.join(said) or 'nothing to write'}{waiting}", changes=tuple(changes))
