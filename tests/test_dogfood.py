"""gardener keeps to its own rules, and its beliefs name enforcers that exist."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gardener.checking.describe import rules_of
from gardener.checking.trial import try_rules

ROOT = Path(__file__).parent.parent
BELIEFS = (ROOT / "core-beliefs.md").read_text(encoding="utf-8")
ENFORCERS = [
    (kind, name)
    for line in re.findall(r"\*\*Enforced by:\*\* (.*)", BELIEFS)
    for kind, name in re.findall(r"(\w+) `([^`]+)`", line)
]


def gardener(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gardener", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_gardener_is_clean_under_its_own_rules() -> None:
    done = gardener("check", "--no-cache", "--no-baseline")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_example_of_every_rule_holds() -> None:
    trial = try_rules(rules_of(ROOT, prove=False))
    assert trial.code == 0, trial.text


def test_the_main_job_runs_here() -> None:
    done = gardener("garden", "--format", "markdown")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout


@pytest.mark.parametrize(("kind", "name"), ENFORCERS, ids=[name for _, name in ENFORCERS])
def test_beliefs_name_enforcers_that_exist(kind: str, name: str) -> None:
    if kind == "test":
        path, _, function = name.partition("::")
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    elif kind == "rule":
        assert name in {rule.id for rule in rules_of(ROOT)}
    elif kind == "ci":
        assert (ROOT / name).exists()
    else:
        assert kind == "ruff"


def test_every_belief_says_what_enforces_it() -> None:
    sections = BELIEFS.split("\n## ")[1:]
    assert len(sections) >= 10
    wanted = ("**Scope:**", "**Severity:**", "**Enforced by:**", "**Status:**", "**Why.**")
    lacking = [section.split("\n")[0] for section in sections if not all(key in section for key in wanted)]
    assert lacking == []


def test_rules_of_this_repository_belong_to_a_belief() -> None:
    titles = re.findall(r"^## (.*)", BELIEFS, re.MULTILINE)
    slugs = {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}
    own = [rule for rule in rules_of(ROOT) if rule.pack == "rules"]
    assert [rule.id for rule in own if rule.belief not in slugs] == []
