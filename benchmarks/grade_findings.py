"""How often the shipped rules are right on code that others wrote: collects findings, and counts what readers said.

    python benchmarks/grade_findings.py collect FOLDER       findings to read, from projects unpacked as NAME-VERSION
                                                             (--write keeps how many there are, for the tables)
    python benchmarks/grade_findings.py blind OUTPUT         the same findings without anybody's verdicts
    python benchmarks/grade_findings.py merge SECOND.jsonl   add a second reader's verdicts, and settle
    python benchmarks/grade_findings.py table [--write]      the tables of docs/precision.md

The gradings, one line a finding, name project, version, path and line and hold no foreign code. A verdict is `useful`
(a reviewer would ask for the change), `harmless` (true, and the code may stay) or `wrong`. Where two readers disagree,
the verdict that is worse for the rule counts.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

GRADINGS = ROOT / "benchmarks" / "gradings"
FOUND = GRADINGS / "found.json"
DOCUMENT = ROOT / "docs" / "precision.md"
BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"
VERDICTS = ("useful", "harmless", "wrong")
KEY = ("rule", "project", "version", "path", "line")
AT_MOST = 30
RULER = "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
Z = 1.959964
Grading = dict[str, Any]


def wilson(right: int, total: int) -> float:
    """The lower end of the 95 % interval for a share, by Wilson; 0 for no observations."""
    if not total:
        return 0.0
    share = right / total
    middle = share + Z * Z / (2 * total)
    spread = Z * math.sqrt(share * (1 - share) / total + Z * Z / (4 * total * total))
    return (middle - spread) / (1 + Z * Z / total)


def settled(first: str | None, second: str | None) -> str | None:
    """What counts: the worse of two verdicts, or the only one."""
    given = [verdict for verdict in (first, second) if verdict is not None]
    return max(given, key=VERDICTS.index) if given else None


def collect(folder: Path, select: str) -> Iterator[Grading]:
    """The findings of the pack in every project of a folder whose subfolders are called NAME-VERSION."""
    for project in sorted(path for path in folder.iterdir() if path.is_dir()):
        name, _, version = project.name.rpartition("-")
        for finding in findings_of(project, select):
            if finding["certainty"] != "maybe":
                place = {key: finding[key] for key in ("path", "line", "message", "gates")}
                yield {"rule": finding["rule"], "project": name, "version": version, **place}


def findings_of(project: Path, select: str) -> list[dict[str, Any]]:
    """What gardener finds in one project, with the project's own settings and suppressions left in force."""
    options = ["--format", "json", "--no-baseline", "--no-ruff", "--exit-zero"]
    chosen = [] if select == "default" else ["--select", select]
    command = [sys.executable, "-m", "gardener", "check", *options, *chosen]
    done = subprocess.run(
        command, cwd=project, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 2) or not done.stdout:
        sys.exit(f"error: {project.name}: {done.stderr.strip()[-500:]}")
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return [finding for finding in found if finding["suppressed"] is None]


def counts_of(findings: Iterable[Grading], folder: Path) -> dict[str, Any]:
    """How many findings each rule has, how many of them fail a run, and in how much code."""
    found, gating = Counter[str](), Counter[str]()
    for finding in findings:
        found[finding["rule"]] += 1
        gating[finding["rule"]] += finding["gates"]
    paths = [path for path in folder.rglob("*.py") if path.is_file()]
    lines = sum(path.read_bytes().count(b"\n") for path in paths)
    rules = {rule: {"found": found[rule], "gating": gating[rule]} for rule in sorted(found)}
    return {"files": len(paths), "lines": lines, "rules": rules}


def sample(findings: Iterable[Grading], *, seed: int = 1) -> list[Grading]:
    """At most 30 findings of each rule, taken from as many projects as there are, the same ones every time."""
    by_rule: dict[str, dict[str, list[Grading]]] = defaultdict(lambda: defaultdict(list))
    for finding in findings:
        by_rule[finding["rule"]][finding["project"]].append(finding)
    chosen: list[Grading] = []
    for rule, projects in sorted(by_rule.items()):
        piles = [projects[name] for name in sorted(projects)]
        for pile in piles:
            random.Random(f"{seed} {rule} {len(pile)}").shuffle(pile)
        turns = (pile[turn] for turn in range(AT_MOST) for pile in piles if turn < len(pile))
        chosen += [finding for finding, _ in zip(turns, range(AT_MOST), strict=False)]
    return chosen


def read_gradings() -> list[Grading]:
    """Every grading that is kept, in the order of rules."""
    return [json.loads(line) for path in sorted(GRADINGS.glob("*.jsonl")) for line in path.read_text().splitlines()]


def write_gradings(gradings: Iterable[Grading]) -> None:
    """Keep gradings, one file a rule."""
    by_rule: dict[str, list[Grading]] = defaultdict(list)
    for grading in gradings:
        by_rule[grading["rule"]].append(grading)
    GRADINGS.mkdir(exist_ok=True)
    for rule, members in by_rule.items():
        members.sort(key=lambda item: [str(item[key]) for key in KEY])
        lines = (
            json.dumps({name: item.get(name) for name in (*KEY, "first", "second", "settled")}) for item in members
        )
        (GRADINGS / f"{rule}.jsonl").write_text("".join(f"{line}\n" for line in lines))


def merge(gradings: list[Grading], second: Iterable[Grading]) -> list[Grading]:
    """Add the verdicts of a second reading, which have the keys of the list that `blind` wrote and `verdict`."""
    verdicts = {identity(item): item["verdict"] for item in second}
    unknown = set(verdicts.values()) - set(VERDICTS)
    if unknown:
        sys.exit(f"error: unknown verdicts: {', '.join(sorted(map(str, unknown)))}")
    for grading in gradings:
        grading["second"] = verdicts.get(identity(grading), grading.get("second"))
        grading["settled"] = settled(grading["first"], grading["second"])
    return gradings


def identity(grading: Grading) -> tuple[Any, ...]:
    """What tells one grading from the others."""
    return tuple(grading[key] for key in KEY)


def by_default() -> set[str]:
    """The ids of the shipped rules about code that run unless somebody switches them off."""
    from gardener.checking.load import read_rule
    from gardener.checking.packs import SHIPPED, SHIPPED_PACK, folder_files

    rules = (read_rule(file) for file in folder_files(SHIPPED, SHIPPED_PACK) if file.may_hold_rule)
    return {rule.id for rule in rules if rule is not None and rule.default and rule.target == "python"}


def tables(gradings: Sequence[Grading]) -> str:
    """Both tables as Markdown: the rules that are on by default with their sum, and the others."""
    default = by_default()
    on = [item for item in gradings if item["rule"] in default]
    off = [item for item in gradings if item["rule"] not in default]
    readers = sum(item.get("second") is not None for item in gradings)
    agreed = sum(item.get("second") == item["first"] for item in gradings if item.get("second") is not None)
    projects = sorted({f"{item['project']} {item['version']}" for item in gradings}, key=str.lower)
    twice = f"{readers} of them twice; the two readers agreed on {agreed}" if readers else "so far by one reader"
    parts = [
        f"{len(gradings)} findings in {len(projects)} projects were read, {twice}.",
        noise(default),
        f"### On by default\n\n{table(on, total=True)}",
        f"### Off by default\n\n{table(off)}",
        f"### Projects\n\n{', '.join(projects)}.",
    ]
    return "\n\n".join(parts)


def noise(default: set[str]) -> str:
    """How often the default rules speak at all, and how often they fail a run."""
    found = json.loads(FOUND.read_text())
    rules = [counts for rule, counts in found["rules"].items() if rule in default]
    every = 10_000 / found["lines"]
    said, failing = (sum(counts[key] for counts in rules) * every for key in ("found", "gating"))
    return (
        f"In {found['files']:,} files with {found['lines']:,} lines the default rules speak {said:.1f} times in 10,000 "
        f"lines, and {failing:.1f} of these fail a run (P2 and above)."
    )


def table(gradings: Sequence[Grading], *, total: bool = False) -> str:
    """One row a rule."""
    by_rule: dict[str, list[Grading]] = defaultdict(list)
    for grading in gradings:
        by_rule[grading["rule"]].append(grading)
    found = {rule: counts["found"] for rule, counts in json.loads(FOUND.read_text())["rules"].items()}
    rows = [row(f"[{rule}](rules/{rule}.md)", found[rule], members) for rule, members in sorted(by_rule.items())]
    if total:
        rows.append(row("**together**", sum(found[rule] for rule in by_rule), gradings))
    return "\n".join(
        ["| Rule | Found | Projects | Graded | Useful | Harmless | Wrong | Not wrong | At least |", RULER, *rows]
    )


def row(name: str, found: int, gradings: Sequence[Grading]) -> str:
    """The counts of some gradings; `at least` is the lower bound of the share that is not wrong."""
    counts = Counter(item["settled"] for item in gradings)
    graded = sum(counts[verdict] for verdict in VERDICTS)
    right = graded - counts["wrong"]
    projects = len({item["project"] for item in gradings})
    cells = [name, found, projects, graded, *(counts[verdict] for verdict in VERDICTS)]
    shares = [f"{100 * right / graded:.0f} %" if graded else "", f"{100 * wilson(right, graded):.0f} %"]
    return f"| {' | '.join(map(str, [*cells, *shares]))} |"


def with_tables(text: str, content: str) -> str:
    """`text` with everything between the marks replaced."""
    return re.sub(f"(?s){BEGIN}.*{END}", lambda _: f"{BEGIN}\n\n{content}\n\n{END}", text)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one of the four steps."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("collect", "blind", "merge", "table"))
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--select", default="all", help="rules to collect: ids, `all` or `default`")
    parser.add_argument(
        "--write", action="store_true", help="put the tables into docs/precision.md, or keep the counts"
    )
    options = parser.parse_args(arguments)
    if options.step != "table" and options.file is None:
        parser.error(f"{options.step} needs a file or folder")
    STEPS[options.step](options)


def _collect(options: argparse.Namespace) -> None:
    findings = list(collect(options.file, options.select))
    if options.write:
        FOUND.write_text(json.dumps(counts_of(findings, options.file), indent=1) + "\n")
    for finding in sample(findings):
        print(json.dumps(finding))


def _blind(options: argparse.Namespace) -> None:
    items = ({key: grading[key] for key in KEY} for grading in read_gradings())
    options.file.write_text("".join(f"{json.dumps(item)}\n" for item in items))


def _merge(options: argparse.Namespace) -> None:
    second = [json.loads(line) for line in options.file.read_text().splitlines() if line.strip()]
    write_gradings(merge(read_gradings(), second))


def _table(options: argparse.Namespace) -> None:
    content = tables(read_gradings())
    if options.write:
        DOCUMENT.write_text(with_tables(DOCUMENT.read_text(encoding="utf-8"), content), encoding="utf-8")
    else:
        print(content)


STEPS = {"collect": _collect, "blind": _blind, "merge": _merge, "table": _table}

if __name__ == "__main__":
    main()
