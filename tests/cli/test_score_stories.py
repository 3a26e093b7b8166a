"""Stories of grading: evidence in, a grade out, the same for the same commit whoever asks and when."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gardener.core.errors import GardenerError, RepoError
from gardener.gardening.grades import describe
from gardener.gardening.grades.score import record, score

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Garden

BELIEFS = """# Core beliefs

## The tenant is known

Every call must name its tenant.

- **Scope:** `app/**`
- **Enforced by:** rule `old-call`
- **Guardrail:** yes
"""
TRACKER = """# Debt

Ours, by hand.

<!-- gardener:grades -->
<!-- /gardener:grades -->

| ID | Area | Debt | Severity | Status | Opened |
|---|---|---|---|---|---|
| D1 | app/net | sockets | P1 | open | 2020-01-01 |
"""
FILES = {
    "ruff.toml": "",
    "app/__init__.py": "",
    "app/core/__init__.py": "x = 1\n",
    "app/net/__init__.py": "old(1)\ny = 2  # noqa: F821\n",
    "app/core/tenant.py": "def tenant() -> int:\n    return 1\n",
    "core-beliefs.md": BELIEFS,
    "tech-tracker.md": TRACKER,
    "README.md": "# App\n\nThe core is in `app/core/tenant.py`.\n",
}


def told(made: Garden, at: str | None = None) -> str:
    """The grades as JSON, found in this process: starting one takes longer than grading a few files."""
    return describe.as_json(score(made.root, at=at))


def areas(made: Garden) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(told(made))["areas"]
    return found


def test_areas_are_graded_by_what_there_is_evidence_for(ruled: Callable[..., Garden]) -> None:
    made = ruled(FILES)
    found = areas(made)
    assert list(found) == ["app", "app/core", "app/net"]
    core, net = found["app/core"]["measures"], found["app/net"]["measures"]
    assert core["tests"]["score"] is None
    assert core["documents"]["score"] == 100
    assert net["documents"]["score"] is None
    assert (core["debt"]["score"], net["debt"]["score"]) == (100, 60)
    assert (core["beliefs"]["score"], net["beliefs"]["score"]) == (100, 100)
    assert net["rules"]["findings"] == 3
    assert net["suppressions"]["comments"] == 1
    assert found["app"]["grade"] != "A" or found["app"]["measures"]["rules"]["lines"] > 0


def test_the_text_is_a_table_with_what_would_raise_a_grade(ruled: Callable[..., Garden]) -> None:
    made = ruled(FILES)
    done = made.run("score")
    assert done.code == 0
    for word in (
        "area",
        "suppressions",
        "The tenant is known",
        "n/a",
        "to raise a grade:",
        "formula 1 (",
        "about 2 min",
    ):
        assert word in done.out, word
    table = describe.as_markdown(score(made.root))
    assert table.startswith(
        "| Area | Grade | Score | Rules | Tests | Docs | Beliefs | Debt | The tenant is known | Trend |"
    )


def test_a_commit_is_graded_as_it_stood(ruled: Callable[..., Garden], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2021-05-06T07:08:09Z")
    made = ruled(FILES)
    first = made.git("rev-parse", "HEAD").strip()
    then = told(made)
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2024-05-06T07:08:09Z")
    made.write({"app/net/__init__.py": "y = 2\n", "gardener.toml": "[areas]\nall = ['app/**']\n"}).commit()
    assert list(areas(made)) == ["all"]
    assert told(made, first) == then
    assert json.loads(then)["on"] == "2021-05-06T07:08:09Z"
    # What lies around uncommitted is not of that commit.
    made.write({"coverage.xml": "<coverage/>", "app/core/new.py": "old(\n"})
    assert told(made, first) == then
    assert made.git("status", "--porcelain", "--untracked-files=no") == ""


def test_grading_writes_nothing_unless_it_is_told_to(ruled: Callable[..., Garden]) -> None:
    made = ruled(FILES | {".gitignore": ".ruff_cache/\n"})
    told(made)
    assert made.git("status", "--porcelain") == ""
    assert made.run("score", "--record").code == 0
    assert not record(made.root, score(made.root).night)
    assert made.read(".gardener/scores.jsonl").count(b"\n") == 1
    made.write({"app/net/__init__.py": "y = 2\n"})
    assert record(made.root, score(made.root).night)
    assert made.read(".gardener/scores.jsonl").count(b"\n") == 2


def test_a_past_commit_can_be_added_to_the_history(
    ruled: Callable[..., Garden], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2021-05-06T07:08:09Z")
    made = ruled(FILES)
    first = made.git("rev-parse", "HEAD").strip()
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2022-05-06T07:08:09Z")
    made.write({"app/net/__init__.py": "y = 2\n"}).commit()
    record(made.root, score(made.root).night)
    assert made.run("score", "--at", first, "--record").code == 0
    assert not record(made.root, score(made.root, at=first).night)
    days = [json.loads(line)["on"][:4] for line in made.read(".gardener/scores.jsonl").decode().strip().split("\n")]
    assert days == ["2022", "2021"]


def test_measured_tests_count(ruled: Callable[..., Garden]) -> None:
    xml = (
        "<coverage><sources><source>.</source></sources><class filename='app/core/tenant.py'><lines>"
        "<line number='1' hits='1'/><line number='2' hits='0'/></lines></class></coverage>"
    )
    found = areas(ruled(FILES | {"coverage.xml": xml}))
    assert found["app/core"]["measures"]["tests"] == {"score": 50, "ran": 1, "lines": 2}
    assert found["app/net"]["measures"]["tests"]["score"] is None


def test_trouble_is_said_and_never_graded(ruled: Callable[..., Garden]) -> None:
    made = ruled(FILES | {"app/net/broken.py": "def (:\n"})
    done = made.run("score")
    assert done.code == 2
    assert "not analysed: app/net/broken.py" in done.err
    for files, at, said in (
        ({}, "nowhere", "unknown commit"),
        ({".gardener/scores.jsonl": "{\n"}, None, ".gardener/scores.jsonl:1"),
        ({".gardener/scores.jsonl": "", "coverage.xml": "<"}, None, "coverage.xml"),
    ):
        made.write(files)
        with pytest.raises(GardenerError, match=said):
            told(made, at)


def test_without_git_there_is_a_grade_and_no_commit(ruled: Callable[..., Garden]) -> None:
    made = ruled(FILES)
    (made.root / ".git").rename(made.root.parent / "kept")
    found = json.loads(told(made))
    assert (found["commit"], found["on"]) == ("", "")


def test_in_a_shallow_clone_a_commit_that_is_there_is_graded(ruled: Callable[..., Garden]) -> None:
    made = ruled(FILES)
    made.write({"app/net/__init__.py": "y = 2\n"}).commit()
    made.git("clone", "-q", "--depth", "1", made.root.as_uri(), "shallow")
    shallow = type(made)(made.root / "shallow")
    assert json.loads(told(shallow, "HEAD"))["areas"]
    with pytest.raises(RepoError, match="shallow"):
        told(shallow, "HEAD~1")
