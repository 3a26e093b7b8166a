"""The plan of a pattern never dismisses a file, or a piece of one, that the pattern would match."""

from __future__ import annotations

from typing import Any

import pytest
from conformance_cases import CASES, body_of
from hypothesis import given, settings
from hypothesis import strategies as st
from pattern_runs import rule_of

from gardener.checking.engine import examine_rule
from gardener.checking.patterns import compile_pattern
from gardener.checking.prefilter import Prefilter


@pytest.mark.parametrize("case", CASES)
def test_tiers_change_nothing(case: dict[str, Any]) -> None:
    rule = rule_of(body_of(case))
    module = "import os as unrelated\n" + case["code"]
    nested = "def outer():\n" + "".join(f"    {line}\n" if line else "\n" for line in case["code"].split("\n"))
    for code in (case["code"], module, nested):
        if "import *" in code and code is nested:
            continue
        assert examine_rule(rule, code) == examine_rule(rule, code, tiers=False)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"pattern": "requests.get(...)"}, (("get", "requests"),)),
        ({"pattern": "$X.execute($Q)"}, (("execute",),)),
        ({"pattern": "f(timeout=$T)"}, (("f", "timeout"),)),
        ({"any": ["a.b()", "c()"]}, (("a", "b"), ("c",))),
        ({"any": ["a()", "$X == $Y"]}, ()),
        ({"pattern": "f('word')"}, (("f",),)),
        ({"pattern": "assert $X"}, (("assert",),)),
        ({"pattern": "f()", "inside": "class $C(Base): ..."}, (("Base", "class", "f"),)),
        ({"pattern": "f()", "not": "f(a)", "outside": "with b: ..."}, (("f",),)),
        ({"pattern": "$F(...)", "where": {"F": {"qualname": ["a.b", "a.c"]}}}, (("a", "b"), ("a", "c"))),
    ],
)
def test_words_are_what_every_match_needs(body: dict[str, Any], words: tuple[tuple[str, ...], ...]) -> None:
    assert compile_pattern(body, place="x:1").plan.words == words


@pytest.mark.parametrize(
    ("body", "piece"),
    [
        ({"pattern": "f()"}, "statement"),
        ({"pattern": "x = $V"}, "statement"),
        ({"pattern": "f()", "inside": "def $F(...): ..."}, "toplevel"),
        ({"pattern": "if $C: ..."}, "toplevel"),
        ({"pattern": "a()\nb()"}, "module"),
        ({"pattern": "a()\nreturn b"}, "toplevel"),
        ({"pattern": "a()", "outside": "lock()\n..."}, "module"),
    ],
)
def test_a_pattern_sees_the_smallest_piece_that_shows_all_it_looks_at(body: dict[str, Any], piece: str) -> None:
    assert compile_pattern(body, place="x:1").plan.slice == piece


NAMES = st.sampled_from(["a", "b", "os", "os.path", "requests.get", "self.x"])
ATOMS = st.one_of(NAMES, st.sampled_from(["1", "'s'", "$X", "...", "None"]))
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("{}({}, k={})".format, NAMES, inner, inner),
        st.builds("{} + {}".format, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("({}).attr".format, inner),
        st.builds("x[{}]".format, inner),
    ),
    max_leaves=4,
)
STATEMENTS = st.one_of(
    EXPRESSIONS,
    st.builds("x = {}".format, EXPRESSIONS),
    st.builds("if {}:\n    {}".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("for y in {}:\n    pass".format, EXPRESSIONS),
)
HEADERS = st.sampled_from(
    [
        "",
        "import os, requests\n",
        "from os import path as os\nfrom requests import get as b\n",
        "from requests import get\n",
    ]
)


@settings(max_examples=150, deadline=None)
@given(pattern=STATEMENTS, header=HEADERS, code=st.lists(STATEMENTS, min_size=1, max_size=3))
def test_generated_patterns_find_the_same_with_and_without_tiers(pattern: str, header: str, code: list[str]) -> None:
    if pattern.strip("() ") == "...":
        return
    rule = rule_of({"pattern": pattern})
    text = header + "\n".join([*code, pattern]).replace("$X", "a") + "\n"
    whole = examine_rule(rule, text, tiers=False)
    assert examine_rule(rule, text) == whole
    if whole:
        assert Prefilter([rule.plan]).concerned(text.encode(), "example.py") == {0}
