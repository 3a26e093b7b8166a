"""A rule that runs unasked must be cheap: it dismisses most files by their bytes, unparsed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.checking.load import load_rules
from gardener.core.settings import Settings
from gardener.repo.trees import WorkingTree

if TYPE_CHECKING:
    from pathlib import Path


def test_every_default_rule_for_code_dismisses_files_by_their_words(tmp_path: Path) -> None:
    rules = load_rules(Settings(), WorkingTree(tmp_path), python_rules=False)
    asked_of_every_file = {
        rule.id for rule in rules if rule.default and rule.target == "python" and not all(rule.plan.words)
    }
    without_words = {rule.id for rule in rules if rule.default and rule.target == "python" and not rule.plan.words}
    assert asked_of_every_file | without_words == set()


def test_every_default_rule_for_code_looks_at_less_than_the_module(tmp_path: Path) -> None:
    rules = load_rules(Settings(), WorkingTree(tmp_path), python_rules=False)
    assert {
        rule.id for rule in rules if rule.default and rule.target == "python" and rule.plan.slice == "module"
    } == set()
