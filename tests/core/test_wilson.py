"""Wilson's interval: published values, and what must hold for all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.core.wilson import Z_90_ONE_SIDED, interval, lower_bound

COUNTS = st.integers(0, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


# Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_published_values_come_out(hits: int, total: int, low: float, high: float) -> None:
    found = interval(hits, total)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(COUNTS)
def test_the_share_lies_inside_and_the_bounds_between_nothing_and_all(counts: tuple[int, int]) -> None:
    hits, total = counts
    found = interval(hits, total)
    assert 0 <= found.low <= found.high <= 1
    if total:
        assert found.low <= hits / total <= found.high


@given(COUNTS)
def test_misses_mirror_hits(counts: tuple[int, int]) -> None:
    hits, total = counts
    one, other = interval(hits, total), interval(total - hits, total)
    assert one.low == pytest.approx(1 - other.high)


@given(st.integers(1, 100), st.integers(2, 9))
def test_more_of_the_same_says_more(total: int, times: int) -> None:
    hits = total // 2
    assert lower_bound(hits * times, total * times) >= lower_bound(hits, total)
    assert lower_bound(hits, total, Z_90_ONE_SIDED) >= lower_bound(hits, total)


def test_nothing_seen_says_nothing() -> None:
    found = interval(0, 0)
    assert (found.low, found.high) == (0.0, 1.0)


@pytest.mark.parametrize(("hits", "total"), [(2, 1), (-1, 3), (1, 0)])
def test_what_is_no_share_is_refused(hits: int, total: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        interval(hits, total)
