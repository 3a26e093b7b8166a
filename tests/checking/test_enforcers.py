"""What a belief names as its enforcer is looked up, and does not count where it is missing or switched off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gardener.checking.ci_jobs import CiJobs
from gardener.checking.describe import rules_of
from gardener.checking.enforcers import Enforcers, coverage
from gardener.checking.node_ids import problem_of
from gardener.core.belief import EnforcedBy, EnforcerKind
from gardener.documents.core_beliefs import read_beliefs
from gardener.repo.ruff import read_rules
from gardener.repo.settings import read_settings
from gardener.repo.trees import WorkingTree
from tests.cli.conftest import OLD_CALL

Make = Callable[..., Any]

TESTS = """\
import pytest
from elsewhere import Base, test_shared


class TestHttp(Base):
    def test_budget(self):
        pass


class TestPlain:
    @pytest.mark.parametrize("x", [1])
    def test_case(self, x):
        pass


if True:
    def test_nested():
        pass
"""
WORKFLOW = """\
name: checks
on: [push]
jobs:
  lint:
    name: Lint and types
    steps:
      - name: Run it
        run: |
          scripts/check.sh
          mypy src
  test:
    steps: []
"""


def enforcers(made: Any) -> Enforcers:
    tree = WorkingTree(made.root)
    return Enforcers(tree, read_settings(tree), rules_of(made.root, prove=False))


def reason(made: Any, kind: EnforcerKind, name: str, scope: tuple[str, ...] = ()) -> str:
    return enforcers(made).resolve(EnforcedBy(kind, name), scope).reason


@pytest.mark.parametrize(
    ("node", "problem"),
    [
        ("tests/test_http.py", ""),
        ("tests/test_http.py::TestPlain", ""),
        ("tests/test_http.py::TestPlain::test_case[1]", ""),
        ("tests/test_http.py::test_nested", ""),
        ("tests/test_http.py::test_shared", ""),
        ("tests/test_http.py::TestHttp::test_inherited", ""),
        ("TestPlain", ""),
        ("test_case", ""),
        ("test_gone", "no test is called `test_gone`"),
        ("tests/test_gone.py::test_x", "there is no file `tests/test_gone.py`"),
        ("tests/test_http.py::test_x", "`tests/test_http.py` has no `test_x`"),
        ("tests/test_http.py::TestPlain::test_x", "`tests/test_http.py` has no `TestPlain::test_x`"),
        ("tests/test_bad.py::test_x", "`tests/test_bad.py` cannot be parsed"),
    ],
)
def test_tests_are_looked_up_without_running_them(garden: Make, node: str, problem: str) -> None:
    made = garden({"tests/test_http.py": TESTS, "tests/test_bad.py": "def (\n", "src/a.py": "def test_gone(): pass\n"})
    assert problem_of(node, WorkingTree(made.root)) == problem


@pytest.mark.parametrize(
    ("name", "runs"),
    [
        ("lint", True),
        ("Lint and types", True),
        ("test", True),
        ("scripts/check.sh", True),
        ("mypy", True),
        ("make docs", True),
        ("no-secrets", True),
        ("steps", False),
        ("deploy", False),
        ("make deploy", False),
        ("scripts/gone.sh", False),
    ],
)
def test_jobs_hooks_targets_and_scripts_are_found(garden: Make, name: str, runs: bool) -> None:
    made = garden(
        {
            ".github/workflows/ci.yml": WORKFLOW,
            ".pre-commit-config.yaml": "repos:\n- repo: local\n  hooks:\n  - id: no-secrets\n",
            "Makefile": "docs: build\n\tmake build\nX := 1\n",
            "scripts/check.sh": "true\n",
            "README.md": "deploy\n",
        }
    )
    assert CiJobs(WorkingTree(made.root)).runs(name) is runs


def test_rules_must_exist_and_be_on(garden: Make) -> None:
    made = garden({"rules/old-call.md": OLD_CALL, "a.py": ""})
    assert reason(made, "rule", "old-call") == ""
    assert reason(made, "rule", "old-cal") == "there is no rule `old-cal`; did you mean `old-call`?"
    made.write({"gardener.toml": '[rules.old-call]\nstate = "shadow"\n'})
    assert reason(made, "rule", "old-call") == "rule `old-call` is in shadow, where it only counts"
    made.write({"gardener.toml": 'ignore = ["old-call"]\n'})
    assert reason(made, "rule", "old-call") == "rule `old-call` is ignored by the settings"
    made.write({"gardener.toml": '[per-path."src/"]\nignore = ["old-call"]\n', "src/b.py": ""})
    assert reason(made, "rule", "old-call") == ""
    assert reason(made, "rule", "old-call", ("src/**",)) == "rule `old-call` is ignored in all of its scope"


def test_rules_of_ruff_must_be_on_and_not_ignored_everywhere(garden: Make) -> None:
    toml = '[lint]\nselect = ["S113", "E"]\n[lint.per-file-ignores]\n"src/*" = ["S113"]\n'
    made = garden({"ruff.toml": toml, "src/a.py": "", "lib/b.py": ""})
    assert reason(made, "ruff", "S113") == ""
    assert reason(made, "ruff", "E") == ""
    assert reason(made, "ruff", "T201") == "ruff rule `T201` is not switched on"
    assert reason(made, "ruff", "S113", ("src/**",)) == "ruff rule `S113` is ignored in all of its scope"


def test_what_ruff_shows_is_read_or_refused() -> None:
    assert read_rules("nothing") is None
    shown = "linter.rules.enabled = [\n\tassert (S101),\n]\nlinter.per_file_ignores = {\n}\n"
    found = read_rules(shown)
    assert found is not None
    assert (found.enabled, found.ignored) == ({"S101"}, ())


def test_rules_that_name_a_belief_enforce_it(garden: Make) -> None:
    page = OLD_CALL.replace('severity = "P2"', 'severity = "P2"\nbelief = "calls-know-the-tenant"')
    made = garden({"rules/old-call.md": page, "a.py": ""})
    beliefs = read_beliefs("# B\n\n## Calls know the tenant\n\nEvery call must.\n", "core-beliefs.md")
    ((belief, clause),) = beliefs.clauses
    (found,) = enforcers(made).of(belief, clause)
    assert (str(found.by), found.resolved) == ("rule old-call", True)


def test_clauses_are_counted_by_the_strongest_that_keeps_them(garden: Make) -> None:
    made = garden({"rules/old-call.md": OLD_CALL, "a.py": ""})
    text = (
        "# B\n\n## A\n\n- Must a. **Enforced by:** rule `old-call`; review\n- Must b. **Enforced by:** review\n"
        "- Must c. **Enforced by:** rule `gone`\n- Must d.\n\n## Gone\n\nMust e.\n\n**Status:** retired\n"
    )
    beliefs = read_beliefs(text, "b")
    held = {clause.id: enforcers(made).of(belief, clause) for belief, clause in beliefs.clauses}
    found = coverage(beliefs, held)
    assert (found.clauses, found.enforced, found.proven, found.review, found.nothing) == (4, 1, 0, 1, 2)
