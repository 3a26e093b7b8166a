"""How fast `gardener check` is, next to its peers: ratios within one run, medians of paired runs.

    python benchmarks/check_speed.py                     both corpora, all peers, every bar (minutes)
    python benchmarks/check_speed.py --quick             gardener's own tree, one round, ruff alone (seconds)

Prints a Markdown table; with `--strict` the exit code is 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import corpora
import peers
from corpora import Corpus
from measure import Sample, interleave, ratio, run, seconds
from peers import RULE, Tools, gardener
from tiers import shares

if TYPE_CHECKING:
    from collections.abc import Iterator

ONE_RULE = ("--select", RULE)
COLD = ("--no-cache",)
MARK = "<!-- figures -->\n"
WITH_CANDIDATE = "import requests\n\n\ndef fetch(url):\n    return requests.get(url)\n"
WITHOUT_CANDIDATE = "def double(number):\n    return 2 * number\n"


@dataclass(frozen=True)
class Row:
    """One line of the table: `met` is None for figures without a bar."""

    what: str
    measured: str
    bar: str = ""
    met: bool | None = None


def at_most(what: str, value: float, limit: float, unit: str = "x", note: str = "") -> Row:
    """A figure that must not exceed its bar."""
    return Row(what, f"{value:.2f} {unit}{note}", f"at most {limit:g} {unit}", value <= limit)


def at_least(what: str, value: float, limit: float, note: str = "") -> Row:
    """A figure that must reach its bar."""
    return Row(what, f"{value:.0f} x{note}", f"at least {limit:g} x", value >= limit)


def against(ours: list[Sample], theirs: list[Sample]) -> str:
    """The medians behind a ratio."""
    return f" ({seconds(ours):.3f} s against {seconds(theirs):.3f} s)"


def cold(corpus: Corpus, tools: Tools, rounds: int) -> list[Row]:
    """No cache: one rule and the default pack, against one rule of ast-grep and of ruff."""
    one = gardener("one rule", corpus.root, *COLD, *ONE_RULE)
    pack = gardener("pack", corpus.root, *COLD)
    rivals = [peers.ruff(tools, corpus.root), *([peers.ast_grep(tools, corpus.root)] if tools.ast_grep else [])]
    runs = interleave([one, pack, *rivals], rounds)
    name = corpus.name
    rows = []
    for what, peer, bar in COLD_BARS:
        if peer not in runs:
            continue
        value, limit = ratio(runs[what], runs[peer]), bar.get(name)
        label, note = f"{name}, cold, {what} / {peer}", against(runs[what], runs[peer])
        rows.append(at_most(label, value, limit, note=note) if limit else Row(label, f"{value:.2f} x{note}"))
    return rows


COLD_BARS: tuple[tuple[str, str, dict[str, float]], ...] = (
    ("one rule", "ast-grep", {"django": 1.0, "airflow": 3.0}),
    ("one rule", "ruff", {"django": 6.0}),
    ("pack", "ast-grep", {"django": 2.0}),
    ("pack", "ruff", {}),
)


def slow(corpus: Corpus, tools: Tools) -> list[Row]:
    """Fixit, once: it takes minutes, and the bar is far from its noise."""
    ours = run(gardener("one rule", corpus.root, *COLD, *ONE_RULE))
    theirs = run(peers.fixit(tools, corpus.root))
    note = f" ({theirs.seconds:.1f} s against {ours.seconds:.3f} s)"
    return [at_least(f"{corpus.name}, cold, Fixit / one rule", theirs.seconds / ours.seconds, 50, note)]


def warm(corpus: Corpus, tools: Tools, rounds: int, folder: Path) -> list[Row]:
    """Nothing changed since the last run: the default pack from its cache, against ruff from its own."""
    ours, theirs = gardener("pack", corpus.root), peers.ruff(tools, corpus.root, cache=folder / "ruff-cache")
    interleave([ours, theirs], 1)
    runs = interleave([ours, theirs], rounds)
    value, note = ratio(runs["pack"], runs["ruff"]), against(runs["pack"], runs["ruff"])
    label = f"{corpus.name}, warm, pack / warm ruff"
    imported = run(gardener("imports", corpus.root, python=("-X", "importtime"))).err
    lean = not any("libcst" in line for line in imported.splitlines() if line.startswith("import time:"))
    return [
        at_most(label, value, 6, note=note) if corpus.name == "django" else Row(label, f"{value:.2f} x{note}"),
        Row(f"{corpus.name}, warm, libcst imported", "no" if lean else "yes", "no", lean),
    ]


def single(folder: Path, rounds: int) -> list[Row]:
    """One file, as a pre-commit hook runs it: start-up is nearly all of it."""
    root = folder / "single"
    root.mkdir(exist_ok=True)
    (root / "with_candidate.py").write_text(WITH_CANDIDATE)
    (root / "without_candidate.py").write_text(WITHOUT_CANDIDATE)
    if not (root / ".git").exists():
        corpora.commit(root)
    commands = [gardener(name, root, *COLD, f"{name}.py") for name in ("with_candidate", "without_candidate")]
    runs = interleave(commands, 2 * rounds)
    return [
        at_most("one file with a candidate, cold, pack", seconds(runs["with_candidate"]), 0.30, "s"),
        at_most("one file without a candidate, cold, pack", seconds(runs["without_candidate"]), 0.15, "s"),
    ]


def memory(corpus: Corpus) -> list[Row]:
    """The whole process tree, shared pages counted once."""
    if not sys.platform.startswith("linux"):
        return [Row(f"{corpus.name}, cold, pack, peak memory", "measured on Linux only")]
    sample = run(gardener("pack", corpus.root, *COLD), memory=True)
    return [at_most(f"{corpus.name}, cold, pack, peak memory", sample.megabytes, 250, "MB")]


def growth(corpus: Corpus, folder: Path, rounds: int) -> list[Row]:
    """Ten times the files, with the start-up taken off both sides, so that it hides nothing."""
    ten = corpora.copies(corpus, folder, 10)
    empty = folder / "single"
    commands = [
        gardener("start", empty, *COLD, "without_candidate.py"),
        gardener("once", corpus.root, *COLD),
        gardener("ten times", ten.root, *COLD),
    ]
    runs = interleave(commands, min(rounds, 3))
    start, once, more = (seconds(runs[command.name]) for command in commands)
    note = f" ({more:.2f} s against {once:.2f} s; net of start-up {(more - start) / (once - start):.2f} x)"
    return [at_most(f"{corpus.name}, ten times the files", more / once, 11, note=note)]


def profile(corpus: Corpus) -> list[Row]:
    """Where the time goes, so that a regression is seen where it happens."""
    out = run(gardener("profile", corpus.root, *COLD, "--profile")).out
    return [Row(f"{corpus.name}, cold, pack, share of the {tier} tier", share) for tier, share in shares(out)]


def heading(tools: Tools, found: list[Corpus], rounds: int) -> str:
    """What was run, on what, with what."""
    sizes = "; ".join(f"{one.name} {one.files} files, {one.megabytes:.1f} MB" for one in found)
    options = "--quick" if len(found) == 1 else f"--rounds {rounds}"
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    told = f"{date.today()}; {machine}; {peers.versions(tools)}; {sizes}; medians of {rounds} paired runs."
    return f"`python benchmarks/check_speed.py {options}`\n\n{told}\n\n| What | Measured | Bar | |\n|---|---|---|---|\n"


def line(row: Row) -> str:
    """A row as Markdown."""
    verdict = {True: "met", False: "**missed**", None: ""}[row.met]
    return f"| {row.what} | {row.measured} | {row.bar} | {verdict} |\n"


def everything(tools: Tools, found: list[Corpus], rounds: int, folder: Path) -> Iterator[Row]:
    """All rows, the slowest last."""
    for corpus in found:
        yield from cold(corpus, tools, rounds)
        yield from warm(corpus, tools, rounds, folder)
        yield from memory(corpus)
        yield from profile(corpus)
    yield from single(folder, rounds)
    if len(found) > 1:
        yield from growth(found[-1], folder, rounds)
    if tools.fixit:
        for corpus in reversed(found):
            yield from slow(corpus, tools)


def write(path: Path, text: str) -> None:
    """Put the figures between the two marks of a document, or into a file of their own."""
    before, mark, rest = path.read_text(encoding="utf-8").partition(MARK) if path.exists() else ("", "", "")
    after = rest.partition(MARK)[2]
    path.write_text(f"{before}{mark}\n{text}{mark}{after}" if mark else text, encoding="utf-8")


def prepare(options: argparse.Namespace, folder: Path) -> tuple[Tools, list[Corpus], int]:
    """The tools, the corpora and the number of rounds that the options ask for."""
    folder.mkdir(parents=True, exist_ok=True)
    if options.quick:
        return peers.installed_ruff(), [corpora.own_tree(folder)], 1
    tools = peers.install(Path(options.peers or folder / "peers"))
    if options.no_fixit:
        tools = replace(tools, fixit=None)
    return tools, [corpora.obtain(name, folder) for name in corpora.RELEASES], options.rounds


def main() -> int:
    """Measure, print, and say whether every bar was met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", default=str(Path(tempfile.gettempdir()) / "gardener-corpora"), metavar="DIR")
    parser.add_argument("--peers", metavar="DIR", help="a virtual environment that holds the peers")
    parser.add_argument("--rounds", type=int, default=7, metavar="N")
    parser.add_argument("--quick", action="store_true", help="one round on gardener's own sources, with ruff alone")
    parser.add_argument("--no-fixit", action="store_true", help="leave out the one peer that takes minutes")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bar is missed")
    parser.add_argument("--output", metavar="FILE", help="write there, too (docs/benchmarks.md: between its marks)")
    options = parser.parse_args()
    tools, found, rounds = prepare(options, Path(options.corpora))
    text = heading(tools, found, rounds)
    print(text, end="", flush=True)
    missed = False
    for row in everything(tools, found, rounds, Path(options.corpora)):
        print(line(row), end="", flush=True)
        text += line(row)
        missed |= row.met is False
    if options.output:
        write(Path(options.output), text)
    return 1 if options.strict and missed else 0


if __name__ == "__main__":
    sys.exit(main())
