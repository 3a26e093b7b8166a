from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gardener.checking.cache import PATH, Cache, cache_key, digest
from gardener.checking.result import CLEAN, FileResult
from gardener.core.finding import Edit, Failure, Finding, Fix, Place, Span

if TYPE_CHECKING:
    from pathlib import Path

HOUR = 3_600_000_000_000

FINDING = Finding(
    "some-rule",
    "a.py",
    Span(3, 9),
    Place(1, 4, 2, 3),
    "say it: ünïcödé",
    "P1",
    certainty="likely",
    belief="bounded",
    remediation="do it",
    state="warn",
    fix=Fix("write it", "unsafe", (Edit(3, 3, "x\n"), Edit(5, 9, ""))),
    scope="A.b",
    text="f($x)",
    reach=(1, 2),
    fingerprint="0" * 32,
)
RESULT = FileResult((FINDING,), (Failure("it broke", "a.py", "other-rule"),), None, parsed=True, directives=True)


@pytest.fixture
def old(tmp_path: Path) -> os.stat_result:
    """What the file system says of a file that has not changed for long (its inode is changed now, by writing)."""
    file = tmp_path / "a.py"
    file.write_text("x = 1\n")
    stat = list(file.stat())
    times = dict.fromkeys(("st_atime_ns", "st_mtime_ns", "st_ctime_ns"), file.stat().st_mtime_ns - HOUR)
    return os.stat_result(stat, times)


def reopened(root: Path, key: str = "key") -> Cache:
    return Cache.open(root, key)


def stored(root: Path, stat: os.stat_result | None = None, result: FileResult = RESULT) -> None:
    cache = Cache.open(root, "key")
    cache.store("a.py", digest(b"x"), result, stat)
    assert cache.save() is None


@pytest.mark.parametrize("result", [CLEAN, RESULT, FileResult(skipped="it is generated"), FileResult(parsed=True)])
def test_a_result_comes_back_as_it_was(tmp_path: Path, result: FileResult) -> None:
    stored(tmp_path, result=result)
    assert reopened(tmp_path).lookup_content("a.py", digest(b"x")) == result
    assert reopened(tmp_path).digests(["a.py", "b.py"]) == {"a.py": digest(b"x")}


def test_other_content_another_path_and_another_key_are_unknown(tmp_path: Path) -> None:
    stored(tmp_path)
    assert reopened(tmp_path).lookup_content("a.py", digest(b"y")) is None
    assert reopened(tmp_path).lookup_content("b.py", digest(b"x")) is None
    assert reopened(tmp_path, "other").lookup_content("a.py", digest(b"x")) is None


@pytest.mark.skipif(os.name == "nt", reason="times are never believed on Windows")
def test_an_old_file_is_known_by_its_stat(tmp_path: Path, old: os.stat_result) -> None:
    stored(tmp_path, old)
    assert reopened(tmp_path).lookup("a.py", old) == RESULT
    assert Cache.open(tmp_path, "key", trusted=False).lookup("a.py", old) is None


@pytest.mark.parametrize("field", ["st_size", "st_mtime_ns", "st_ctime_ns", "st_ino"])
def test_any_difference_in_the_stat_sends_to_the_content(tmp_path: Path, old: os.stat_result, field: str) -> None:
    stored(tmp_path, old)
    values = list(old)
    extra = {name: getattr(old, name) for name in ("st_atime_ns", "st_mtime_ns", "st_ctime_ns")}
    if field in extra:
        extra[field] += 1
    else:
        values[{"st_ino": 1, "st_size": 6}[field]] += 1
    other = os.stat_result(values, extra)
    assert reopened(tmp_path).lookup("a.py", other) is None
    assert reopened(tmp_path).lookup_content("a.py", digest(b"x"), other) == RESULT


def test_a_file_that_changed_just_now_is_not_known_by_its_stat(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("x = 1\n")
    stored(tmp_path, file.stat())
    assert reopened(tmp_path).lookup("a.py", file.stat()) is None


@pytest.mark.skipif(os.name == "nt", reason="times are never believed on Windows")
def test_a_stat_is_learned_from_the_content(tmp_path: Path, old: os.stat_result) -> None:
    stored(tmp_path)
    cache = reopened(tmp_path)
    assert cache.lookup_content("a.py", digest(b"x"), old) == RESULT
    cache.save()
    assert reopened(tmp_path).lookup("a.py", old) == RESULT


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"format":1,"key":"key","files":[],"results":{}}',
        b'{"format":1,"key":"key","files":{"a.py":[1]},"results":[]}',
        b'{"format":1,"key":"key","files":{"a.py":[0,0,0,0,"%s",7]},"results":[]}' % digest(b"x").encode(),
        b'{"format":1,"key":"key","files":{"a.py":[0,0,0,0,"%s",0]},"results":[[1]]}' % digest(b"x").encode(),
        b"[" * 100_000,
    ],
)
def test_a_broken_cache_is_no_cache(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / PATH
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    cache = reopened(tmp_path)
    assert cache.lookup("a.py", tmp_path.stat()) is None
    assert cache.lookup_content("a.py", digest(b"x")) is None
    assert cache.digests(["a.py"]) == {}
    cache.store("b.py", digest(b"y"), RESULT)
    assert cache.save() is None
    assert reopened(tmp_path).lookup_content("b.py", digest(b"y")) is not None


def test_a_cache_that_came_with_the_repository_is_not_believed(tmp_path: Path) -> None:
    stored(tmp_path)
    assert Cache.open(tmp_path, "key", tracked=True).lookup_content("a.py", digest(b"x")) is None


def test_a_linked_folder_is_neither_read_nor_written(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    stored(elsewhere)
    root = tmp_path / "root"
    root.mkdir()
    try:
        (root / ".gardener").symlink_to(elsewhere / ".gardener", target_is_directory=True)
    except OSError:
        pytest.skip("links cannot be made here")
    cache = reopened(root)
    assert cache.lookup_content("a.py", digest(b"x")) is None
    cache.store("a.py", digest(b"y"), RESULT)
    before = (elsewhere / PATH).read_bytes()
    assert "could not be written" in (cache.save() or "")
    assert (elsewhere / PATH).read_bytes() == before


def test_a_place_that_cannot_be_written_gives_a_note(tmp_path: Path) -> None:
    (tmp_path / ".gardener").write_text("a file is in the way")
    cache = reopened(tmp_path)
    cache.store("a.py", digest(b"x"), RESULT)
    assert "could not be written" in (cache.save() or "")


def test_nothing_is_written_when_nothing_changed(tmp_path: Path) -> None:
    stored(tmp_path)
    before = (tmp_path / PATH).stat().st_ino
    cache = reopened(tmp_path)
    cache.lookup_content("a.py", digest(b"x"))
    cache.save(["a.py"])
    assert (tmp_path / PATH).stat().st_ino == before


def test_forgotten_paths_and_unused_results_go(tmp_path: Path) -> None:
    stored(tmp_path)
    cache = reopened(tmp_path)
    cache.store("b.py", digest(b"y"), FileResult(parsed=True))
    cache.store("c.py", digest(b"z"), FileResult(parsed=True))
    cache.save(["b.py", "c.py"])
    content = json.loads((tmp_path / PATH).read_bytes())
    assert sorted(content["files"]) == ["b.py", "c.py"]
    assert len(content["results"]) == 1


def test_git_ignores_the_cache(tmp_path: Path) -> None:
    stored(tmp_path)
    assert (tmp_path / PATH).with_name(".gitignore").read_text() == "*\n"


def test_two_runs_at_once_leave_a_sound_cache(tmp_path: Path) -> None:
    one, two = reopened(tmp_path), reopened(tmp_path)
    one.store("a.py", digest(b"x"), RESULT)
    two.store("b.py", digest(b"y"), RESULT)
    one.save()
    two.save()
    assert reopened(tmp_path).lookup_content("b.py", digest(b"y")) is not None


def test_the_key_depends_on_rules_and_settings() -> None:
    assert cache_key("a") == cache_key("a") != cache_key("b")


def test_making_the_key_imports_no_parser() -> None:
    code = "import sys, gardener.checking.cache as c; c.cache_key('x'); print('libcst' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
