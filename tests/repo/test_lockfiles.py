"""Which releases a repository pins, from the files that people keep."""

from __future__ import annotations

import pytest

from gardener.repo.lockfiles import pinned_versions
from gardener.repo.memory import MemoryTree

UV = 'version = 1\n\n[[package]]\nname = "aiohttp"\nversion = "3.14.5"\nsource = { registry = "r" }\n'
POETRY = '[[package]]\nname = "redis"\nversion = "5.0.1"\ndescription = "x"\n'


def pins(files: dict[str, str], *wanted: str) -> dict[str, str]:
    """What the files pin of some distributions."""
    return pinned_versions(MemoryTree({path: text.encode() for path, text in files.items()}), wanted)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("uv.lock", UV, {"aiohttp": "3.14.5"}),
        ("uv.lock", UV.replace("\n", "\r\n"), {"aiohttp": "3.14.5"}),
        ("poetry.lock", POETRY, {"redis": "5.0.1"}),
        ("pdm.lock", POETRY, {"redis": "5.0.1"}),
        ("requirements.txt", "redis==5.0.1\n", {"redis": "5.0.1"}),
        ("requirements.txt", "Redis[hiredis] == 5.0.1 ; python_version > '3'\n", {"redis": "5.0.1"}),
        ("requirements-dev.txt", "redis==5.0.1 --hash=sha256:0\n", {"redis": "5.0.1"}),
        ("requirements/base.txt", "# redis==1\nredis==5.0.1\n", {"redis": "5.0.1"}),
        ("requirements.txt", "redis>=5\n", {}),
        ("requirements.txt", "redis-py==5\n", {}),
        ("notes.txt", "redis==5.0.1\n", {}),
        ("sub/uv.lock", POETRY, {}),
        ("uv.lock", "[[package]]\nname = 3\n", {}),
        ("uv.lock", "\x00\x01", {}),
    ],
)
def test_a_release_is_read(path: str, text: str, expected: dict[str, str]) -> None:
    assert pins({path: text}, "redis", "aiohttp") == expected


def test_a_lock_file_counts_before_requirements_and_the_oldest_release_wins() -> None:
    assert pins({"requirements.txt": "redis==4\n", "poetry.lock": POETRY}, "redis") == {"redis": "5.0.1"}
    assert pins({"requirements.txt": "redis==8.1\n", "requirements-old.txt": "redis==7.10\n"}, "redis") == {
        "redis": "7.10"
    }


def test_nothing_is_read_when_nobody_asks() -> None:
    assert pins({"uv.lock": UV}) == {}
