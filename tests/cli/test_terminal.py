"""What the command line says about itself, and how it behaves on a terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gardener import __version__
from gardener.cli import run
from gardener.core import family

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Garden


def every_command() -> list[list[str]]:
    """The words that call each command, groups and their members included."""
    found = [[]]
    for name in family.names("gardener.cli"):
        command = family.load("gardener.cli", name).command
        found.append([name])
        found += [[name, inner] for inner in getattr(command, "commands", {})]
    return found


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_help_is_shown(words: list[str], option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*words, option]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"Usage: {' '.join(['gardener', *words])}")
    assert "Examples:" in shown
    assert max(map(len, shown.split("\n"))) <= 120


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"gardener, version {__version__}\n"


@pytest.mark.skipif(os.name == "nt", reason="there are no such terminals on Windows")
def test_progress_is_shown_on_a_terminal_and_changes_nothing_else(ruled: Callable[..., Garden]) -> None:
    import pty

    made = ruled({f"m{number}.py": f"old({number})\n" for number in range(3)})
    quiet = made.run("check", "--no-cache")
    reader, terminal = pty.openpty()
    command = [sys.executable, "-m", "gardener", "check", "--no-cache"]
    shown = subprocess.run(command, cwd=made.root, stdout=subprocess.PIPE, stderr=terminal, check=False)
    os.close(terminal)
    said = os.read(reader, 10_000).decode()
    os.close(reader)
    assert shown.stdout.decode() == quiet.out
    assert re.search(r"3/3 files", said)
    assert quiet.err == ""


@pytest.mark.skipif(os.name == "nt", reason="there are no such terminals on Windows")
def test_a_review_shows_its_progress_on_a_terminal_only(garden: Callable[..., Garden]) -> None:
    import pty

    from tests.cli.review_gardens import FILES, KEYLESS, environment, strict_server

    made = garden(FILES)
    reader, terminal = pty.openpty()
    command = [sys.executable, "-m", "gardener", "review", "--refresh"]
    with strict_server() as server:
        where = os.environ | KEYLESS | environment(server) | {"NO_COLOR": "1"}
        shown = subprocess.run(command, cwd=made.root, env=where, stdout=subprocess.PIPE, stderr=terminal, check=False)
        quiet = subprocess.run(command, cwd=made.root, env=where, capture_output=True, check=False)
    os.close(terminal)
    said = os.read(reader, 10_000).decode()
    os.close(reader)
    assert re.search(r"[0-3]/3 judged", said)
    assert quiet.stderr.decode() == f"asking `judge-1` at {server.host}\n"
    assert [line for line in shown.stdout.split(b"\n") if b"requests" not in line] == [
        line for line in quiet.stdout.split(b"\n") if b"requests" not in line
    ]
