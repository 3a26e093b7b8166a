"""Rules for tests, from the fence of a page."""

from __future__ import annotations

from dataclasses import replace

from gardener.checking.compile import compile_rule
from gardener.checking.pages import read_page
from gardener.core.rule import Rule


def rule_of(fence: str, name: str = "some-rule") -> Rule:
    """A rule whose page holds `fence`, compiled but not proven."""
    page = (
        f"# Title\n\n```toml gardener\n{fence}\n```\n\nWhy.\n\n```python bad\nbad\n```\n\n```python good\ngood\n```\n"
    )
    rule = read_page(page, f"rules/{name}.md")
    return replace(rule, plan=compile_rule(rule).plan)
