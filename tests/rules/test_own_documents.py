"""What gardener says about its own documents: nothing, and its own beliefs are enforced by what they name."""

from __future__ import annotations

from pathlib import Path

import pytest

from gardener.checking.clauses import kept, proofs
from gardener.checking.load import load
from gardener.checking.repository import Repo
from gardener.repo.settings import read_settings
from gardener.repo.trees import WorkingTree
from tests.rules.document_runs import run

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def repo() -> Repo:
    tree = WorkingTree(ROOT)
    settings = read_settings(tree)
    return Repo(tree, settings, load(settings, tree, python_rules=settings.python_rules).rules)


def test_every_enforcer_is_there(repo: Repo) -> None:
    wrong = [f"{one.clause.id}: {one.enforcement.reason}" for one in kept(repo) if not one.enforcement.resolved]
    assert wrong == []


def test_every_rule_that_a_belief_names_is_proven(repo: Repo) -> None:
    tried = [(one.clause.id, proof.reason) for one, proof in proofs(repo) if one.enforcement.by.kind == "rule"]
    assert tried
    assert [reason for _, reason in tried if reason] == []


@pytest.mark.parametrize(
    "rule", ["stale-path", "broken-link", "broken-anchor", "stale-command", "orphan-document", "unenforced-belief"]
)
def test_own_documents_pass(rule: str) -> None:
    assert run(ROOT, rule).places == []
