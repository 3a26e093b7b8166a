"""A GitHub on loopback for every test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sources.github_server import GitHub, running


@pytest.fixture
def hub() -> Iterator[GitHub]:
    with running(GitHub()) as served:
        yield served
