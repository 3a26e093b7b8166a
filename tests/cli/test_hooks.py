"""The pre-commit hooks: their definitions, and a real run of each against a scratch repository."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gardener.core import family

if TYPE_CHECKING:
    from collections.abc import Callable

    import click

    from tests.conftest import Garden

ROOT = Path(__file__).parent.parent.parent
HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
OFFLINE = re.compile(r"NewConnectionError|ConnectTimeout|Temporary failure in name resolution|Network is unreachable")
UNBOUNDED = "import requests\n\nrequests.get('http://localhost')\n"
BOUNDED = "import requests\n\nrequests.get('http://localhost', timeout=3)\n"


def test_hooks_have_the_promised_names() -> None:
    assert re.findall(r"^- id: (.*)", HOOKS, re.MULTILINE) == ["gardener-check", "gardener-fix", "gardener-documents"]
    assert HOOKS.count("require_serial: true") == 3
    assert HOOKS.count("pass_filenames: false") == HOOKS.count("always_run: true") == 1


@pytest.mark.parametrize("entry", re.findall(r"entry: (.*)", HOOKS))
def test_hooks_call_options_that_exist(entry: str) -> None:
    program, name, *words = shlex.split(entry)
    assert program == "gardener"
    command: click.Command = family.load("gardener.cli", name).command
    known = {spelling for option in command.params for spelling in option.opts}
    assert {word for word in words if word.startswith("-")} <= known
    assert "--staged" not in words


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources as a repository of their own, committed, as pre-commit would clone them."""
    folder = tmp_path_factory.mktemp("hooks") / "gardener"
    skipped = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "cache")
    shutil.copytree(ROOT, folder, ignore=skipped)
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-q", "-m", "snapshot"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One store for all runs, so that the hook is installed once."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def hook(snapshot: Path, store: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run one hook over all files of a repository; skips when it cannot be installed for want of a network."""
    revision = subprocess.run(["git", "rev-parse", "HEAD"], cwd=snapshot, capture_output=True, text=True, check=True)

    def run(made: Garden, name: str) -> subprocess.CompletedProcess[str]:
        config = f"repos:\n- repo: {snapshot.as_uri()}\n  rev: {revision.stdout.strip()}\n  hooks:\n  - id: {name}\n"
        made.write({".pre-commit-config.yaml": config})
        made.git("add", "-A")
        environment = os.environ | {"PRE_COMMIT_HOME": str(store), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose", "--color", "never"]
        done = subprocess.run(command, cwd=made.root, env=environment, capture_output=True, text=True, check=False)
        if OFFLINE.search(done.stdout + done.stderr):
            pytest.skip("the hook cannot be installed: no package registry in reach")
        return done

    return run


@pytest.mark.network
def test_the_check_hook_judges_the_files_of_a_commit(
    garden: Callable[..., Garden], hook: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    made = garden({"a.py": UNBOUNDED, "vendor/b.py": UNBOUNDED, "gardener.toml": 'exclude = ["vendor/**"]\n'})
    done = hook(made, "gardener-check")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "a.py:3:1" in done.stdout
    assert "network-call-without-timeout" in done.stdout
    assert "vendor/b.py:" not in done.stdout
    assert hook(made.write({"a.py": BOUNDED}), "gardener-check").returncode == 0


@pytest.mark.network
def test_the_fix_hook_writes_and_fails_the_commit(
    ruled: Callable[..., Garden], hook: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    made = ruled({"a.py": "old(1)\n"})
    done = hook(made, "gardener-fix")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "files were modified by this hook" in done.stdout
    assert made.read("a.py") == b"new(1)\n"
    assert hook(made, "gardener-fix").returncode == 0


@pytest.mark.network
def test_the_documents_hook_runs_without_file_names(
    garden: Callable[..., Garden], hook: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    done = hook(garden({"a.py": UNBOUNDED, "README.md": "# Title\n"}), "gardener-documents")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout
