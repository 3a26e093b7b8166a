"""What the past of a repository is known to be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gardener.repo.history import History, read_history
from gardener.repo.history_index import PATH

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Garden

CODE = "def first() -> int:\n    return 1\n\n\ndef second() -> int:\n    return 2\n"


def moved(garden: Callable[..., Garden]) -> Garden:
    made = garden({"src/a.py": CODE, "src/b.py": CODE * 2, "notes.txt": "x\n"})
    made.commit("Begin")
    made.git("mv", "src/a.py", "src/c.py")
    made.commit("Move a")
    made.git("rm", "-q", "src/b.py")
    made.commit("Drop b")
    return made


def exists(made: Garden) -> Callable[[str], bool]:
    return lambda path: (made.root / path).exists()


def test_a_deletion_names_its_commit(garden: Callable[..., Garden]) -> None:
    made = moved(garden)
    found = read_history(made.root).removal("src/b.py")
    assert found is not None
    assert (found.target, found.commit.subject) == (None, "Drop b")
    assert found.commit.sha == made.git("rev-parse", "HEAD").strip()


def test_a_renamed_file_is_found_through_all_its_renames(garden: Callable[..., Garden]) -> None:
    made = moved(garden)
    made.git("mv", "src/c.py", "d.py")
    made.commit("Move again")
    history = read_history(made.root)
    assert history.successor("src/a.py", exists(made)) == "d.py"
    assert history.successor("src/b.py", exists(made)) is None


def test_what_never_existed_has_no_removal(garden: Callable[..., Garden]) -> None:
    history = read_history(moved(garden).root)
    assert history.removal("src/z.py") is None
    assert history.removals_below("lib") == ()
    assert {item.path for item in history.removals_below("src/")} == {"src/b.py", "src/a.py"}


def test_versions_follow_renames_newest_first(garden: Callable[..., Garden]) -> None:
    made = moved(garden)
    made.write({"src/c.py": CODE + "\nx = 1\n"}).commit("Edit c")
    found = [(commit.subject, path) for commit, path in read_history(made.root).versions("src/c.py")]
    assert found == [("Edit c", "src/c.py"), ("Move a", "src/c.py"), ("Begin", "src/a.py")]


def test_the_index_grows_with_the_history(garden: Callable[..., Garden]) -> None:
    made = moved(garden)
    read_history(made.root)
    made.git("rm", "-q", "notes.txt")
    made.commit("Drop notes")
    grown = read_history(made.root)
    fresh = read_history(made.root, remembered=False)
    for path in ("notes.txt", "src/a.py", "src/b.py"):
        assert grown.removal(path) == fresh.removal(path) is not None


def test_commits_of_another_branch_are_forgotten(garden: Callable[..., Garden]) -> None:
    made = moved(garden)
    made.git("checkout", "-q", "-b", "side", "HEAD~1")
    made.git("rm", "-q", "notes.txt")
    made.commit("Drop notes")
    assert read_history(made.root).removal("notes.txt") is not None
    made.git("checkout", "-q", "main")
    history = read_history(made.root)
    assert history.removal("notes.txt") is None
    assert history.removal("src/b.py") is not None


def test_a_broken_index_is_made_again(garden: Callable[..., Garden]) -> None:
    made = moved(garden)
    read_history(made.root)
    file = made.root / PATH
    content = json.loads(file.read_bytes())
    for broken in (b"{", b"[]", json.dumps(content | {"gone": {"x": [[99, None]]}}).encode(), b"\xff"):
        file.write_bytes(broken)
        assert read_history(made.root).removal("src/b.py") is not None


def test_an_index_that_came_with_the_repository_is_not_believed(garden: Callable[..., Garden]) -> None:
    made = moved(garden)
    read_history(made.root)
    content = json.loads(made.read(PATH))
    content["gone"]["never.py"] = [[0, None]]
    made.write({PATH: json.dumps(content)})
    made.git("add", "-f", PATH)
    assert read_history(made.root).removal("never.py") is None


def test_files_removed_but_not_committed_are_gone(garden: Callable[..., Garden]) -> None:
    made = moved(garden)
    made.git("mv", "src/c.py", "src/e.py")
    history = read_history(made.root, present=lambda: ("notes.txt", "src/e.py"))
    found = history.removal("src/c.py")
    assert found is not None
    assert (found.commit.sha, found.target) == ("", "src/e.py")


def test_without_history_nothing_is_claimed(tmp_path: Path, garden: Callable[..., Garden]) -> None:
    bare = tmp_path / "plain"
    bare.mkdir()
    assert read_history(bare).gap == "this is no git repository"
    assert read_history(garden({"a.py": ""}).root).gap == "nothing was committed yet"
    assert History().removal("a.py") is None


def test_a_shallow_clone_says_so(tmp_path: Path, garden: Callable[..., Garden]) -> None:
    made = moved(garden)
    made.git("clone", "-q", "--depth", "1", made.root.as_uri(), str(tmp_path / "shallow"))
    history = read_history(tmp_path / "shallow")
    assert history.gap == "this is a shallow clone"
    assert history.removal("src/b.py") is None
    made.git("-C", str(tmp_path / "shallow"), "fetch", "-q", "--unshallow")
    history = read_history(tmp_path / "shallow")
    assert history.gap is None
    assert history.removal("src/b.py") is not None


def test_strange_names_survive(garden: Callable[..., Garden]) -> None:
    names = ["süß/ä.md", "a b.md", 'qu"ote.md', "tab\there.md"]
    made = garden(dict.fromkeys(names, "text of some length\n"))
    made.commit("Begin")
    made.git("rm", "-q", "-r", ".")
    made.commit("Drop")
    for remembered in (True, True):
        history = read_history(made.root, remembered=remembered)
        assert all(history.removal(name) for name in names)
