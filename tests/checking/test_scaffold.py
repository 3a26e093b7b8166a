"""What `rules new` writes loads and holds before anyone changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gardener.checking.compile import FAMILIES
from gardener.checking.load import load_rules
from gardener.checking.prove import prove
from gardener.checking.scaffold import rule_text, write_rule
from gardener.core import family
from gardener.core.errors import ConfigError, RuleError
from gardener.core.settings import Settings
from gardener.repo.memory import MemoryTree

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", family.names(FAMILIES))
def test_a_new_page_of_each_family_holds(name: str, tmp_path: Path) -> None:
    tree = MemoryTree({"rules/new-smell.md": rule_text("new-smell", family=name).encode()}, root=tmp_path)
    rule = next(rule for rule in load_rules(Settings(), tree, python_rules=False) if rule.id == "new-smell")
    assert prove(rule) == []
    assert rule.body["family"] == name


def test_a_new_pattern_page_holds(tmp_path: Path) -> None:
    tree = MemoryTree({"rules/new-smell.md": rule_text("new-smell").encode()}, root=tmp_path)
    assert "new-smell" in [rule.id for rule in load_rules(Settings(), tree, python_rules=False)]


def test_a_new_python_rule_holds(tmp_path: Path) -> None:
    tree = MemoryTree({"rules/new_smell.py": rule_text("new-smell", python=True).encode()}, root=tmp_path)
    rule = next(rule for rule in load_rules(Settings(), tree, python_rules=True) if rule.id == "new-smell")
    assert prove(rule) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    assert write_rule(tmp_path, "new-smell") == "rules/new-smell.md"
    with pytest.raises(ConfigError, match="exists already"):
        write_rule(tmp_path, "new-smell")


@pytest.mark.parametrize("name", ["New", "new_smell", "../new", ""])
def test_a_name_that_is_no_id_is_refused(name: str) -> None:
    with pytest.raises(RuleError, match="kebab-case"):
        rule_text(name)


def test_an_unknown_family_is_refused_with_those_there_are() -> None:
    with pytest.raises(RuleError, match="required-argument"):
        rule_text("new-smell", family="required-arg")
