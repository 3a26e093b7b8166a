"""A lock keeps others out while it is held, and never longer than its holder lives."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gardener.core.errors import RepoError
from gardener.repo.cache_folder import believable, cache_folder
from gardener.repo.locking import STALE_S, exclusive, locked

HOLDER = """
import sys, time
from pathlib import Path
from gardener.repo.locking import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("lock", [locked, exclusive])
def test_one_at_a_time(tmp_path: Path, lock: type[locked]) -> None:
    file, counter = tmp_path / "lock", tmp_path / "counter"
    counter.write_text("0", encoding="utf-8")

    def count() -> None:
        for _ in range(10):
            with lock(file):
                counter.write_text(str(int(counter.read_text(encoding="utf-8")) + 1), encoding="utf-8")

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.read_text(encoding="utf-8") == "40"


@pytest.mark.parametrize("lock", [locked, exclusive])
def test_a_lock_that_is_held_is_an_error_that_says_so(tmp_path: Path, lock: type[locked]) -> None:
    file = tmp_path / "lock"
    with lock(file), pytest.raises(RepoError, match="another run holds this lock"), lock(file, patience=0):
        pass
    with lock(file, patience=0):
        pass


def test_a_lock_ends_with_its_holder(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(RepoError), locked(tmp_path / "lock", patience=0):
            pass
        holder.kill()
        holder.wait()
        with locked(tmp_path / "lock", patience=0):
            pass


def test_a_file_that_its_holder_left_behind_is_overcome(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    file.touch()
    with pytest.raises(RepoError), exclusive(file, patience=0):
        pass
    old = file.stat().st_mtime - STALE_S - 1
    os.utime(file, (old, old))
    with exclusive(file):
        assert file.exists()
    assert not file.exists()


@pytest.mark.parametrize("lock", [locked, exclusive])
def test_a_place_that_cannot_be_locked_is_an_error(tmp_path: Path, lock: type[locked]) -> None:
    with pytest.raises(RepoError, match="cannot be locked"), lock(tmp_path / "missing" / "lock"):
        pass


def test_the_cache_ignores_itself_and_follows_no_link(tmp_path: Path) -> None:
    folder = cache_folder(tmp_path)
    assert (folder / ".gitignore").read_bytes() == b"*\n"
    assert cache_folder(tmp_path) == folder
    assert believable(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    (other / ".gardener").symlink_to(tmp_path / ".gardener")
    with pytest.raises(OSError, match="is a link"):
        cache_folder(other)
