"""GitHub's own description of its API: our questions are valid by it, and what it promises to answer can be read.

Stoplight Prism serves the description, refuses requests that break it, and answers with its examples or with values
made up from its schemas. Both come from npm and are large, so that they are used where they were installed:

    npm install --prefix FOLDER @stoplight/prism-cli @octokit/openapi
    PRISM_FOLDER=FOLDER pytest tests/sources/test_github_description.py
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gardener.core.feedback import Batch
from gardener.repo.forge import Forge
from gardener.sources import github

pytestmark = pytest.mark.network

PATHS = (
    "/repos/{owner}/{repo}/pulls/comments",
    "/repos/{owner}/{repo}/issues/comments",
    "/repos/{owner}/{repo}/issues",
    "/repos/{owner}/{repo}/pulls/{pull_number}/reviews",
)


@pytest.fixture(scope="module")
def modules() -> Path:
    """Where npm put both packages."""
    folder = os.environ.get("PRISM_FOLDER", "")
    found = Path(folder) / "node_modules"
    if not folder or not (found / ".bin" / "prism").exists():
        pytest.skip("Prism is not there: see the top of this file")
    return found


@pytest.fixture(scope="module")
def description(modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The part of the description that we use: Prism takes minutes for the whole."""
    whole = json.loads((modules / "@octokit/openapi/generated/api.github.com.json").read_bytes())
    part: dict[str, Any] = {name: whole[name] for name in ("openapi", "info", "servers")}
    part["paths"] = {path: {"get": whole["paths"][path]["get"]} for path in PATHS}
    part["components"] = components(whole, part["paths"])
    path = tmp_path_factory.mktemp("description") / "github.json"
    path.write_text(json.dumps(part), encoding="utf-8")
    return path


def components(whole: dict[str, Any], wanted: Any) -> dict[str, Any]:
    """Everything that is referred to, and what that refers to."""
    found: dict[str, Any] = {}
    seen: set[str] = set()
    waiting = [wanted]
    while waiting:
        for reference in re.findall(r'"\$ref": "#/components/([^"]+)"', json.dumps(waiting.pop())):
            if reference not in seen:
                seen.add(reference)
                kind, name = reference.split("/")
                found.setdefault(kind, {})[name] = whole["components"][kind][name]
                waiting.append(found[kind][name])
    return found


Serve = Callable[..., str]


@pytest.fixture
def serve(modules: Path, description: Path) -> Iterator[Serve]:
    """Start Prism and give its address."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*options: str) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [modules / ".bin" / "prism", "mock", "--errors", "-p", str(port), *options, str(description)]
        started.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", port)):
                    return f"http://127.0.0.1:{port}"
            time.sleep(0.1)
        pytest.fail("Prism did not start")

    yield start
    for process in started:
        process.terminate()
        process.wait()


def read(address: str) -> list[Batch]:
    forge = Forge(address, "not-a-real-token", github.HEADERS)
    return list(github.read_from(forge, "octocat/Hello-World", "2011-01-01"))


def test_our_questions_are_valid_and_the_examples_can_be_read(serve: Serve) -> None:
    batches = read(serve())
    assert {note.partition(":")[0] for batch in batches for note in batch.notes} <= {
        "whether threads were resolved is not known"
    }
    assert not [each for batch in batches for each in batch.skipped]
    found = {each.id: each for batch in batches for each in batch.feedback}
    assert found["github-review-80"].body == "Here is the body for the review."
    assert found["github-review-80"].author == "octocat"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_the_schemas_allow_can_be_read(serve: Serve, seed: int) -> None:
    batches = read(serve("--dynamic", "--seed", str(seed)))
    assert batches
    assert all("could not be read" not in note for batch in batches for note in batch.notes)
