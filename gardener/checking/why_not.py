"""Why a rule did not flag a line: the conditions of a run in their order, and the first that stopped the rule."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from gardener.checking.describe import pick, rules_of
from gardener.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gardener.checking.selection import Variant
    from gardener.core.finding import Finding
    from gardener.core.rule import Rule
    from gardener.core.settings import Settings
    from gardener.repo.trees import WorkingTree

MOST_NAMES = 8


def why_not(root: Path, file: Path, line: int, name: str) -> str:
    """One paragraph that names the first condition which keeps rule `name` from flagging `line` of `file`.

    Raises ConfigError for an unknown rule, or a file outside `root`.
    """
    from gardener.repo.settings import read_settings
    from gardener.repo.trees import WorkingTree

    rule = pick(rules_of(root), name)
    tree = WorkingTree(root)
    settings = read_settings(tree)
    try:
        path = file.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        raise ConfigError("the file lies outside the repository", at=str(file)) from None
    reason = _not_looked_at(tree, settings, path) or _not_run(rule, settings, path)
    if reason is None and rule.target == "python" and rule.body.get("form") != "suppression":
        reason = _not_matched(rule, settings, tree, path, line)
    if reason is None and rule.target == "document":
        reason = _dismissed(rule, settings, tree, path, line)
    return f"{path}:{line}: {reason or _pushed_back(root, rule, path, line)}\n"


def _dismissed(rule: Rule, settings: Settings, tree: WorkingTree, path: str, line: int) -> str | None:
    """Which guard keeps a document rule from speaking about the line."""
    from gardener.checking.references.judges import why_dismissed
    from gardener.checking.repository import Repo

    repo = Repo(tree, settings)
    document = repo.document(path)
    return None if document is None else why_dismissed(rule.id, document, line, repo)


def _not_looked_at(tree: WorkingTree, settings: Settings, path: str) -> str | None:
    """Why the file takes no part in a run at all."""
    from gardener.checking.engine import skip_reason
    from gardener.repo.discovery import discover

    if path not in tree.paths():
        omitted = dict(tree.omitted).get(path)
        if omitted:
            return f"the file is left out: {omitted}"
        if tree.exists(path):
            return "the file is ignored by git, so it is not checked"
        raise ConfigError("no such file", at=path)
    chosen = discover(tree, settings, [path])
    if path not in chosen.python + chosen.documents:
        return f"the file is not checked: {dict(chosen.skipped).get(path, 'neither Python nor Markdown')}"
    skipped = skip_reason(tree.read(path), settings)
    return f"the file is skipped: {skipped}" if skipped else None


def _not_run(rule: Rule, settings: Settings, path: str) -> str | None:
    """Why the rule does not run on the file."""
    from gardener.checking.selection import Selection
    from gardener.core.globs import matches

    if Selection((rule,), settings).applying(path):
        return None
    own = settings.rules.get(rule.id)
    paths = own.paths if own and own.paths is not None else rule.paths
    exclude = own.exclude if own and own.exclude is not None else rule.exclude
    if paths and not matches(paths, path):
        return f"`{rule.id}` runs only on {_listed(paths)}"
    if exclude and matches(exclude, path):
        return f"`{rule.id}` leaves out {_listed(exclude)}"
    if rule.id in settings.ignore:
        return f"`{rule.id}` is ignored in {settings.source}"
    for override in settings.per_path:
        if matches((override.glob,), path) and rule.id in override.ignore:
            return f'`{rule.id}` is ignored for "{override.glob}" in {settings.source}'
    return f"`{rule.id}` is not selected; add it to `extend-select`, or run with --select {rule.id}"


def _not_matched(rule: Rule, settings: Settings, tree: WorkingTree, path: str, line: int) -> str | None:
    """Why the rule finds nothing on the line; None when it finds something."""
    from gardener.checking.compile import plan_of
    from gardener.checking.engine import Engine
    from gardener.checking.parsing import in_deep_stack
    from gardener.checking.prefilter import Prefilter
    from gardener.checking.selection import Selection

    selection = Selection((rule,), settings, select=(rule.id,))
    variant = selection.variants[min(selection.applying(path))]
    data = tree.read(path)
    plan = plan_of(variant.rule, variant.options)
    if not Prefilter([plan]).concerned(data, path):
        wanted = " or ".join(f"`{' … '.join(words)}`" for words in plan.words[:MOST_NAMES])
        return f"the file holds none of the words that `{rule.id}` needs: {wanted}"
    result = in_deep_stack(lambda: Engine(selection).examine(path, data))
    if result.failures:
        return f"the file could not be analysed: {result.failures[0].reason}"
    if any(_on_line(finding, line) for finding in result.findings):
        return None
    return in_deep_stack(lambda: _no_hit(variant, data, path, line, result.findings))


def _on_line(finding: Finding, line: int) -> bool:
    return finding.place.line <= line <= finding.place.end_line


def _no_hit(variant: Variant, data: bytes, path: str, line: int, findings: Sequence[Finding]) -> str:
    """What stands on the line, and which condition of the rule is not met."""
    from gardener.checking.compile import plan_of
    from gardener.repo.files import decode

    plan = plan_of(variant.rule, variant.options)
    text = decode(data).text
    elsewhere = sorted({finding.place.line for finding in findings})
    tail = f" (it does flag line {', '.join(map(str, elsewhere[:MOST_NAMES]))})" if elsewhere else ""
    kinds = tuple(kind for kind in (getattr(ast, name, None) for name in plan.nodes) if isinstance(kind, type))
    candidates = list(_candidates(text, path, line, kinds))
    if not candidates:
        return f"nothing that `{variant.rule.id}` looks at begins on this line{tail}"
    if plan.names and not any(set(plan.names) & set(names) for _, names in candidates):
        seen = "; ".join(_resolved(source, names) for source, names in candidates[:MOST_NAMES])
        return f"{seen}; `{variant.rule.id}` looks for {_listed(plan.names)}{tail}"
    stopped = _stopping_condition(variant.rule, text, path, line)
    if stopped:
        return f"the line matches but for one condition: {stopped}{tail}"
    return f"something on this line is of the kind that `{variant.rule.id}` looks at, but does not match it{tail}"


def _candidates(text: str, path: str, line: int, kinds: tuple[type, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(source, names it resolves to) of the nodes on the line that are of one of `kinds` (any, when empty)."""
    from gardener.checking.expressions import from_ast
    from gardener.checking.parsing import parse_ast
    from gardener.checking.resolve import Resolver
    from gardener.checking.scopes import package_of
    from gardener.checking.scopes_ast import facts_from_ast, walk_scopes_ast

    tree = parse_ast(text)
    if tree is None:
        return
    facts = facts_from_ast(tree, package_of(path))
    resolver = Resolver(facts)
    for node, scope in walk_scopes_ast(tree, facts):
        if getattr(node, "lineno", None) != line or (kinds and not isinstance(node, kinds)):
            continue
        head = node.func if isinstance(node, ast.Call) else node
        names = tuple(found.name for found in resolver.resolve(scope, from_ast(head)))
        yield ast.get_source_segment(text, head) or type(node).__name__, names


def _resolved(source: str, names: Sequence[str]) -> str:
    shown = " ".join(source.split())[:60]
    return f"`{shown}` means {_listed(names)}" if names else f"`{shown}` resolves to no known name"


def _stopping_condition(rule: Rule, text: str, path: str, line: int) -> str | None:
    """The one condition without which the rule would flag the line."""
    from gardener.checking.engine import examine_rule
    from gardener.checking.mutate import mutants
    from gardener.checking.parsing import Unparsable
    from gardener.core.errors import GardenerError

    for description, mutant in mutants(rule):
        try:
            found = examine_rule(mutant, text, path, tiers=False)
        except (GardenerError, Unparsable):
            continue
        if any(_on_line(finding, line) for finding in found):
            return description
    return None


def _pushed_back(root: Path, rule: Rule, path: str, line: int) -> str:
    """What a real run makes of the line: flagged, suppressed, accepted by the baseline, or not gating."""
    from gardener.checking.check import check
    from gardener.checking.explain import gate
    from gardener.checking.request import CheckRequest

    report = check(CheckRequest(root=root, paths=(path,), select=(rule.id,), cache=False, min_severity="P3"))
    found = [item for item in report.findings if item.path == path and item.rule == rule.id and _on_line(item, line)]
    if found:
        return f"`{rule.id}` does flag this line, and the finding {gate(found[0])}"
    if report.failures:
        return f"the run failed: {report.failures[0].reason}"
    if rule.state == "shadow":
        return f"`{rule.id}` matches, but its state is `shadow`: it is only counted"
    return f"`{rule.id}` finds nothing here"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:MOST_NAMES])
    return f"{shown} and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else shown
