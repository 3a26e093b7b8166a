from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.core.edits import apply_edits, conflicts, fits, merge, with_newline
from gardener.core.finding import Edit

REPLACE = Edit(2, 5, "X")


@st.composite
def disjoint_edits(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(st.text(max_size=40))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), min_size=0, max_size=8, unique=True)))
    words = st.text(alphabet="xyz\n", max_size=3)
    edits = [Edit(start, end, draw(words)) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    return text, edits


@pytest.mark.parametrize(
    ("edits", "after"),
    [
        pytest.param([], "abcdef", id="none"),
        pytest.param([Edit(0, 0, "<"), Edit(6, 6, ">")], "<abcdef>", id="both ends"),
        pytest.param([Edit(2, 4, "X"), Edit(4, 6, "Y")], "abXY", id="adjacent"),
        pytest.param([Edit(2, 4, "X"), Edit(2, 2, "<"), Edit(4, 4, ">")], "ab<X>ef", id="insertions at the edges"),
        pytest.param([Edit(2, 2, "1"), Edit(2, 2, "2")], "ab12cdef", id="insertions keep their order"),
        pytest.param([Edit(4, 6, ""), Edit(0, 2, "")], "cd", id="any order"),
    ],
)
def test_edits_apply_to_the_unchanged_text(edits: list[Edit], after: str) -> None:
    assert apply_edits("abcdef", edits) == after


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param([Edit(0, 3, ""), Edit(2, 4, "")], id="overlapping"),
        pytest.param([Edit(0, 3, ""), Edit(1, 1, "x")], id="insertion inside a replacement"),
        pytest.param([Edit(5, 7, "")], id="beyond the end"),
        pytest.param([Edit(-1, 0, "")], id="before the start"),
        pytest.param([Edit(3, 2, "")], id="backwards"),
    ],
)
def test_impossible_edits_are_refused(edits: list[Edit]) -> None:
    assert not fits(edits, 6)
    with pytest.raises(ValueError, match="overlap or reach outside"):
        apply_edits("abcdef", edits)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param(Edit(5, 8, "Y"), False, id="adjacent after"),
        pytest.param(Edit(0, 2, "Y"), False, id="adjacent before"),
        pytest.param(Edit(2, 2, "Y"), False, id="insertion at the start"),
        pytest.param(Edit(5, 5, "Y"), False, id="insertion at the end"),
        pytest.param(Edit(3, 3, "Y"), True, id="insertion inside"),
        pytest.param(Edit(4, 8, "Y"), True, id="overlap"),
        pytest.param(Edit(0, 9, "Y"), True, id="around"),
    ],
)
def test_touching_is_no_conflict(other: Edit, expected: bool) -> None:
    assert conflicts(REPLACE, other) is conflicts(other, REPLACE) is expected


def test_whole_lines_may_be_inserted_at_one_offset() -> None:
    assert merge([Edit(0, 0, "import a\n")], [Edit(0, 0, "import b\n")]) is not None
    assert merge([Edit(0, 0, "a")], [Edit(0, 0, "b")]) is None


def test_equal_imports_are_taken_once() -> None:
    line = Edit(0, 0, "import a\n")
    assert merge([line, REPLACE], [line]) == [line, REPLACE]


def test_equal_brackets_are_not_one_bracket() -> None:
    assert merge([Edit(4, 4, ")")], [Edit(4, 4, ")")]) is None
    assert merge([Edit(4, 4, "f(\n")], [Edit(4, 4, "f(\n")]) is None


def test_only_bare_line_feeds_are_translated() -> None:
    assert with_newline(Edit(0, 0, "a\nb\r\nc"), "\r\n").text == "a\r\nb\r\nc"
    assert with_newline(Edit(0, 0, "a\nb"), "\r").text == "a\rb"


@given(disjoint_edits(), st.randoms())
def test_the_order_of_edits_does_not_matter(case: tuple[str, list[Edit]], random: object) -> None:
    text, edits = case
    shuffled = list(edits)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert apply_edits(text, shuffled) == apply_edits(text, edits)


@given(disjoint_edits())
def test_everything_outside_the_edits_stays(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    after = apply_edits(text, edits)
    assert len(after) == len(text) + sum(len(edit.text) - (edit.end - edit.start) for edit in edits)
    kept = "".join(char for at, char in enumerate(text) if not any(edit.start <= at < edit.end for edit in edits))
    rest = iter(after)
    assert all(char in rest for char in kept)


@given(disjoint_edits())
def test_merging_gives_what_can_be_applied(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    merged: list[Edit] = []
    for edit in edits:
        merged = merge(merged, [edit]) or merged
    assert fits(merged, len(text))
