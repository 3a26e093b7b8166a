"""The conformance table of the pattern language. A case is a cell: one construct, one feature of the language.

`# hit` marks the lines on which a match starts. `fixed` is the code after all fixes, `says` the messages.
Every case must come out differently when its feature is switched off: that shows it tests what it says.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import libcst as cst
import pytest
from conformance_cases import CASES, body_of
from pattern_runs import run

from gardener.checking import patterns
from gardener.checking.patterns.features import FEATURES
from gardener.core.errors import RuleError


def outcome(case: dict[str, Any], without: frozenset[str] = frozenset()) -> tuple[Any, ...]:
    try:
        ran = run(body_of(case), case["code"], without=without)
    except RuleError as error:
        return ("error", str(error))
    fixed = ran.fixed if "fixed" in case else None
    return ran.lines, fixed, ran.messages if "says" in case else None


def expected(case: dict[str, Any]) -> tuple[Any, ...]:
    lines = case["code"].split("\n")
    marked = [number for number, line in enumerate(lines, 1) if line.rstrip().endswith("# hit")]
    return marked, case.get("fixed"), case.get("says")


@pytest.mark.parametrize("case", CASES)
def test_the_language_does_what_the_table_says(case: dict[str, Any]) -> None:
    assert outcome(case) == expected(case)


@pytest.mark.parametrize("case", CASES)
def test_a_case_fails_when_its_feature_is_off(case: dict[str, Any]) -> None:
    assert outcome(case, frozenset({case["feature"]})) != expected(case)


def test_every_feature_has_cases_on_several_constructs() -> None:
    counted = [case.values[0]["feature"] for case in CASES]
    assert set(counted) <= set(FEATURES)
    assert sorted(feature for feature in FEATURES if feature not in counted) == []
    assert len(CASES) >= 150


def test_every_switch_in_the_compiler_is_a_feature() -> None:
    folder = Path(patterns.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py") if path.name != "features.py")
    used = re.findall(r'has\("([a-z-]+)"\)|optional\([^"]*"([a-z-]+)"\)|"([a-z-]+)" (?:not )?in self\.without', source)
    assert {name for names in used for name in names if name} - set(FEATURES) == set()


def test_fixed_code_parses() -> None:
    for case in CASES:
        cst.parse_module(case.values[0].get("fixed", ""))
