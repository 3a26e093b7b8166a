"""Every family against its table, with and without the tiers that dismiss code before it is parsed."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gardener.checking.compile import FAMILIES, compile_rule
from gardener.checking.engine import examine_rule
from gardener.checking.fixing import fix_text
from gardener.core import family
from gardener.core.errors import ManyErrors, RuleError
from gardener.core.rule import Rule

CASES = tomllib.loads(Path(__file__).with_name("cases.toml").read_text(encoding="utf-8"))["case"]


def rule_of(name: str, parameters: dict[str, Any], message: str | None = None) -> Rule:
    """A compiled rule of a family."""
    body = {"form": "family", "family": name, "parameters": parameters}
    rule = Rule("case", "Case", "", message=message, place="case.md:1", body=body)
    made = compile_rule(rule)
    return replace(rule, plan=made.plan, fixes=made.has_fix)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
@pytest.mark.parametrize("tiers", [True, False], ids=["tiers", "whole"])
def test_a_family_flags_the_marked_lines_and_no_other(case: dict[str, Any], tiers: bool) -> None:
    rule = rule_of(case["family"], case["parameters"])
    found = examine_rule(rule, case["code"], case.get("path", "example.py"), tiers=tiers)
    marked = [number for number, line in enumerate(case["code"].split("\n"), 1) if line.endswith("# hit")]
    assert sorted({finding.place.line for finding in found}) == marked


def test_every_family_has_silent_and_firing_cases() -> None:
    for name in family.names(FAMILIES):
        codes = [case["code"] for case in CASES if case["family"] == name]
        assert any("# hit" in code for code in codes), name
        assert len(codes) > 1, name


def test_one_chain_gives_one_finding() -> None:
    found = examine_rule(
        rule_of("forbidden-attribute", {"attributes": ["settings.*"]}), "import settings\nsettings.a.b.c\n"
    )
    assert [finding.place.end_column for finding in found] == [15]


def test_the_size_of_a_file_counts_its_lines() -> None:
    rule = rule_of("size-limit", {"of": "file", "limit": 2})
    assert not examine_rule(rule, "a\nb\n")
    assert [finding.message for finding in examine_rule(rule, "a\nb\nc")] == [
        "`example.py` has 3 lines; the limit is 2"
    ]


def test_a_module_is_named_by_its_file() -> None:
    rule = rule_of("naming", {"kind": "module", "pattern": "utils", "forbid": True})
    assert examine_rule(rule, "x = 1\n", "app/utils.py")
    assert not examine_rule(rule, "x = 1\n", "app/lines.py")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("requests.get()", "requests.get(timeout=5)"),
        ("requests.get(u)", "requests.get(u, timeout=5)"),
        ("requests.get(u,)", "requests.get(u, timeout=5,)"),
        ("(requests.get)(u)", "(requests.get)(u, timeout=5)"),
        ("requests.get(u, **{'verify': v})", "requests.get(u, timeout=5, **{'verify': v})"),
        ("requests.get(u for u in us)", "requests.get((u for u in us), timeout=5)"),
        ("requests.get(\n    u,\n    p=1,\n)", "requests.get(\n    u,\n    p=1,\n    timeout=5,\n)"),
        ("requests.get(\n    u  # why\n)", "requests.get(\n    u,  # why\n    timeout=5\n)"),
        ("requests.get(\n    u,  # why\n)", "requests.get(\n    u,  # why\n    timeout=5,\n)"),
        ("requests.get(\n    u,\n    **{'a': 1},\n)", "requests.get(\n    u,\n    timeout=5,\n    **{'a': 1},\n)"),
        ("requests.get(u, timeout=None)", "requests.get(u, timeout=5)"),
        ("requests.get(\n    a(\n        1,\n    )\n)", "requests.get(\n    a(\n        1,\n    ),\n    timeout=5\n)"),
        ("requests.get(**k)", "requests.get(**k)"),
    ],
)
@pytest.mark.parametrize("indented", [False, True])
def test_an_argument_is_added_in_the_layout_of_the_call(before: str, after: str, indented: bool) -> None:
    parameters = {"calls": ["requests.get"], "argument": "timeout", "value": 5, "forbid": ["None"]}
    rule = rule_of("required-argument", parameters)

    def whole(call: str) -> str:
        lines = call.split("\n")
        body = "\n".join(f"        {line}" for line in lines) if indented else call
        return f"import requests\n\ndef f(k):\n    if k:\n{body}\n" if indented else f"import requests\n\n{body}\n"

    fixed = fix_text(whole(before), lambda text: examine_rule(rule, text), unsafe=True)
    assert fixed.text == whole(after)


def test_a_forbidden_call_is_replaced_under_the_name_the_file_uses() -> None:
    rule = rule_of("forbidden-call", {"calls": ["time.clock"], "instead": "time.perf_counter"})
    fixed = fix_text("import time as t\n\nt.clock()\n", lambda text: examine_rule(rule, text), unsafe=True)
    assert fixed.text == "import time as t\n\nt.perf_counter()\n"


@pytest.mark.parametrize(
    ("name", "parameters", "reasons"),
    [
        ("forbidden-call", {}, ["`calls` is missing"]),
        ("forbidden-call", {"calls": []}, ["`calls` must be a list that is not empty"]),
        ("forbidden-call", {"calls": [1]}, ["`calls` must be a list, each item a string"]),
        ("forbidden-call", {"calls": ["a.f()"]}, ["`calls` must be a list, each item a dotted name"]),
        ("forbidden-import", {"modules": ["a.*"]}, ["`modules` must be a list, each item a dotted name"]),
        ("forbidden-call", {"call": ["a"], "instead": 3}, ["unknown key `call`", "`calls` is", "`instead` must be"]),
        ("required-argument", {"calls": "a", "argument": "a b"}, ["`argument` must be the name of a parameter"]),
        ("required-argument", {"calls": "a", "argument": "b", "value": "1 +"}, ["`value` must be a Python expression"]),
        ("required-argument", {"calls": "a", "argument": "b", "position": True}, ["`position` must be a whole number"]),
        ("naming", {"kind": "verb", "pattern": "("}, ["`kind` must be one of", "`pattern` must be a regular"]),
        ("size-limit", {"of": "file", "limit": -1}, ["`limit` must not be negative"]),
        ("forbidden-import", {"level": "module"}, ["`modules` or `layers` is needed"]),
        ("layer-contract", {"layers": [["a"]], "allow": ["a to b"]}, ["`allow` needs entries such as"]),
        ("must-call-within", {"calls": ["a"]}, ["`within` or `functions` or `before` is needed"]),
        ("must-call-within", {"calls": ["a"], "within": ["try finally"]}, ["`within` knows with"]),
    ],
)
def test_every_wrong_parameter_is_named(name: str, parameters: dict[str, Any], reasons: list[str]) -> None:
    with pytest.raises((RuleError, ManyErrors)) as caught:
        rule_of(name, parameters)
    errors = caught.value.errors if isinstance(caught.value, ManyErrors) else (caught.value,)
    assert len(errors) == len(reasons)
    for error, reason in zip(errors, reasons, strict=True):
        assert error.message.startswith(reason)
        assert error.at == "case.md:1"


def test_a_placeholder_nobody_fills_is_an_error() -> None:
    with pytest.raises(RuleError, match=r"`\$WHAT`, which is never filled"):
        rule_of("forbidden-call", {"calls": ["a"]}, message="no $WHAT")


def test_a_regular_expression_that_takes_too_long_is_an_error_not_a_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    from gardener.checking.families import _matching

    monkeypatch.setattr(_matching, "REGEX_SECONDS", 0.01)
    with pytest.raises(RuleError, match="takes too long"):
        _matching.fullmatch(_matching.regex_of("(?:a|a)*"), "a" * 60 + "!")
