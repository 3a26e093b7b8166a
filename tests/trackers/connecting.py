"""Trackers that are connected to a board and wait for nobody."""

from __future__ import annotations

from typing import Protocol

from gardener.core.issue import Tracker
from gardener.repo.forge import Forge
from gardener.trackers.github import HEADERS, GitHub
from gardener.trackers.gitlab import GitLab
from tests.trackers.forge_server import Board

TOKEN = "not-a-real-token"  # noqa: S105


class Connect(Protocol):
    """Connects to a board; `pauses` receives how long the tracker would have waited, each time."""

    def __call__(self, board: Board, pauses: list[float] | None = None) -> Tracker: ...


def github(board: Board, pauses: list[float] | None = None) -> Tracker:
    """The board as GitHub."""
    waited = [] if pauses is None else pauses
    return GitHub(Forge(board.address, TOKEN, HEADERS, pause=waited.append), "acme/shop")


def gitlab(board: Board, pauses: list[float] | None = None) -> Tracker:
    """The board as GitLab."""
    waited = [] if pauses is None else pauses
    return GitLab(Forge(board.address, TOKEN, pause=waited.append), "acme/shop")
