"""JSON in what a model wrote: found however it is wrapped, and never at any price."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.llm.extract_json import DEEPEST, MOST_CHARACTERS, extract_json

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
LEAVES = (
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4))
OBJECTS = st.dictionaries(TEXTS, VALUES, max_size=5)
PROSE = st.text(st.characters(exclude_characters="{}[]<", exclude_categories=["Cs"]), max_size=40)


@given(OBJECTS, PROSE, PROSE, st.sampled_from(["", "```json\n", "```\n"]), st.sampled_from([None, 2]))
def test_an_object_is_found_whatever_stands_around_it(
    value: dict[str, Any], before: str, after: str, fence: str, indent: int | None
) -> None:
    assert extract_json(f"{before}\n{fence}{json.dumps(value, indent=indent)}\n```{after}") == value


@given(st.text(st.sampled_from('{}[]",:\\ntruefalse0123456789.e- `<>/hik'), max_size=200))
def test_any_text_at_all_gives_an_object_an_array_or_none(text: str) -> None:
    assert isinstance(extract_json(text), dict | list | None)


@given(OBJECTS.filter(bool), st.data())
def test_what_was_cut_off_is_no_object_with_the_same_keys(value: dict[str, Any], data: st.DataObject) -> None:
    text = json.dumps(value)
    assert extract_json(text[: data.draw(st.integers(0, len(text) - 1))]) != value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("null", None),
        ("42", None),
        ('"text"', None),
        ("no braces", None),
        ("[1] as I said, {\"a\": [1, 2, 3]} in short", {"a": [1, 2, 3]}),
        ("use {} or {\"a\": 1} or []", {"a": 1}),
        ('{"a": "}{][\\" ```"}', {"a": '}{][" ```'}),
        ('{"broken": } {"a": 1}', {"a": 1}),
        ('{"a": NaN}', None),
        ('{"a": 1e999}', None),
        ('{"a": -Infinity}', None),
        ("{'a': 1}", None),
        ('<think>{"a": "a longer one"}</think>{"a": 1}', {"a": 1}),
        ('<think>no</think> none, but <think>{"a": 1}', {"a": 1}),
        ('{"a": 1}</think> that was it', {"a": 1}),
        ('{"a\\ud800": ["\\uDFFF", 1, "\\ud83d\\ude00"]}', {"a?": ["?", 1, "\U0001f600"]}),
        ('{"quote": "</think>[]"}', {"quote": "</think>[]"}),
    ],
)  # fmt: skip
def test_cases(text: str, value: Any) -> None:
    assert extract_json(text) == value


def test_depth_has_a_limit() -> None:
    assert extract_json("[" * DEEPEST + "]" * DEEPEST) is not None
    assert extract_json("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)) is None
    assert extract_json('{"a":' * 100_000 + "1" + "}" * 100_000) is None


def test_size_has_a_limit() -> None:
    assert extract_json('{"a": "' + "x" * MOST_CHARACTERS + '"}') is None


@pytest.mark.parametrize(
    "text",
    [
        "[" * 1_000_000,
        "{" * 1_000_000,
        '{"a":[' * 200_000,
        '{"' * 500_000,
        '[{"a": "' + "x" * 3_000_000,
        "[1," * 900_000,
    ],
    ids=["brackets", "braces", "both", "strings", "open", "items"],
)
def test_hostile_texts_end(text: str) -> None:
    assert extract_json(text) is None


def test_numbers_that_no_machine_has_are_none() -> None:
    assert extract_json('{"a": ' + "9" * 5_000 + "}") is None
