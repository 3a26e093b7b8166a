"""Rules on trial: every example proven, every condition shown to be needed, and what each rule costs."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gardener.checking.prove import Problem
    from gardener.checking.request import Progress
    from gardener.core.rule import Rule


@dataclass(frozen=True, slots=True)
class Trial:
    """What to print, and the exit code: 2 when an example does not hold, 1 when a condition is idle."""

    text: str
    code: int


def try_rules(rules: Sequence[Rule], *, mutate: bool = False) -> Trial:
    """Prove the examples of `rules`; with `mutate` also delete one condition of each at a time."""
    from gardener.checking.prove import prove

    provable = [rule for rule in rules if rule.body.get("form") != "suppression"]
    problems = [(rule, problem) for rule in provable for problem in prove(rule)]
    lines = [line for rule, problem in problems for line in _said(rule, problem)]
    examples = sum(len(rule.examples) for rule in provable)
    idle = [] if problems or not mutate else [line for rule in provable for line in _idle(rule)]
    lines += idle
    verdict = f"{_number(len(problems), 'example does', 'examples do')} not hold" if problems else "every example holds"
    lines.append(f"{_number(len(provable), 'rule', 'rules')}, {_number(examples, 'example', 'examples')}: {verdict}")
    if mutate and not problems:
        needless = f"{_number(len(idle), 'condition is', 'conditions are')} needed by no example"
        lines.append(needless if idle else "every condition is needed by an example")
    return Trial("\n".join(lines) + "\n", 2 if problems else int(bool(idle)))


def _said(rule: Rule, problem: Problem) -> list[str]:
    line = f"{problem.place}: {rule.id}: {problem.message}"
    return [line, textwrap.indent(problem.diff, "    ")] if problem.diff else [line]


def _idle(rule: Rule) -> list[str]:
    from gardener.checking.mutate import survivors

    return [f"{rule.place}: {rule.id}: no example needs {condition}" for condition in survivors(rule)]


def _number(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def profile(
    root: Path, paths: Sequence[str] = (), *, cwd: Path | None = None, progress: Progress | None = None
) -> Trial:
    """Milliseconds and hits of each rule over the files under `root` (or `paths`), and where the rest went."""
    from gardener.checking.check import check
    from gardener.checking.request import CheckRequest

    report = check(CheckRequest(root, cwd=cwd, paths=tuple(paths), profile=True, cache=False, progress=progress))
    lines = [note.removeprefix("profile: ") for note in report.notes if note.startswith("profile: ")]
    lines += [f"error: {failure.path or failure.rule}: {failure.reason}" for failure in report.failures]
    lines.append(f"{_number(report.counts.analysed, 'file', 'files')} analysed")
    return Trial("\n".join(lines) + "\n", 2 if report.failures else 0)
