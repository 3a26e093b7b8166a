"""One way to check a hostile file, for all tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from outcomes import CALL, CHECK, outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@pytest.fixture
def verdict(garden: Callable[[Mapping[str, str | bytes]], Any]) -> Callable[..., str]:
    """Check a file with the given content beside a healthy one, through the real command; returns its outcome."""

    def check(hostile: str | bytes, *, settings: str = "", name: str = "hostile.py") -> str:
        made = garden({name: hostile, "healthy.py": CALL, "gardener.toml": settings})
        return outcome(made.run(*CHECK), name)

    return check
