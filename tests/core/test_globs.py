"""Globs read as `.gitignore` reads them, and no glob is slow."""

from __future__ import annotations

import fnmatch

import pathspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.core.globs import compile_globs, matches, problem

SILENT = [
    ("*.py", "a.pyi"),
    ("src/*.py", "src/b/a.py"),
    ("src/*.py", "lib/src/a.py"),
    ("src/", "src"),
    ("src", "srcs/a.py"),
    ("src/**", "src"),
    ("/setup.py", "a/setup.py"),
    ("?.py", "ab.py"),
    ("[!a].py", "a.py"),
    ("[ab].py", "c.py"),
    ("a/**/b", "a/xb"),
    ("a?b", "a/b"),
    ("a[/]b", "a/b"),
    ("a[!x]b", "a/b"),
    ("{a,b}/c", "d/c"),
    ("docs/**/*.md", "docs.md"),
    ("a.py", "aXpy"),
]
FIRES = [
    ("*.py", "a.py"),
    ("*.py", "a/b/c.py"),
    ("src", "src/a/b.py"),
    ("src/", "src/a.py"),
    ("src/", "lib/src/a.py"),
    ("tests", "lib/tests/x.py"),
    ("src/**", "src/a/b.py"),
    ("./src/**", "src/a.py"),
    ("/setup.py", "setup.py"),
    ("a/b", "a/b/c/d.py"),
    ("a/**/b", "a/b"),
    ("a/**/b", "a/x/y/b"),
    ("**/b", "b"),
    ("**/b/c", "x/b/c"),
    ("**", "a/b"),
    ("a*b*c", "aXbYbZc"),
    ("[!b].py", "a.py"),
    ("[a-c].py", "b.py"),
    ("[]x].py", "].py"),
    ("a[.py", "a[.py"),
    ("{a,b{c,d}}.py", "bd.py"),
    ("{src,lib}/**/*.py", "lib/a.py"),
    ("{src/**,a.py}", "src/x"),
    (r"\*.py", "*.py"),
    (r"\{a\}.py", "{a}.py"),
    ("über/*.py", "über/ä.py"),
    ("a/**/b/**/c", "a/b/b/c/c"),
    ("a b/*.py", "a b/c d.py"),
]


@pytest.mark.parametrize(("glob", "path"), SILENT)
def test_does_not_match(glob: str, path: str) -> None:
    assert not matches((glob,), path)


@pytest.mark.parametrize(("glob", "path"), FIRES)
def test_matches(glob: str, path: str) -> None:
    assert matches((glob,), path)


def test_no_globs_match_nothing() -> None:
    assert not compile_globs(())
    assert not compile_globs(()).matches("a.py")


def test_several_globs_match_what_one_of_them_matches() -> None:
    globs = compile_globs(["docs/**", "*.pyi"])
    assert [path for path in ("docs/a.md", "x/y.pyi", "a.py") if globs.matches(path)] == ["docs/a.md", "x/y.pyi"]


@pytest.mark.parametrize(
    ("glob", "reason"),
    [
        ("", "names nothing"),
        ("/", "names nothing"),
        ("!tests", "no negation"),
        ("../x", "climbs out"),
        ("a{b", "unclosed"),
        ("src\\foo", "backslash"),
        ("[z-a]", "impossible range"),
        ("{a,b}" * 20, "alternatives"),
        ("a" * 2000, "longer"),
    ],
)
def test_a_senseless_glob_is_refused_with_the_reason(glob: str, reason: str) -> None:
    assert reason in (problem(glob) or "")


@pytest.mark.parametrize(
    "glob", ["*a" * 300 + "b", "**/a/" * 150 + "b", "a*" * 300 + "/**/" + "*x" * 100, "?*" * 300 + "b"]
)
def test_a_hostile_glob_is_decided_at_once(glob: str) -> None:
    hostile = compile_globs([glob])
    assert not hostile.matches("a" * 3000 + "/c")
    assert not hostile.matches("a/" * 1500 + "c")


NAMES = st.text("ab.", min_size=1, max_size=4).filter(lambda name: name.strip("."))
SEGMENTS = st.text("ab.*?", min_size=1, max_size=4).filter(lambda name: name.strip(".") and "**" not in name)
PATHS = st.lists(NAMES, min_size=1, max_size=5).map("/".join)
GLOBS = st.lists(st.one_of(SEGMENTS, st.just("**")), min_size=1, max_size=5).map("/".join)


@given(GLOBS, PATHS)
def test_agrees_with_gitignore(glob: str, path: str) -> None:
    spec = pathspec.GitIgnoreSpec.from_lines([glob])
    assert matches((glob,), path) == spec.match_file(path)


@given(SEGMENTS, NAMES)
def test_one_segment_agrees_with_fnmatch(glob: str, name: str) -> None:
    assert matches((glob,), name) == fnmatch.fnmatchcase(name, glob)


@given(st.text(max_size=30))
def test_any_text_is_compiled_or_refused(glob: str) -> None:
    if problem(glob) is None:
        matches((glob,), "a/b.py")
