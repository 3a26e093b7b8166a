"""Which files a run looks at, and which it says it left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from gardener.core.errors import ConfigError, ManyErrors
from gardener.core.settings import Settings
from gardener.repo.discovery import Selection, discover, find_root, is_generated
from gardener.repo.trees import GitTree, WorkingTree

if TYPE_CHECKING:
    from pathlib import Path

Make = Callable[..., Any]
FILES = {
    "src/a.py": "",
    "src/b.pyi": "",
    "src/deep/c.py": "",
    "tests/test_a.py": "",
    "README.md": "",
    "docs/guide.md": "",
    "data.json": "",
    "book.ipynb": "",
    "src-old/z.py": "",
}


@pytest.fixture
def tree(garden: Make) -> WorkingTree:
    return WorkingTree(garden(FILES).root)


def test_python_and_markdown_are_looked_at_and_notebooks_visibly_not(tree: WorkingTree) -> None:
    assert discover(tree, Settings()) == Selection(
        python=("src-old/z.py", "src/a.py", "src/b.pyi", "src/deep/c.py", "tests/test_a.py"),
        documents=("README.md", "docs/guide.md"),
        skipped=(("book.ipynb", "notebook"),),
    )


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (["src"], ["src/a.py", "src/b.pyi", "src/deep/c.py"]),
        (["src/"], ["src/a.py", "src/b.pyi", "src/deep/c.py"]),
        (["./src/deep/../a.py"], ["src/a.py"]),
        (["src\\deep\\c.py"], ["src/deep/c.py"]),
        (["src/a.py", "src/a.py", "src"], ["src/a.py", "src/b.pyi", "src/deep/c.py"]),
        (["src/a.py", "."], ["src-old/z.py", "src/a.py", "src/b.pyi", "src/deep/c.py", "tests/test_a.py"]),
    ],
)
def test_named_files_and_folders(tree: WorkingTree, named: list[str], expected: list[str]) -> None:
    assert list(discover(tree, Settings(), named).python) == expected


def test_named_paths_are_relative_to_the_working_folder_or_absolute(tree: WorkingTree) -> None:
    inside = tree.root / "src" / "deep"
    named = ["c.py", "../a.py", str(tree.root / "tests")]
    assert discover(tree, Settings(), named, cwd=inside).python == ("src/a.py", "src/deep/c.py", "tests/test_a.py")
    assert discover(tree, Settings(), ["."], cwd=inside).python == ("src/deep/c.py",)


def test_a_root_reached_through_a_link_is_the_root(tree: WorkingTree, tmp_path: Path) -> None:
    (tmp_path / "alias").symlink_to(tree.root)
    assert discover(tree, Settings(), [str(tmp_path / "alias" / "src" / "a.py")]).python == ("src/a.py",)


def test_excludes_hold_for_named_paths_too_and_say_so(tree: WorkingTree) -> None:
    settings = Settings(exclude=("tests/", "src/deep/**"))
    assert discover(tree, settings, ["src", "tests/test_a.py"]) == Selection(
        python=("src/a.py", "src/b.pyi"), skipped=(("tests/test_a.py", "excluded"),)
    )


def test_paths_that_are_not_there_are_all_named(tree: WorkingTree) -> None:
    with pytest.raises(ConfigError, match=r"no such file or folder: `nope\.py`"):
        discover(tree, Settings(), ["nope.py"])
    with pytest.raises(ManyErrors, match=r"(?s)nope.*gone"):
        discover(tree, Settings(), ["nope.py", "src", "gone"])


def test_a_path_outside_the_root_is_refused(tree: WorkingTree, tmp_path: Path) -> None:
    (tmp_path / "x.py").touch()
    with pytest.raises(ConfigError, match="lies outside"):
        discover(tree, Settings(), ["../x.py"])


def test_an_ignored_file_is_looked_at_when_named_an_ignored_folder_says_why_not(garden: Make) -> None:
    tree = WorkingTree(garden({".gitignore": "out/\n", "out/a.py": "", "b.py": ""}).root)
    assert discover(tree, Settings()).python == ("b.py",)
    assert discover(tree, Settings(), ["out/a.py"]).python == ("out/a.py",)
    assert discover(tree, Settings(), ["out"]).skipped == (("out", "holds no files that are not ignored"),)


def test_environments_and_caches_are_never_looked_at_even_when_tracked(garden: Make) -> None:
    files = ["a.py", "my env/pyvenv.cfg", "my env/lib/x.py", "node_modules/y.py", "a/site-packages/z.py"]
    tree = WorkingTree(garden(dict.fromkeys([*files, ".gardener/drafts/d.md"], "")).root)
    assert discover(tree, Settings()) == Selection(python=("a.py",))


@pytest.mark.parametrize(
    "line",
    [
        *(
            "#!/usr/bin/python",
            "#!/usr/bin/env python3",
            "#! /usr/bin/env -S python3.12 -u",
            "#!python",
            "#!/opt/pypy3",
        ),
        *("#!/usr/bin/env pythonw", "#!/usr/bin/env -S PYTHONPATH=. python"),
    ],
)
def test_an_executable_that_names_python_is_python(garden: Make, line: str) -> None:
    made = garden({"run": f"{line}\nx = 1\n", "plain": f"{line}\n"})
    (made.root / "run").chmod(0o755)
    tree = WorkingTree(made.root)
    assert discover(tree, Settings()).python == ("run",)
    assert discover(tree, Settings(), ["plain"]).python == ("plain",)
    made.commit()
    assert discover(GitTree(made.root, "HEAD"), Settings()).python == ("run",)


@pytest.mark.parametrize("line", ["#!/bin/sh", "#!/usr/bin/env pythonista", "# python", "", "#!/usr/bin/env mypython"])
def test_an_executable_that_names_something_else_is_not(garden: Make, line: str) -> None:
    made = garden({"run": f"{line}\n"})
    (made.root / "run").chmod(0o755)
    tree = WorkingTree(made.root)
    assert discover(tree, Settings()) == Selection()
    assert discover(tree, Settings(), ["run"]).skipped == (("run", "neither Python nor Markdown"),)


@pytest.mark.parametrize(
    "text",
    [
        "# -*- coding: utf-8 -*-\n# Generated by the protocol buffer compiler.  DO NOT EDIT!\n",
        "# @generated\n",
        '"""@generated by tool"""\n',
        "\r\n# This file was automatically generated by SWIG\r\n",
        "# a\r# b\r# c\r# d\r# Code generated by x\r",
        "<!-- Automatically generated: see make docs -->\n",
    ],
)
def test_a_file_that_says_a_program_wrote_it_is_generated(text: str) -> None:
    assert is_generated(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x = 1\n",
        '"""Check that docs are automatically generated."""\n',
        "@registry.generated\ndef f(): ...\n",
        "mail = 'me@generated.example'\n",
        "\n\n\n\n\n# @generated\n",
    ],
)
def test_a_file_that_speaks_of_generation_is_not(text: str) -> None:
    assert not is_generated(text.encode())


def test_the_root_is_the_repository_else_the_nearest_settings_else_here(garden: Make, tmp_path: Path) -> None:
    made = garden({"a/gardener.toml": ""})
    assert find_root(made.root / "a") == made.root
    (tmp_path / "lib" / "sub" / "sub").mkdir(parents=True)
    assert find_root(tmp_path / "lib" / "sub") == tmp_path / "lib" / "sub"
    (tmp_path / "lib" / "pyproject.toml").write_text("[tool.gardener]\n")
    assert find_root(tmp_path / "lib" / "sub" / "sub") == tmp_path / "lib"
