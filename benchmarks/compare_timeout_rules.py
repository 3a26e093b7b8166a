"""`network-call-without-timeout` beside ruff S113, bandit B113 and pylint W3101: recall and precision on the same code.

    python benchmarks/compare_timeout_rules.py --fixtures CHECKOUTS [--work FOLDER] [--list-unread]

CHECKOUTS holds checkouts called `ruff`, `bandit` and `pylint`, whose test files for the rule are cases; their text is
read from there and kept nowhere. The projects are source releases that pip downloads. What is right was decided by
reading: `timeout_truth.json` holds, for every place that any of the four tools flags, whether a peer that says nothing
makes that call wait for ever. Recall is measured against all such places together; a place that nobody has read yet is
counted for nobody and listed by `--list-unread`.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpora import download

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

HERE = Path(__file__).resolve().parent
TRUTH = HERE / "timeout_truth.json"
TOOLS = ("ruff==0.17.5", "bandit==1.9.4", "pylint==4.1.4", "requests==2.34.2", "httpx==0.28.1")
FIXTURES = {
    "ruff": "crates/ruff_linter/resources/test/fixtures/flake8_bandit/S113.py",
    "bandit": "examples/requests-missing-timeout.py",
    "pylint": "tests/functional/m/missing/missing_timeout.py",
}

Places = frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Score:
    """Places that are right, wrong and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def recall(self) -> float:
        """The share of what there is that was found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def precision(self) -> float:
        """The share of what was found that is so."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0


def main() -> None:
    """Measure, and print two tables."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--fixtures", type=Path, help="folder with checkouts called ruff, bandit and pylint")
    options.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "gardener-timeouts")
    options.add_argument("--list-unread", action="store_true", help="list places that no one has judged")
    given = options.parse_args()
    tools = _tools(given.work / "tools")
    truth = json.loads(TRUTH.read_text(encoding="utf-8"))
    if given.fixtures:
        found = {name: _found(root, tools) for name, root in _fixtures(given.fixtures, given.work)}
        _report("peers' own test files", found, truth["fixtures"], tools, unread=given.list_unread)
    found = {name: _found(_project(name, given.work), tools) for name in truth["projects"]}
    _report("source releases", found, truth["projects"], tools, unread=given.list_unread)


def _tools(folder: Path) -> Mapping[str, Callable[[Path], Places]]:
    if not folder.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", *TOOLS], check=True)
    programs = folder / "bin"
    return {
        "gardener": _gardener,
        "ruff S113": lambda root: _ruff(programs, root),
        "bandit B113": lambda root: _bandit(programs, root),
        "pylint W3101": lambda root: _pylint(programs, root),
    }


def _fixtures(checkouts: Path, work: Path) -> Iterable[tuple[str, Path]]:
    """Each test file alone in a folder."""
    for name, path in FIXTURES.items():
        source = checkouts / name / path
        if source.exists():
            folder = work / "fixtures" / name
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "case.py").write_bytes(source.read_bytes())
            yield name, folder


def _project(release: str, work: Path) -> Path:
    root = work / release.replace("==", "-")
    if not root.exists():
        download(release, root)
    return root


def _found(root: Path, tools: Mapping[str, Callable[[Path], Places]]) -> Mapping[str, Places]:
    return {name: run(root) for name, run in tools.items()}


def _gardener(root: Path) -> Places:
    arguments = ("check", ".", "--select", "network-call-without-timeout", "--format", "json", "--no-cache")
    command = (sys.executable, "-m", "gardener", *arguments, "--no-baseline")
    report = json.loads(subprocess.run(command, cwd=root, capture_output=True, check=False).stdout)
    gating = (item for item in report["findings"] if item["certainty"] != "maybe" and not item["suppressed"])
    return frozenset((item["path"], item["line"]) for item in gating)


def _ruff(programs: Path, root: Path) -> Places:
    arguments = (
        "check",
        "--isolated",
        "--no-cache",
        "--select",
        "S113",
        "--ignore-noqa",
        "--output-format",
        "json",
        ".",
    )
    out = subprocess.run([programs / "ruff", *arguments], cwd=root, capture_output=True, check=False).stdout
    found = (item for item in json.loads(out) if item["code"] == "S113")
    return frozenset((_relative(item["filename"], root), item["location"]["row"]) for item in found)


def _bandit(programs: Path, root: Path) -> Places:
    arguments = ("-q", "-r", "-t", "B113", "--ignore-nosec", "-f", "json", ".")
    out = subprocess.run([programs / "bandit", *arguments], cwd=root, capture_output=True, check=False).stdout
    return frozenset((_relative(item["filename"], root), item["line_number"]) for item in json.loads(out)["results"])


def _pylint(programs: Path, root: Path) -> Places:
    """Only on files that name requests, which is all that W3101 looks at: on the others it would take minutes."""
    options = ("--disable=all", "--enable=missing-timeout", "--output-format=json", "--rcfile=/dev/null")
    files = [path.relative_to(root) for path in root.rglob("*.py") if b"requests" in path.read_bytes()]
    if not files:
        return frozenset()
    command = [programs / "pylint", *options, *sorted(files)]
    out = subprocess.run(command, cwd=root, capture_output=True, check=False).stdout
    found = (item for item in json.loads(out or b"[]") if item["symbol"] == "missing-timeout")
    return frozenset((_relative(item["path"], root), item["line"]) for item in found)


def _relative(path: str, root: Path) -> str:
    full = Path(path)
    return (full.relative_to(root) if full.is_absolute() else full).as_posix().removeprefix("./")


def _report(
    title: str,
    found: Mapping[str, Mapping[str, Places]],
    truth: Mapping[str, Mapping[str, bool]],
    tools: Iterable[str],
    *,
    unread: bool,
) -> None:
    print(f"\n{title}: {', '.join(found)}\n")
    print("| tool | right | wrong | missed | recall | precision |\n|---|---|---|---|---|---|")
    for tool in tools:
        scores = [_score(places[tool], truth[name]) for name, places in found.items()]
        total = Score(*(sum(getattr(score, field) for score in scores) for field in ("right", "wrong", "missed")))
        print(
            f"| {tool} | {total.right} | {total.wrong} | {total.missed} | {total.recall:.2f} | {total.precision:.2f} |"
        )
    for name, places in found.items():
        new = {place for each in places.values() for place in each if _key(place) not in truth[name]}
        if new:
            print(f"\n{name}: {len(new)} places are not judged yet")
        for path, line in sorted(new) if unread else ():
            flagged = ", ".join(tool for tool, each in places.items() if (path, line) in each)
            print(f"  {path}:{line}  {flagged}")


def _score(places: Places, truth: Mapping[str, bool]) -> Score:
    keys = {_key(place) for place in places}
    judged = keys & truth.keys()
    right = sum(truth[key] for key in judged)
    return Score(right, len(judged) - right, sum(truth.values()) - right)


def _key(place: tuple[str, int]) -> str:
    return re.sub(r"\\", "/", f"{place[0]}:{place[1]}")


if __name__ == "__main__":
    main()
