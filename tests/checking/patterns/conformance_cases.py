"""The cases of the conformance table, as parameters of tests."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

TABLES = sorted((Path(__file__).parent / "conformance").glob("*.toml"))
OWN_KEYS = {"id", "feature", "code", "fixed", "says"}
CASES = [
    pytest.param(case, id=f"{table.stem}/{case['id']}")
    for table in TABLES
    for case in tomllib.loads(table.read_text(encoding="utf-8"))["case"]
]


def body_of(case: dict[str, Any]) -> dict[str, Any]:
    """The keys of the rule page that a case stands for."""
    return {key: value for key, value in case.items() if key not in OWN_KEYS}
