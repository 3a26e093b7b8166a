"""Files moved by other means than git."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.repo import git
from gardener.repo.git import Change
from gardener.repo.moves import moved

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Garden

TEXT = b"a = 1\nb = 2\nc = 3\nd = 4\n"


def test_the_same_content_elsewhere_is_the_same_file() -> None:
    assert moved({"a.py": TEXT}, {"b/c.py": TEXT.replace(b"\n", b"\r\n")}) == {"b/c.py": "a.py"}


def test_half_of_the_lines_will_do_and_less_will_not() -> None:
    assert moved({"a.py": TEXT}, {"b.py": b"a = 1\nb = 2\nx = 3\ny = 4\n"}) == {"b.py": "a.py"}
    assert moved({"a.py": TEXT}, {"b.py": b"a = 1\nx = 2\ny = 3\nz = 4\n"}) == {}


def test_the_most_alike_is_taken_and_each_file_once() -> None:
    new = {"like.py": TEXT + b"e = 5\n", "same.py": TEXT}
    assert moved({"a.py": TEXT}, new) == {"same.py": "a.py"}
    assert moved({"a.py": TEXT, "b.py": TEXT}, {"c.py": TEXT}) == {"c.py": "a.py"}


def test_empty_files_and_other_kinds_of_files_are_not_taken_for_one_another() -> None:
    assert moved({"a.py": b"\n", "b.txt": TEXT}, {"c.py": b"\n", "d.py": TEXT}) == {}


def test_with_very_many_files_only_unchanged_ones_are_followed() -> None:
    gone = {f"a{number}.py": b"x = 1\ny = %d\n" % number for number in range(150)}
    new = {f"b{number}.py": gone[f"a{number}.py"] + b"z = 1\n" * (number == 0) for number in range(150)}
    assert moved(gone, new) == {f"b{number}.py": f"a{number}.py" for number in range(1, 150)}


def test_git_need_not_be_told_of_a_move(garden: Callable[..., Garden]) -> None:
    made = garden({"a.py": TEXT, "b.py": TEXT, "gone.py": b"other = 1\n", "kept.py": b"k = 1\n"})
    made.commit()
    for name in ("a.py", "b.py", "gone.py"):
        (made.root / name).unlink()
    made.write({"c/a.py": TEXT, "new.py": b"new = 1\n"})
    assert git.changes(made.root, "HEAD") == (
        Change("b.py", "deleted", "b.py"),
        Change("c/a.py", "renamed", "a.py"),
        Change("gone.py", "deleted", "gone.py"),
        Change("new.py", "added", None),
    )
