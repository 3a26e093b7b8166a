"""A forge's own description of its API, served by Stoplight Prism: it refuses what breaks it, and answers by it.

Prism and GitHub's description come from npm and are large, so that they are used where they were installed:

    npm install --prefix FOLDER @stoplight/prism-cli @octokit/openapi
    PRISM_FOLDER=FOLDER pytest -m network -k description
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


def installed() -> Path:
    """Where npm put the packages; skips the test when they are not there."""
    folder = os.environ.get("PRISM_FOLDER", "")
    found = Path(folder) / "node_modules"
    if not folder or not (found / ".bin" / "prism").exists():
        pytest.skip("Prism is not there: see tests/prism.py")
    return found


def part_of(whole: Mapping[str, Any], wanted: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The part of a description with the methods `wanted` of each path: Prism takes minutes for the whole."""
    part: dict[str, Any] = {name: whole[name] for name in ("openapi", "info", "servers") if name in whole}
    part["paths"] = {
        path: {name: whole["paths"][path][name] for name in (*methods, "parameters") if name in whole["paths"][path]}
        for path, methods in wanted.items()
    }
    part["components"] = _components(whole, part["paths"])
    return part


@contextmanager
def served(description: Mapping[str, Any], folder: Path, *options: str) -> Iterator[str]:
    """Prism with a description, at the address that is given."""
    path = folder / "description.json"
    path.write_text(json.dumps(description), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [installed() / ".bin" / "prism", "mock", "--errors", "-p", str(port), *options, str(path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not _answers(port):
            assert time.monotonic() < deadline, "Prism did not start"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _components(whole: Mapping[str, Any], wanted: Any) -> dict[str, Any]:
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


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return not probe.connect_ex(("127.0.0.1", port))
