"""Files that were moved without telling git: one path is gone, and a new one holds what it held."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ALIKE = 0.5
MOST_PAIRS = 20_000


def moved(gone: Mapping[str, bytes], new: Mapping[str, bytes]) -> dict[str, str]:
    """The old path of each new one that holds what it held, or at least half of its lines, the most alike first.

    Only files with the same extension are compared; empty files are like nothing. Beyond 20,000 pairs only files
    without any change are found.
    """
    before = {path: _lines(data) for path, data in gone.items() if data.strip()}
    after = {path: _lines(data) for path, data in new.items() if data.strip()}
    few = len(before) * len(after) <= MOST_PAIRS
    pairs = [
        (-_likeness(lines, held), path, old)
        for path, lines in after.items()
        for old, held in before.items()
        if PurePosixPath(path).suffix == PurePosixPath(old).suffix and (few or lines == held)
    ]
    found: dict[str, str] = {}
    for unlikeness, path, old in sorted(pairs):
        if unlikeness <= -ALIKE and path not in found and old not in found.values():
            found[path] = old
    return found


def _lines(data: bytes) -> Counter[bytes]:
    return Counter(data.replace(b"\r\n", b"\n").strip().split(b"\n"))


def _likeness(one: Counter[bytes], other: Counter[bytes]) -> float:
    return (one & other).total() / max(one.total(), other.total())
