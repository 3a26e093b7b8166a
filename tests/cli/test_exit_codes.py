"""Exit codes: 0 nothing gates, 1 something gates, 2 gardener could not do its job; 2 beats 1."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Garden

CLEAN = {"a.py": "new(1)\n"}
DIRTY = {"a.py": "old(1)\n"}
BROKEN = {"a.py": "old(1\n"}


@pytest.mark.parametrize(
    ("files", "arguments", "code"),
    [
        (CLEAN, [], 0),
        (DIRTY, [], 1),
        (BROKEN, [], 2),
        (DIRTY | {"b.py": "old(\n"}, [], 2),
        (DIRTY, ["--exit-zero"], 0),
        (BROKEN, ["--exit-zero"], 2),
        (DIRTY, ["--fail-on", "P1"], 0),
        (DIRTY, ["--fail-on", "p2"], 1),
        (DIRTY, ["--ignore", "old-call"], 0),
        (DIRTY, ["--select", "network-call-without-timeout"], 0),
        (DIRTY, ["--only", "documents"], 0),
        (DIRTY, ["--only", "code"], 1),
        (DIRTY, ["nowhere.py"], 2),
        (DIRTY, ["--select", "no-such-rule"], 2),
        (DIRTY, ["--diff", "no-such-ref"], 2),
        (DIRTY, ["--policy-from", "no-such-ref"], 2),
        (DIRTY, ["--no-such-option"], 2),
        (DIRTY, ["--format", "papyrus"], 2),
        (DIRTY, ["--jobs", "0"], 2),
    ],
)
def test_check(ruled: Callable[..., Garden], files: dict[str, str], arguments: list[str], code: int) -> None:
    done = ruled(files).run("check", *arguments)
    assert done.code == code, done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--staged", "--diff", "main"],
        ["--staged", "--write-baseline"],
        ["--no-baseline", "--strict-baseline"],
        ["--unsafe-fixes"],
        ["--add-allow"],
        ["--reason", "because"],
        ["--add-allow", "--reason", "  "],
        ["--fix", "--add-allow", "--reason", "because"],
        ["--stdin-filename", "a.py", "a.py"],
        ["--stdin-filename", "a.py", "--diff", "main"],
    ],
    ids=" ".join,
)
def test_options_that_contradict_each_other_are_refused(ruled: Callable[..., Garden], arguments: list[str]) -> None:
    made = ruled(DIRTY)
    done = made.run("check", *arguments)
    assert done.code == 2
    assert "--" in done.err
    assert made.read("a.py") == b"old(1)\n"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ('# T\n\n```toml gardener\npattern = "old("\n```\n', "rules/page.md:"),
        ('# T\n\n```toml gardener\npatern = "old($X)"\n```\n', "pattern"),
        ('# T\n\n```toml gardener\npattern = "old($X)"\n```\n\n```python bad\nfine(1)\n```\n', "rules/page.md:"),
    ],
    ids=["pattern-does-not-parse", "unknown-key", "example-does-not-hold"],
)
def test_a_rule_that_does_not_load_stops_the_run(ruled: Callable[..., Garden], page: str, reason: str) -> None:
    done = ruled(DIRTY | {"rules/page.md": page}).run("check")
    assert done.code == 2
    assert reason in done.err
    assert "error: " in done.err


def test_broken_settings_stop_the_run_with_every_error(ruled: Callable[..., Garden]) -> None:
    done = ruled(DIRTY | {"gardener.toml": 'fail-on = "P9"\nslect = ["a"]\n'}).run("check")
    assert done.code == 2
    assert "fail-on" in done.err
    assert "select" in done.err
    assert len([line for line in done.err.split("\n") if line.startswith("error: ")]) == 2


def test_find_exits_zero_whether_or_not_it_finds(ruled: Callable[..., Garden]) -> None:
    made = ruled(DIRTY)
    assert made.run("find", "old($X)").code == 0
    assert made.run("find", "nothing($X)").code == 0
    assert made.run("find", "old(").code == 2
    assert made.run("find", "old($X)", "--apply").code == 2
    assert made.run("find", "old($X)", "--where", "no condition").code == 2


def test_garden_exits_zero_unless_it_gates(ruled: Callable[..., Garden]) -> None:
    made = ruled(DIRTY)
    assert made.run("garden").code == 0
    assert made.run("garden", "--gate").code == 1
    assert made.write({"b.py": "old(\n"}).run("garden").code == 2


def test_unknown_commands_and_rules_are_usage_errors(ruled: Callable[..., Garden]) -> None:
    made = ruled(CLEAN)
    assert made.run("chek").code == 2
    assert made.run("rules", "explain", "old-cal").code == 2
    assert "old-call" in made.run("rules", "explain", "old-cal").err
    assert made.run("why-not", "a.py", "old-call").code == 2
    assert made.run("explain", "0123456789abcdef").code == 2


def test_outside_git_it_works_as_well(ruled: Callable[..., Garden]) -> None:
    import shutil

    made = ruled(DIRTY)
    shutil.rmtree(made.root / ".git")
    assert made.run("check").code == 1
    assert made.run("check", "--diff", "main").code == 2
    assert made.run("check", "--staged").code == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_report_that_cannot_be_written_is_a_failure(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "new(1)\n"})
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "gardener", "check"]
        done = subprocess.run(command, cwd=made.root, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr.decode().startswith("error: standard output: cannot write the report")


@pytest.mark.skipif(os.name == "nt", reason="a POSIX shell closes the streams")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_the_exit_code_stands_without_standard_streams(ruled: Callable[..., Garden], closed: str) -> None:
    made = ruled({"a.py": "old(1)\n"})
    command = ["sh", "-c", f'"$0" -m gardener check {closed}', sys.executable]
    assert subprocess.run(command, cwd=made.root, capture_output=True, check=False).returncode == 1
