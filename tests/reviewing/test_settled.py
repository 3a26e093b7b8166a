"""What the key of a verdict depends on, and that every record survives as a line."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.core.review import Pair
from gardener.core.rule import Example
from gardener.reviewing.settled import Settled, as_row, canonical, content_hash, from_row, line_of
from tests.reviewing.verdicts import CRITERION, PAIR, UNIT, ingredients, settled

READS = (("src/http.py", content_hash(b"x = 1\n")),)
TEXT = st.text(st.characters(codec=None), max_size=20)


@pytest.mark.parametrize(
    "pair",
    [
        Pair(CRITERION, replace(UNIT, path="lib/other.py")),
        Pair(CRITERION, replace(UNIT, name="load_it", lines=(90, 91), ordinal=3)),
        Pair(replace(CRITERION, id="renamed.7", belief="renamed", path="docs/core-beliefs.md", line=80), UNIT),
        Pair(replace(CRITERION, scope=("**",), when="get(...)", guardrail=True, severity="P0"), UNIT),
        Pair(replace(CRITERION, examples=tuple(replace(one, line=70) for one in CRITERION.examples)), UNIT),
    ],
)
def test_moving_renaming_and_grading_keep_the_key(pair: Pair) -> None:
    assert ingredients(pair).base_key == ingredients().base_key


@pytest.mark.parametrize(
    "pair",
    [
        Pair(replace(CRITERION, text="Every call carries a timeout."), UNIT),
        Pair(replace(CRITERION, examples=CRITERION.examples[:1]), UNIT),
        Pair(replace(CRITERION, examples=(Example("good", "get(url)\n"), *CRITERION.examples[1:])), UNIT),
        Pair(CRITERION, replace(UNIT, text=UNIT.text + "\n")),
        Pair(CRITERION, replace(UNIT, context="")),
        Pair(CRITERION, replace(UNIT, text=UNIT.context, context=UNIT.text)),
    ],
)
def test_what_the_judge_reads_is_in_the_key(pair: Pair) -> None:
    assert ingredients(pair).base_key != ingredients().base_key


@pytest.mark.parametrize(
    "change",
    [
        {"prompt": "p2"},
        {"models": ("small", "small")},
        {"models": ("small",)},
        {"models": ("small", "large", "")},
        {"sampling": ""},
        {"prompt": "p1temperature=0", "sampling": ""},
    ],
)
def test_who_judges_and_how_is_in_the_key(change: dict[str, Any]) -> None:
    assert ingredients(PAIR, **change).base_key != ingredients().base_key


def test_files_that_were_read_are_in_the_key_alone() -> None:
    one, other = settled(reads=READS), settled(reads=(("src/http.py", content_hash(b"x = 2\n")),))
    assert len({settled().key, one.key, other.key}) == 3
    assert one.ingredients.base_key == other.ingredients.base_key
    two = (*READS, ("src/a.py", content_hash(b"")))
    assert settled(reads=two).key == settled(reads=tuple(reversed(two))).key


def test_what_a_judge_said_is_not_in_the_key() -> None:
    assert settled(verdict="ok", message="", date="2027-01-01", verified=None, sig="x").key == settled().key


def test_a_line_reads_well_and_leaves_out_what_is_empty() -> None:
    row = json.loads(line_of(settled(verified=None, message="", path="src/größe.py")))
    assert list(row)[:5] == ["key", "clause", "path", "unit", "verdict"]
    assert not {"verified", "message", "reads", "sig"} & set(row)
    assert "größe" in line_of(settled(path="src/größe.py"))


@given(TEXT, TEXT, TEXT, st.sampled_from([None, True, False]), st.dictionaries(TEXT, TEXT, max_size=2))
def test_every_record_survives_as_a_line(quote: str, name: str, model: str, verified: bool | None, reads: Any) -> None:
    record = settled(
        code_quote=quote,
        message=quote,
        unit=name,
        ingredients=ingredients(models=(model,)),
        verified=verified,
        reads=tuple(sorted(reads.items())),
    )
    line = line_of(record)
    assert not set(line) & set("\n\r\u2028\u2029\x85\ufeff\u202e\u200b")
    assert from_row(json.loads(line.encode())) == record


@given(TEXT)
def test_hostile_texts_have_a_key_and_a_canonical_form(text: str) -> None:
    record = settled(text=text, message=text)
    assert len(record.key) == 32
    assert canonical(record).isascii()


def test_the_canonical_form_is_without_labels() -> None:
    moved = settled(path="other.py", unit="x", clause="renamed.1", sig="abc")
    assert canonical(moved) == canonical(settled())
    assert canonical(settled(verdict="ok")) != canonical(settled())
    assert canonical(settled(date="2027-01-01")) != canonical(settled())


def test_a_key_in_a_line_is_not_believed() -> None:
    row = as_row(settled()) | {"key": "0" * 32, "from a later version": [1]}
    assert from_row(row).key == settled().key


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"verdict": "fine"}, "`verdict` is none of"),
        ({"verdict": []}, "`verdict` is none of"),
        ({"date": None}, "`date` is missing or no text"),
        ({"models": "small"}, "`models` is no list of texts"),
        ({"models": [1]}, "`models` is no list of texts"),
        ({"reads": ["a"]}, "`reads` does not map paths to hashes"),
        ({"reads": {"a": None}}, "`reads` does not map paths to hashes"),
        ({"verified": 1}, "`verified` is neither"),
        ({"message": 3}, "is no text"),
    ],
)
def test_what_is_no_record_is_refused(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        from_row(as_row(settled()) | change)


def test_records_are_values() -> None:
    assert settled() == settled()
    assert isinstance(hash(settled(reads=READS)), int)
    assert isinstance(settled(), Settled)
