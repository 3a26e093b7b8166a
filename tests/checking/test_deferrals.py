"""Push-back by command: how the ledger is read and written, and what it does to findings."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.checking.baseline import Scope
from gardener.checking.deferrals import (
    Record,
    apply,
    ended,
    ended_notes,
    followed,
    line_of,
    read_deferrals,
    with_record,
)
from gardener.core.errors import ConfigError
from gardener.core.finding import Finding, Suppression

Examine = Callable[..., tuple[Finding, ...]]

TODAY = date(2026, 11, 2)
CODE = "import os\ndef f():\n    os.system(x)\n    os.system(x)\n"
LATER = Record("f" * 32, "defer", "old-call", "a.py", date(2027, 1, 31), "goes with the old client", TODAY)
DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 9))
RECORDS = st.builds(
    Record,
    fingerprint=st.sampled_from(["a" * 32, "b" * 32]),
    verb=st.sampled_from(["defer", "dispute"]),
    rule=st.just("old-call"),
    path=st.sampled_from(["a.py", "é.py"]),
    until=st.none() | DAYS,
    reason=st.text(min_size=1).filter(lambda text: text.isprintable()),
    opened=DAYS,
)


def about(finding: Finding, **fields: object) -> Record:
    record = replace(LATER, fingerprint=finding.fingerprint, rule=finding.rule, path=finding.path)
    return replace(record, **fields)  # type: ignore[arg-type]  # names and values are those of the test


def test_a_record_is_one_line_of_seven_fields() -> None:
    assert json.loads(line_of(LATER)) == {
        "fingerprint": "f" * 32,
        "verb": "defer",
        "rule": "old-call",
        "path": "a.py",
        "until": "2027-01-31",
        "reason": "goes with the old client",
        "opened": "2026-11-02",
    }


@given(RECORDS)
def test_what_is_written_is_read(record: Record) -> None:
    assert read_deferrals(line_of(record)) == (record,)


@given(st.lists(RECORDS, max_size=5))
def test_disorder_and_repetition_mean_nothing(known: list[Record]) -> None:
    lines = [line_of(record) for record in known]
    expected = read_deferrals("".join(lines))
    for order in itertools.islice(itertools.permutations(lines), 24):
        assert read_deferrals("\ufeff" + "\r\n".join([*order, *order])) == expected


def test_of_two_lines_the_one_opened_last_counts_and_of_one_day_the_one_that_ends_first() -> None:
    older = replace(LATER, opened=date(2026, 11, 1), until=None)
    longer = replace(LATER, until=date(2028, 1, 1))
    forever = replace(LATER, verb="dispute", until=None)
    for lines in itertools.permutations([older, longer, LATER, forever]):
        assert read_deferrals("".join(map(line_of, lines))) == (LATER,)


@given(st.lists(RECORDS, max_size=4), RECORDS)
def test_a_new_word_replaces_all_older_ones_about_the_same_finding(known: list[Record], record: Record) -> None:
    text = "".join(map(line_of, known))
    assert record in read_deferrals(with_record(text, record))
    others = [line_of(one) for one in known if one.fingerprint != record.fingerprint]
    assert with_record(text, record) == "".join([*others, line_of(record)])


def test_lines_about_other_findings_keep_their_bytes() -> None:
    foreign = '{"fingerprint":"0","verb":"defer","rule":"r","path":"p","reason":"w","opened":"2026-01-01","by":"Ada"}'
    assert with_record(foreign, LATER) == f"{foreign}\n{line_of(LATER)}"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("<<<<<<< HEAD", "an unfinished merge"),
        ("{", "this line is no JSON"),
        ("[" * 100_000, "this line is no JSON"),
        ("7", "this line is no JSON object"),
        ('{"fingerprint": "0"}', "verb and rule and path and reason and opened missing or no text"),
        (line_of(LATER).replace('"defer"', '"later"'), "`later` is neither `defer` nor `dispute`"),
        (line_of(LATER).replace("2027-01-31", "soon"), "`until` is no date: write 2027-01-31"),
        (line_of(LATER).replace('"2027-01-31"', "7"), "`until` is no date: write 2027-01-31"),
        (line_of(LATER).replace("2026-11-02", "today"), "`opened` is no date: write 2027-01-31"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_deferrals(f"{line_of(LATER)}\n{line}\n")
    assert (caught.value.message, caught.value.at) == (message, ".gardener/deferrals.jsonl:3")


@pytest.mark.parametrize(("verb", "by"), [("defer", "deferral"), ("dispute", "dispute")])
def test_a_record_suppresses_its_finding_and_no_other(examine: Examine, verb: str, by: str) -> None:
    first, second = examine(CODE)
    marked = apply((first, second), [about(first, verb=verb)], TODAY)
    assert [one.suppressed and (one.suppressed.by, one.suppressed.reason) for one in marked] == [
        (by, "goes with the old client"),
        None,
    ]


def test_what_a_comment_says_comes_first(examine: Examine) -> None:
    [first, _] = examine(CODE)
    allowed = replace(first, suppressed=Suppression("inline", "why"))
    assert apply([allowed], [about(first)], TODAY) == (allowed,)


@pytest.mark.parametrize(("until", "counts"), [(TODAY, False), (date(2026, 11, 1), True), (None, False)])
def test_from_the_day_after_its_date_the_finding_counts_again(
    examine: Examine, until: date | None, counts: bool
) -> None:
    [first, second] = examine(CODE)
    record = about(first, until=until)
    assert (apply([first], [record], TODAY)[0].suppressed is None) == counts
    assert ended([first, second], [record], TODAY) == ((record,) if counts else ())
    assert ended([second], [record], TODAY) == ()
    assert all(first.fingerprint in note and first.rule in note for note in ended_notes([record]))


def test_a_record_follows_its_finding_to_another_file_and_up_the_row(examine: Examine) -> None:
    [first, second] = examine(CODE)
    scope = Scope({"b.py": {first.rule}}, {first.rule}, lambda path: path != "a.py")
    moved = examine(CODE, path="b.py")
    found = followed(moved, [about(first)], scope=scope)
    assert [(one.fingerprint, one.path) for one in found] == [(moved[0].fingerprint, "b.py")]
    less = examine(CODE.replace("    os.system(x)\n", "", 1))
    scope = Scope({"a.py": {first.rule}}, {first.rule}, bool)
    assert followed(less, [about(second)], scope=scope)[0].fingerprint == first.fingerprint
    assert followed((), [about(second)], scope=scope) == (about(second),)
