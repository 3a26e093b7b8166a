"""Who keeps a belief is understood in the words that people use for it."""

from __future__ import annotations

import pytest

from gardener.documents.enforcers import read_enforcers

CASES = [
    (
        "rule `a-b`; ruff `S113`; test `t.py::x`; ci `lint`; review; human (the lead)",
        "rule a-b|ruff S113|test t.py::x|ci lint|review|human",
    ),
    (
        "rule:GRD012 | test:path::name | ci:job | llm:B-007 | review (reason)",
        "rule GRD012|test path::name|ci job|review|review",
    ),
    ("TestReadOnly, TestOther", "test TestReadOnly|test TestOther"),
    ("`scripts/check.sh`", "ci scripts/check.sh"),
    ("Code review and `make lint`", "review|ci make lint"),
    ("ruff S113, S501", "ruff S113|ruff S501"),
    ("ruff `S113`, `S501` and mypy", "ruff S113|ruff S501|ci mypy"),
    ("`test_a`, `test_b`", "test test_a|test test_b"),
    ("- rule `a-b`\n- test `x.py::y`", "rule a-b|test x.py::y"),
    ("`rg -n 'print(' src && exit 1`", "ci rg -n 'print(' src && exit 1"),
    ("Structural test `tests/test_layers.py`", "test tests/test_layers.py"),
    ("`no-print`", "rule no-print"),
    ("the on-call engineer", "human"),
    ("コードレビュー", "review"),
    ("人工", "human"),
    ("`.ci/run`", "ci .ci/run"),
    ("None yet", ""),
    ("—", ""),
    ("(none)", ""),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_enforcers_are_understood(text: str, expected: str) -> None:
    assert "|".join(map(str, read_enforcers(text))) == expected


def test_reasons_and_lines_are_kept() -> None:
    first, second = read_enforcers("\nreview (until the rule exists)\nhuman", line=10)
    assert (first.reason, first.line, second.line) == ("until the rule exists", 11, 12)
