"""Terms say what code says: they give back the same code, and generalise to patterns that match all of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gardener.checking.patterns.compile import compile_pattern
from gardener.learning.induce import Limits
from gardener.learning.induction.differences import edits_of
from gardener.learning.induction.generalising import Holes, generalise
from gardener.learning.induction.reading import Code, read
from gardener.learning.induction.term_reading import TermReader
from gardener.learning.induction.terms import Term
from gardener.learning.induction.trial import hits_in, read_side
from gardener.learning.induction.variants import variants
from gardener.learning.induction.writing import code_text, pattern_text

SOURCES = sorted((Path(__file__).parents[2] / "gardener" / "checking").glob("[a-d]*.py"))
EXPRESSIONS = st.recursive(
    st.sampled_from(["a", "b", "1", "'text'", "None", "f'{a}'", "os.path"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} + {pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"f({pair[0]}, key={pair[1]})"),
        inner.map(lambda one: f"[{one} for x in y]"),
        inner.map(lambda one: f"({one}).attribute"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]})[{pair[1]}]"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} == {pair[1]})"),
    ),
    max_leaves=8,
)


def terms(code: str, *, resolving: bool = True) -> tuple[Term, ...]:
    found = read(code, "example.py")
    assert isinstance(found, Code)
    return TermReader(found, resolving=resolving).all(found.tree.body)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_real_code_comes_back_as_it_was(path: Path) -> None:
    found = terms(path.read_text(encoding="utf-8"), resolving=False)
    again = terms("\n".join(map(code_text, found)), resolving=False)
    assert [term.key for term in again] == [term.key for term in found]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("f(a, k=1, j=2)", "f( a,j = 2, k=0x1 )"),
        ("x = 'a'", 'x = "a"'),
        ("import m\nm.f()", "from m import f as g\ng()"),
    ],
)
def test_equal_code_has_equal_keys(first: str, second: str) -> None:
    assert terms(first)[-1].key == terms(second)[-1].key


@settings(deadline=None)
@given(EXPRESSIONS, EXPRESSIONS)
def test_what_two_expressions_have_in_common_matches_both(first: str, second: str) -> None:
    codes = [f"name({expression})\n" for expression in (first, second)]
    joint = generalise([terms(code, resolving=False)[0].part("value") for code in codes], Holes())
    assert joint is not None
    body = {"pattern": pattern_text(joint), "syntactic": True}
    matcher = compile_pattern(body, place="test").matcher
    for code in codes:
        side = read_side(code, "example.py", Limits())
        assert not isinstance(side, str)
        assert hits_in(matcher, side), body


def test_equal_disagreements_share_a_hole() -> None:
    codes = [f"if {key} in {table}:\n    x = {table}[{key}]\n" for key, table in (("a", "b"), ("c.d", "e"))]
    joint = generalise([terms(code)[0] for code in codes], Holes())
    assert joint is not None
    assert pattern_text(joint) == "if $X in $Y:\n    x = $Y[$X]"


def test_statements_without_a_partner_become_dots() -> None:
    codes = ["def f():\n    a()\n    b()\n    c()\n", "def f():\n    a()\n    c()\n"]
    joint = generalise([terms(code)[0] for code in codes], Holes())
    assert joint is not None
    assert pattern_text(joint) == "def f():\n    a()\n    ...\n    c()"


def test_variants_go_from_what_changed_to_all_there_is() -> None:
    before, after = (terms(f"import m\nm.f(x, 1, k={value})\n")[1].part("value") for value in ("True", "False"))
    found = [pattern_text(variant.before) for variant in variants(before, after, Holes())]
    assert found[0] == "m.f($...ARGS, k=True)"
    assert found[-1] == "m.f(x, 1, k=True)"


def test_edits_are_as_small_as_they_can_be() -> None:
    before = "def f():\n    if a:\n        x = g(1)\n    return x\n"
    edits = edits_of(terms(before), terms(before.replace("g(1)", "g(2)")))
    assert [level.before.kind for level in edits[0].levels] == ["Constant", "Call", "Assign", "If", "FunctionDef"]
    assert edits[0].lines == (3, 3)
