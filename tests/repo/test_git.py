"""What git is asked, on real repositories, and what a hostile repository cannot make it do."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from gardener.core.errors import RepoError
from gardener.repo import git
from gardener.repo.git import Change

if TYPE_CHECKING:
    from pathlib import Path

Make = Callable[..., Any]


def test_the_root_is_found_from_below_and_in_a_work_tree(garden: Make, tmp_path: Path) -> None:
    made = garden({"src/pkg/a.py": ""})
    made.commit()
    made.git("worktree", "add", "-q", str(tmp_path / "other"))
    assert git.find_root(made.root / "src" / "pkg") == made.root
    assert git.find_root(tmp_path / "other" / "src") == tmp_path / "other"
    assert git.find_root(tmp_path) is None


def test_changes_against_a_commit_follow_renames_and_count_untracked_files(garden: Make) -> None:
    made = garden(
        {"a.py": "x = 1\n" * 20, "b.py": "b\n", "c.py": "c\n", "same.py": "s\n", ".gitignore": "ignored.py\n"}
    )
    base = made.commit()
    made.git("mv", "a.py", "ä b.py")
    made.write({"b.py": "changed\n", "new\nline.py": "", "ignored.py": ""})
    (made.root / "c.py").unlink()
    assert git.changes(made.root, base) == (
        Change("b.py", "modified", "b.py"),
        Change("c.py", "deleted", "c.py"),
        Change("new\nline.py", "added", None),
        Change("ä b.py", "renamed", "a.py"),
    )


def test_staged_changes_leave_the_working_tree_out(garden: Make) -> None:
    made = garden({"a.py": "1\n", "b.py": "1\n"})
    made.commit()
    made.write({"a.py": "2\n", "b.py": "2\n", "c.py": ""})
    made.git("add", "a.py")
    assert git.changes(made.root, "HEAD", staged=True) == (Change("a.py", "modified", "a.py"),)
    assert git.unstaged(made.root) == ("b.py",)


def test_the_merge_base_is_where_a_branch_left(garden: Make) -> None:
    made = garden({"a.py": ""})
    base = made.commit()
    made.git("checkout", "-q", "-b", "topic")
    made.commit("on topic")
    made.git("checkout", "-q", "main")
    made.commit("on main")
    assert git.merge_base(made.root, "topic") == base


def test_histories_without_a_common_commit_have_no_merge_base(garden: Make) -> None:
    made = garden({"a.py": ""})
    made.commit()
    made.git("checkout", "-q", "--orphan", "other")
    made.commit("another beginning")
    with pytest.raises(RepoError, match="no common ancestor"):
        git.merge_base(made.root, "main")


def test_a_shallow_clone_is_told_to_fetch_more(garden: Make, tmp_path: Path) -> None:
    made = garden({"a.py": ""})
    first = made.commit()
    made.commit()
    made.git("clone", "-q", "--depth=1", f"file://{made.root}", str(tmp_path / "clone"))
    assert git.is_shallow(tmp_path / "clone")
    with pytest.raises(RepoError, match="shallow clone: fetch more history"):
        git.commit_of(tmp_path / "clone", first)


@pytest.mark.parametrize("ref", ["--output=x", "-h", "", " ", "a\0b"])
def test_a_ref_that_is_an_option_or_nothing_is_refused(garden: Make, ref: str) -> None:
    made = garden({"a.py": ""})
    made.commit()
    with pytest.raises(RepoError, match="no name of a commit"):
        git.commit_of(made.root, ref)
    assert not (made.root / "x").exists()


def test_an_unknown_ref_says_so(garden: Make) -> None:
    made = garden({"a.py": ""})
    made.commit()
    with pytest.raises(RepoError, match="unknown commit `nowhere`"):
        git.changes(made.root, "nowhere")


def test_a_repository_without_commits_has_files_but_no_head(garden: Make) -> None:
    made = garden({"a.py": ""})
    assert not git.has_commit(made.root)
    assert [entry.path for entry in git.working_entries(made.root)] == ["a.py"]
    with pytest.raises(RepoError, match="unknown commit `HEAD`"):
        git.commit_of(made.root, "HEAD")


def test_outside_a_repository_git_says_so_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(RepoError, match="not a git repository"):
        git.tracked(tmp_path)


def test_without_git_on_path_the_error_names_it(garden: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    made = garden({"a.py": ""})
    monkeypatch.setenv("PATH", str(made.root))
    with pytest.raises(RepoError, match="git is not installed"):
        git.tracked(made.root)


def test_many_blobs_come_from_one_question(garden: Make) -> None:
    made = garden({f"{number}.py": f"{number}\n" * number for number in range(50)})
    made.commit()
    entries = git.tree_entries(made.root, "HEAD")
    blobs = git.read_blobs(made.root, [*(entry.oid for entry in entries), "0" * 40])
    assert {entry.path: blobs[entry.oid] for entry in entries} == {
        f"{number}.py": (f"{number}\n" * number).encode() for number in range(50)
    }


def test_one_file_of_a_commit(garden: Make) -> None:
    made = garden({"a b/[c].py": "old\r\n"})
    made.commit()
    made.write({"a b/[c].py": "new"})
    assert git.show(made.root, "HEAD", "a b/[c].py") == b"old\r\n"
    assert git.show(made.root, "HEAD", "a b") is None
    assert git.show(made.root, "HEAD", "none.py") is None


def test_tracked_paths_below_a_prefix(garden: Make) -> None:
    made = garden({"a/x.py": "", "a/ü.py": "", "ab.py": "", "*.py": ""})
    made.commit()
    assert git.tracked(made.root, "a") == ("a/x.py", "a/ü.py")
    assert git.tracked(made.root, "*.py") == ("*.py",)
    assert len(git.tracked(made.root)) == 4


def test_nothing_a_repository_configures_is_run(garden: Make) -> None:
    made = garden({"a.py": "1\n", ".gitattributes": "*.py filter=evil diff=evil\n"})
    base = made.commit()
    trap = made.root.parent / "trap"
    command = f"touch {trap}; cat"
    keys = ["filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "diff.evil.command", "diff.evil.textconv"]
    for key in [*keys, "core.fsmonitor", "diff.external", "core.pager", "core.sshCommand"]:
        made.git("config", key, command)
    made.git("config", "filter.evil.required", "true")
    hooks = made.root / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-index-change", "fsmonitor-watchman", "reference-transaction"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {trap}\n")
        (hooks / name).chmod(0o755)
    made.write({"a.py": "2\n"})
    assert git.changes(made.root, base) == (Change("a.py", "modified", "a.py"),)
    assert "+2" in git.diff(made.root, base)
    assert git.unstaged(made.root) == ("a.py",)
    assert git.working_entries(made.root)
    assert git.show(made.root, "HEAD", "a.py") == b"1\n"
    assert not trap.exists()


def test_a_hooks_environment_does_not_lead_to_another_repository(
    garden: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = garden({"mine.py": ""})
    made.commit()
    other = tmp_path / "other"
    made.git("init", "-q", str(other))
    monkeypatch.setenv("GIT_DIR", os.fspath(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", os.fspath(other / ".git" / "index"))
    assert git.tracked(made.root) == ("mine.py",)


def test_the_index_a_commit_prepares_is_the_one_that_is_read(garden: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    made = garden({"a.py": "1\n"})
    made.commit()
    index = made.root / ".git" / "next-index"
    index.write_bytes((made.root / ".git" / "index").read_bytes())
    monkeypatch.setenv("GIT_INDEX_FILE", os.fspath(index))
    made.write({"b.py": ""})
    made.git("add", "b.py")
    assert [entry.path for entry in git.index_entries(made.root)] == ["a.py", "b.py"]
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert [entry.path for entry in git.index_entries(made.root)] == ["a.py"]


def test_lines_have_authors_and_no_filter_runs_to_tell(garden: Make, tmp_path: Path) -> None:
    made = garden({"a.txt": "one\ntwo\n", ".gitattributes": "*.txt filter=evil diff=evil\n"})
    first = made.commit()
    for key in ("filter.evil.clean", "diff.evil.textconv"):
        made.git("config", key, f"touch {tmp_path / 'ran'}; cat")
    made.write({"a.txt": "one\ntwo\nthree\n"})
    assert git.blame(made.root, "a.txt") == ((first, "Ada"), (first, "Ada"), ("0" * 40, "Not Committed Yet"))
    assert not (tmp_path / "ran").exists()
    assert git.blame(made.root, "missing.txt") == ()


def test_the_address_of_a_remote_is_read(garden: Make) -> None:
    made = garden({})
    assert git.remote_address(made.root) == ""
    made.git("remote", "add", "origin", "git@github.com:acme/shop.git")
    assert git.remote_address(made.root) == "git@github.com:acme/shop.git"
