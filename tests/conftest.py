"""Real repositories in temporary folders, real runs of the command, and no way out to the network."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

GIT_ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


# A shell that runs the tests in the background has interrupts ignored, and so would every process that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True)
class Ran:
    """A finished run of the command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)

    @property
    def hits(self) -> list[tuple[str, str, int]]:
        """(rule, path, line) of every finding of a JSON report that is not suppressed."""
        found = self.json["findings"]
        return [(item["rule"], item["path"], item["line"]) for item in found if item["suppressed"] is None]


class Garden:
    """A git repository in a temporary folder, and the means to run git and gardener in it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, files: Mapping[str, str | bytes]) -> Garden:
        """Write files, given as path to content; text is written as UTF-8 with newlines untouched."""
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        return (self.root / name).read_bytes()

    def git(self, *arguments: str) -> str:
        """Run git; fails the test when git fails."""
        command = ["git", *arguments]
        done = subprocess.run(command, cwd=self.root, env=os.environ | GIT_ENVIRONMENT, capture_output=True, check=True)
        return done.stdout.decode()

    def commit(self, message: str = "change") -> str:
        """Commit everything and return the commit's hash."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD").strip()

    def run(self, *arguments: str, stdin: str | bytes | None = None, env: Mapping[str, str] | None = None) -> Ran:
        """Run the gardener command in the repository."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        command = [sys.executable, "-m", "gardener", *arguments]
        environment = os.environ | GIT_ENVIRONMENT | {"NO_COLOR": "1"} | dict(env or {})
        # Compiling the package anew for each of many runs would take a third of the suite's time.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        done = subprocess.run(command, cwd=self.root, env=environment, input=data, capture_output=True, check=False)
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def garden(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Garden]:
    """Make a git repository from a mapping of path to content (nothing committed yet)."""

    def make(files: Mapping[str, str | bytes]) -> Garden:
        root = tmp_path / "garden"
        root.mkdir(exist_ok=True)
        made = Garden(root)
        if not (root / ".git").exists():
            made.git("init", "-q", "-b", "main")
        return made.write(files)

    return make
