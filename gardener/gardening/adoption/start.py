"""Setting a repository up, read from top to bottom: look, plan, write, check, accept what was there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from gardener.checking.request import Progress
    from gardener.core.report import Report
    from gardener.gardening.adoption.planning import Ground, Plan


@dataclass(frozen=True, slots=True)
class Started:
    """What was seen and planned, and what the first check says.

    `report` is that of the repository as it is before (with `dry_run`) or after the additions; None where it was set up
    already. `accepted` counts the findings that the new baseline holds.
    """

    ground: Ground
    plan: Plan
    dry_run: bool
    report: Report | None = None
    accepted: int = 0

    @property
    def diff(self) -> str:
        """Every addition as one diff."""
        return "".join(addition.diff for addition in self.plan.additions)


def start(root: Path, *, dry_run: bool, progress: Progress | None = None) -> Started:
    """Add to the repository at `root` what gardener needs; with `dry_run`, only say what that is.

    Where settings are new, the first check leaves files that cannot be parsed to the settings, and the rest of what it
    finds to the baseline; so it does with what the project's own ruff finds, at which the nightly job looks, too.
    Raises GardenerError for files that cannot be read or written, and for broken settings.
    """
    from gardener.gardening.adoption.additions import write
    from gardener.gardening.adoption.planning import plan
    from gardener.gardening.adoption.survey import as_glob

    ground = look(root)
    first = not ground.settings.source
    before = _checked(root, progress, cache=not dry_run, ruff=dry_run and ground.found.ruff) if first else None
    if before is not None:
        broken = {failure.path for failure in before.failures if failure.path and not failure.rule}
        unparsable = sorted(map(as_glob, broken))
        ground = replace(ground, unparsable=unparsable)
    planned = plan(ground)
    if dry_run:
        return Started(ground, planned, dry_run, before, _worth_accepting(before))
    write(root, planned.additions)
    if not first:
        return Started(ground, planned, dry_run)
    report = _checked(root, progress, ruff=ground.found.ruff)
    ruff = ground.found.ruff and not any(failure.rule == "ruff" for failure in report.failures)
    if ruff != ground.found.ruff:
        report = _checked(root, progress)
    accepted = _worth_accepting(report)
    if accepted and ground.old(_baseline_path()) is None:
        report = _checked(root, progress, ruff=ruff, write_baseline=True)
    return Started(ground, planned, dry_run, report, accepted)


def look(root: Path) -> Ground:
    """The repository as it is. Raises ConfigError for broken settings."""
    from gardener.gardening.adoption.evidence import evidence_of
    from gardener.gardening.adoption.installed import installed
    from gardener.gardening.adoption.planning import Ground
    from gardener.gardening.adoption.survey import survey
    from gardener.repo.settings import read_settings
    from gardener.repo.trees import WorkingTree

    tree = WorkingTree(root)
    settings = read_settings(tree)
    found = survey(tree, settings)
    return Ground(tree, settings, found, evidence_of(tree, found), installed())


def _checked(
    root: Path, progress: Progress | None, *, cache: bool = True, ruff: bool = False, write_baseline: bool = False
) -> Report:
    from gardener.checking.check import check
    from gardener.checking.request import CheckRequest

    return check(CheckRequest(root=root, cache=cache, ruff=ruff, write_baseline=write_baseline, progress=progress))


def _worth_accepting(report: Report | None) -> int:
    """How many findings a baseline would hold."""
    found = report.findings if report is not None else ()
    return sum(finding.suppressed is None and finding.state != "shadow" for finding in found)


def _baseline_path() -> str:
    from gardener.checking.baseline import PATH

    return PATH
