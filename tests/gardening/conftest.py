"""A served board of issues, and nights that keep issues on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gardening.syncing import Nights
from tests.trackers.connecting import github
from tests.trackers.forge_server import Board, running


@pytest.fixture
def board() -> Iterator[Board]:
    """A board without issues."""
    with running(Board()) as served:
        yield served


@pytest.fixture
def nights(board: Board, tmp_path: Path) -> Nights:
    """Nights with GitHub as their tracker."""
    return Nights(tmp_path, github(board))
