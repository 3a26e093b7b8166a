"""A change cannot wave itself through: what it says in its own favour is only claimed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gardener.repo.trees import GitTree, WorkingTree
from gardener.reviewing.settled import Settled
from gardener.reviewing.verdict_store import FOLDER, VerdictStore
from gardener.reviewing.verdict_trust import Trust, is_valid, signed, trust_of
from gardener.reviewing.verdict_writing import write_verdicts
from tests.reviewing.verdicts import cleared, ingredients, settled

Make = Callable[..., Any]

KEY = "a key that only the job has"
OTHER = {"text": "def other(): ..."}


def trust(root: Path, key: str = "") -> Trust:
    return trust_of(VerdictStore.read(WorkingTree(root)), GitTree(root, "HEAD"), key)


@pytest.fixture
def changed(garden: Make) -> Callable[..., Any]:
    """A repository whose last commit has a verdict, and a change that adds some."""

    def make(*records: Settled, before: Settled | None = None) -> Any:
        made = garden({"a.py": "x = 1\n"})
        write_verdicts(made.root, [before or cleared()])
        made.commit()
        write_verdicts(made.root, records)
        return made

    return make


def test_what_stood_before_is_trusted(changed: Any) -> None:
    found = trust(changed(cleared(**OTHER)).root)
    assert found(cleared())
    assert found.stood_before(cleared(path="moved.py", unit="renamed"))
    assert not found.claimed(cleared())


@pytest.mark.parametrize("verdict", ["ok", "not_applicable", "unsure"])
def test_what_a_change_says_in_its_favour_is_claimed(changed: Any, verdict: str) -> None:
    record = cleared(verdict=verdict, **OTHER)
    found = trust(changed(record).root, KEY)
    assert found.added == (record,)
    assert found.claimed(record)
    assert not found(record)
    assert found.notes == ()


def test_a_violation_that_a_change_brings_counts_in_full(changed: Any) -> None:
    found = trust(changed(settled(**OTHER)).root)
    assert found(settled(**OTHER))
    assert not found.claimed(settled(**OTHER))
    assert not found.claimed(settled(verified=None, **OTHER))


def test_a_signed_verdict_counts(changed: Any) -> None:
    record = signed(cleared(**OTHER), KEY)
    made = changed(record)
    assert trust(made.root, f"{KEY}\n")(record)
    assert trust(made.root, "")(record) is False
    assert trust(made.root, "").notes == ()


@pytest.mark.parametrize("sig", ["0" * 64, "ä", "\ud800", signed(cleared(), KEY).sig])
def test_a_wrong_signature_is_none_and_is_told(changed: Any, sig: str) -> None:
    record = cleared(sig=sig, **OTHER)
    found = trust(changed(record).root, KEY)
    assert found.claimed(record)
    assert found.notes == (
        "1 new verdict carries a signature that GARDENER_VERDICT_KEY did not make: such a signature counts as none",
    )


def test_rewriting_a_verdict_of_the_base_does_not_make_it_trusted(changed: Any) -> None:
    made = changed(before=settled())
    (shard,) = (made.root / FOLDER).glob("*")
    text = shard.read_text(encoding="utf-8")
    shard.write_text(text.replace('"verdict":"violation"', '"verdict":"ok"'), encoding="utf-8")
    found = trust(made.root)
    (record,) = found.added
    assert record.verdict == "ok"
    assert found.claimed(record)


@pytest.mark.parametrize("forged", [cleared(date="2099-01-01"), settled(verified=False, date="2099-01-01")])
def test_neither_deleting_nor_outdating_hides_what_stood_before(changed: Any, forged: Settled) -> None:
    made = changed(forged, before=settled())
    store = VerdictStore.read(WorkingTree(made.root))
    known = trust_of(store, GitTree(made.root, "HEAD"), KEY)
    assert known.base is not None
    found = store.union(known.base).find(ingredients(), {}.get, known)
    assert found is not None
    assert found.settled == settled()


def test_a_signed_verdict_takes_the_place_of_one_that_stood_before(changed: Any) -> None:
    record = signed(cleared(date="2027-01-01"), KEY)
    made = changed(record, before=settled())
    store = VerdictStore.read(WorkingTree(made.root))
    known = trust_of(store, GitTree(made.root, "HEAD"), KEY)
    assert known.base is not None
    found = store.union(known.base).find(ingredients(), {}.get, known)
    assert found is not None
    assert found.settled == record
    assert not known.stood_before(record)


def test_without_a_change_everything_stood_before(changed: Any) -> None:
    found = trust_of(VerdictStore.read(WorkingTree(changed(cleared(**OTHER)).root)), None, "")
    assert found(cleared(**OTHER))
    assert found.added == ()


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "not_applicable"},
        {"date": "2027-01-01"},
        {"verified": True},
        {"message": "x"},
        {"reads": (("a.py", "1"),)},
        {"ingredients": ingredients(prompt="p2")},
        {"ingredients": ingredients(models=("other",))},
    ],
)
def test_a_signature_covers_all_that_means_something(change: dict[str, Any]) -> None:
    record = signed(cleared(), KEY)
    assert is_valid(record, KEY)
    assert not is_valid(replace(record, **change), KEY)
    assert not is_valid(record, KEY + "x")
    assert is_valid(replace(record, path="moved.py", unit="x", clause="renamed.1"), KEY)


def test_an_empty_key_signs_and_proves_nothing() -> None:
    with pytest.raises(ValueError, match="an empty key"):
        signed(cleared(), " ")
    assert not is_valid(cleared(), KEY)
    assert not is_valid(signed(cleared(), KEY), "")
