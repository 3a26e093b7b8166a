"""docs/rules.md: every rule in it loads and holds, and nothing that exists is missing from it."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gardener.checking.compile import FAMILIES
from gardener.checking.load import prepared
from gardener.checking.mutate import survivors
from gardener.checking.packs import RuleFile
from gardener.checking.pages import KEYS
from gardener.checking.prove import prove
from gardener.checking.python_rules import DECLARED
from gardener.core import family
from gardener.documents.markdown import outline

if TYPE_CHECKING:
    from gardener.core.rule import Rule

TEXT = (Path(__file__).parent.parent / "docs" / "rules.md").read_text(encoding="utf-8")
FILES = {
    path.removeprefix("path="): fence.code
    for fence in outline(TEXT).fences
    for path in fence.info.split()
    if path.startswith("path=rules/")
}


def rule_of(path: str) -> Rule:
    """A rule of the documentation, compiled."""
    found = prepared(RuleFile(path, FILES[path].encode(), "rules", trusted=False), prove=False)
    assert found is not None
    return found


@pytest.mark.parametrize("path", FILES)
def test_every_rule_in_the_documentation_holds(path: str) -> None:
    assert prove(rule_of(path)) == []


@pytest.mark.parametrize("path", [path for path in FILES if path.endswith(".md")])
def test_every_condition_in_the_documentation_is_needed(path: str) -> None:
    assert survivors(rule_of(path)) == []


@pytest.mark.parametrize("name", family.names(FAMILIES))
def test_every_family_is_documented_with_all_its_parameters(name: str) -> None:
    section = re.split(r"^###? ", TEXT.partition(f"\n### {name}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    prose = re.sub(r"````.*?````", "", section, flags=re.DOTALL)
    for field in dataclasses.fields(family.load(FAMILIES, name).PARAMETERS):
        assert re.search(rf"`{field.name}\b", prose), field.name
    assert any(rule_of(path).body.get("family") == name for path in FILES)


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_a_page_is_documented(key: str) -> None:
    table = TEXT.partition("## The keys of a page")[2].partition("## Examples")[0]
    assert f"`{key}`" in table


@pytest.mark.parametrize("keyword", DECLARED)
def test_every_keyword_of_the_decorator_is_documented(keyword: str) -> None:
    assert f"`{keyword}`" in TEXT.partition("## Rules in Python")[2].partition("## Packs")[0]
