"""Findings are the same whatever the number of processes, however they start, with and without a cache."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.conftest import Garden

    Make = Callable[[Mapping[str, str | bytes]], Garden]

PYPROJECT = "[tool.gardener]\nselect = ['network-call-without-timeout']\n"


def sources(number: int) -> dict[str, str | bytes]:
    found: dict[str, str | bytes] = {"pyproject.toml": PYPROJECT, "bad.py": "import requests\nrequests.get(\n"}
    for index in range(number):
        found[f"pkg/m{index}.py"] = f"import requests\n\ndef f{index}(u):\n    return requests.get(u)\n" * (index % 2)
    return found


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_the_number_of_processes_changes_nothing(garden: Make, start: str) -> None:
    made = garden(sources(70))
    environment = {"GARDENER_START_METHOD": start}
    alone = made.run("check", "--format", "json", "--no-cache", "--jobs", "1", env=environment)
    three = made.run("check", "--format", "json", "--no-cache", "--jobs", "3", env=environment)
    assert (alone.code, three.code) == (2, 2)
    assert len(alone.hits) == 35
    assert alone.out == three.out


def test_the_cache_changes_nothing(garden: Make) -> None:
    made = garden(sources(6))
    cold = made.run("check", "--format", "json")
    warm = made.run("check", "--format", "json")
    without = made.run("check", "--format", "json", "--no-cache")
    assert cold.out == warm.out == without.out


def test_a_warm_run_neither_parses_nor_imports_libcst(garden: Make) -> None:
    made = garden(sources(6))
    (made.root / "bad.py").unlink()
    made.run("check")
    warm = made.run("check", "--format", "json", env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert len(warm.hits) == 3
    assert "libcst" not in warm.err.replace("libcst-", "")


def test_changed_content_is_seen_whatever_its_times(garden: Make) -> None:
    made = garden({"pyproject.toml": PYPROJECT, "a.py": "import requests\nrequests.get(1, timeout=1)\n"})
    os.utime(made.root / "a.py", (1_000_000_000, 1_000_000_000))
    assert made.run("check", "--format", "json").hits == []
    made.write({"a.py": "import requests\nrequests.get(1, timeoux=1)\n"})
    os.utime(made.root / "a.py", (1_000_000_000, 1_000_000_000))
    assert len(made.run("check", "--format", "json").hits) == 1


def test_a_cache_that_came_with_the_repository_is_not_believed(garden: Make) -> None:
    made = garden({"pyproject.toml": PYPROJECT, "a.py": "import requests\nrequests.get(1)\n"})
    made.run("check")
    cache = made.root / ".gardener/cache/check.json"
    content = json.loads(cache.read_text())
    content["results"] = [[[], [], None, True, False]]
    cache.write_text(json.dumps(content))
    made.git("add", "-f", ".gardener/cache/check.json")
    assert len(made.run("check", "--format", "json").hits) == 1
