"""The same files from disk, a commit and the index; nothing outside the root is ever read."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from gardener.repo.trees import GitTree, IndexTree, WorkingTree

if TYPE_CHECKING:
    from pathlib import Path

Make = Callable[..., Any]


def test_tracked_and_new_files_count_ignored_and_deleted_ones_do_not(garden: Make) -> None:
    made = garden({"a.py": "", "gone.py": "", "sub/.gitignore": "*.log\n!keep.log\n", "sub/b.py": ""})
    made.commit()
    made.write({"new.py": "", "sub/x.log": "", "sub/keep.log": "", "ü\n.py": ""})
    (made.root / "gone.py").unlink()
    assert WorkingTree(made.root).paths() == (
        *("a.py", "new.py", "sub/.gitignore", "sub/b.py", "sub/keep.log", "ü\n.py"),
    )


def test_a_file_tracked_though_ignored_counts(garden: Make) -> None:
    made = garden({"a.py": "", ".gitignore": "*.py\n"})
    made.git("add", "-f", "a.py")
    assert "a.py" in WorkingTree(made.root).paths()


def test_outside_git_nested_ignore_files_are_honoured(tmp_path: Path) -> None:
    files = [
        *("a.py", "build/x.py", "pkg/b.py", "pkg/gen/y.py", "pkg/keep.tmp", "pkg/z.tmp", "top.tmp", "pkg/only/here.py"),
        *("node_modules/m.py", "env/pyvenv.cfg", "env/lib/p.py", "__pycache__/a.py", ".venv/q.py", "pkg/.tox/t.py"),
    ]
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / ".gitignore").write_text("build/\n*.tmp\n/only\n# comment\n\\\n")
    (tmp_path / "pkg" / ".gitignore").write_text("gen\n!keep.tmp\n")
    assert WorkingTree(tmp_path).paths() == (
        *(".gitignore", "a.py", "pkg/.gitignore", "pkg/b.py", "pkg/keep.tmp", "pkg/only/here.py"),
    )


def test_links_inside_the_root_are_files_links_outside_are_left_out(garden: Make, tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text("secret")
    made = garden({"a.py": "a", "pkg/b.py": "b"})
    for name, target in {
        "inner.py": "a.py",
        "outer.py": tmp_path / "secret.py",
        "loop.py": "loop.py",
        "folder": "pkg",
        "pkg/self": ".",
    }.items():
        (made.root / name).symlink_to(target)
    for commit in (False, True):
        if commit:
            made.commit()
        tree = WorkingTree(made.root)
        assert tree.paths() == ("a.py", "inner.py", "pkg/b.py")
        assert tree.read("inner.py") == b"a"
        assert dict(tree.omitted) == {
            "outer.py": "link out of the tree",
            "loop.py": "broken link",
            "folder": "link to a folder",
            "pkg/self": "link to a folder",
        }
        with pytest.raises(OSError, match="outside the root"):
            tree.read("outer.py")


def test_a_tracked_folder_replaced_by_a_link_out_is_not_read_through(garden: Make, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "b.py").write_text("secret")
    made = garden({"pkg/b.py": "b", "pkg/deep/c.py": ""})
    made.commit()
    made.git("rm", "-rq", "--cached", "pkg/deep")
    (made.root / "pkg").rename(tmp_path / "moved")
    (made.root / "pkg").symlink_to(tmp_path / "outside")
    tree = WorkingTree(made.root)
    assert "pkg/b.py" not in tree.paths()
    assert not tree.exists("pkg/b.py")
    with pytest.raises(OSError, match="outside the root"):
        tree.read("pkg/b.py")


def test_submodules_and_nested_repositories_are_left_out_visibly(garden: Make, tmp_path: Path) -> None:
    made = garden({"a.py": ""})
    made.commit()
    inner = tmp_path / "inner"
    made.git("clone", "-q", str(made.root), str(inner))
    made.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "sub")
    made.git("init", "-q", "nested")
    made.write({"nested/n.py": ""})
    made.git("-C", "nested", "add", "n.py")
    made.git("-C", "nested", "commit", "-qm", "x")
    tree = WorkingTree(made.root)
    assert tree.paths() == (".gitmodules", "a.py")
    assert tree.omitted == (("nested/", "repository within this one"), ("sub", "submodule"))


def test_a_sparse_checkout_has_the_files_that_are_there(garden: Make) -> None:
    made = garden({"a/x.py": "", "b/y.py": ""})
    made.commit()
    made.git("sparse-checkout", "set", "--no-cone", "/a/")
    assert WorkingTree(made.root).paths() == ("a/x.py",)
    assert GitTree(made.root, "HEAD").paths() == ("a/x.py", "b/y.py")


@pytest.mark.skipif(os.name == "nt", reason="names there are Unicode")
def test_a_name_that_is_not_utf8_is_left_out_visibly(garden: Make) -> None:
    made = garden({"a.py": ""})
    (made.root / os.fsdecode(b"\xff.py")).touch()
    tree = WorkingTree(made.root)
    assert tree.paths() == ("a.py",)
    assert tree.omitted == (("\\udcff.py", "name is not UTF-8"),)


def test_a_commit_and_the_index_give_what_they_hold_not_what_lies_on_disk(garden: Make) -> None:
    made = garden({"a.py": "committed\r\n", "b.py": "b"})
    made.commit()
    made.write({"a.py": "staged\r\n"})
    made.git("add", "a.py")
    made.git("rm", "-q", "--cached", "b.py")
    made.write({"a.py": "on disk"})
    commit, index = GitTree(made.root, "HEAD"), IndexTree(made.root)
    assert (commit.paths(), index.paths()) == (("a.py", "b.py"), ("a.py",))
    assert (commit.read("a.py"), index.read("a.py")) == (b"committed\r\n", b"staged\r\n")
    assert commit.stamp("a.py") != index.stamp("a.py")


def test_a_stored_tree_knows_its_folders_and_misses_nothing_silently(garden: Make) -> None:
    made = garden({"pkg/sub/a.py": "", "run": "#!/usr/bin/env python3\n"})
    (made.root / "run").chmod(0o755)
    (made.root / "link").symlink_to("run")
    made.commit()
    tree = GitTree(made.root, "HEAD")
    assert all(map(tree.exists, ("pkg", "pkg/sub", "pkg/sub/a.py", "run")))
    assert not tree.exists("pk")
    assert tree.executable("run")
    assert tree.omitted == (("link", "link"),)
    with pytest.raises(FileNotFoundError):
        tree.read("none.py")


def test_a_file_that_vanishes_is_an_os_error(garden: Make) -> None:
    made = garden({"a.py": ""})
    tree = WorkingTree(made.root)
    assert tree.paths() == ("a.py",)
    (made.root / "a.py").unlink()
    with pytest.raises(FileNotFoundError):
        tree.read("a.py")
    assert tree.stamp("a.py") is None


def test_a_folder_is_no_file_to_read(garden: Make) -> None:
    tree = WorkingTree(garden({"pkg/a.py": ""}).root)
    with pytest.raises(OSError, match="no regular file"):
        tree.read("pkg")


def test_a_repository_git_does_not_recognise_is_walked(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "a.py").touch()
    tree = WorkingTree(tmp_path)
    assert tree.paths() == ("a.py",)
    assert "not a git repository" in tree.notes[0]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    tree = WorkingTree(tmp_path)
    assert tree.paths() == ()
    with pytest.raises(OSError, match="no regular file"):
        tree.read("a.py")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser reads everything")
def test_an_unreadable_file_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("")
    (tmp_path / "a.py").chmod(0)
    with pytest.raises(PermissionError):
        WorkingTree(tmp_path).read("a.py")


def test_without_a_usable_git_the_folders_are_walked_and_a_note_says_so(
    garden: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = garden({"a.py": "", "b.log": "", ".gitignore": "*.log\n"})
    monkeypatch.setenv("PATH", str(made.root))
    tree = WorkingTree(made.root)
    assert tree.paths() == (".gitignore", "a.py")
    assert "git is not installed" in tree.notes[0]
