"""Where keys stand in a TOML text."""

from __future__ import annotations

import pytest

from gardener.checking.places import KeyPlaces

TEXT = """\
severity = "P1"
"message" = "calls = 1"
where.X = {kind = "name"}

[[entries]]
calls = ["a"]
values = [
    1,
]

[[ entries ]]
values = 2

[layers]
"""


@pytest.mark.parametrize(
    ("key", "entry", "line"),
    [
        ("severity", None, 10),
        ("message", None, 11),
        ("where", None, 12),
        ("layers", None, 23),
        ("nothing", None, 10),
        ("calls", 0, 15),
        ("values", 0, 16),
        ("values", 1, 21),
        ("severity", 1, 10),
        ("calls", 1, 20),
        ("calls", 7, 10),
    ],
)
def test_a_key_is_found_on_its_line(key: str, entry: int | None, line: int) -> None:
    assert KeyPlaces(TEXT, "rules/a.md", 10).at(key, entry) == f"rules/a.md:{line}"
