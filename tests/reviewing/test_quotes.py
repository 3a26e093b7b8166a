"""Quotes are found where they stand, or not at all, and their place is computed from the file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.core.review import Unit
from gardener.reviewing.quotes import find_quote, lines_of, place_of, stands_in
from gardener.reviewing.units import units_of

TEXT = "def f(url):\n    reply = requests.get(\n        url,\n    )\n    return reply\n    return reply"


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("requests.get(", "requests.get("),
        ("  reply = requests.get(\n", "reply = requests.get("),
        ("reply = requests.get( url, )", "reply = requests.get(\n        url,\n    )"),
        ("reply =\trequests.get(\r\n  url,", "reply = requests.get(\n        url,"),
        ("return reply", "return reply"),
        ("def f(url):\n\n\nreply", "def f(url):\n    reply"),
    ],
)
def test_a_quote_is_found_exactly_or_with_other_white_space(quote: str, found: str) -> None:
    span = find_quote(quote, TEXT)
    assert span is not None
    assert TEXT[span.start : span.end] == found
    assert span.start == TEXT.index(found)


@pytest.mark.parametrize(
    "quote",
    [
        "",
        " \n\t",
        ")",
        "):",
        "...",
        "x",
        "requests.post(",
        "reply=requests.get(",
        "reply = requests.get(...)",
        "Return reply",
        "reply\u00a0= requests.get(",
        "reply = r\u0435quests.get(",
        "reply = requests\u200b.get(",
        "return reply\u2028",
        "requests.get(url",
    ],
)
def test_a_quote_that_stands_nowhere_or_proves_nothing_is_not_found(quote: str) -> None:
    assert find_quote(quote, TEXT) is None


@given(st.text(alphabet="ab_ \n\t)", max_size=12), st.text(alphabet="ab_ \n\t)", max_size=40))
def test_what_is_found_equals_the_quote_but_for_white_space(quote: str, text: str) -> None:
    span = find_quote(quote, text)
    if span is not None:
        found = text[span.start : span.end]
        assert found.split() == quote.split()
        assert found == found.strip()
    elif sum(char in "ab_" for char in quote) > 1:
        assert quote.strip() not in text


def test_a_long_quote_of_blanks_is_refused_quickly() -> None:
    assert find_quote("a b " * 2_000 + "c d", "a " * 20_000 + "b " * 20_000) is None


def test_a_clause_is_quoted_verbatim_whatever_its_line_breaks() -> None:
    clause = "Every outbound call\nmust carry a `timeout`."
    assert stands_in("call must carry a `timeout`", clause)
    assert stands_in("Every outbound call\nmust", clause)
    assert not stands_in("every outbound call", clause)
    assert not stands_in("call must carry a timeout", clause)
    assert not stands_in("`", clause)


FILE = '"""A module."""\n\n\nclass A:\n    def f(self, url):\n        key = "s3cr3t"; return get(url, key="s3cr3t")\n'


def method(text: str = FILE) -> Unit:
    return next(unit for unit in units_of("a.py", text) if unit.name == "A.f")


def placed(quote: str, unit: Unit, file_text: str, sent_text: str | None = None) -> tuple[str, tuple[int, ...]]:
    sent = unit.text if sent_text is None else sent_text
    found = find_quote(quote, sent)
    assert found is not None
    span, place = place_of(unit, found, sent, file_text)
    return file_text[span.start : span.end], (place.line, place.column, place.end_line, place.end_column)


def test_a_quote_is_placed_on_its_columns_in_the_file() -> None:
    assert placed("return get(url", method(), FILE) == ("return get(url", (6, 25, 6, 39))
    assert placed("def f(self, url):", method(), FILE) == ("def f(self, url):", (5, 5, 5, 22))
    several = 'def f(self, url):\n    key = "s3cr3t"'
    found, place = placed(several, method(), FILE)
    assert found == several.replace("\n    ", "\n        ")
    assert place == (5, 5, 6, 23)


def test_the_second_of_two_equal_words_on_a_line_keeps_its_column() -> None:
    text = "class A:\n    def f(self):\n        go(ab); go(ab, cd)\n"
    unit = method(text)
    assert placed("(ab, cd)", unit, text)[1] == (3, 19, 3, 27)


def test_a_quote_with_a_placeholder_for_a_secret_covers_its_whole_lines() -> None:
    sent = method().text.replace('"s3cr3t"', '"<SECRET:key:1>"')
    assert placed('key = "<SECRET:key:1>"; return', method(), FILE, sent) == (
        'key = "s3cr3t"; return get(url, key="s3cr3t")',
        (6, 9, 6, 54),
    )
    assert placed("return get(url", method(), FILE, sent) == ("return get(url", (6, 25, 6, 39))


def test_a_quote_over_an_elided_body_is_placed_on_the_header() -> None:
    text = "import a\n\n\ndef f(x):\n    return x\n\n\ndef g(x):\n    return x\n"
    unit = units_of("a.py", text)[0]
    assert placed("def f(x):\n    ...", unit, text) == ("def f(x):", (4, 1, 4, 10))
    assert placed("...\n\n\ndef g", unit, text)[1] == (6, 1, 8, 6)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_places_hold_for_every_line_ending(ending: str) -> None:
    text = FILE.replace("\n", ending)
    assert placed("return get(url", method(text), text) == ("return get(url", (6, 25, 6, 39))


def test_push_back_in_a_line_moves_no_column() -> None:
    text = (
        "class A:\n    def f(self):\n        # gardener: wrong[b.1] no\n        go(1)  # x  # gardener: allow[b.2] y\n"
    )
    assert placed("go(1)  # x", method(text), text) == ("go(1)  # x", (4, 9, 4, 19))


def test_lines_of_a_span_are_counted_in_the_text() -> None:
    span = find_quote("requests.get( url,", TEXT)
    assert span is not None
    assert lines_of(span, TEXT) == (1, 2)
