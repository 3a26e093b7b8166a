"""Rows out of what a judge wrote: each by itself, none invented, and nothing that could not be stored."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.core.review import ANSWERS
from gardener.reviewing.answers import FIELDS, LONGEST_TEXT, SCHEMA, read_answer

WANTED = {("a.1", "u1"), ("a.1", "u2")}
ROW: dict[str, Any] = dict.fromkeys(FIELDS, "") | {"clause": "a.1", "unit": "u1", "verdict": "ok"}

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["a.1", "u1", "u2", *ANSWERS]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*FIELDS, "verdicts"]), inner),
    max_leaves=12,
)
rows = st.fixed_dictionaries(
    {name: st.sampled_from(["a.1", "u1", "u2", "b.1", "x\ud800", *ANSWERS]) for name in FIELDS}
)


def said(*given_rows: Any) -> str:
    return json.dumps({"verdicts": list(given_rows)})


@given(st.text(max_size=40) | values.map(json.dumps) | st.lists(rows | values, max_size=6).map(lambda one: said(*one)))
def test_whatever_was_written_only_asked_pairs_come_out_and_can_be_stored(text: str) -> None:
    found = read_answer(text, WANTED)
    assert set(found.rows) <= WANTED
    for pair, row in found.rows.items():
        assert (row.clause, row.unit) == pair
        assert row.verdict in ANSWERS
        assert "".join([row.analysis, row.code_quote, row.clause_quote, row.message, row.fix_hint]).encode() is not None


@pytest.mark.parametrize(
    "row",
    [
        {**ROW, "line": 3},
        {name: value for name, value in ROW.items() if name != "fix_hint"},
        {**ROW, "verdict": "Ok"},
        {**ROW, "verdict": ["ok"]},
        {**ROW, "message": None},
        {**ROW, "code_quote": ["x"]},
        {**ROW, "analysis": "x" * (LONGEST_TEXT + 1)},
        {**ROW, "unit": "u3"},
        {**ROW, "clause": "a.1 "},
        {**ROW, "unit": 1},
        [ROW],
        "ok",
        None,
    ],
)
def test_a_broken_row_costs_no_other(row: Any) -> None:
    good = {**ROW, "unit": "u2", "verdict": "unsure"}
    found = read_answer(said(row, good), WANTED)
    assert {pair: one.verdict for pair, one in found.rows.items()} == {("a.1", "u2"): "unsure"}
    assert len(found.problems) == 1


@pytest.mark.parametrize("order", [("ok", "violation"), ("violation", "ok"), ("unsure", "violation", "ok")])
def test_of_several_rows_for_a_pair_a_violation_counts(order: tuple[str, ...]) -> None:
    found = read_answer(said(*({**ROW, "verdict": verdict} for verdict in order)), WANTED)
    assert found.rows["a.1", "u1"].verdict == "violation"


def test_half_a_pair_of_surrogates_costs_no_row() -> None:
    message = read_answer(said({**ROW, "message": "a\ud800b"}), WANTED).rows["a.1", "u1"].message
    assert message.encode().startswith(b"a")
    assert message.endswith("b")


def test_the_schema_is_flat_strict_and_static() -> None:
    items = SCHEMA["properties"]["verdicts"]["items"]
    assert items["required"] == list(items["properties"]) == list(FIELDS)
    assert items["additionalProperties"] is SCHEMA["additionalProperties"] is False
    assert not {"$ref", "oneOf", "pattern", "format", "minLength"} & set(json.dumps(SCHEMA).split('"'))
