"""Stories of `gardener find`: search by structure, see the diff, write it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Garden


def test_it_finds_nothing_and_says_so(garden: Callable[..., Garden]) -> None:
    done = garden({"a.py": "x = 1\n"}).run("find", "print($X)", "--format", "json")
    assert (done.code, done.hits) == (0, [])


def test_it_finds_by_meaning_and_not_by_spelling(garden: Callable[..., Garden]) -> None:
    made = garden(
        {
            "a.py": "from os.path import join as j\nj('a', 'b')\n",
            "b.py": "import os\nos.path.join('a')\n",
            "c.py": "def f(os):\n    os.path.join('a')\n",
        }
    )
    found = made.run("find", "os.path.join(...)", "--format", "json").hits
    assert found == [("find", "a.py", 2), ("find", "b.py", 2)]
    spelled = made.run("find", "os.path.join(...)", "--syntactic", "--format", "json").hits
    assert spelled == [("find", "b.py", 2), ("find", "c.py", 2)]


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        ([], [1, 3, 5]),
        (["--not", "f(2)"], [1, 5]),
        (["--inside", "def $F(...): ..."], [3]),
        (["--outside", "def $F(...): ..."], [1, 5]),
        (["--contains", "g($Y)"], [5]),
        (["--where", "X=^[12]$"], [1, 3]),
        (["--where", "$X=2", "--inside", "def $F(...): ..."], [3]),
    ],
)
def test_conditions_narrow_the_search(garden: Callable[..., Garden], arguments: list[str], lines: list[int]) -> None:
    made = garden({"a.py": "f(1)\ndef h():\n    f(2)\n\nf(g(3))\n"})
    found = made.run("find", "f($X)", *arguments, "--format", "json")
    assert [line for _, _, line in found.hits] == lines


def test_paths_narrow_the_search(garden: Callable[..., Garden]) -> None:
    made = garden({"a.py": "f(1)\n", "src/b.py": "f(2)\n"})
    assert made.run("find", "f($X)", "src", "--format", "json").hits == [("find", "src/b.py", 1)]


def test_a_rewrite_is_a_diff_that_git_applies(garden: Callable[..., Garden]) -> None:
    made = garden({"a.py": "x = old(1)  # one\n\n\n\n\n\n\n\n\ny = old(old(2))", "b.py": "pass\n"})
    made.commit()
    done = made.run("find", "old($X)", "--rewrite", "new($X)")
    assert done.code == 0
    assert made.read("a.py").count(b"old") == 3
    assert "3 places in 1 file;" in done.err
    subprocess.run(["git", "apply", "-"], cwd=made.root, input=done.out.encode(), check=True)
    assert made.read("a.py") == b"x = new(1)  # one\n\n\n\n\n\n\n\n\ny = new(new(2))"


def test_apply_writes_what_the_diff_shows(garden: Callable[..., Garden]) -> None:
    files = {"a.py": b"\xef\xbb\xbfx = old(1)\r\n", "b.py": "# coding: latin-1\nx = old('\xe9')\n".encode("latin-1")}
    made = garden(files)
    done = made.run("find", "old($X)", "--rewrite", "new($X)", "--apply")
    assert done.code == 0
    assert "rewrote 2 places in 2 files" in done.err
    assert made.read("a.py") == b"\xef\xbb\xbfx = new(1)\r\n"
    assert made.read("b.py") == "# coding: latin-1\nx = new('\xe9')\n".encode("latin-1")


def test_a_template_that_matches_itself_is_applied_once(garden: Callable[..., Garden]) -> None:
    made = garden({"a.py": "f(1)\nf(2)\n"})
    made.run("find", "f($X)", "--rewrite", "f($X, strict=f)", "--apply")
    assert made.read("a.py") == b"f(1, strict=f)\nf(2, strict=f)\n"
    made.run("find", "g($X)", "--rewrite", "f(g($X))", "--apply")
    made.write({"a.py": "g(1)\n"}).run("find", "g($X)", "--rewrite", "wrap(g($X))", "--apply")
    assert made.read("a.py") == b"wrap(g(1))\n"
    done = made.write({"a.py": "g(g(1))\ng(2)\n"}).run("find", "g($X)", "--rewrite", "g(h($X))", "--apply")
    assert made.read("a.py") == b"g(h(g(h(1))))\ng(h(2))\n"
    assert "rewrote 3 places" in done.err


def test_a_file_that_may_match_and_does_not_parse_is_a_failure(garden: Callable[..., Garden]) -> None:
    made = garden({"a.py": "f(\n", "b.py": "f(1)\n", "c.py": "nothing(\n"})
    done = made.run("find", "f($X)", "--format", "json")
    assert done.code == 2
    assert [item["path"] for item in done.json["failures"]] == ["a.py"]
    assert done.hits == [("find", "b.py", 1)]


@pytest.mark.parametrize(
    "arguments",
    [["f("], ["$X($"], ["f($X)", "--rewrite", "g($Y)"], ["f($X)", "--where", "Y=1"], ["f($X)", "--where", "X=("]],
)
def test_a_broken_pattern_is_said_to_be_broken(garden: Callable[..., Garden], arguments: list[str]) -> None:
    done = garden({"a.py": "f(1)\n"}).run("find", *arguments)
    assert done.code == 2
    assert done.err.startswith("error: ")


def test_broken_rules_of_the_repository_do_not_matter(garden: Callable[..., Garden]) -> None:
    made = garden({"a.py": "f(1)\n", "rules/broken.md": "# T\n\n```toml gardener\npattern = 'f('\n```\n"})
    assert made.run("find", "f($X)", "--format", "json").hits == [("find", "a.py", 1)]
