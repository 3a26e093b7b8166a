"""Folders that loop, files that are none, names that are no text, readers that go away."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
from outcomes import CALL, CHECK, outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    MakeGarden = Callable[[Mapping[str, str | bytes]], Any]

on_posix = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX file system")
as_user = pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read every file")


def paths_of(ran: Any) -> set[str]:
    """The files with findings, of a run that ended as it should."""
    assert "Traceback" not in ran.err, ran.err
    assert ran.code == 1, ran.out + ran.err
    return {path for _, path, _ in ran.hits}


def plain(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run gardener outside any git repository."""
    command = [sys.executable, "-m", "gardener", *arguments]
    environment = os.environ | {"GIT_CEILING_DIRECTORIES": str(folder.parent)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@on_posix
@pytest.mark.parametrize("repository", [True, False])
def test_links_that_loop_or_lead_nowhere_stop_nothing(garden: MakeGarden, tmp_path: Path, repository: bool) -> None:
    made = garden({"healthy.py": CALL, "src/inner.py": CALL})
    (made.root / "src/loop").symlink_to("..")
    (made.root / "self.py").symlink_to("self.py")
    (made.root / "one.py").symlink_to("two.py")
    (made.root / "two.py").symlink_to("one.py")
    (made.root / "dangling.py").symlink_to("nowhere.py")
    if repository:
        assert paths_of(made.run(*CHECK)) == {"healthy.py", "src/inner.py"}
        return
    copied = tmp_path / "plain"
    subprocess.run(["cp", "-a", str(made.root), str(copied)], check=True)
    subprocess.run(["rm", "-r", str(copied / ".git")], check=True)
    done = plain(copied, *CHECK)
    assert "Traceback" not in done.stderr
    assert done.returncode == 1, done.stdout + done.stderr
    assert '"src/inner.py"' in done.stdout
    assert "src/loop" not in done.stdout


@on_posix
def test_a_loop_named_on_the_command_line_is_an_error_not_a_hang(garden: MakeGarden) -> None:
    made = garden({"healthy.py": CALL})
    (made.root / "self.py").symlink_to("self.py")
    ran = made.run(*CHECK, "self.py")
    assert ran.code == 2
    assert "self.py" in ran.out + ran.err
    assert "Traceback" not in ran.err


@as_user
def test_an_unreadable_file_is_a_failure_and_the_others_are_checked(garden: MakeGarden) -> None:
    made = garden({"hostile.py": CALL, "healthy.py": CALL})
    (made.root / "hostile.py").chmod(0)
    assert "ermission" in outcome(made.run(*CHECK), "hostile.py")


@as_user
def test_an_unreadable_folder_stops_nothing(garden: MakeGarden) -> None:
    made = garden({"closed/inner.py": CALL, "healthy.py": CALL})
    made.commit()
    (made.root / "closed").chmod(0)
    try:
        ran = made.run(*CHECK)
    finally:
        (made.root / "closed").chmod(0o755)
    assert "ermission" in outcome(ran, "closed/inner.py")


def test_a_folder_with_the_name_of_a_module_is_walked(garden: MakeGarden) -> None:
    assert paths_of(garden({"pack.py/inner.py": CALL}).run(*CHECK)) == {"pack.py/inner.py"}


@on_posix
def test_pipes_and_sockets_with_the_name_of_a_module_are_never_opened(garden: MakeGarden) -> None:
    made = garden({"healthy.py": CALL})
    os.mkfifo(made.root / "pipe.py")
    listener = socket.socket(socket.AF_UNIX)
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(made.root)
        listener.bind("socket.py")
        assert paths_of(made.run(*CHECK)) == {"healthy.py"}
    finally:
        os.fchdir(here)
        os.close(here)
        listener.close()


@on_posix
def test_a_named_pipe_given_by_name_does_not_hang(garden: MakeGarden) -> None:
    made = garden({"healthy.py": CALL})
    os.mkfifo(made.root / "pipe.py")
    ran = made.run(*CHECK, "healthy.py", "pipe.py")
    assert "Traceback" not in ran.err
    assert ran.code in {1, 2}


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="the file system takes only Unicode names")
def test_names_that_are_no_utf8_are_never_passed_over_in_silence(garden: MakeGarden) -> None:
    made = garden({"healthy.py": CALL})
    with open(os.fsencode(made.root) + b"/caf\xe9.py", "w") as file:  # noqa: PTH123 - a Path cannot hold this name
        file.write(CALL)
    ran = made.run("check", "--no-cache")
    assert ran.code in {1, 2}, ran.out + ran.err
    assert "healthy.py" in ran.out
    assert "caf" in ran.out


@on_posix
def test_names_with_every_odd_character_are_checked(garden: MakeGarden) -> None:
    names = [
        "a b.py",
        "a'b.py",
        'a"b.py',
        "a\nb.py",
        "a\tb.py",
        "a\\b.py",
        "日本.py",
        "-x.py",
        "a:1.py",
        "[a].py",
        "*.py",
    ]
    assert paths_of(garden(dict.fromkeys(names, CALL)).run(*CHECK)) == set(names)


def test_a_tracked_file_that_was_deleted_is_simply_gone(garden: MakeGarden) -> None:
    made = garden({"gone.py": CALL, "healthy.py": CALL})
    made.commit()
    (made.root / "gone.py").unlink()
    assert paths_of(made.run(*CHECK)) == {"healthy.py"}


def test_files_that_vanish_during_the_run_are_failures_or_were_read_in_time(garden: MakeGarden) -> None:
    names = [f"part{number:03}.py" for number in range(400)]
    made = garden(dict.fromkeys(names, CALL) | {"healthy.py": CALL})
    made.commit()

    def vanish() -> None:
        for name in reversed(names):
            (made.root / name).unlink()

    deleting = threading.Thread(target=vanish)
    deleting.start()
    ran = made.run(*CHECK)
    deleting.join()
    assert "Traceback" not in ran.err
    assert ran.code in {1, 2}
    assert "healthy.py" in {path for _, path, _ in ran.hits}
    assert (ran.code == 2) == bool(ran.json["failures"])


@on_posix
def test_a_reader_that_goes_away_causes_no_noise(garden: MakeGarden) -> None:
    made = garden({f"part{number}.py": CALL * 100 for number in range(20)})
    for output in ("text", "json"):
        command = [sys.executable, "-m", "gardener", "check", "--no-cache", "--format", output]
        process = subprocess.Popen(command, cwd=made.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read().decode()
        process.stderr.close()
        process.wait()
        assert "Traceback" not in err
        assert "BrokenPipe" not in err


def test_a_very_long_path_is_checked(garden: MakeGarden) -> None:
    name = "/".join(["long" * 10] * 20) + "/deep.py"
    assert paths_of(garden({name: CALL}).run(*CHECK)) == {name}


def test_an_empty_repository_is_clean(garden: MakeGarden) -> None:
    ran = garden({}).run("check", "--format", "json", "--no-cache")
    assert (ran.code, ran.json["counts"]["files"]) == (0, 0)


def test_an_empty_folder_outside_git_is_clean(tmp_path: Path) -> None:
    done = plain(tmp_path, "check", "--no-cache")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_hostile_files_end_alike_for_any_number_of_processes(garden: MakeGarden, jobs: str) -> None:
    deep = "import requests\nx = " + "(" * 10000 + "requests.get(u)" + ")" * 10000 + "\n"
    files = {f"part{number:02}.py": CALL for number in range(60)}
    made = garden(files | {"null.py": CALL + "\0", "deep.py": deep, "bad.py": CALL + "x = (\n"})
    ran = made.run(*CHECK, "--jobs", jobs)
    assert ran.code == 2
    assert {path for _, path, _ in ran.hits} >= set(files)
    failed = {failure["path"] for failure in ran.json["failures"]}
    assert failed >= {"null.py", "bad.py"}
    assert "deep.py" in failed | {path for _, path, _ in ran.hits}


@on_posix
def test_a_cache_that_cannot_be_used_is_done_without(garden: MakeGarden) -> None:
    made = garden({"healthy.py": CALL, ".gardener/cache": "not a folder"})
    assert paths_of(made.run("check", "--format", "json")) == {"healthy.py"}


def test_a_cache_full_of_garbage_is_done_without(garden: MakeGarden) -> None:
    made = garden({"healthy.py": CALL})
    first = made.run("check", "--format", "json")
    for path in (made.root / ".gardener/cache").glob("*"):
        path.write_bytes(b"\xff\0garbage" * 100)
    second = made.run("check", "--format", "json")
    assert first.hits == second.hits
    assert paths_of(second) == {"healthy.py"}
