"""Lines end where Python ends them, and offsets survive the way there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.core.finding import Place, Span
from gardener.core.lines import LineIndex, split_lines

TEXTS = st.text(alphabet="ab\n\r\f\x0b\x1c\x85\u2028ä😀", max_size=40)


def naive(text: str, offset: int) -> tuple[int, int]:
    line = column = 1
    at = 0
    while at < offset:
        if text[at : at + 2] == "\r\n" and at + 2 <= offset:
            line, column, at = line + 1, 1, at + 2
        elif text[at] in "\r\n" and text[at : at + 2] != "\r\n":
            line, column, at = line + 1, 1, at + 1
        else:
            column, at = column + 1, at + 1
    return line, column


@given(TEXTS)
def test_positions_agree_with_counting(text: str) -> None:
    index = LineIndex.of(text)
    for offset in range(len(text) + 1):
        assert index.position(offset) == naive(text, offset)
        assert index.offset(*index.position(offset)) == offset


@given(TEXTS)
def test_lines_joined_give_the_text(text: str) -> None:
    assert "".join(split_lines(text)) == text


@given(TEXTS)
def test_line_texts_hold_no_line_end(text: str) -> None:
    index = LineIndex.of(text)
    lines = [index.line(number) for number in range(1, len(index) + 1)]
    assert "\n".join(lines) == text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("char", ["\f", "\x0b", "\x1c", "\x1d", "\x85", "\u2028", "\u2029"])
def test_what_python_does_not_count_as_a_line_end_is_none(char: str) -> None:
    assert len(LineIndex.of(f"a{char}b")) == 1


def test_a_place_is_one_based_and_its_end_exclusive() -> None:
    assert LineIndex.of("ab\r\ncd\n").place(Span(1, 6)) == Place(1, 2, 2, 3)


def test_a_line_that_is_not_there_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        LineIndex.of("a\n").offset(3, 1)
