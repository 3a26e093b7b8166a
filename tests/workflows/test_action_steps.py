"""The scripts of the action, run as GitHub runs them: real bash, real git, a clone without old contents."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ACTION = Path(__file__).parent.parent.parent / ".ci" / "action"
OLD = "import requests\n\nrequests.get('http://localhost', timeout=1)\n"
NEW = OLD + "requests.get('http://localhost')\n"
BELIEFS = "# Core beliefs\n\n## One way\n\nThere must be one way.\n\n- **Enforced by:** review\n"
IDENTITY = {f"GIT_{who}_{what}": "ada@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


@dataclass(frozen=True)
class Runner:
    """A checkout of a pull request, and what a runner gives to steps."""

    root: Path
    temp: Path

    def run(self, script: str, **values: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary"),
            "GITHUB_OUTPUT": str(self.temp / "output"),
            **values,
        }
        command = ["bash", str(ACTION / script)]
        return subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, check=False)

    def text(self, name: str) -> str:
        return (self.temp / name).read_text(encoding="utf-8")


@pytest.fixture
def pull_request(tmp_path: Path) -> Callable[..., Runner]:
    """A clone, without the contents of old files, of a branch `change` made on `main`; given as path to content."""

    def make(base: dict[str, str], change: dict[str, str]) -> Runner:
        origin = tmp_path / "origin"

        def git(*arguments: str, cwd: Path = origin) -> None:
            environment = os.environ | IDENTITY | {"GIT_CONFIG_GLOBAL": os.devnull}
            subprocess.run(["git", *arguments], cwd=cwd, env=environment, check=True, capture_output=True)

        origin.mkdir()
        git("init", "-q", "-b", "main")
        git("config", "uploadpack.allowFilter", "true")
        git("config", "uploadpack.allowAnySHA1InWant", "true")
        for branch, files in (("main", base), ("change", change)):
            git("checkout", "-q", "-B", branch)
            for name, text in files.items():
                (origin / name).parent.mkdir(parents=True, exist_ok=True)
                (origin / name).write_text(text)
            git("add", "-A")
            git("commit", "-q", "--allow-empty", "-m", branch)
        root = tmp_path / "checkout"
        git("clone", "-q", "--filter=blob:none", "--branch", "change", origin.as_uri(), str(root), cwd=tmp_path)
        temp = tmp_path / "temp"
        temp.mkdir()
        (temp / "gardener").symlink_to(sys.prefix)
        return Runner(root, temp)

    return make


Make = Callable[..., Runner]


def test_what_a_change_adds_is_said_everywhere_and_decides(pull_request: Make) -> None:
    runner = pull_request({"a.py": OLD, "core-beliefs.md": BELIEFS}, {"a.py": NEW})
    fetched = runner.run("fetch_base.sh", BASE="origin/main", TOKEN="")
    assert (fetched.returncode, fetched.stderr) == (0, "")
    done = runner.run("look.sh", BASE="origin/main", REVIEW="frozen")
    assert done.returncode == 0, done.stderr
    assert "::error file=a.py,line=4" in done.stdout
    assert runner.text("output") == "exit-code=1\n"
    assert runner.text("summary") == runner.text("gardener.md")
    assert runner.text("summary").count("### gardener:") == 2
    found = {file.stem: json.loads(file.read_text()) for file in (runner.temp / "gardener-sarif").iterdir()}
    assert {name: len(sarif["runs"][0]["results"]) for name, sarif in found.items()} == {"check": 1, "review": 0}


def test_without_what_files_held_before_nothing_is_called_clean(pull_request: Make) -> None:
    runner = pull_request({"a.py": OLD}, {"a.py": NEW})
    runner.run("look.sh", BASE="origin/main", REVIEW="off")
    assert runner.text("output") == "exit-code=2\n"


def test_a_change_cannot_loosen_the_policy_for_itself(pull_request: Make) -> None:
    loose = '[rules.network-call-without-timeout]\nstate = "shadow"\n'
    runner = pull_request({"a.py": OLD, "gardener.toml": ""}, {"a.py": NEW, "gardener.toml": loose})
    runner.run("fetch_base.sh", BASE="origin/main", TOKEN="")
    runner.run("look.sh", BASE="origin/main", REVIEW="off")
    assert runner.text("output") == "exit-code=1\n"


def test_a_change_that_brings_the_first_beliefs_is_not_held_up(pull_request: Make) -> None:
    runner = pull_request({"a.py": OLD}, {"core-beliefs.md": BELIEFS})
    runner.run("fetch_base.sh", BASE="origin/main", TOKEN="")
    done = runner.run("look.sh", BASE="origin/main", REVIEW="frozen")
    assert "no review: there are no core beliefs to judge by yet" in done.stdout
    assert runner.text("output") == "exit-code=0\n"


def test_on_a_push_the_whole_tree_is_looked_at(pull_request: Make) -> None:
    runner = pull_request({"a.py": NEW}, {})
    runner.run("look.sh", BASE="", REVIEW="frozen")
    assert runner.text("output") == "exit-code=1\n"


def test_a_branch_that_is_called_like_a_command_is_only_a_name(pull_request: Make) -> None:
    runner = pull_request({"a.py": OLD}, {"a.py": NEW})
    hostile = 'origin/main"; touch "$RUNNER_TEMP/owned"; $(touch owned)'
    assert runner.run("fetch_base.sh", BASE=hostile, TOKEN="").returncode != 0
    runner.run("look.sh", BASE=hostile, REVIEW="frozen")
    assert runner.text("output") == "exit-code=2\n"
    assert not (runner.temp / "owned").exists()
    assert not (runner.root / "owned").exists()


def test_the_token_is_neither_shown_nor_kept(pull_request: Make) -> None:
    runner = pull_request({"a.py": OLD}, {"a.py": NEW})
    values = {"BASE": "origin/main", "TOKEN": "s3cret", "GITHUB_SERVER_URL": "https://git.example"}
    done = runner.run("fetch_base.sh", **values)
    assert done.returncode == 0
    assert "s3cret" not in done.stdout + done.stderr
    assert "s3cret" not in (runner.root / ".git" / "config").read_text()


def test_a_whole_clone_needs_no_fetch(pull_request: Make) -> None:
    runner = pull_request({"a.py": OLD}, {"a.py": NEW})
    subprocess.run(["git", "config", "--unset", "remote.origin.promisor"], cwd=runner.root, check=True)
    assert runner.run("fetch_base.sh", BASE="no/such/branch", TOKEN="").returncode == 0
