"""From an outcome to a report: what gates, what is counted, what is said beside the findings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener import __version__
from gardener.checking.deferrals import ended_notes
from gardener.core.finding import Finding, Severity, at_least
from gardener.core.report import Counts, Report
from gardener.repo.files import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gardener.checking.baseline import Entry
    from gardener.checking.figures import Figures
    from gardener.checking.run import Outcome, Run
    from gardener.repo.trees import Tree

NAMES_SHOWN = 3


def report_of(
    run: Run,
    outcome: Outcome,
    *,
    fixed: int = 0,
    notes: Sequence[str] = (),
    texts: Mapping[str, str] | None = None,
) -> Report:
    """The report of a run. `texts` are contents, by path, that no file of the tree holds."""
    settings = run.selection.settings
    listed = [finding for finding in outcome.findings if finding.state != "shadow"]
    floor = run.request.min_severity or settings.min_severity
    gate = run.request.fail_on or settings.fail_on
    findings = tuple(_gated(item, gate) for item in listed if at_least(item.severity, floor))
    skipped = {path for path, _ in outcome.skipped}
    failed = {failure.path for failure in outcome.failures if failure.path}
    files = set(run.files) | skipped
    return Report(
        findings=findings,
        failures=outcome.failures,
        notes=(*notes, *run.notes, *outcome.notes, *_notes(run, outcome)),
        counts=Counts(
            files=len(files),
            analysed=len(files - skipped - failed),
            findings=sum(item.suppressed is None for item in findings),
            suppressed=sum(item.suppressed is not None for item in findings),
            shadow=len(outcome.findings) - len(listed),
            fixed=fixed,
        ),
        rules=run.rules,
        texts=_texts(run.tree, findings) | dict(texts or {}),
        version=__version__,
    )


def profile_notes(figures: Figures) -> tuple[str, ...]:
    """Where the time went: a line per tier, and one per rule that took any."""
    tiers = [
        f"profile: tier {name}: {seconds:.3f} s, {figures.files[name]} files"
        for name, seconds in sorted(figures.seconds.items())
    ]
    slowest = sorted(figures.rule_seconds.items(), key=lambda item: (-item[1], item[0]))
    rules = [f"profile: rule {name}: {1000 * took:.1f} ms, {figures.rule_hits[name]} hits" for name, took in slowest]
    return (*tiers, *rules)


def _gated(finding: Finding, gate: Severity) -> Finding:
    gates = (
        finding.suppressed is None
        and finding.state == "error"
        and finding.certainty != "maybe"
        and at_least(finding.severity, gate)
    )
    return replace(finding, gates=gates)


def _notes(run: Run, outcome: Outcome) -> list[str]:
    there = {finding.fingerprint for finding in outcome.findings if finding.suppressed is None}
    ended = [record for record in outcome.ended if record.fingerprint in there]
    return [*_skip_notes(outcome.skipped), *ended_notes(ended), *_stale_notes(run, outcome.stale)]


def _skip_notes(skipped: Iterable[tuple[str, str]]) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for path, reason in skipped:
        reasons.setdefault(reason, []).append(path)
    return [f"skipped, {reason}: {_listed(sorted(paths))}" for reason, paths in sorted(reasons.items())]


def _listed(paths: Sequence[str]) -> str:
    shown = ", ".join(paths[:NAMES_SHOWN])
    return f"{shown} and {len(paths) - NAMES_SHOWN} more" if len(paths) > NAMES_SHOWN else shown


def _stale_notes(run: Run, stale: Sequence[Entry]) -> list[str]:
    if not stale or run.request.write_baseline:
        return []
    paths = sorted({entry.path for entry in stale})
    number = f"{len(stale)} baseline {'entry is' if len(stale) == 1 else 'entries are'} stale"
    return [f"{number} ({_listed(paths)}); --write-baseline removes what is gone"]


def _texts(tree: Tree, findings: Iterable[Finding]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in dict.fromkeys(finding.path for finding in findings if finding.suppressed is None):
        try:
            found[path] = decode(tree.read(path), cookie=path.endswith((".py", ".pyi"))).text
        except (OSError, ValueError):
            continue
    return found
