"""`gardener find`: one pattern from the command line, asked of every file; what it finds can be rewritten."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gardener.checking.engine import Engine
    from gardener.checking.request import Progress
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


@dataclass(slots=True)
class _Found:
    """What a search gave so far."""

    findings: list[Finding] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    rewritten: dict[str, str] = field(default_factory=dict)
    fixed: int = 0
    analysed: int = 0


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
        title="Matches the pattern",
        why="",
        severity="P3",
        state="warn",
        message="matches the pattern",
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
    from gardener.checking.engine import Engine
    from gardener.checking.parsing import in_deep_stack
    from gardener.checking.selection import Selection
    from gardener.core.report import Counts, Report
    from gardener.repo.discovery import discover
    from gardener.repo.settings import read_settings
    from gardener.repo.trees import WorkingTree

    rule = rule_of(search)
    tree = WorkingTree(root)
    settings = read_settings(tree)
    chosen = discover(tree, settings, paths, cwd=cwd)
    plain = replace(settings, rules={}, per_path=())
    engine = Engine(Selection((rule,), plain, select=(RULE_ID,)))
    found = _Found()

    def look() -> None:
        for done, path in enumerate(chosen.python, 1):
            _examine(engine, tree, path, found, search.rewrite is not None)
            if progress:
                progress(done, len(chosen.python))

    in_deep_stack(look)
    if apply:
        _write(root, found)
    counts = Counts(len(chosen.python), found.analysed, len(found.findings), fixed=found.fixed if apply else 0)
    report = Report(
        findings=() if apply else tuple(found.findings),
        failures=tuple(found.failures),
        counts=counts,
        rules=(rule,),
        texts=found.texts,
        version=__version__,
    )
    return Outcome(report, found.rewritten, found.fixed)


def _examine(engine: Engine, tree: Tree, path: str, found: _Found, rewriting: bool) -> None:
    from gardener.checking.fingerprints import assign
    from gardener.core.finding import Failure
    from gardener.repo.files import decode

    try:
        data = tree.read(path)
    except OSError as error:
        found.failures.append(Failure(f"cannot be read: {error.strerror}", path=path))
        return
    result = engine.examine(path, data)
    found.failures.extend(result.failures)
    found.analysed += result.skipped is None and not result.failures
    if not result.findings:
        return
    found.findings.extend(assign(result.findings))
    decoded = decode(data)
    found.texts[path] = decoded.text
    if rewriting:
        _rewrite(engine, path, found, decoded, _nesting(result.findings))


def _rewrite(engine: Engine, path: str, found: _Found, decoded: Decoded, rounds: int) -> None:
    """Rewrite as many rounds as matches nest in the original: a template that matches itself must not grow."""
    from gardener.checking.fixing import fix_text
    from gardener.repo.files import encode

    def matches(text: str) -> Sequence[Finding]:
        return engine.examine(path, encode(text, decoded)).findings

    fixed = fix_text(decoded.text, matches, unsafe=True, max_rounds=rounds)
    if fixed.text != decoded.text:
        found.rewritten[path] = fixed.text
        found.fixed += fixed.applied


def _nesting(findings: Sequence[Finding]) -> int:
    """The greatest number of matches that lie one inside the other."""
    deepest = 0
    open_ends: list[int] = []
    for finding in sorted(findings, key=lambda item: (item.span.start, -item.span.end)):
        while open_ends and open_ends[-1] <= finding.span.start:
            open_ends.pop()
        open_ends.append(finding.span.end)
        deepest = max(deepest, len(open_ends))
    return deepest


def _write(root: Path, found: _Found) -> None:
    from gardener.core.finding import Failure
    from gardener.repo.files import decode, encode, write_atomic

    for path, text in found.rewritten.items():
        full = root / path
        try:
            write_atomic(full, encode(text, decode(full.read_bytes())), root=root)
        except (OSError, ValueError) as error:
            found.failures.append(Failure(f"cannot be written: {error}", path=path))


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
