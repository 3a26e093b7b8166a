"""A plan for a tracker, or what became of it, for people (as a diff) and for programs."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING, Any

from gardener.outputs._visible import sentence, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gardener.gardening.issue_steps import Action, Step
    from gardener.gardening.issue_sync import Synced

_SIGNS: Mapping[Action, str] = {"create": "+", "update": "~", "reopen": "^", "close": "-"}
_DONE = {"create": "created", "update": "updated", "reopen": "opened again", "close": "closed"}


def as_text(synced: Synced) -> str:
    """Each write with what it changes, as a diff; then what waits, notes, and the totals."""
    made, outcome = synced.plan, synced.outcome
    if synced.busy:
        return f"issues in {made.place}: another run is at it, so nothing was done\n"
    lines = [f"issues in {sentence(made.place)}", ""]
    shown = made.steps if outcome is None else outcome.done
    for step in shown:
        lines += [_head(step, outcome.urls.get(step.fingerprint, "") if outcome else "")]
        lines += [*(_diff(step) if outcome is None else ()), ""]
    if made.waiting:
        waiting = [f"  {draft.severity} {sentence(draft.title)}" for draft in made.waiting]
        lines += [f"waiting on the dashboard: {len(made.waiting)}", *waiting, ""]
    notes = [*made.notes, *synced.notes]
    lines += [*(f"note: {sentence(note)}" for note in notes), *([""] if notes else [])]
    return "\n".join([*lines, _totals(synced)]) + "\n"


def as_json(synced: Synced) -> str:
    """The same for programs: `steps` with `done` each, `waiting`, `notes` and `failures`."""
    made, outcome = synced.plan, synced.outcome
    done = {step.fingerprint: step for step in outcome.done} if outcome else {}
    data: dict[str, Any] = {
        "tracker": made.place,
        "applied": outcome is not None,
        "busy": synced.busy,
        "steps": [
            {
                "action": step.action,
                "fingerprint": step.fingerprint,
                "id": (done[step.fingerprint].id if step.fingerprint in done else step.id) or None,
                "title": step.title,
                "reason": step.reason,
                "why": step.why,
                "labels": list(step.labels),
                "body": step.body or None,
                "url": (outcome.urls.get(step.fingerprint) if outcome else None) or None,
                "done": step.fingerprint in done,
            }
            for step in made.steps
        ],
        "waiting": [
            {"fingerprint": draft.fingerprint, "title": draft.title, "severity": draft.severity, "size": draft.size}
            for draft in made.waiting
        ],
        "notes": [*made.notes, *synced.notes],
        "failures": list(synced.failures),
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _head(step: Step, url: str) -> str:
    sign = _SIGNS[step.action]
    name = f" {step.id}" if step.id else ""
    reason = f" as {step.reason.replace('_', ' ')}" if step.reason else ""
    why = f" ({step.why})" if step.why else ""
    return sentence(f"{sign} {step.action}{name}{reason}: {step.title}{why}{f' {url}' if url else ''}")


def _diff(step: Step) -> Iterator[str]:
    if step.action == "close":
        return
    old, new = step.old.split("\n") if step.old else [], step.body.split("\n")
    for line in list(difflib.unified_diff(old, new, n=1, lineterm=""))[2:]:
        yield f"    {visible(line)}"


def _totals(synced: Synced) -> str:
    made, outcome = synced.plan, synced.outcome
    if outcome is None:
        counts = [f"{made.counted(action)} to {action}" for action in _SIGNS if made.counted(action)]
        return f"plan: {', '.join(counts) or 'nothing to write'}"
    done = {action: sum(step.action == action for step in outcome.done) for action in _SIGNS}
    counts = [f"{number} {_DONE[action]}" for action, number in done.items() if number]
    return f"done: {', '.join(counts) or 'nothing to write'}"
