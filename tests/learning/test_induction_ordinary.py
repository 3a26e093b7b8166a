"""What is expected in ordinary code: the counts that are shipped, and what is made of them."""

from __future__ import annotations

import pytest

from gardener.learning.induce import Induced, NotInduced, Sample, induce
from gardener.learning.induction.ordinary import COUNTS, counts, expected
from gardener.learning.induction.shapes import Draft


def family(name: str, **parameters: object) -> Draft:
    return Draft({"form": "family", "family": name, "parameters": parameters}, ())


def test_the_counts_are_small_and_name_what_is_frequent() -> None:
    held = counts()
    assert COUNTS.stat().st_size <= 200_000
    assert held.lines > 1_000_000
    assert min(held.features.values()) >= held.least


@pytest.mark.parametrize(
    ("common", "rare"),
    [
        (family("forbidden-call", calls=["len"]), family("forbidden-call", calls=["breakpoint"])),
        (family("forbidden-import", modules=["os"]), family("forbidden-import", modules=["shop.web"])),
        (family("forbidden-call", calls=["open"]), family("must-call-within", calls=["open"], within=["with"])),
        (
            family("forbidden-call", calls=["open"]),
            family("forbidden-argument-value", calls=["open"], argument="encoding", values=["latin-1"]),
        ),
    ],
)
def test_what_occurs_more_often_is_expected_more_often(common: Draft, rare: Draft) -> None:
    assert expected(common) > 2 * expected(rare)


def test_a_pattern_that_is_found_everywhere_is_refused_with_the_figure() -> None:
    samples = [Sample(f"x = a{n} + {n}\n", f"x = add(a{n}, {n})\n") for n in range(1, 4)]
    found = induce(samples, title="Sum", why="")
    assert isinstance(found, NotInduced)
    assert "in 1,000 lines of ordinary code" in str(found.tried)


def test_what_was_expected_stands_with_the_rule() -> None:
    samples = [Sample(f"print({given})\n", f"log({given})\n") for given in ("a", "b, c", "'d'")]
    found = induce(samples, title="Print", why="")
    assert isinstance(found, Induced)
    assert 0.1 < found.stray < 2
