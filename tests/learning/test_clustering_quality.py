"""Quality on labelled comments: the bars of benchmarks/clustering.py hold, and ids last while comments come in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gardener.core.feedback import Feedback
from gardener.learning.themes import themes_of
from gardener.sources import jsonl

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
COMMENTS = "clustering_comments.jsonl"


def test_the_bars_hold_on_every_set() -> None:
    if not (BENCHMARKS / COMMENTS).exists():
        pytest.skip("the benchmarks are not part of these sources")
    command = [sys.executable, str(BENCHMARKS / "clustering.py"), "--strict", "--details"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def labelled(name: str) -> list[Feedback]:
    if not (BENCHMARKS / COMMENTS).exists():
        pytest.skip("the benchmarks are not part of these sources")
    found = [each for batch in jsonl.read(COMMENTS, BENCHMARKS) for each in batch.feedback]
    return [each for each in found if each.id.startswith(f"{name}-")]


@pytest.mark.parametrize("name", ["tuned-1", "tuned-2", "unseen"])
def test_ids_last_while_comments_come_in(name: str) -> None:
    comments = labelled(name)
    known: dict[str, list[str]] = {}
    for share in (0.6, 0.8, 1.0):
        some = [each for number, each in enumerate(comments) if number * 7 % 10 < share * 10]
        found = themes_of(some, known=known)
        kept = {theme.id for theme in found.themes}
        holders = {member: theme for theme, members in known.items() for member in members}
        for theme in found.themes:
            before = {holders[each.feedback.id] for each in theme.evidence if each.feedback.id in holders}
            assert theme.id in before or not before - kept
        known |= {theme.id: [each.feedback.id for each in theme.evidence] for theme in found.themes}
