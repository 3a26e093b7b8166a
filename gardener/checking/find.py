"""`gardener find`: one pattern from the command line, asked of every file; what it finds can be rewritten."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from gardener.checking.request import Progress
    from gardener.checking.selection import Selection
    from gardener.core.finding import Failure, Finding
    from gardener.core.report import Report
    from gardener.core.rule import Rule
    from gardener.repo.files import Decoded
    from gardener.repo.trees import Tree

RULE_ID = "find"


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for, in the words of a rule page; `where` maps a metavariable to a regular expression."""

    pattern: str
    none_of: Sequence[str] = ()
    inside: Sequence[str] = ()
    outside: Sequence[str] = ()
    contains: Sequence[str] = ()
    where: Mapping[str, str] = field(default_factory=dict)
    syntactic: bool = False
    rewrite: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The report of a search; the new text, by path, of every file it rewrites, and in how many places."""

    report: Report
    rewritten: Mapping[str, str]
    places: int


def rule_of(search: Search) -> Rule:
    """The search as a rule that never gates. Raises RuleError when the pattern is broken."""
    from gardener.checking.compile import compile_rule
    from gardener.core.rule import Rule

    lists = {
        "not": list(search.none_of),
        "inside": list(search.inside),
        "outside": list(search.outside),
        "contains": list(search.contains),
    }
    body: dict[str, Any] = {"form": "pattern", "pattern": search.pattern}
    body |= {key: value for key, value in lists.items() if value}
    if search.where:
        body["where"] = {name: {"regex": expression} for name, expression in search.where.items()}
    if search.syntactic:
        body["syntactic"] = True
    if search.rewrite is not None:
        body |= {"fix": search.rewrite, "safety": "unsafe"}
    rule = Rule(
        RULE_ID,
        title="",
        why="",
        severity="P3",
        state="warn",
        place="pattern",
        body=body,
    )
    compiled = compile_rule(rule)
    return replace(rule, plan=compiled.plan, fixes=compiled.has_fix)


def find(
    root: Path,
    search: Search,
    paths: Sequence[str] = (),
    *,
    cwd: Path | None = None,
    apply: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Search the files under `root` (only `paths`, relative to `cwd`, when given); `apply` writes what changes.

    Raises GardenerError when the settings, the pattern or a path are broken.
    """
    from gardener import __version__
    from gardener.checking.fingerprints import assign
    from gardener.checking.jobs import Job, examine_all
    from gardener.checking.selection import Selection
    from gardener.core.report import Counts, Report
    from gardener.repo.discovery import discover
    from gardener.repo.settings import read_settings
    from gardener.repo.trees import WorkingTree

    rule = rule_of(search)
    tree = WorkingTree(root)
    settings = read_settings(tree)
    files = discover(tree, settings, paths, cwd=cwd).python
    selection = Selection((rule,), replace(settings, rules={}, per_path=()), select=(RULE_ID,))
    examined, _ = examine_all(Job(tree, selection), files, progress=progress)
    results = {path: item.result for path, item in examined.items() if item.result is not None}
    found = {path: assign(result.findings) for path, result in results.items() if result.findings}
    failures = [failure for result in results.values() for failure in result.failures]
    rewriting = _rewrite(tree, selection, found, failures, rewrite=search.rewrite is not None)
    if apply:
        failures += _write(tree, rewriting)
    fixed = sum(item.places for item in rewriting.values())
    counts = Counts(
        files=len(files),
        analysed=sum(result.skipped is None and not result.failures for result in results.values()),
        findings=sum(map(len, found.values())),
        fixed=fixed if apply else 0,
    )
    report = Report(
        findings=() if apply else tuple(finding for findings in found.values() for finding in findings),
        failures=tuple(failures),
        counts=counts,
        rules=(rule,),
        texts={path: item.decoded.text for path, item in rewriting.items()},
        version=__version__,
    )
    rewritten = {path: item.text for path, item in rewriting.items() if item.text != item.decoded.text}
    return Outcome(report, rewritten, fixed)


@dataclass(frozen=True, slots=True)
class _Rewritten:
    """One file: what it held, its new text, and in how many places that differs."""

    decoded: Decoded
    text: str
    places: int = 0


def _rewrite(
    tree: Tree,
    selection: Selection,
    found: Iterable[str],
    failures: list[Failure],
    *,
    rewrite: bool,
) -> dict[str, _Rewritten]:
    """The text of every file with a match, each match rewritten once when that is asked."""
    from gardener.checking.engine import Engine
    from gardener.checking.fixing import fix_each
    from gardener.checking.parsing import in_deep_stack
    from gardener.core.finding import Failure
    from gardener.repo.files import decode, encode

    engine = Engine(selection)
    done: dict[str, _Rewritten] = {}
    for path in found:
        try:
            decoded = decode(tree.read(path))
        except (OSError, ValueError) as error:
            failures.append(Failure(f"changed while it was searched: {error}", path=path))
            continue

        def matches(text: str, path: str = path, decoded: Decoded = decoded) -> Sequence[Finding]:
            return engine.examine(path, encode(text, decoded)).findings

        if rewrite:
            fixed = in_deep_stack(partial(fix_each, decoded.text, matches))
            done[path] = _Rewritten(decoded, fixed.text, fixed.applied)
        else:
            done[path] = _Rewritten(decoded, decoded.text)
    return done


def _write(tree: Tree, rewriting: Mapping[str, _Rewritten]) -> list[Failure]:
    from gardener.core.finding import Failure
    from gardener.repo.files import encode, write_atomic

    failures = []
    for path, item in rewriting.items():
        if item.text == item.decoded.text:
            continue
        try:
            write_atomic(tree.root / path, encode(item.text, item.decoded), root=tree.root)
        except (OSError, ValueError) as error:
            failures.append(Failure(f"cannot be written: {error}", path=path))
    return failures


def as_diff(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """What a rewriting changes, as one unified diff that `git apply` and `patch -p1` read."""
    return "".join(_file_diff(path, before[path], after[path]) for path in sorted(after))


def _file_diff(path: str, before: str, after: str) -> str:
    import difflib

    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """Lines with their ends, as diff tools count them: only line feeds end a line."""
    return [line for line in text.replace("\n", "\n\0").split("\0") if line]
