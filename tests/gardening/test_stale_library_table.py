"""The chore that notices when the table of network libraries has grown old."""

from __future__ import annotations

from gardener.gardening.chores.stale_library_table import drifted


def test_a_newer_major_release_is_drift() -> None:
    notes = drifted({"redis": "99.0"}.get)
    assert [note.partition(":")[0] for note in notes] == ["drift"]
    assert "redis 99.0" in notes[0]


def test_the_checked_release_and_older_ones_are_none() -> None:
    assert drifted({"redis": "8.9.9", "requests": "2.0", "aiohttp": "garbled"}.get) == ()


def test_what_is_not_installed_says_nothing() -> None:
    assert drifted(lambda _: None) == ()
