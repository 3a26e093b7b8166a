"""One way to check hostile files, for all tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from outcomes import CALL, CHECK, Table, as_bytes, file_names, outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    MakeGarden = Callable[[Mapping[str, str | bytes]], Any]

_verdicts: dict[int, dict[str, str]] = {}
_fixed: dict[int, dict[str, bytes]] = {}


@pytest.fixture
def verdict(garden: MakeGarden) -> Callable[..., str]:
    """Check a file with the given content beside a healthy one, through the real command; returns its outcome."""

    def check(hostile: str | bytes, *, settings: str = "") -> str:
        made = garden({"hostile.py": hostile, "healthy.py": CALL, "gardener.toml": settings})
        return outcome(made.run(*CHECK), "hostile.py")

    return check


@pytest.fixture
def verdicts(garden: MakeGarden) -> Callable[..., dict[str, str]]:
    """Check all files of a table in one run, once a session; returns the outcome of each."""

    def check(table: Table, *, settings: str = "") -> dict[str, str]:
        if id(table) not in _verdicts:
            names = file_names(table)
            files = {names[kind]: as_bytes(content) for kind, content in table.items()}
            ran = garden(files | {"healthy.py": CALL.encode(), "gardener.toml": settings.encode()}).run(*CHECK)
            _verdicts[id(table)] = {kind: outcome(ran, names[kind]) for kind in table}
        return _verdicts[id(table)]

    return check


@pytest.fixture
def fixed(garden: MakeGarden) -> Callable[[Table], dict[str, bytes]]:
    """Fix all files of a table in one run, once a session; returns the bytes of each afterwards."""

    def fix(table: Table) -> dict[str, bytes]:
        if id(table) not in _fixed:
            names = file_names(table)
            made = garden({names[kind]: as_bytes(content) for kind, content in table.items()})
            ran = made.run(*CHECK, "--fix", "--unsafe-fixes")
            assert "Traceback" not in ran.err, ran.err
            _fixed[id(table)] = {kind: made.read(names[kind]) for kind in table}
        return _fixed[id(table)]

    return fix
