"""The house keeps its shape: small files, telling names, a short top level, no leftovers."""

from __future__ import annotations

import ast
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "gardener"
SOURCES = sorted(
    path
    for folder in ("gardener", "tests", "rules", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
    if "node_modules" not in path.parts
)
MODULES = [path for path in SOURCES if path.is_relative_to(PACKAGE)]
FORBIDDEN = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc", "stuff", "tools"}
TOP_LEVEL = {
    ".ci", ".gardener", ".gitattributes", ".github", ".gitignore", ".pre-commit-hooks.yaml", "AGENTS.md",
    "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "action.yml", "benchmarks", "core-beliefs.md", "docs",
    "gardener", "pyproject.toml", "rules", "tech-tracker.md", "tests",
}  # fmt: skip


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_files_stay_under_four_hundred_lines(path: Path) -> None:
    assert path.read_bytes().count(b"\n") < 400


def test_half_of_the_modules_fit_on_two_screens() -> None:
    lengths = sorted(path.read_bytes().count(b"\n") for path in MODULES)
    assert lengths[len(lengths) // 2] <= 130


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_names_say_what_a_module_holds(path: Path) -> None:
    words = {part.lstrip("_") for part in path.relative_to(PACKAGE).with_suffix("").parts}
    assert not words & FORBIDDEN


# A rule's only docstring is that of its function: the page that people read.
@pytest.mark.parametrize("path", [path for path in MODULES if path.parent.name != "rules"], ids=relative)
def test_modules_open_with_what_they_hold(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), relative(path)


@pytest.mark.parametrize("path", [path for path in MODULES if path.parent.name != "rules"], ids=relative)
def test_public_functions_and_classes_are_documented(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    public = [node for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")]
    assert [f"{node.name}:{node.lineno}" for node in public if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_no_work_is_left_lying_in_the_code(path: Path) -> None:
    leftover = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|type: ignore(?!\[[^\]]+\]\s+#? ?\w)")
    with tokenize.open(path) as file:
        comments = [token for token in tokenize.generate_tokens(file.readline) if token.type == tokenize.COMMENT]
    assert [f"{token.start[0]}: {token.string}" for token in comments if leftover.search(token.string)] == []


def test_the_top_level_tells_the_story() -> None:
    from subprocess import run

    done = run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("the sources are no git repository here")
    tracked = {name.split("/")[0] for name in done.stdout.decode().split("\0") if name}
    assert tracked - TOP_LEVEL == set()
