"""Setting a repository up only ever adds, and a second time adds nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gardener.core.errors import RepoError
from gardener.repo.settings import read_settings
from gardener.repo.starter import start
from gardener.repo.trees import WorkingTree

Make = Callable[..., Any]


def test_a_dry_run_shows_everything_and_writes_nothing(garden: Make) -> None:
    made = garden({"a.py": ""})
    shown = start(made.root, dry_run=True)
    for name in ("gardener.toml", ".gitattributes", ".gitignore", ".pre-commit-config.yaml", "rules/bare-print.md"):
        assert f"--- /dev/null\n+++ b/{name}\n" in shown
    assert WorkingTree(made.root).paths() == ("a.py",)


def test_what_is_shown_is_a_diff_git_can_apply_and_equals_what_is_written(garden: Make) -> None:
    made = garden({"pyproject.toml": '[project]\nname = "x"\n', ".gitignore": "*.log", "a.py": ""})
    made.commit()
    (made.root / "init.diff").write_text(start(made.root, dry_run=True))
    made.git("apply", "init.diff")
    applied = {path: made.read(path) for path in WorkingTree(made.root).paths()}
    made.git("checkout", "-q", ".")
    made.git("clean", "-qfd", "-e", "init.diff")
    start(made.root, dry_run=False)
    assert {path: made.read(path) for path in WorkingTree(made.root).paths()} == applied


def test_a_second_time_adds_nothing(garden: Make) -> None:
    made = garden({"pyproject.toml": "", ".pre-commit-config.yaml": "repos:\n- repo: x\n  rev: y\n  hooks: []\n"})
    assert start(made.root, dry_run=False)
    assert start(made.root, dry_run=False) == ""


def test_what_it_writes_can_be_read(garden: Make) -> None:
    made = garden({"pyproject.toml": "[project]\r\nname = 'x'"})
    start(made.root, dry_run=False)
    assert read_settings(WorkingTree(made.root)).source == "pyproject.toml"
    assert made.read("pyproject.toml").startswith(b"[project]\r\nname = 'x'\r\n\r\n[tool.gardener]\r\n")
    assert made.git("check-attr", "merge", ".gardener/baseline.jsonl").endswith("merge: union\n")
    assert made.git("check-ignore", ".gardener/cache/x")


@pytest.mark.parametrize(
    ("old", "first_line"),
    [
        ("repos:\n- repo: x\n  rev: y\n  hooks:\n  - id: z\n", "- repo: local"),
        ("repos:\n  - repo: x\n    rev: y", "  - repo: local"),
        ("fail_fast: true\nrepos: # ours\n    - repo: x\n", "    - repo: local"),
    ],
)
def test_the_hook_joins_the_list_in_its_indentation(garden: Make, old: str, first_line: str) -> None:
    made = garden({".pre-commit-config.yaml": old})
    start(made.root, dry_run=False)
    text = made.read(".pre-commit-config.yaml").decode()
    assert text.startswith(old.rstrip("\n") + "\n" + first_line + "\n")


@pytest.mark.parametrize("old", ["repos: []\n", "repos:\n- repo: x\nci: {}\n", "repos:\n- repo: y/gardener\n"])
def test_a_list_of_hooks_that_cannot_simply_grow_is_left_alone(garden: Make, old: str) -> None:
    made = garden({".pre-commit-config.yaml": old})
    start(made.root, dry_run=False)
    assert made.read(".pre-commit-config.yaml").decode() == old


def test_existing_rules_and_settings_are_left_alone(garden: Make) -> None:
    made = garden({"gardener.toml": 'fail-on = "P1"\n', "rules/mine.md": "# Mine\n"})
    shown = start(made.root, dry_run=False)
    assert "gardener.toml" not in shown
    assert "rules/" not in shown


def test_the_first_beliefs_are_kept_by_rules_that_are_there(garden: Make) -> None:
    made = garden({"a.py": ""})
    start(made.root, dry_run=False)
    ran = made.run("beliefs", "list", "--format", "json")
    named = [by for one in ran.json["beliefs"] for clause in one["clauses"] for by in clause["enforced_by"]]
    assert [by["name"] for by in named] == ["network-call-without-timeout", "", "bare-print"]
    assert all(by["resolved"] for by in named)
    assert "note" not in ran.out


@pytest.mark.parametrize("own", [{"docs/core-beliefs.md": "# Ours\n"}, {"rules/README.md": "# Ours\n"}])
def test_rule_and_beliefs_name_each_other_only_when_both_are_new(garden: Make, own: dict[str, str]) -> None:
    made = garden(own)
    shown = start(made.root, dry_run=True)
    assert "output-goes-through-logging" not in shown
    assert "Enforced by:** rule `bare-print`" not in shown


def test_a_file_that_is_no_text_is_an_error_with_its_name(garden: Make) -> None:
    made = garden({".gitignore": b"\xff"})
    with pytest.raises(RepoError, match=r"\.gitignore: is not valid utf-8"):
        start(made.root, dry_run=True)
