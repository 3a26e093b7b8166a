"""The scripts in the files that `gardener init` writes, run as GitHub and GitLab run them, on real clones."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from gardener.gardening.adoption.installed import Installed
from gardener.gardening.adoption.workflows import rendered

OLD = "import requests\n\nrequests.get('http://localhost', timeout=1)\n"
NEW = OLD + "requests.get('http://localhost')\n"
BELIEFS = "# Core beliefs\n\n## One way\n\nThere must be one way.\n\n- **Enforced by:** review\n"
IDENTITY = {f"GIT_{who}_{what}": "ada@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}

Clone = Callable[..., Path]


def git(root: Path, *arguments: str) -> None:
    environment = os.environ | IDENTITY | {"GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", *arguments], cwd=root, env=environment, check=True, capture_output=True)


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A whole clone of a branch `change` made on `main`, given as path to content."""

    def make(base: dict[str, str], change: dict[str, str], name: str = "change") -> Path:
        origin = tmp_path / "origin"
        origin.mkdir()
        git(origin, "init", "-q", "-b", "main")
        for branch, files in (("main", base), (name, change)):
            git(origin, "checkout", "-q", "-B", branch)
            for path, text in files.items():
                (origin / path).write_text(text)
            git(origin, "add", "-A")
            git(origin, "commit", "-q", "--allow-empty", "-m", branch)
        git(tmp_path, "clone", "-q", "--branch", name, origin.as_uri(), "checkout")
        return tmp_path / "checkout"

    return make


def run(script: str, root: Path, **values: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    given = {"PATH": path, "GITHUB_STEP_SUMMARY": str(root.parent / "summary"), **values}
    command = ["bash", "-e", "-o", "pipefail", "-c", script]
    return subprocess.run(command, cwd=root, env=os.environ | given, capture_output=True, text=True, check=False)


def github(name: str) -> str:
    data = yaml.safe_load(rendered("github.yml", source=Installed(), branch="main", beliefs="core-beliefs.md"))
    (script,) = (step["run"] for step in data["jobs"]["check"]["steps"] if step.get("name") == name)
    assert isinstance(script, str)
    return script


def gitlab(job: str) -> tuple[str, dict[str, str]]:
    data: dict[str, Any] = yaml.safe_load(
        rendered("gitlab.yml", source=Installed(), branch="main", beliefs="core-beliefs.md")
    )
    extended = data[data[job]["extends"]]
    return "\n".join(extended["script"]), data[job]["variables"]


def test_github_says_what_a_change_adds_and_fails(clone: Clone) -> None:
    root = clone({"a.py": OLD}, {"a.py": NEW})
    done = run(github("Check what the change adds"), root, BASE="origin/main")
    assert done.returncode == 1, done.stderr
    assert "::error file=a.py,line=4" in done.stdout
    assert "### gardener: 1 finding" in (root.parent / "summary").read_text()


@pytest.mark.parametrize(("base", "said"), [({}, "has no core beliefs yet"), ({"core-beliefs.md": BELIEFS}, "")])
def test_github_replays_the_review_once_there_are_beliefs(clone: Clone, base: dict[str, str], said: str) -> None:
    root = clone({"a.py": OLD, **base}, {"a.py": NEW, "core-beliefs.md": BELIEFS})
    done = run(github("Review what the change adds"), root, BASE="origin/main")
    assert done.returncode == 0, done.stderr
    assert said in done.stdout
    assert (root.parent / "summary").exists() == bool(base)


def test_github_takes_a_branch_for_a_name(clone: Clone) -> None:
    root = clone({"a.py": OLD}, {"a.py": NEW})
    done = run(github("Check what the change adds"), root, BASE="origin/x; touch owned; $(touch owned)")
    assert done.returncode == 2
    assert not (root / "owned").exists()


MERGE = {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "1", "CI_MERGE_REQUEST_PROJECT_ID": "1"}


@pytest.mark.parametrize(("job", "code"), [("gardener-check", 1), ("gardener-review", 0)])
def test_gitlab_looks_at_what_a_merge_request_adds(clone: Clone, job: str, code: int) -> None:
    root = clone({"a.py": OLD, "core-beliefs.md": BELIEFS}, {"a.py": NEW})
    script, variables = gitlab(job)
    done = run(script, root, **variables, **MERGE, CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main")
    assert done.returncode == code, done.stderr
    assert (root / "gl-code-quality-report.json").exists()


def test_gitlab_takes_the_policy_of_a_fork_from_the_project_it_goes_to(clone: Clone, tmp_path: Path) -> None:
    root = clone({"a.py": OLD}, {"a.py": NEW})
    git(tmp_path, "clone", "-q", "--bare", (tmp_path / "origin").as_uri(), "upstream.git")
    git(root, "remote", "set-url", "origin", (tmp_path / "nowhere").as_uri())
    script, variables = gitlab("gardener-check")
    fork = {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2", "CI_MERGE_REQUEST_PROJECT_ID": "1"}
    fork["CI_MERGE_REQUEST_PROJECT_URL"] = (tmp_path / "upstream").as_uri()
    done = run(script, root, **variables, **fork, CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main")
    assert done.returncode == 1, done.stderr
    assert "network-call-without-timeout" in done.stdout


def test_gitlab_says_when_there_is_nothing_to_review_by(clone: Clone) -> None:
    root = clone({"a.py": OLD}, {"core-beliefs.md": BELIEFS})
    script, variables = gitlab("gardener-review")
    done = run(script, root, **variables, **MERGE, CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main")
    assert (done.returncode, done.stdout) == (0, "the target branch has no core beliefs yet\n")


@pytest.mark.parametrize("name", ["--upload-pack=touch owned", "x; touch owned"])
def test_gitlab_takes_a_branch_for_a_name(clone: Clone, name: str) -> None:
    root = clone({"a.py": OLD}, {"a.py": NEW})
    script, variables = gitlab("gardener-check")
    done = run(script, root, **variables, **MERGE, CI_MERGE_REQUEST_TARGET_BRANCH_NAME=name)
    assert done.returncode != 0
    assert not (root / "owned").exists()
