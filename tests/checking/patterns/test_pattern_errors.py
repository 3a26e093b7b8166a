"""What a broken pattern rule is told, and that nothing in a rule can hang or kill a run."""

from __future__ import annotations

from typing import Any

import pytest
from pattern_runs import rule_of, run

from gardener.checking.engine import examine_rule
from gardener.checking.parsing import in_deep_stack
from gardener.checking.patterns import compile_pattern
from gardener.checking.patterns.state import PatternTimeout
from gardener.core.errors import RuleError

PLACE = "rules/some-rule.md:4"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"pattern": "f("}, "`pattern` does not parse as Python at line 1 of its text"),
        ({"pattern": "f()\ng(\n"}, "`pattern` does not parse as Python at line"),
        ({"pattern": ""}, "`pattern` is empty"),
        ({"pattern": "# only a comment"}, "`pattern` holds no code"),
        ({"pattern": "..."}, "`pattern` would match everything"),
        ({"pattern": "...\n..."}, "`pattern` would match everything"),
        ({"pattern": "$x + 1"}, "`$x` is no metavariable"),
        ({"pattern": "$Xy + 1"}, "`$Xy` is no metavariable"),
        ({"pattern": ["f()"]}, "`pattern` must be a string"),
        ({}, "a pattern rule has either `pattern` or `any`"),
        ({"pattern": "f()", "any": ["g()"]}, "a pattern rule has either `pattern` or `any`"),
        ({"any": []}, "`any` is empty"),
        ({"pattern": "f()", "insde": "g()"}, "unknown key `insde` (did you mean `inside`?)"),
        ({"pattern": "f()", "inside": 3}, "`inside` must be a string or a list of strings"),
        ({"pattern": "f()", "inside": "def f(:"}, "`inside` does not parse as Python at line 1 of its text"),
        ({"pattern": "f()", "syntactic": "yes"}, "`syntactic` must be a boolean"),
        ({"pattern": "f()", "safety": "sure"}, "`safety` must be one of safe, unsafe, shown"),
        ({"pattern": "f()", "not": "x = f()"}, "`not` can never match what the pattern matches: `x = f()` (`outside`"),
        ({"pattern": "f($X)", "message": "no $Y"}, "`message` uses `$Y`: no metavariable `$Y` is bound by every match"),
        ({"pattern": "f($URL)", "message": "$URI"}, "did you mean `$URL`?"),
        ({"any": ["f($X)", "g()"], "message": "no $X"}, "no metavariable `$X` is bound by every match"),
        ({"pattern": "f($X)", "fix": "g($Y)"}, "`fix` uses `$Y`"),
        ({"pattern": "f($X)", "fix": "g($X"}, "`fix` does not parse as Python at line 1 of its text"),
        ({"pattern": "f(...)", "fix": "g(...)"}, "`...` and `$_` in a `fix` stand for nothing"),
        ({"pattern": "f($...A)", "fix": "if x: $...A"}, "statements in a `fix` must stand on a line of their own"),
        ({"pattern": "@a\ndef $F(...): ...", "fix": "def $F(): pass"}, "a `fix` cannot rewrite decorators"),
        ({"pattern": "f($X)", "where": {"$X": {"kind": "name"}}}, "`where` takes `X`, without the `$`"),
        ({"pattern": "f($X)", "where": {"Y": {"kind": "name"}}}, "`where.Y`: no metavariable `$Y` is bound"),
        ({"pattern": "f($X)", "not": "f($Y)", "where": {"Y": {"kind": "name"}}}, "`where.Y`: no metavariable `$Y`"),
        ({"pattern": "f($_)", "where": {"_": {"kind": "name"}}}, "`where._`: no metavariable `$_` is bound"),
        ({"pattern": "f($...A)", "where": {"A": {"kind": "name"}}}, "`where.A.kind`: `$...A` is no single expression"),
        ({"pattern": "f($X)", "where": {"X": "name"}}, "`where.X` must be a table"),
        ({"pattern": "f($X)", "where": {"X": {"regx": "a"}}}, "unknown key `regx` in `where` (did you mean `regex`?)"),
        ({"pattern": "f($X)", "where": {"X": {"regex": "("}}}, "the regular expression `(` does not compile"),
        ({"pattern": "f($X)", "where": {"X": {"kind": "strng"}}}, "unknown kind `strng` (did you mean `string`?)"),
        ({"pattern": "f($X)", "where": {"X": {"const": {"more": 1}}}}, "unknown comparison `more` in `const`"),
    ],
)
def test_a_broken_rule_is_told_what_is_wrong(body: dict[str, Any], told: str) -> None:
    with pytest.raises(RuleError) as caught:
        compile_pattern(body, place=PLACE)
    assert str(caught.value).startswith(f"{PLACE}: ")
    assert told in str(caught.value)


def test_a_regular_expression_that_explodes_is_interrupted() -> None:
    body = {"pattern": "f($X)", "where": {"X": {"regex": "(a|aa)+$"}}}
    with pytest.raises(PatternTimeout, match="took more than 1 s"):
        run(body, f"f('{'a' * 80}b')\n")


def test_a_pattern_that_explodes_is_interrupted() -> None:
    body = {"pattern": "f(" + ", ".join(f"..., $X{index}" for index in range(8)) + ", ..., none)"}
    with pytest.raises(PatternTimeout, match="steps"):
        run(body, f"f({', '.join(map(str, range(60)))})\n")


@pytest.mark.parametrize(
    "code",
    [
        "x = " + " + ".join(f"a{index}" for index in range(500)) + "\n",
        "f(" + ", ".join(f"a{index}" for index in range(5000)) + ")\n",
        "x = " + "[" * 60 + "]" * 60 + "\n",
        "x = " + " ".join(["'a'"] * 300) + "\n",
        "\n".join(f"a{index} = {index}" for index in range(1000)) + "\n",
        "if a:\n    pass\n" + "".join(f"elif a{index}:\n    pass\n" for index in range(150)),
    ],
    ids=["terms", "arguments", "brackets", "strings", "statements", "branches"],
)
@pytest.mark.parametrize(
    "body",
    [
        {"pattern": "$X"},
        {"pattern": "f(..., $X, ...)", "where": {"X": {"regex": "^a4999$"}}},
        {"pattern": "$X + $Y", "not": "$X + $X"},
        {"pattern": "$X = $Y\n...\n$Z = 999"},
        {"pattern": "if $C: ...\nelse: ..."},
    ],
    ids=["anything", "argument", "operands", "sequence", "else"],
)
def test_large_code_is_no_danger(body: dict[str, Any], code: str) -> None:
    in_deep_stack(lambda: examine_rule(rule_of(body), code, tiers=False))


def test_dollar_signs_in_strings_and_comments_of_a_pattern_mean_nothing() -> None:
    assert run("f('$x')  # not $this", "f('$x')\nf('y')\n").lines == [1]


def test_a_match_is_no_surer_than_the_name_it_rests_on() -> None:
    code = "import requests\ns = requests.Session()\ns.get(1)\nrequests.Session().get(1)\n"
    found = run("requests.Session.get(...)", code).findings
    assert [(finding.place.line, finding.certainty) for finding in found] == [(3, "likely"), (4, "certain")]


def test_a_message_shortens_and_folds_what_it_quotes() -> None:
    code = f"f(a,\n  {'b' * 80})\n"
    assert run({"pattern": "f($...A)", "message": "calls $A"}, code).messages == [f"calls a, {'b' * 56}…"]
