"""Every example of docs/patterns.md does what the page says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from pattern_runs import run

from gardener.checking.patterns.body import KEYS
from gardener.checking.patterns.constraints import KINDS

PAGE = (Path(__file__).parents[3] / "docs" / "patterns.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"```toml\n(.*?)```\n```python\n(.*?)```\n(?:```python fixed\n(.*?)```\n)?", re.DOTALL)
EXAMPLES = EXAMPLE.findall(PAGE)


@pytest.mark.parametrize(("keys", "code", "fixed"), EXAMPLES)
def test_an_example_of_the_reference(keys: str, code: str, fixed: str) -> None:
    ran = run(tomllib.loads(keys), code)
    marked = [number for number, line in enumerate(code.split("\n"), 1) if line.endswith("# hit")]
    assert ran.lines == marked
    assert ran.fixed == (fixed or code)


def test_no_example_is_left_out() -> None:
    assert len(EXAMPLES) == PAGE.count("```toml") >= 12


def test_every_key_and_kind_stands_in_the_reference() -> None:
    assert [key for key in KEYS if f"`{key}`" not in PAGE and f"{key} = " not in PAGE] == []
    assert [kind for kind in sorted(KINDS) if f"`{kind}`" not in PAGE] == []
