"""One rule on real engine runs, for tests of what happens to findings afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gardener.checking.engine import Engine
from gardener.checking.fingerprints import assign
from gardener.checking.selection import Selection
from gardener.core.rule import Rule
from gardener.core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from gardener.core.finding import Finding


@pytest.fixture(scope="session")
def examine() -> Callable[..., tuple[Finding, ...]]:
    """Findings of the rules `shell-call` (`os.system`) and `spawn-call` (`os.spawnl`) in a text, with fingerprints."""
    rules = tuple(
        Rule(name, name, "why", body={"form": "family", "family": "forbidden-call", "parameters": {"calls": [call]}})
        for name, call in (("shell-call", "os.system"), ("spawn-call", "os.spawnl"))
    )
    engine = Engine(Selection(rules, Settings()))

    def run(text: str, path: str = "a.py") -> tuple[Finding, ...]:
        result = engine.examine(path, text.encode())
        assert result.failures == ()
        return assign(result.findings)

    return run
