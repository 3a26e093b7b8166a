"""How often a rule can be induced, how well it generalises, and how much it finds in ordinary code.

    python benchmarks/induction.py [--half first|second] [--task NAME] [--pages] [--stray FOLDER ...]

The tasks are in `induction_tasks/`: `first.txt` was written before the engine, `second.txt` after it. For each task a
rule is induced from all samples, and again without each of them, which it must then flag, and leave alone as it became.
`--stray` counts what the rules find in folders of ordinary code, by default the standard library.
"""

from __future__ import annotations

import argparse
import sys
import sysconfig
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from gardener.checking.engine import examine_rule
from gardener.checking.jobs import Job, examine_all
from gardener.checking.parsing import Unparsable
from gardener.checking.selection import Selection
from gardener.core.settings import Settings
from gardener.learning.induce import Induced, Limits, NotInduced, Sample, induce
from gardener.learning.induction.choosing import Search
from gardener.learning.induction.trial import Pair, Trial, read_side
from gardener.repo.trees import WorkingTree

BUDGET = 0.2
LIMITS = Limits()
SKIPPED = {"test", "tests", "idlelib", "lib2to3", "site-packages"}
TASKS = Path(__file__).parent / "induction_tasks"


@dataclass
class Task:
    """A task: its name, the title of the page, and the pairs of code before and after."""

    name: str
    title: str
    half: str
    samples: list[Sample] = field(default_factory=list)


def read_tasks(path: Path) -> list[Task]:
    """The tasks of a file: `=== name | title`, then `--- before` and `--- after` in turn."""
    tasks: list[Task] = []
    before: list[str] = []
    lines: list[str] = []
    for line in [*path.read_text(encoding="utf-8").split("\n"), "=== end | end"]:
        if line.startswith(("=== ", "--- ")):
            if before and not line.startswith("--- after"):
                tasks[-1].samples.append(Sample("\n".join(before).strip() + "\n", "\n".join(lines).strip() + "\n"))
                before = []
            if line.startswith("=== "):
                name, _, title = line[4:].partition(" | ")
                tasks.append(Task(name, title, path.stem))
            before = lines if line.startswith("--- after") else before
            lines = []
        else:
            lines.append(line)
    return tasks[:-1]


def flags(found: Induced, text: str) -> bool:
    """Whether a rule finds anything in a text."""
    try:
        return bool(examine_rule(found.rule, text))
    except Unparsable:
        return False


def judge(task: Task, *, pages: bool) -> tuple[Induced | NotInduced, int, int, int, float]:
    """The rule; of how many samples left out it knew both sides; false alarms on afters; ms of one core."""
    started = time.process_time()
    found = induce(task.samples, title=task.title, why=f"Reviewers keep saying: {task.title.lower()}.")
    spent = (time.process_time() - started) * 1000
    if isinstance(found, NotInduced):
        print(f"MISS {task.name}: {found.reason}")
        for said, reason in found.tried[:12] if pages else ():
            print(f"       {said}\n          {reason}")
        return found, 0, len(task.samples), 0, spent
    alarms = sum(flags(found, sample.after or "") for sample in task.samples)
    held = 0
    for index, sample in enumerate(task.samples):
        rest = [other for number, other in enumerate(task.samples) if number != index]
        again = induce(rest, title=task.title, why="")
        good = isinstance(again, Induced) and flags(again, sample.before) and not flags(again, sample.after or "")
        held += good
        if pages and not good:
            said = again.reason if isinstance(again, NotInduced) else dict(again.rule.body)
            print(f"     without sample {index + 1}: {said}")
    what = found.family or "pattern"
    said = " ".join(str(value) for key, value in found.rule.body.items() if key not in {"form", "family"})
    print(
        f"ok   {task.name}: {what}{' +fix' if found.fixes else ''} [{held}/{len(task.samples)}] {spent:.0f} ms "
        f"stray {found.stray:.3f}: {said}".replace("\n", " / ")
    )
    if pages:
        print(found.page)
    return found, held, len(task.samples), alarms, spent


def candidate_time(task: Task) -> float:
    """Milliseconds of one core until the first candidate passes on all samples."""
    started = time.process_time()
    sides = [
        (read_side(item.before, item.path, LIMITS), read_side(item.after or "", item.path, LIMITS))
        for item in task.samples
    ]
    pairs = [Pair(number, item, *found) for number, (item, found) in enumerate(zip(task.samples, sides, strict=True))]
    next(Search(Trial(pairs, []), LIMITS, time.monotonic() + 60).candidates(), None)
    return (time.process_time() - started) * 1000


def count_stray(found: list[Induced], folders: list[Path]) -> tuple[dict[str, int], int]:
    """Hits of every rule in folders of code, and their number of lines."""
    rules = tuple(replace(item.rule, state="error") for item in found)
    selection = Selection(rules, Settings(), select=tuple(rule.id for rule in rules))
    counts = {rule.id: 0 for rule in rules}
    lines = 0
    for folder in folders:
        tree = WorkingTree(folder)
        paths = [path for path in tree.paths() if path.endswith(".py") and not SKIPPED & set(path.split("/"))]
        lines += sum(tree.read(path).count(b"\n") for path in paths)
        for item in examine_all(Job(tree, selection), paths)[0].values():
            for finding in item.result.findings if item.result else ():
                counts[finding.rule] += 1
    return counts, lines


def report_stray(rules: list[Induced], folders: list[Path]) -> None:
    """Print how often each rule hits, beside what was expected."""
    counts, lines = count_stray(rules, folders)
    rates = {found.rule.id: counts[found.rule.id] / lines * 1000 for found in rules}
    mean = sum(rates.values()) / max(len(rates), 1)
    few = sum(rate <= BUDGET for rate in rates.values())
    said = f"{mean:.3f} hits in 1,000 lines for a rule, {few} of {len(rates)} within {BUDGET}"
    print(f"{lines} lines of ordinary code: {said}")
    for found in sorted(rules, key=lambda item: -rates[item.rule.id]):
        print(f"  {rates[found.rule.id]:8.4f} in 1,000 lines (expected {found.stray:.4f}): {found.rule.id}")


def main() -> int:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--half", choices=["first", "second"])
    parser.add_argument("--task", action="append")
    parser.add_argument("--pages", action="store_true")
    parser.add_argument("--stray", nargs="*", type=Path)
    options = parser.parse_args()
    tasks = [task for path in sorted(TASKS.glob("*.txt")) for task in read_tasks(path)]
    tasks = [task for task in tasks if options.half in {None, task.half}]
    tasks = [task for task in tasks if not options.task or task.name in options.task]
    results = {task.name: judge(task, pages=options.pages) for task in tasks}
    for half in sorted({task.half for task in tasks}):
        rows = [results[task.name] for task in tasks if task.half == half]
        good = [row for row in rows if isinstance(row[0], Induced)]
        whole = sum(row[1] == row[2] for row in good)
        print(
            f"{half}: {len(rows)} tasks, {len(good)} induced, {whole} of them also without any one sample; "
            f"samples left out {sum(row[1] for row in rows)}/{sum(row[2] for row in rows)}; "
            f"false alarms on afters {sum(row[3] for row in rows)}; "
            f"median {sorted(row[4] for row in rows)[len(rows) // 2]:.0f} ms"
        )
        spent = sorted(candidate_time(task) for task in tasks if task.half == half)
        print(f"{half}: a first candidate after {spent[len(spent) // 2]:.0f} ms (median), at most {spent[-1]:.0f} ms")
    if options.stray is not None:
        rules = [row[0] for row in results.values() if isinstance(row[0], Induced)]
        report_stray(rules, options.stray or [Path(sysconfig.get_path("stdlib"))])
    return 0


if __name__ == "__main__":
    sys.exit(main())
