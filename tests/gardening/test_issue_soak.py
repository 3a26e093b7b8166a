"""Two hundred nights that are killed at some point, against a tracker that fails in every way: never a duplicate."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from gardener.documents import dashboard
from gardener.documents.issue_region import region_of
from tests.gardening.killed_nights import SETTINGS
from tests.gardening.syncing import MANY, Nights, full_scan, numbered
from tests.trackers.connecting import Connect, github, gitlab
from tests.trackers.forge_server import Board, Fault, running

ROOT = Path(__file__).parents[2]
NIGHTS = 200
SHARE = 0.12

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that can fork a process")


def fault(rng: random.Random, line: str) -> Fault:
    """One of everything that can go wrong with a request."""
    broken = [
        Fault(status=rng.choice([401, 403, 404, 409, 410, 422, 429, 500, 502, 503])),
        Fault(status=429, headers={"Retry-After": rng.choice(["1", "3600"])}),
        Fault(lost=True),
        Fault(refused=True),
        Fault(cut=True),
        Fault(body=b"<html>"),
        Fault(status=200, body={}),
    ]
    empty = [Fault(body=[])] if line.startswith("GET") and "/issues?" in line else []
    # A tracker that says of an issue that it is gone is believed, and the issue is never made again: so not that.
    alone = [one for one in broken if one.status not in {404, 410}]
    return rng.choice(broken + empty if "/issues?" in line or not line.startswith("GET") else alone)


@pytest.mark.parametrize(("connect", "name"), [(github, "github"), (gitlab, "gitlab")], ids=["github", "gitlab"])
def test_whatever_happens_there_is_one_issue_for_each_fingerprint(tmp_path: Path, connect: Connect, name: str) -> None:
    rng = random.Random(name)
    board = Board(chooser=lambda line: fault(rng, line) if rng.random() < SHARE else None)
    with running(board):
        command = [sys.executable, "-m", "tests.gardening.killed_nights"]
        arguments = [board.address, str(tmp_path), "7", str(NIGHTS // 2), name]
        done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
        assert int(done.stdout) > NIGHTS // 10
        assert len(board.issues) > NIGHTS // 10
        board.chooser = lambda _: None
        # All that was closed comes back at once, which is more than a run would do by itself.
        nights = Nights(tmp_path, connect(board), replace(SETTINGS, closes=len(MANY)))
        wanted, scan = numbered(MANY), full_scan(rules=MANY)
        while nights.actions(wanted, scan):
            assert len(board.issues) <= len(MANY) + 1
    known = [region.fingerprint for one in board.issues.values() if (region := region_of(one["body"])) is not None]
    assert len(known) == len(board.issues)
    assert set(Counter(known).values()) == {1}
    waiting = {draft.fingerprint for draft in wanted} - set(known)
    shown = [one["body"] for one in board.issues.values() if dashboard.FINGERPRINT in one["body"]]
    assert all(fingerprint in shown[0] for fingerprint in waiting)
