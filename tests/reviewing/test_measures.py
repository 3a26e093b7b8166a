"""What is counted, against a second way of counting; and what must hold for all of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.reviewing.measures import LEAST_LABELS, Outcome, Rate, Said, Trial, by_clause, measure

SAID: st.SearchStrategy[Said] = st.sampled_from(
    ["ok", "violation", "not_applicable", "unsure", "dropped", "unjudged"]
)  # fmt: skip


@st.composite
def some_trials(draw: st.DrawFn) -> tuple[list[Trial], int]:
    """Trials with one pair each, all judged equally often."""
    repeats = draw(st.integers(1, 3))
    trials = []
    for _ in range(draw(st.integers(0, 8))):
        said = draw(st.lists(SAID, min_size=repeats, max_size=repeats))
        places = draw(st.lists(st.sampled_from([True, False, None]), min_size=repeats, max_size=repeats))
        outcomes = tuple(
            Outcome(word, place if word == "violation" else None) for word, place in zip(said, places, strict=True)
        )
        trials.append(Trial(draw(st.sampled_from("abc")), draw(st.booleans()), outcomes, (tuple(said),)))
    return trials, repeats


@given(some_trials())
def test_every_judged_label_is_counted_once_a_repeat(given_trials: tuple[list[Trial], int]) -> None:
    trials, repeats = given_trials
    one = measure("all", trials, repeats)
    pairs = [(trial.expected, outcome) for trial in trials for outcome in trial.outcomes]
    flagged = {(expected, outcome.said == "violation") for expected, outcome in pairs}
    assert one.tp + one.fp + one.fn + one.tn + one.unjudged == len(pairs)
    assert one.tp == sum(expected and outcome.said == "violation" for expected, outcome in pairs)
    assert one.fp == sum(not expected and outcome.said == "violation" for expected, outcome in pairs)
    assert (one.precision is None) == (not any(said for _, said in flagged))
    assert one.localised <= one.located <= one.tp
    assert one.unsure + one.dropped <= one.fn + one.tn
    assert one.violations <= one.labels <= len(trials)


@given(some_trials())
def test_the_figures_of_clauses_add_up_to_those_of_all(given_trials: tuple[list[Trial], int]) -> None:
    trials, repeats = given_trials
    total, parts = measure("all", trials, repeats), by_clause(trials, repeats)
    for name in ("labels", "violations", "tp", "fp", "fn", "tn", "flips", "compared", "unjudged", "located"):
        assert sum(getattr(part, name) for part in parts) == getattr(total, name)
    assert len({part.name for part in parts}) == len(parts)


@given(some_trials(), st.randoms())
def test_the_order_of_labels_does_not_matter(given_trials: tuple[list[Trial], int], random: object) -> None:
    trials, repeats = given_trials
    shuffled = sorted(trials, key=lambda _: random.random())  # type: ignore[attr-defined]  # drawn by hypothesis
    assert measure("all", shuffled, repeats) == measure("all", trials, repeats)


@given(some_trials(), st.integers(2, 4))
def test_repeating_the_same_answers_changes_no_share_and_no_interval(
    given_trials: tuple[list[Trial], int], times: int
) -> None:
    trials, repeats = given_trials
    more = [
        replace(trial, outcomes=trial.outcomes * times, pairs=tuple(said * times for said in trial.pairs))
        for trial in trials
    ]
    once, often = measure("all", trials, repeats), measure("all", more, repeats * times)
    for name in ("precision", "recall", "false_alarms", "localisation"):
        one, other = getattr(once, name), getattr(often, name)
        assert (one is None) == (other is None)
        if one is not None:
            assert other.share == pytest.approx(one.share)
            assert other.interval.low == pytest.approx(one.interval.low)


@given(some_trials())
def test_a_pair_flips_when_two_of_its_answers_differ(given_trials: tuple[list[Trial], int]) -> None:
    trials, repeats = given_trials
    one = measure("all", trials, repeats)
    answers = [[word for word in trial.pairs[0] if word != "unjudged"] for trial in trials]
    several = [words for words in answers if len(words) > 1]
    assert (one.flips, one.compared) == (sum(len(set(words)) > 1 for words in several), len(several))
    if repeats == 1:
        assert one.flip_rate is None


def test_a_figure_needs_thirty_labels() -> None:
    label = Trial("a", True, (Outcome("violation"),))
    assert measure("a", [label] * (LEAST_LABELS - 9), 1).missing == 9
    assert measure("a", [label] * LEAST_LABELS, 1).missing == 0
    assert measure("a", [Trial("a", True, (Outcome("unjudged"),))] * 99, 1).missing == LEAST_LABELS


def test_a_share_knows_its_interval() -> None:
    rate = Rate(15, 148)
    assert (round(rate.share, 4), round(rate.interval.low, 4), round(rate.interval.high, 4)) == (0.1014, 0.0624, 0.1605)
