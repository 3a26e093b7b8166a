"""Proof by example: bad code is flagged, exactly where marked; good code is not; fixing the one gives the other."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gardener.core.errors import GardenerError
from gardener.core.globs import matches
from gardener.documents.examples import files_of, unmarked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gardener.core.finding import Finding
    from gardener.core.rule import Example, Rule

_PLACEHOLDER = re.compile(r"\$(?:\.\.\.)?[A-Z][A-Z0-9_]*\b")
# In examples of document rules: `=== (removed)` lists files that are gone, `=== (before) path` is an older
# version, and `=== (base) path` what a change is compared with.
REMOVED, BEFORE, BASE = "(removed)", "(before) ", "(base) "
_FILE = {"python": "example.py", "document": "example.md", "repo": "README.md"}


@dataclass(frozen=True, slots=True)
class Problem:
    """What an example shows to be wrong: `place` is `file:line`, `diff` what a fix gave against what it should."""

    place: str
    message: str
    diff: str = ""


def prove(rule: Rule) -> list[Problem]:
    """Everything that the examples of `rule` show to be wrong, in their order."""
    return list(_problems(rule))


def holds(rule: Rule) -> bool:
    """Do all examples hold?"""
    return next(_problems(rule), None) is None


def _problems(rule: Rule) -> Iterator[Problem]:
    for example in rule.examples:
        yield from _prove_example(rule, example)
    yield from _prove_fixes(rule)


def _prove_example(rule: Rule, example: Example) -> Iterator[Problem]:
    from gardener.checking.parsing import Unparsable

    place = _place(rule, example.line)
    try:
        found = findings_in(rule, example)
    except (GardenerError, Unparsable, ValueError) as error:
        yield Problem(place, f"this {example.kind} example cannot be examined: {error}")
        return
    for finding in found:
        if left := _PLACEHOLDER.search(finding.message):
            yield Problem(place, f"the message leaves `{left[0]}` unfilled: {finding.message}")
    starts = {path: before for path, (_, before) in files_of(example, _FILE[rule.target]).items()}
    flagged = sorted({finding.place.line + starts.get(finding.path, 0) for finding in found})
    if example.kind == "good":
        for finding in found:
            line = _place(rule, example.line + starts.get(finding.path, 0) + finding.place.line - 1)
            yield Problem(line, f"good code is flagged: {finding.message}")
    elif example.marks:
        yield from _prove_marks(rule, example, flagged)
    elif not found:
        yield Problem(place, "bad code is not flagged")


def _prove_marks(rule: Rule, example: Example, flagged: Sequence[int]) -> Iterator[Problem]:
    for line in sorted({*example.marks, *flagged}):
        if line not in flagged:
            yield Problem(_place(rule, example.line + line - 1), "this line is marked, and not flagged")
        elif line not in example.marks:
            yield Problem(_place(rule, example.line + line - 1), "this line is flagged, and not marked")


def findings_in(rule: Rule, example: Example, code: str | None = None) -> tuple[Finding, ...]:
    """What `rule` finds in an example (or in other `code` in its place). Its marks do not count as code."""
    from gardener.checking.engine import examine_rule

    path = example.path or _FILE[rule.target]
    if example.path and not _applies(rule, path):
        return ()
    text = unmarked(example.code) if code is None else code
    if rule.target == "python":
        return tuple(examine_rule(rule, text, path))
    return _document_findings(rule, replace(example, code=text))


def _applies(rule: Rule, path: str) -> bool:
    return (not rule.paths or matches(rule.paths, path)) and not matches(rule.exclude, path)


def _document_findings(rule: Rule, example: Example) -> tuple[Finding, ...]:
    from gardener.checking.repo_rules import examine_documents
    from gardener.checking.repository import Repo
    from gardener.core.settings import Settings
    from gardener.repo.memory import MemoryTree, remembered_history

    files = {path: text for path, (text, _) in files_of(example, _FILE[rule.target]).items()}
    removed = files.pop(REMOVED, "")
    before = {path.removeprefix(BEFORE): text.encode() for path, text in files.items() if path.startswith(BEFORE)}
    base = {path.removeprefix(BASE): text.encode() for path, text in files.items() if path.startswith(BASE)}
    now = {path: text.encode() for path, text in files.items() if not path.startswith((BEFORE, BASE))}
    history = remembered_history(removed, before, now)
    repo = Repo(MemoryTree(now), Settings(), (rule, *_pages(now)), history=history)
    if base:
        repo.base = Repo(MemoryTree({**now, **base}), Settings())
    examined = examine_documents([rule], repo)
    if examined.failures:
        raise ValueError(examined.failures[0].reason)
    return examined.findings


def _pages(files: Mapping[str, bytes]) -> Iterator[Rule]:
    """The rule pages that an example holds, for rules about rules."""
    from gardener.checking.load import read_rule
    from gardener.checking.packs import OWN_PACK, RuleFile

    for path, data in files.items():
        file = RuleFile(path, data, OWN_PACK, trusted=False)
        if path.startswith("rules/") and path.endswith(".md") and file.may_hold_rule:
            page = read_rule(file)
            if page is not None:
                yield page


def _prove_fixes(rule: Rule) -> Iterator[Problem]:
    if not rule.fixes or rule.target != "python":
        return
    from gardener.checking.parsing import Unparsable

    bad = [example for example in rule.examples if example.kind == "bad"]
    good = [example for example in rule.examples if example.kind == "good"]
    if len(bad) != len(good):
        message = f"a rule with a fix needs as many good as bad examples: there are {len(good)} good, {len(bad)} bad"
        yield Problem(rule.place, message)
        return
    for before, after in zip(bad, good, strict=True):
        wanted = unmarked(after.code)
        try:
            fixed = fixed_code(rule, before)
        except (GardenerError, Unparsable, ValueError) as error:
            yield Problem(_place(rule, before.line), f"fixing this example fails: {error}")
            continue
        if fixed != wanted:
            yield Problem(
                _place(rule, before.line), f"fixing this does not give the good example on line {after.line}",
                _diff(wanted, fixed),
            )  # fmt: skip


def fixed_code(rule: Rule, example: Example) -> str:
    """The example's code with every fix applied, also those that are only shown."""
    from gardener.checking.fixing import fix_text

    def find(text: str) -> list[Finding]:
        return [_applicable(finding) for finding in findings_in(rule, example, text)]

    return fix_text(unmarked(example.code), find, unsafe=True).text


def _applicable(finding: Finding) -> Finding:
    if finding.fix is None or finding.fix.safety != "shown":
        return finding
    return replace(finding, fix=replace(finding.fix, safety="unsafe"))


def _diff(wanted: str, got: str) -> str:
    lines = difflib.unified_diff(wanted.splitlines(), got.splitlines(), "good example", "fixed", lineterm="", n=1)
    return "\n".join(lines)


def _place(rule: Rule, line: int) -> str:
    return f"{rule.place.rpartition(':')[0]}:{line}"
