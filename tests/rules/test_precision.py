"""docs/precision.md: its tables are what the gradings say, and what is on by default has earned it."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent.parent


def load() -> ModuleType:
    """The script, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("grade_findings", ROOT / "benchmarks" / "grade_findings.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


grade = load()
GRADINGS = grade.read_gradings()
ON = [item for item in GRADINGS if item["rule"] in grade.by_default()]


@pytest.mark.parametrize(
    ("right", "total", "bound"), [(0, 0, 0.0), (0, 10, 0.0), (10, 10, 0.7225), (90, 100, 0.8256), (950, 1000, 0.9347)]
)
def test_the_lower_bound_is_that_of_wilson(right: int, total: int, bound: float) -> None:
    assert grade.wilson(right, total) == pytest.approx(bound, abs=5e-4)


@pytest.mark.parametrize(
    ("first", "second", "counts"),
    [
        ("useful", "useful", "useful"),
        ("useful", "harmless", "harmless"),
        ("wrong", "useful", "wrong"),
        ("harmless", "wrong", "wrong"),
        ("useful", None, "useful"),
        (None, None, None),
    ],
)
def test_the_worse_verdict_counts(first: str | None, second: str | None, counts: str | None) -> None:
    assert grade.settled(first, second) == counts


def test_a_sample_takes_from_all_projects_and_is_the_same_every_time() -> None:
    findings = [
        {"rule": "a", "project": project, "version": "1", "path": "x.py", "line": line}
        for project, lines in (("big", 100), ("small", 2), ("tiny", 1))
        for line in range(lines)
    ]
    chosen = grade.sample(findings)
    assert chosen == grade.sample(findings)
    assert Counter(item["project"] for item in chosen) == {"big": 27, "small": 2, "tiny": 1}


def test_gradings_are_complete_and_single() -> None:
    assert {item["first"] for item in GRADINGS} <= set(grade.VERDICTS)
    assert {item["second"] for item in GRADINGS} <= {*grade.VERDICTS, None}
    assert [item for item in GRADINGS if item["settled"] != grade.settled(item["first"], item["second"])] == []
    assert len({grade.identity(item) for item in GRADINGS}) == len(GRADINGS)


def test_the_tables_are_what_the_gradings_say() -> None:
    text = (ROOT / "docs" / "precision.md").read_text(encoding="utf-8")
    assert text == grade.with_tables(text, grade.tables(GRADINGS))


def test_every_code_rule_that_is_on_by_default_was_read_ten_times() -> None:
    counts = Counter(item["rule"] for item in ON)
    assert {rule: counts[rule] for rule in grade.by_default() if counts[rule] < 10} == {}


def test_what_is_on_by_default_is_right() -> None:
    right = sum(item["settled"] != "wrong" for item in ON)
    assert right >= 0.9 * len(ON)
    assert grade.wilson(right, len(ON)) >= 0.8


def test_gradings_are_about_rules_that_exist() -> None:
    files = {path.stem.replace("_", "-") for path in (ROOT / "gardener" / "rules").iterdir()}
    assert {item["rule"] for item in GRADINGS} - files == set()
