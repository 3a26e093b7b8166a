"""What a change touches, in real repositories."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gardener.core.errors import RepoError
from gardener.reviewing.changes import EVERYTHING, Changes, changes_since, changes_staged
from gardener.reviewing.units import units_of

Make = Callable[..., Any]

CODE = """\
import os

LIMIT = 1


class A:
    field = 1

    def one(self):
        a = 1
        b = 2
        return a + b

    def two(self):
        return 2


def three():
    return 3


def four():
    return 4
"""


def touched(changes: Changes, text: str, path: str = "a.py") -> list[str]:
    return [unit.name or "module" for unit in units_of(path, text) if changes.touches(unit)]


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("return 2", "return 20", ["A.two"]),
        ("field = 1", "field = 2", ["A"]),
        ("LIMIT = 1", "LIMIT = 2", ["module"]),
        ("    def one(self):", "    def one(self, x):", ["A", "A.one"]),
        ("class A:", "class A(B):", ["module", "A"]),
        ("def three():", "def three(x):", ["module", "three"]),
        ("        b = 2\n", "", ["A.one"]),
        ("        return a + b\n", "", ["A", "A.one"]),
        ("        a = 1\n        b = 2\n", "", ["A.one"]),
        ("    field = 1\n", "", ["A"]),
        ("    def two(self):\n        return 2\n\n\n", "", ["module", "three"]),
        ("def three():\n    return 3\n\n\n", "", ["module", "four"]),
        ("return 3", "return 3\n    # why", ["three"]),
        (CODE, CODE, []),
    ],
)
def test_the_units_with_changed_lines_or_removals_beside_them_are_touched(
    garden: Make, old: str, new: str, names: list[str]
) -> None:
    made = garden({"a.py": CODE})
    made.commit()
    text = CODE.replace(old, new, 1)
    made.write({"a.py": text})
    assert touched(changes_since(made.root, "HEAD"), text) == names
    made.git("add", "-A")
    assert touched(changes_staged(made.root), text) == names


def test_a_change_is_measured_from_where_the_branch_left(garden: Make) -> None:
    made = garden({"a.py": CODE})
    base = made.commit()
    made.git("checkout", "-q", "-b", "topic")
    made.write({"a.py": CODE.replace("return 2", "return 20")})
    made.commit()
    made.git("checkout", "-q", "main")
    made.write({"a.py": CODE.replace("return 4", "return 40")})
    made.commit()
    made.git("checkout", "-q", "topic")
    text = made.read("a.py").decode()
    changes = changes_since(made.root, "main")
    assert touched(changes, text) == ["A.two"]
    assert changes.base == base


def test_new_and_untracked_files_are_changed_entirely(garden: Make) -> None:
    made = garden({"a.py": CODE})
    made.commit()
    made.write({"added.py": CODE, "untracked.py": CODE})
    made.git("add", "added.py")
    changes = changes_since(made.root, "HEAD")
    everything = [unit.name or "module" for unit in units_of("a.py", CODE)]
    assert touched(changes, CODE, "added.py") == touched(changes, CODE, "untracked.py") == everything
    assert not changes.concerns("a.py")
    assert changes.touches_lines("untracked.py", 5, 5)
    staged = changes_staged(made.root)
    assert staged.concerns("added.py")
    assert not staged.concerns("untracked.py")


@pytest.mark.parametrize("tracked", [True, False])
def test_a_renamed_file_is_compared_with_what_it_was(garden: Make, tracked: bool) -> None:
    made = garden({"a.py": CODE, "b.py": "x = 1\n"})
    made.commit()
    (made.root / "a.py").unlink()
    text = CODE.replace("return 2", "return 20").replace("        b = 2\n", "")
    made.write({"moved/c.py": text})
    if tracked:
        made.git("add", "-A")
    changes = changes_since(made.root, "HEAD")
    assert changes.renames == {"moved/c.py": "a.py"}
    assert touched(changes, text, "moved/c.py") == ["A.one", "A.two"]


def test_a_file_that_was_only_renamed_has_no_changes(garden: Make) -> None:
    made = garden({"a.py": CODE})
    made.commit()
    made.git("mv", "a.py", "b.py")
    changes = changes_staged(made.root)
    assert not changes.concerns("b.py")
    assert touched(changes, CODE, "b.py") == []


def test_lines_are_touched_by_changes_and_by_removals_beside_them(garden: Make) -> None:
    made = garden({"a.py": CODE})
    made.commit()
    made.write({"a.py": CODE.replace("        b = 2\n", "").replace("return 3", "return 33")})
    changes = changes_since(made.root, "HEAD")
    lines = [line for line in range(1, 24) if changes.touches_lines("a.py", line, line)]
    assert lines == [10, 11, 18]
    assert not changes.touches_lines("other.py", 1, 100)


def test_push_back_alone_on_a_line_touches_nothing(garden: Make) -> None:
    made = garden({"a.py": CODE})
    made.commit()
    text = CODE.replace("        b = 2\n", "        # gardener: wrong[b.1] it is right\n        b = 2\n")
    made.write({"a.py": text})
    assert touched(changes_since(made.root, "HEAD"), text) == []


def test_before_the_first_commit_all_that_is_staged_is_new(garden: Make) -> None:
    made = garden({"a.py": CODE})
    made.git("add", "-A")
    assert changes_staged(made.root) == EVERYTHING
    assert EVERYTHING.concerns("any.py")
    assert EVERYTHING.touches_lines("any.py", 1, 1)


def test_an_unknown_commit_is_refused(garden: Make) -> None:
    made = garden({"a.py": CODE})
    made.commit()
    with pytest.raises(RepoError, match="unknown commit `nowhere`"):
        changes_since(made.root, "nowhere")
