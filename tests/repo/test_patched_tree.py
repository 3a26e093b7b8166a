"""A tree in which some files hold other content, and some are not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gardener.repo.overlay import PatchedTree
from gardener.repo.trees import WorkingTree

Make = Callable[..., Any]


def test_other_content_and_what_is_left_out(garden: Make) -> None:
    made = garden({"a.py": "a\n", "b.py": "b\n", "notes/c.md": "c\n", "notes.md": "n\n"})
    tree = PatchedTree(WorkingTree(made.root), {"a.py": b"other\n", "new/d.py": b"d\n"}, without=["b.py", "notes/"])
    assert tree.paths() == ("a.py", "new/d.py", "notes.md")
    assert tree.read("a.py") == b"other\n"
    assert (tree.head("a.py", 3), tree.head("notes.md", 1)) == (b"oth", b"n")
    assert (tree.exists("new/d.py"), tree.exists("notes.md"), tree.exists("b.py")) == (True, True, False)
    assert (tree.stamp("a.py"), tree.stamp("b.py")) == (None, None)
    assert tree.stamp("notes.md") is not None
    assert tree.executable("new/d.py")
    assert not tree.executable("b.py")
    for gone in ("b.py", "notes/c.md"):
        with pytest.raises(FileNotFoundError):
            tree.read(gone)


def test_content_wins_over_being_left_out(garden: Make) -> None:
    made = garden({"a.py": "a\n"})
    tree = PatchedTree(WorkingTree(made.root), {"a.py": b"other\n"}, without=["a.py"])
    assert (tree.paths(), tree.read("a.py")) == (("a.py",), b"other\n")
