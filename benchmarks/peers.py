"""The tools gardener is compared with, each with the rule that is nearest to `network-call-without-timeout`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

from measure import Command

HERE = Path(__file__).resolve().parent
RULE = "network-call-without-timeout"
# An installed package is compiled once, by pip; some machines forbid Python to do the same for a checkout.
BYTECODE = Path(tempfile.gettempdir()) / "gardener-bytecode"
COMPILED = {"PYTHONPATH": str(HERE.parent), "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(BYTECODE)}


@dataclass(frozen=True)
class Tools:
    """Where the programs are; `ast_grep` and `fixit` are None when only ruff is wanted."""

    ruff: str
    ast_grep: str | None = None
    fixit: str | None = None


def install(folder: Path) -> Tools:
    """Tools in a virtual environment at `folder`, made from `peers/requirements.txt` when it is missing."""
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    if not programs.exists():
        venv.create(folder, with_pip=True)
        python = str(programs / "python")
        requirements = str(HERE / "peers" / "requirements.txt")
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--requirement", requirements], check=True)
    return Tools(*(str(programs / name) for name in ("ruff", "ast-grep", "fixit")))


def installed_ruff() -> Tools:
    """The ruff that gardener depends on, and nothing else."""
    beside = Path(sys.executable).with_name("ruff")
    found = str(beside) if beside.exists() else shutil.which("ruff")
    if found is None:
        raise SystemExit("ruff is not installed beside this Python")
    return Tools(found)


def versions(tools: Tools) -> str:
    """What each tool calls itself, for the record."""
    programs = [program for program in (tools.ruff, tools.ast_grep, tools.fixit) if program]
    return "; ".join(subprocess.check_output([program, "--version"], text=True).strip() for program in programs)


def gardener(name: str, root: Path, *arguments: str, python: tuple[str, ...] = ()) -> Command:
    """`gardener check` in the repository at `root`, run by this Python; exit 2 is work done, it names broken files."""
    command = (sys.executable, *python, "-m", "gardener", "check", "--no-baseline", "--no-ruff", *arguments)
    return Command(name, command, root, good=(0, 1, 2), environment=COMPILED)


def ruff(tools: Tools, root: Path, *, cache: Path | None = None) -> Command:
    """`ruff check` for S113 alone, without a cache unless one is given."""
    caching = ("--cache-dir", str(cache)) if cache else ("--no-cache",)
    return Command("ruff", (tools.ruff, "check", "--isolated", "--select", "S113", *caching, "."), root)


def ast_grep(tools: Tools, root: Path) -> Command:
    """`ast-grep scan` with one rule."""
    assert tools.ast_grep
    return Command("ast-grep", (tools.ast_grep, "scan", "--rule", str(HERE / "peers" / "timeout.yml"), "."), root)


def fixit(tools: Tools, root: Path) -> Command:
    """`fixit lint` with one rule; bits 1 and 2 of its exit code say that it found something or could not parse."""
    assert tools.fixit
    rule = "fixit_timeout:NetworkCallWithoutTimeout"
    environment = {"PYTHONPATH": str(HERE / "peers")}
    return Command("fixit", (tools.fixit, "--quiet", "--rules", rule, "lint", "."), root, (0, 1, 2, 3), environment)
