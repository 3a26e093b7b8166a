"""Nights that are killed: each in a process of its own, which ends at some call of some function, wherever that is.

    python -m tests.gardening.killed_nights ADDRESS ROOT SEED NIGHTS TRACKER

Killing at a call that was drawn by lot is as arbitrary as a signal, and can be repeated.
"""

from __future__ import annotations

import os
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

from gardener.core.errors import GardenerError
from gardener.core.settings import IssueSettings
from gardener.gardening.issue_sync import Clock, Wanted, synchronise
from tests.gardening.syncing import MANY, full_scan, numbered
from tests.trackers.connecting import github, gitlab
from tests.trackers.forge_server import Board

SETTINGS = IssueSettings(creates=5, updates=10, closes=8)
FINDINGS = 20
START = datetime(2026, 1, 1, tzinfo=UTC)
KILLED = 9
# About as many as a night with all its writes makes.
MOST_CALLS = 60_000


def night(number: int, board: Board, root: Path, rng: random.Random, *, tracker: str, calls: int) -> None:
    """One night with some findings; the process ends at the call of that number, if the night has so many."""
    connect = {"github": github, "gitlab": gitlab}[tracker]
    now = START + timedelta(hours=number)
    wanted = numbered(rng.sample(MANY, rng.randint(0, FINDINGS)))
    asked = Wanted(wanted, full_scan(rules=MANY), SETTINGS)
    left = [calls]

    def count(frame: FrameType, event: str, _: object) -> None:
        if event in {"call", "c_call"}:
            left[0] -= 1
            if left[0] == 0:
                os._exit(KILLED)

    sys.setprofile(count)
    try:
        synchronise(root, asked, connect(board), Clock(lambda: now, lambda _: None))
    except GardenerError:
        return
    finally:
        sys.setprofile(None)


def main() -> None:
    """Let the nights pass, and print how many were killed."""
    address, root, seed, nights, tracker = sys.argv[1:]
    board = Board(address=address)
    # What the first night would import belongs to no night.
    night(0, board, Path(root), random.Random(0), tracker=tracker, calls=0)
    killed = 0
    for number in range(1, int(nights) + 1):
        child = os.fork()
        if not child:
            rng = random.Random(f"{seed}-{number}")
            night(number, board, Path(root), rng, tracker=tracker, calls=rng.randint(1, MOST_CALLS))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed += os.waitstatus_to_exitcode(status) == KILLED
    sys.stdout.write(str(killed))


if __name__ == "__main__":
    main()
