"""The action, and the files for CI that `gardener init` writes: valid, pinned, and of no use to an attacker."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from gardener.gardening.adoption.hooks import with_hooks
from gardener.gardening.adoption.installed import Installed
from gardener.gardening.adoption.workflows import GITHUB, rendered

ROOT = Path(__file__).parent.parent.parent
HOSTED = Installed("codebase-gardener @ git+https://git.example/g@abc", "https://git.example/g", "abc")
SOURCES = {"index": Installed(), "git": HOSTED, "folder": Installed(portable=False)}


def text_of(name: str) -> str:
    if name == "action.yml":
        return (ROOT / name).read_text(encoding="utf-8")
    return rendered(name, source=Installed(), branch="main", beliefs="core-beliefs.md")


def read(text: str) -> Any:
    """YAML as the forges read it, to whom `on` is a word."""
    data = yaml.safe_load(text)
    return {("on" if key is True else key): value for key, value in data.items()} if isinstance(data, dict) else data


def steps(name: str) -> list[dict[str, Any]]:
    data = read(text_of(name))
    return [step for one in data.get("jobs", {"": data.get("runs")}).values() for step in one["steps"]]


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value


ACTIONS = ["action.yml", *GITHUB.values()]


@pytest.mark.parametrize(
    ("name", "telling"),
    [("action.yml", '"runs-composite"'), ("gitlab.yml", "https://gitlab.com/.gitlab-ci.yml")]
    + [(name, '"workflow_dispatch"') for name in GITHUB.values()],
)
def test_files_are_valid_by_the_published_schemas(name: str, telling: str, schema: Callable[[str], Any]) -> None:
    published = schema(telling)
    jsonschema.validators.validator_for(published)(published).validate(read(text_of(name)))


@pytest.mark.parametrize("kind", SOURCES)
def test_the_hook_is_valid_by_the_published_schema(kind: str, schema: Callable[[str], Any]) -> None:
    published = schema("JSON schema for .pre-commit-config.yaml")
    entry = with_hooks(None, SOURCES[kind])
    assert entry is not None
    data = read(entry)
    jsonschema.validators.validator_for(published)(published).validate(data)
    assert [hook["id"] for hook in data["repos"][0]["hooks"]] == ["gardener-check", "gardener-documents"]


@pytest.mark.parametrize("name", ACTIONS)
def test_every_action_is_pinned_by_commit_with_its_release_beside_it(name: str) -> None:
    uses = re.findall(r"uses: (.*)", text_of(name))
    assert uses
    assert [line for line in uses if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []


def test_one_release_of_an_action_is_used_everywhere() -> None:
    pins = {pin for name in ACTIONS for pin in re.findall(r"uses: (\S+)", text_of(name))}
    assert len({pin.partition("@")[0] for pin in pins}) == len(pins)


@pytest.mark.parametrize("name", ACTIONS)
def test_no_expression_stands_in_a_script(name: str) -> None:
    assert [step["name"] for step in steps(name) if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("name", GITHUB.values())
def test_jobs_may_read_and_nothing_else(name: str) -> None:
    data = read(text_of(name))
    assert data["permissions"] == {}
    assert [job["permissions"] for job in data["jobs"].values()] == [{"contents": "read"}]
    assert "pull_request_target" not in data["on"]
    assert "secrets." not in "".join(strings(data))


@pytest.mark.parametrize("name", ACTIONS)
def test_checkouts_have_the_whole_history_and_keep_no_token(name: str) -> None:
    (checkout,) = [step for step in steps(name) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkout["with"]["fetch-depth"] == 0
    assert checkout["with"]["persist-credentials"] is False


def test_changes_are_judged_by_the_policy_of_the_base() -> None:
    for name in ("github.yml", "gitlab.yml"):
        looks = [line for line in text_of(name).split("\n") if re.search(r"gardener \S+ .*--diff", line)]
        assert len(looks) >= 2
        assert all("--policy-from" in line for line in looks)
    assert "--frozen" in text_of("github.yml")
    assert "--frozen" in text_of("gitlab.yml")


@pytest.mark.workflows
@pytest.mark.parametrize("persona", ["regular", "auditor"])
def test_zizmor_has_nothing_to_say(written: Path, persona: str) -> None:
    beside = Path(sys.executable).with_name("zizmor")
    program = str(beside) if beside.exists() else shutil.which("zizmor")
    if program is None:
        pytest.skip("zizmor is not installed")
    command = [program, "--offline", "--no-progress", "--persona", persona, str(written)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr.count("completed") == 3, done.stderr


@pytest.mark.parametrize("name", [*GITHUB.values(), "gitlab.yml"])
def test_the_files_in_the_documentation_are_those_that_are_written(name: str) -> None:
    assert (ROOT / "docs" / "templates" / name).read_text(encoding="utf-8") == text_of(name)
