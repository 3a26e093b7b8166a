"""A served board."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.trackers.forge_server import Board, running


@pytest.fixture
def board() -> Iterator[Board]:
    """A board without issues."""
    with running(Board()) as served:
        yield served
