"""`--diff` and `--staged`: what a change adds, judged by a second run over the versions before it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.checking.diffing import new_findings
from gardener.checking.run import Base, Outcome, Run
from gardener.repo import git
from gardener.repo.discovery import discover
from gardener.repo.files import decode
from gardener.repo.hunks import read_hunks
from gardener.repo.overlay import EmptyTree
from gardener.repo.trees import GitTree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.core.finding import Finding


def against_base(run: Run) -> Run:
    """Narrow a run to the code files that changed, and give it the base they are compared with.

    Documents are compared over the whole tree: deleting code can make an untouched document wrong.
    Raises RepoError when there is no such commit.
    """
    root, staged = run.tree.root, run.request.staged
    if staged:
        commit = git.commit_of(root, "HEAD") if git.has_commit(root) else None
    else:
        commit = git.merge_base(root, run.request.diff or "HEAD")
    if commit is None:
        return replace(run, base=Base(EmptyTree(root)))
    changes = git.changes(root, commit, staged=staged)
    changed = {change.path for change in changes if change.status != "deleted"}
    renames = {change.path: change.old for change in changes if change.status == "renamed" and change.old}
    python = tuple(path for path in run.python if path in changed)
    tree = GitTree(root, commit)
    before = [renames.get(path, path) for path in python]
    base_files = set(tree.paths())
    base = Base(
        tree,
        commit,
        python=tuple(path for path in before if path in base_files),
        documents=discover(tree, run.selection.settings).documents if run.request.documents else (),
    )
    return replace(run, python=python, base=base, renames=renames)


def only_new(run: Run, outcome: Outcome) -> Outcome:
    """The outcome without the findings that the base has too."""
    if run.base is None:
        return outcome
    before = replace(
        run,
        tree=run.base.tree,
        python=run.base.python,
        documents=run.base.documents,
        entries=None,
        base=None,
        cached=False,
        request=replace(run.request, ruff=False, profile=False, progress=None),
    ).outcome()
    own = tuple(finding for finding in outcome.findings if finding.origin != "ruff")
    fresh = new_findings(own, _comparable(before, own), run.renames, _texts(run))
    on_lines = _on_changed_lines(run, [finding for finding in outcome.findings if finding.origin == "ruff"])
    findings = sorted((*fresh, *on_lines), key=lambda finding: (finding.path, finding.span.start, finding.rule))
    return replace(outcome, findings=tuple(findings))


def _comparable(before: Outcome, now: tuple[Finding, ...]) -> list[Finding]:
    """Findings of the base, without those whose suppression the change removes: they are news."""
    open_now = {finding.fingerprint for finding in now if finding.suppressed is None}
    return [item for item in before.findings if item.suppressed is None or item.fingerprint not in open_now]


def _on_changed_lines(run: Run, findings: list[Finding]) -> list[Finding]:
    """Ruff reads files, not states: of its findings those on changed lines are new."""
    if not findings or run.base is None or run.base.commit is None:
        return findings
    hunks = read_hunks(git.diff(run.tree.root, run.base.commit, staged=run.request.staged))
    added = set(run.python) - set(run.base.python) - set(run.renames)
    return [
        finding
        for finding in findings
        if finding.path in added
        or any(hunk.touches(finding.place.line, finding.place.end_line) for hunk in hunks.get(finding.path, ()))
    ]


def _texts(run: Run) -> Mapping[str, str]:
    found = {}
    for path in run.files:
        try:
            found[path] = decode(run.tree.read(path)).text
        except (OSError, ValueError):
            continue
    return found
