"""What people see when something goes wrong: one line, a hint, and never a bare traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from gardener.cli import program, run
from gardener.core.errors import ConfigError, ManyErrors, RuleError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Garden


def failing(error: BaseException) -> click.Group:
    """The program, with `fail` as its only command."""

    def fail() -> None:
        raise error

    commands = {"fail": click.command("fail")(fail)}
    return click.Group("gardener", commands, params=program.params, callback=program.callback)


def test_an_expected_error_is_one_line_and_its_hint(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fail"], failing(RuleError("the pattern is empty", at="rules/a.md:4", hint="write one"))) == 2
    assert capsys.readouterr().err == "error: rules/a.md:4: the pattern is empty\n  hint: write one\n"


def test_many_errors_are_as_many_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fail"], failing(ManyErrors([ConfigError("one", at="a:1"), ConfigError("two")]))) == 2
    assert capsys.readouterr().err == "error: a:1: one\nerror: two\n"


def test_a_crash_is_reported_as_ours_with_a_file_to_send(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert run(["fail"], failing(ZeroDivisionError("division by zero"))) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: gardener failed unexpectedly: ZeroDivisionError: division by zero\n")
    assert "Traceback" not in said
    (kept,) = tmp_path.iterdir()
    assert str(kept) in said
    assert "Traceback" in kept.read_text()
    assert "`gardener fail`" in kept.read_text()


@pytest.mark.parametrize("ask", ["option", "environment"])
def test_a_traceback_is_shown_on_demand(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ask: str,
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    if ask == "environment":
        monkeypatch.setenv("GARDENER_TRACEBACK", "1")
    assert run((["--traceback"] if ask == "option" else []) + ["fail"], failing(ZeroDivisionError())) == 2
    assert "Traceback (most recent call last)" in capsys.readouterr().err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()], ids=["interrupt", "abort"])
def test_an_interrupt_is_130(error: BaseException) -> None:
    assert run(["fail"], failing(error)) == 130


@pytest.mark.skipif(os.name == "nt", reason="signals are not delivered so on Windows")
def test_an_interrupted_process_says_so_and_leaves_no_half_written_file(ruled: Callable[..., Garden]) -> None:
    made = ruled({f"m{number}.py": "old(1)\n" * 500 for number in range(20)})
    command = [sys.executable, "-m", "gardener", "check", "--fix", "--jobs", "1"]
    with subprocess.Popen(command, cwd=made.root, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        first = made.root / "m0.py"
        while process.poll() is None and first.stat().st_size == 3500 and not changed(made.root):
            os.sched_yield()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert process.returncode in {130, 0}
    assert b"Traceback" not in said
    for path in made.root.glob("m*.py"):
        assert path.read_bytes() in {b"old(1)\n" * 500, b"new(1)\n" * 500}
    assert sorted(path.name for path in made.root.iterdir() if path.name.startswith("tmp")) == []


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are counted through /proc")
def test_an_interrupt_ends_the_workers_too(ruled: Callable[..., Garden]) -> None:
    made = ruled({f"m{number}.py": "x = [old(1)]\n" * 3000 for number in range(140)})
    command = [sys.executable, "-m", "gardener", "check", "--no-cache", "--jobs", "2"]
    pipes = {"stderr": subprocess.PIPE, "stdout": subprocess.DEVNULL, "start_new_session": True}
    with subprocess.Popen(command, cwd=made.root, **pipes) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while process.poll() is None and len(children.read_text().split()) < 2:
            os.sched_yield()
        workers = children.read_text().split()
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate()
    assert process.returncode == 130
    assert said.strip() == b"interrupted"
    assert len(workers) == 2
    assert all(ends(worker) for worker in workers)


def ends(process: str) -> bool:
    """True as soon as a process is gone, or only waits to be buried."""
    for _ in range(1_000_000):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state in {"Z", "X"}:
            return True
        os.sched_yield()
    return False


def changed(root: Path) -> bool:
    return any(path.read_bytes()[:3] == b"new" for path in root.glob("m*.py"))


@pytest.mark.skipif(os.name == "nt", reason="there is no such pipe on Windows")
@pytest.mark.parametrize("arguments", [["check"], ["check", "--format", "json"], ["rules", "list"], ["--help"]])
def test_a_reader_who_leaves_early_is_no_failure(ruled: Callable[..., Garden], arguments: list[str]) -> None:
    made = ruled({"a.py": "old(1)\n" * 3000})
    expected = made.run(*arguments).code
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "gardener", *arguments]
    with subprocess.Popen(command, cwd=made.root, stdout=write, stderr=subprocess.PIPE) as process:
        os.close(write)
        _, said = process.communicate()
    assert said == b""
    assert process.returncode == expected
