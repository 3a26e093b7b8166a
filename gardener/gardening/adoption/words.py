"""What a person reads when a repository was set up: what was seen, what became of it, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.gardening.adoption.hooks import PATH as HOOKS_PATH
from gardener.outputs._visible import paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gardener.gardening.adoption.start import Started

MOST_AREAS = 4
MOST_FAILURES = 5
_FORGES = {"github": "GitHub", "gitlab": "GitLab", "": "no GitHub or GitLab"}
_SOURCE = (
    "gardener was installed here from a folder, which other machines do not have: the files for CI and pre-commit "
    "name `{requirement}`, so say there where yours comes from"
)


def told(started: Started) -> str:
    """The text below the diff."""
    if not started.plan.additions and started.report is None:
        return "nothing to add: gardener is set up here\n"
    blocks = [_seen(started), _chosen(started), _outcome(started), *_by_hand(started), _next(started)]
    return paragraph("\n".join(block for block in blocks if block))


def _seen(started: Started) -> str:
    found, evidence = started.ground.found, started.ground.evidence
    code, tests = len(evidence["code"]), len(evidence["tests"])
    facts = [
        f"{_count(code, 'Python file')} in {_named([area.name for area in found.areas])}",
        f"{_count(tests, 'test file')}" if tests else "no tests",
        _FORGES[found.forge],
        f"branch {found.branch}",
        *(["ruff"] if found.ruff else []),
        *(["coverage"] if found.coverage else []),
        *(f"{path}" for path in (found.beliefs, found.tracker, found.guide) if path),
    ]
    return f"seen: {', '.join(facts)}\n"


def _chosen(started: Started) -> str:
    if started.plan.chosen is None:
        return ""
    evidence = started.ground.evidence
    lines = [
        f"  {seed.title}  ({_evidence(seed.seen, evidence.get(seed.topic, ()))})" for seed in started.plan.chosen.seeds
    ]
    return "\n".join(["beliefs to begin with, in core-beliefs.md; make them yours:", *lines]) + "\n"


def _evidence(seen: str, paths: Iterable[str]) -> str:
    listed = list(paths)
    if not listed:
        return "nothing speaks against it"
    return f"{seen} in {listed[0]}" + (f" and {_count(len(listed) - 1, 'more file')}" if len(listed) > 1 else "")


def _outcome(started: Started) -> str:
    if started.dry_run:
        later = f"; {_count(started.accepted, 'finding')} would be accepted" if started.accepted else ""
        return f"nothing was written (--dry-run){later}\n"
    if started.report is None:
        return ""
    if started.report.failures:
        rows = [f"  {item.path or item.rule}: {item.reason}" for item in started.report.failures[:MOST_FAILURES]]
        return "\n".join(["not green yet, as this could not be analysed:", *rows]) + "\n"
    skipped = len(started.ground.unparsable)
    left = f"\n{_count(skipped, 'file')} could not be parsed; the settings say so (`unparsable`)" if skipped else ""
    if not started.accepted:
        return f"`gardener check` is green: nothing was found{left}\n"
    return (
        f"`gardener check` is green: {_count(started.accepted, 'finding')} of today accepted in "
        f".gardener/baseline.jsonl, only new ones count (`--no-baseline` shows all){left}\n"
    )


def _by_hand(started: Started) -> list[str]:
    hints = list(started.plan.by_hand)
    written = {addition.path for addition in started.plan.additions}
    carries = any(path == HOOKS_PATH or path.startswith((".github/", ".gitlab/")) for path in written)
    if carries and not started.ground.source.portable:
        hints.append(_SOURCE.format(requirement=started.ground.source.requirement))
    if started.ground.found.coverage and written:
        hints.append("run `coverage xml` before the nightly job, and it grades the tests of each area by it")
    return ["\n".join(["left to you:", *(f"  {hint}" for hint in hints)]) + "\n"] if hints else []


def _next(started: Started) -> str:
    if started.dry_run:
        return "next:\n  gardener init\n"
    return (
        "next:\n"
        "  gardener check                      run it on every change; only what is new counts\n"
        "  gardener beliefs list               what keeps each belief; edit core-beliefs.md until it is yours\n"
        "  gardener garden --report reports    the nightly job, looking on: grades, drafts of issues, a report\n"
        "then commit what was written here\n"
    )


def _named(names: list[str]) -> str:
    more = f" and {len(names) - MOST_AREAS} more" if len(names) > MOST_AREAS else ""
    return ", ".join(names[:MOST_AREAS]) + more


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
