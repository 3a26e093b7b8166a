"""Check everything: rules, documents, ruff where the project has chosen it; with `--apply`, apply the safe fixes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.gardening.night import Said

if TYPE_CHECKING:
    from gardener.core.report import Report
    from gardener.gardening.night import Tended


def run(tended: Tended) -> tuple[Tended, Said]:
    """The report of the whole tree, after the fixes."""
    from gardener.checking.check import check
    from gardener.checking.request import CheckRequest
    from gardener.gardening.adoption.survey import uses_ruff
    from gardener.repo.trees import WorkingTree

    root = tended.request.root
    asked = CheckRequest(root=root, ruff=uses_ruff(WorkingTree(root)) or None, progress=tended.request.progress)
    report = check(asked)
    paths = fixable(report)
    chosen = paths[: tended.settings.garden.max_changes]
    if not tended.request.apply or not chosen:
        planned = f", {_files(chosen)} would be fixed" if chosen else ""
        return replace(tended, report=report), Said(f"{_found(report)}{planned}", "planned" if chosen else "done")
    done = check(replace(asked, paths=chosen, cwd=tended.request.root, fix=True))
    fixed, report = done.counts.fixed, check(asked)
    undone = tuple(failure for failure in done.failures if failure not in report.failures)
    counts = replace(report.counts, fixed=fixed)
    report = replace(report, counts=counts, failures=(*report.failures, *undone))
    left = f", {_files(paths[len(chosen) :])} left for another night" if len(paths) > len(chosen) else ""
    changed = tuple(f"fixed {path}" for path in chosen if path not in fixable(report))
    return replace(tended, report=report), Said(f"{_found(report)}, {fixed} fixed{left}", changes=changed)


def fixable(report: Report) -> tuple[str, ...]:
    """The files with something that a safe fix of ours cures."""
    found = (one for one in report.findings if one.fix is not None and one.fix.safety == "safe")
    ours = (one.path for one in found if one.suppressed is None and one.state != "shadow" and one.origin != "ruff")
    return tuple(sorted(set(ours)))


def _found(report: Report) -> str:
    number = sum(one.suppressed is None and one.state != "shadow" for one in report.findings)
    return f"{number:,} finding{'s' * (number != 1)} in {report.counts.files:,} files"


def _files(paths: tuple[str, ...]) -> str:
    return f"{len(paths):,} file{'s' * (len(paths) != 1)}"
