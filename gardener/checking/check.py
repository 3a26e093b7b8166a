"""The check, from a request to a report: settings, rules, files, findings, push-back, what is new, the gate."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.checking import baseline
from gardener.checking.deferrals import deferrals_of
from gardener.checking.fingerprints import assign, order
from gardener.checking.run import Outcome, Run
from gardener.checking.verdict import profile_notes, report_of
from gardener.core.errors import ConfigError, GardenerError, ManyErrors

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from gardener.checking.request import CheckRequest
    from gardener.checking.selection import Selection
    from gardener.core.finding import Finding
    from gardener.core.report import Report
    from gardener.repo.trees import Tree


def check(request: CheckRequest) -> Report:
    """Check what `request` names, and change files only where it asks for that.

    Raises ConfigError, RuleError, RepoError or ManyErrors when the run cannot start; what goes wrong with single
    files and rules is in the report's failures.
    """
    run = prepare(request)
    if request.fix or request.add_allow:
        from gardener.checking.rewriting import rewrite

        return rewrite(run)
    outcome = examine(run)
    notes = profile_notes(outcome.figures) if request.profile else ()
    if request.write_baseline:
        notes = (*notes, *_write_baseline(run, outcome))
        outcome = examine(replace(run, entries=_read_baseline(run.tree)))
    return report_of(run, outcome, notes=notes)


def examine(run: Run) -> Outcome:
    """Everything the run finds; with `--diff` or `--staged`, only what its base does not have."""
    outcome = run.outcome()
    if run.request.strict_baseline and outcome.stale:
        text = run.tree.read(baseline.PATH).decode("utf-8-sig")
        stale = assign(baseline.stale_findings(outcome.stale, text))
        outcome = replace(outcome, findings=tuple(sorted((*outcome.findings, *stale), key=order)))
    if run.base is None:
        return outcome
    from gardener.checking.comparing import only_new

    return only_new(run, outcome)


def prepare(request: CheckRequest) -> Run:
    """Read settings and rules and find the files. Raises ConfigError, RuleError, RepoError or ManyErrors."""
    from gardener.checking.load import load
    from gardener.checking.selection import Selection
    from gardener.repo.discovery import discover
    from gardener.repo.settings import read_settings
    from gardener.repo.trees import GitTree, WorkingTree

    tree = _tree(request)
    policy = GitTree(request.root, request.policy_from) if request.policy_from else tree
    settings = read_settings(policy)
    python_rules = settings.python_rules if request.python_rules is None else request.python_rules
    loaded = load(settings, policy, python_rules=python_rules, trust_cache=request.cache and _trusts_cache(tree))
    selection = Selection(loaded.rules, settings, request.select, request.ignore)
    selection = replace(selection, versions=_versions(selection, tree))
    _refuse_unknown(selection, {rule.id for rule in loaded.resting})
    found = discover(tree, settings, _named(request), cwd=request.cwd)
    run = Run(
        request=request,
        tree=tree,
        selection=selection,
        resting=loaded.resting,
        python=found.python if request.code else (),
        documents=found.documents if request.documents else (),
        skipped=found.skipped,
        deferred=deferrals_of(policy),
        entries=_read_baseline(policy) if request.baseline or request.write_baseline else None,
        cached=not (request.staged or request.stdin_filename),
        notes=tree.notes if isinstance(tree, WorkingTree) else (),
    )
    if not (request.diff or request.staged):
        return run
    from gardener.checking.comparing import against_base

    return against_base(run)


def _versions(selection: Selection, tree: Tree) -> dict[str, str]:
    """The pinned releases of the distributions that some chosen rule asks about."""
    from gardener.repo.lockfiles import pinned_versions, wanted_by

    chosen = {rule.id for rule in selection.chosen}
    told = [
        {**variant.rule.body.get("parameters", {}), **variant.options}
        for variant in selection.variants
        if variant.rule.id in chosen
    ]
    return pinned_versions(tree, frozenset().union(*map(wanted_by, told)))


def _tree(request: CheckRequest) -> Tree:
    from gardener.repo.overlay import OverlaidTree
    from gardener.repo.trees import IndexTree, WorkingTree

    if request.staged:
        return IndexTree(request.root)
    tree = request.tree or WorkingTree(request.root)
    if request.stdin_filename is None:
        return tree
    return OverlaidTree(tree, request.stdin_filename, request.stdin or b"", cwd=request.cwd or request.root)


def _named(request: CheckRequest) -> tuple[str, ...]:
    return request.paths if request.stdin_filename is None else (request.stdin_filename,)


def _trusts_cache(tree: Tree) -> bool:
    return not any(path.startswith(".gardener/cache/") for path in tree.paths())


def _refuse_unknown(selection: Selection, resting: Collection[str]) -> None:
    """Raise for selected or ignored ids that no rule has, and for selected ones of Python rules that may not run."""
    from gardener.checking.selection import ALL, FOREIGN
    from gardener.checking.suppressions import HYGIENE_RULES

    known = {rule.id for rule in (*selection.rules, *HYGIENE_RULES)} | {ALL}
    errors: list[GardenerError] = []
    for name in dict.fromkeys((*(selection.select or ()), *selection.ignore)):
        if name in known or name.partition(":")[0] == FOREIGN:
            continue
        if name not in resting:
            errors.append(ConfigError(f"no rule is called `{name}`", hint=_nearest(name, known)))
        elif name in (selection.select or ()):
            hint = "`python-rules = true` in the settings lets the rules run that a repository has in Python"
            errors.append(ConfigError(f"rule `{name}` may not run here: it is written in Python", hint=hint))
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)


def _nearest(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f"did you mean `{close[0]}`?" if close else "`gardener rules list` shows them all"


def _read_baseline(tree: Tree) -> tuple[baseline.Entry, ...]:
    try:
        data = tree.read(baseline.PATH)
    except OSError:
        return ()
    try:
        return baseline.read_baseline(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ConfigError("not valid UTF-8", at=baseline.PATH) from None


def _write_baseline(run: Run, outcome: Outcome) -> tuple[str, ...]:
    from gardener.repo.files import write_atomic

    kept = _worth_accepting(outcome.findings)
    text = baseline.write_baseline(baseline.Applied(kept, outcome.stale, outcome.outside))
    path = run.tree.root / baseline.PATH
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, text.encode())
    count = text.count("\n")
    return (f"{baseline.PATH} now holds {count} finding{'' if count == 1 else 's'}",)


def _worth_accepting(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What a baseline is for: findings of rules that are enforced or warn; shadow rules keep watching."""
    return tuple(finding for finding in findings if finding.state != "shadow")
