"""The import budget: what starting up may load. Importing is the largest cost of a small run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gardener.core import family

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.conftest import Garden

ROOT = Path(__file__).parent.parent
HEAVY = {"libcst", "openai", "markdown_it", "sqlite3", "rich", "regex", "yaml", "asyncio", "multiprocessing.pool"}
LISTING = """
import atexit, runpy, sys
atexit.register(lambda: print("\\n".join(sorted(sys.modules)), file=sys.__stderr__))
sys.argv = ["gardener", *{arguments!r}]
runpy.run_module("gardener", run_name="__main__")
"""


def loaded(*arguments: str, cwd: Path = ROOT) -> set[str]:
    """Every module in memory when the command with these arguments ends."""
    code = LISTING.format(arguments=list(arguments))
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=False)
    return set(done.stderr.split("\n"))


def third_party(modules: set[str]) -> set[str]:
    tops = {name.split(".")[0] for name in modules if name and not name.startswith("_")}
    return {top for top in tops if top.isidentifier() and top not in sys.stdlib_module_names}


def test_importing_gardener_loads_none_of_its_parts() -> None:
    code = "import sys; before = set(sys.modules); import gardener; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    new = set(done.stdout.split())
    assert {name for name in new if name.split(".")[0] not in sys.stdlib_module_names} == {"gardener"}
    assert not new & {"ast", "asyncio", "dataclasses", "importlib.metadata", "inspect", "json", "pathlib", "subprocess"}


def test_help_loads_click_and_nothing_heavy() -> None:
    modules = loaded("--help")
    assert "click" in modules
    site_hooks = third_party(loaded_by_python())
    assert third_party(modules) - site_hooks <= {"click", "gardener", "colorama"}
    assert not modules & HEAVY


def loaded_by_python() -> set[str]:
    """What this Python loads by itself, from its site packages."""
    code = "import sys; print('\\n'.join(sys.modules))"
    return set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split("\n")
    )


def test_listing_commands_imports_none() -> None:
    code = (
        "import sys, click; from gardener.cli import program\n"
        "program.list_commands(click.Context(program))\n"
        "print(*[m for m in sys.modules if m.startswith('gardener.cli.') ])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("command", family.names("gardener.cli"))
def test_the_help_of_a_command_loads_nothing_heavy(command: str) -> None:
    assert not loaded(command, "--help") & HEAVY


def test_a_check_without_candidates_parses_nothing(garden: Callable[[Mapping[str, str]], Garden]) -> None:
    made = garden({"a.py": "x = 1\n"})
    # A first run proves the rules where the sources were not installed, and so not built.
    assert made.run("check", "--only", "code").code == 0
    made.write({"b.py": "def f() -> int:\n    return 2\n", "c.py": "def (:\n"})
    modules = loaded("check", "--only", "code", cwd=made.root)
    assert "gardener.checking.check" in modules
    assert modules & HEAVY == set()


def test_a_warm_check_parses_nothing(garden: Callable[[Mapping[str, str]], Garden]) -> None:
    made = garden({"a.py": "import requests\nrequests.get('http://example.org')\n"})
    made.commit()
    assert made.run("check", "--only", "code").code == 1
    modules = loaded("check", "--only", "code", cwd=made.root)
    assert "gardener.checking.check" in modules
    assert modules & HEAVY == set()


def test_a_frozen_review_loads_no_model_and_no_parser(garden: Callable[[Mapping[str, str]], Garden]) -> None:
    from tests.cli.review_gardens import FILES, reviewed, strict_server

    made = garden(FILES)
    with strict_server() as server:
        assert reviewed(made, server).code == 1
    modules = loaded("review", "--frozen", cwd=made.root)
    assert "gardener.reviewing.review" in modules
    # Beliefs are Markdown, which somebody has to read.
    assert modules & (HEAVY | {"detect_secrets", "pathspec", "packaging", "http.client", "ssl"}) == {"markdown_it"}
    assert not {name for name in modules if name.startswith("gardener.llm.openai")}
