"""Clauses earn their rank: by what people made of their findings."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.checking.deferrals import Record
from gardener.checking.directives import read_directives
from gardener.core.finding import Finding, Place, Span
from gardener.reviewing.ranking import Labels, fixed_clauses, is_demoted, labels_of, rank
from gardener.reviewing.settled import Ingredients, Settled

TODAY = date(2026, 11, 2)
PAST = date(2026, 10, 1)
LABELS = st.builds(Labels, st.integers(0, 200), st.integers(0, 200))
FINDING = Finding("calm.1", "a.py", Span(0, 1), Place(1, 1, 1, 2), "m", "P1", certainty="likely", origin="review")
DEFERRED = Record("0" * 32, "defer", "calm.1", "a.py", None, "why", PAST)
VERDICT = Settled("calm.1", "a.py", "f", Ingredients("c", "old", "x", "v1", ("judge",)), "violation", "2026-10-01")


@given(LABELS)
def test_a_dispute_never_raises_a_clause_and_an_acceptance_never_lowers_it(labels: Labels) -> None:
    disputed, accepted = replace(labels, wrong=labels.wrong + 1), replace(labels, right=labels.right + 1)
    assert disputed.standing <= labels.standing <= accepted.standing
    assert disputed.least <= labels.least <= accepted.least
    assert 0 <= labels.least <= labels.standing <= 1


@given(LABELS)
def test_what_is_demoted_stays_demoted_with_every_further_dispute(labels: Labels) -> None:
    assert not is_demoted(labels) or is_demoted(replace(labels, wrong=labels.wrong + 1))


@pytest.mark.parametrize(
    ("right", "wrong", "demoted"),
    [(0, 0, False), (0, 9, False), (0, 10, True), (5, 5, True), (8, 2, True), (9, 1, False), (60, 40, False)],
)
def test_ten_labels_can_demote_a_clause(right: int, wrong: int, demoted: bool) -> None:
    assert is_demoted(Labels(right, wrong)) == demoted


def test_a_clause_without_labels_is_trusted() -> None:
    assert (Labels().least, Labels().standing) == (0, 1)


def test_deferrals_speak_for_a_clause_and_disputes_against_it() -> None:
    records = [
        DEFERRED,
        replace(DEFERRED, until=PAST),
        replace(DEFERRED, verb="dispute"),
        replace(DEFERRED, verb="dispute", until=PAST),
        replace(DEFERRED, verb="dispute", rule="kind.2"),
    ]
    assert labels_of(records, (), today=TODAY) == {"calm.1": Labels(2, 1), "kind.2": Labels(0, 1)}


def test_comments_are_labels_too_but_an_allow_is_none() -> None:
    text = """\
# gardener: wrong[calm.1, kind.2] the judge misread it
# gardener: wrong[calm.1] until=2026-10-01 no longer
# gardener: defer[calm.1] until=2026-10-01 late
# gardener: allow[calm.1] an exception
# gardener: allow-file[calm.1] an exception
"""
    found = labels_of((), read_directives(text), ["calm.1", "kept.1"], today=TODAY)
    assert found == {"calm.1": Labels(2, 1), "kept.1": Labels(1, 0), "kind.2": Labels(0, 1)}


@pytest.mark.parametrize(
    ("verdict", "unit_hash", "day", "fixed"),
    [
        ("ok", "new", "2026-10-02", True),
        ("not_applicable", "new", "2026-10-02", True),
        ("unsure", "new", "2026-10-02", False),
        ("violation", "new", "2026-10-02", False),
        ("ok", "old", "2026-10-02", False),
        ("ok", "new", "2026-09-30", False),
    ],
)
def test_a_fix_is_later_code_that_keeps_the_clause(verdict: str, unit_hash: str, day: str, fixed: bool) -> None:
    made = replace(VERDICT.ingredients, unit_hash=unit_hash)
    later = replace(VERDICT, verdict=verdict, date=day, ingredients=made)  # type: ignore[arg-type]  # one of the answers
    assert list(fixed_clauses([VERDICT, later])) == list(fixed_clauses([later, VERDICT]))
    assert list(fixed_clauses([VERDICT, later])) == (["calm.1"] if fixed else [])
    assert list(fixed_clauses([VERDICT, replace(later, unit="g")])) == []


def test_the_gravest_come_first_then_the_surest_then_those_of_trusted_clauses() -> None:
    labels = {"calm.1": Labels(0, 3), "kind.2": Labels(0, 1), "kept.1": Labels(5, 0)}
    expected = [
        replace(FINDING, severity="P0", certainty="maybe"),
        replace(FINDING, rule="kept.1"),
        replace(FINDING, rule="new.1"),
        replace(FINDING, rule="kind.2"),
        FINDING,
        replace(FINDING, span=Span(7, 8)),
        replace(FINDING, path="b.py"),
        replace(FINDING, rule="kept.1", certainty="maybe"),
        replace(FINDING, rule="kept.1", severity="P2"),
    ]
    for order in itertools.islice(itertools.permutations(expected), 0, None, 5003):
        assert rank(order, labels) == tuple(expected)
