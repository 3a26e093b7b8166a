"""Examples in fences: what makes one, which lines are marked, and which files it stands for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gardener.core.rule import Example
from gardener.documents.examples import files_of, read_example, read_examples, unmarked
from gardener.documents.markdown import Fence, outline


@pytest.mark.parametrize("info", ["", "python", "python badly", "bad", "bad python", "python ugly bad"])
def test_other_fences_are_no_examples(info: str) -> None:
    assert read_example(Fence(info, "x", 1, 3)) is None


@pytest.mark.parametrize("language", ["python", "py", "pyi", "markdown", "text"])
def test_a_language_and_bad_or_good_make_an_example(language: str) -> None:
    assert read_example(Fence(f"{language} bad", "x\n", 4, 6)) == Example("bad", "x\n", line=5)
    assert read_example(Fence(f"{language} good path=a/b.py", "x\n", 4, 6)) == Example("good", "x\n", 5, (), "a/b.py")


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        ("x = 1  # here", True),
        ("x = 1 #here", True),
        ("# here", True),
        ("## TODO <!-- here -->", True),
        ("x = 1  # here and there", False),
        ("x = 1  # not here", False),
        ("x = here", False),
    ],
)
def test_a_line_is_marked_at_its_end(line: str, marked: bool) -> None:
    example = read_example(Fence("python bad", f"a\n{line}\n", 1, 4))
    assert example is not None
    assert example.marks == ((2,) if marked else ())


def test_marks_are_no_part_of_the_code() -> None:
    assert unmarked("x = 1  # here\ny = 2\n# here\n") == "x = 1\ny = 2\n\n"


def test_repeated_code_is_there_that_often() -> None:
    example = read_example(Fence("python bad repeat=3", "pass  # here\n", 1, 3))
    assert example is not None
    assert (example.code, example.marks) == ("pass  # here\n" * 3, (1, 2, 3))


@pytest.mark.parametrize("times", ["x", "-1", "0x2", "99999999999"])
def test_repeats_that_make_no_sense_are_bounded(times: str) -> None:
    example = read_example(Fence(f"python bad repeat={times}", "pass\n", 1, 3))
    assert example is not None
    assert len(example.code) <= 20000


def test_examples_are_found_in_order_with_their_lines() -> None:
    text = "# T\n\n```python bad\na\n```\n\n> ```python good\n> b\n> ```\n"
    assert [(example.kind, example.code, example.line) for example in read_examples(outline(text).fences)] == [
        ("bad", "a\n", 4),
        ("good", "b\n", 8),
    ]


def test_an_example_is_one_file_or_several() -> None:
    assert files_of(Example("bad", "a\nb\n"), "x.py") == {"x.py": ("a\nb\n", 0)}
    assert files_of(Example("bad", "a\n", path="y.py"), "x.py") == {"y.py": ("a\n", 0)}
    several = Example("bad", "=== a.md\n# A\n=== b/c.md\ntext <!-- here -->\n\n")
    assert files_of(several, "x.md") == {"a.md": ("# A\n", 1), "b/c.md": ("text\n\n", 3)}


@settings(deadline=None)
@given(st.text(alphabet=" \t#hereab<!->=\n", max_size=60))
def test_taking_marks_away_keeps_the_lines(code: str) -> None:
    assert unmarked(code).count("\n") == code.count("\n")
    example = read_example(Fence("python bad", code, 1, 2))
    assert example is not None
    bare = unmarked(code).split("\n")
    assert all(len(bare[mark - 1]) < len(code.split("\n")[mark - 1]) for mark in example.marks)
