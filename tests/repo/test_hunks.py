"""The lines a unified diff changes in the new files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gardener.repo import git
from gardener.repo.hunks import Hunk, read_hunks

Make = Callable[..., Any]

BEFORE = "".join(f"{number}\n" for number in range(1, 21))


def changed(old: str, new: str, garden: Make, context: int) -> dict[str, tuple[Hunk, ...]]:
    made = garden({"a.py": old})
    made.commit()
    made.write({"a.py": new})
    return read_hunks(git.diff(made.root, "HEAD", context=context))


@pytest.mark.parametrize("context", [0, 3])
@pytest.mark.parametrize(
    ("new", "hunks"),
    [
        (BEFORE.replace("\n5\n", "\nfive\n"), (Hunk(5, 5),)),
        (BEFORE.replace("\n5\n6\n", "\nfive\nsix\nmore\n"), (Hunk(5, 7),)),
        (BEFORE.replace("\n5\n6\n", "\n"), (Hunk(5, 4),)),
        ("0\n" + BEFORE, (Hunk(1, 1),)),
        (BEFORE.removeprefix("1\n"), (Hunk(1, 0),)),
        (BEFORE + "++ x\n-- y\n", (Hunk(21, 22),)),
        (BEFORE.removesuffix("20\n"), (Hunk(20, 19),)),
        (BEFORE.removesuffix("\n"), (Hunk(20, 20),)),
        (BEFORE.replace("\n5\n", "\nfive\n").replace("\n7\n", "\n"), (Hunk(5, 5), Hunk(7, 6))),
    ],
)
def test_changed_lines_do_not_depend_on_context(garden: Make, new: str, hunks: tuple[Hunk, ...], context: int) -> None:
    assert changed(BEFORE, new, garden, context) == {"a.py": hunks}


def test_new_renamed_deleted_and_oddly_named_files(garden: Make) -> None:
    made = garden({"old.py": BEFORE, "gone.py": "x\n", "a b.py": "1\n", 'ä\t"q".py': "1\n"})
    made.commit()
    made.git("mv", "old.py", "new.py")
    made.write({"new.py": BEFORE + "21\n", "added.py": "1\n2\n", "a b.py": "2\n", 'ä\t"q".py': "2\n"})
    (made.root / "gone.py").unlink()
    made.git("add", "-A")
    assert read_hunks(git.diff(made.root, "HEAD", staged=True)) == {
        "new.py": (Hunk(21, 21),),
        "added.py": (Hunk(1, 2),),
        "a b.py": (Hunk(1, 1),),
        'ä\t"q".py': (Hunk(1, 1),),
    }


def test_an_octal_escape_in_a_name_is_a_byte() -> None:
    diff = '--- "a/\\303\\244.py"\n+++ "b/\\303\\244.py"\n@@ -1 +1 @@\n-x\n+y\n'
    assert read_hunks(diff) == {"ä.py": (Hunk(1, 1),)}


def test_a_change_touches_its_lines_and_a_deletion_its_neighbours() -> None:
    assert Hunk(5, 7).touches(7, 9)
    assert not Hunk(5, 7).touches(8, 9)
    assert Hunk(5, 4).touches(1, 4)
    assert Hunk(5, 4).touches(5, 9)
    assert not Hunk(5, 4).touches(6, 9)
