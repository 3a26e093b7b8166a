"""The same code gives the same neutral expression, whichever tree it is read from."""

from __future__ import annotations

import ast

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gardener.checking.expressions import (
    OTHER,
    Attribute,
    Await,
    Call,
    Constant,
    Either,
    Expression,
    Name,
    Subscript,
    Tuple,
    Union,
    from_ast,
    from_cst,
    from_text,
)

A, B, C = Name("a"), Name("b"), Name("c")


def both(code: str) -> Expression:
    """The expression, once both trees agree on it."""
    one = from_ast(ast.parse(code, mode="eval").body)
    other = from_cst(cst.parse_expression(code))
    assert one == other
    return one


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("a + b", OTHER),
        ("[a]", OTHER),
        ("f'{a}'", OTHER),
        ("f'a'", OTHER),
        ("'a' f'b'", OTHER),
        ("not a", OTHER),
        ("~1", OTHER),
        ("-True", OTHER),
        ("-a", OTHER),
        ("a and b", OTHER),
        ("lambda: a", OTHER),
        ("{**a}", OTHER),
        ("{'k': a}", OTHER),
        ("a", A),
        ("((a))", A),
        ("a.b.c", Attribute(Attribute(A, "b"), "c")),
        ("a(b, k=c)", Call(A)),
        ("getattr(a, 'b')", Call(Name("getattr"), (A, Constant("b")))),
        ("getattr(a, *b)", Call(Name("getattr"), (A, OTHER))),
        ("x.enter_context(a)", Call(Attribute(Name("x"), "enter_context"), (A,))),
        ("a[b]", Subscript(A, B)),
        ("a[b, c]", Subscript(A, Tuple((B, C)))),
        ("a[(b, c)]", Subscript(A, Tuple((B, C)))),
        ("a[b,]", Subscript(A, Tuple((B,)))),
        ("a[*b]", Subscript(A, Tuple((OTHER,)))),
        ("a[1:2]", Subscript(A, OTHER)),
        ("a[1:2, b]", Subscript(A, Tuple((OTHER, B)))),
        ("a or b or c", Either((A, B, C))),
        ("(a or b) or c", Either((A, B, C))),
        ("a or (b or c)", Either((A, B, C))),
        ("a if b else c", Either((A, C))),
        ("a | b | c", Union((A, B, C))),
        ("(x := a)", A),
        ("await a", Await(A)),
        ("(a, 1)", Tuple((A, Constant(1)))),
        ("()", Constant(())),
        ("(1, None)", Constant((1, None))),
        ("{'a': 1, 2: (3,)}", Constant({"a": 1, 2: (3,)})),
        ("-1", Constant(-1)),
        ("+1.5", Constant(1.5)),
        ("0x_FF", Constant(255)),
        ("1_000", Constant(1000)),
        ("0o17", Constant(15)),
        ("1e3", Constant(1000.0)),
        ("2J", Constant(2j)),
        ("'a' \"b\" '''c'''", Constant("abc")),
        ("b'a' rb'\\d'", Constant(b"a\\d")),
        ("u'\\x41'", Constant("A")),
        ("'a\\\nb'", Constant("ab")),
        ("...", Constant(...)),
        ("None", Constant(None)),
    ],
)
def test_an_expression_has_one_neutral_shape(code: str, expected: Expression) -> None:
    assert both(code) == expected


@pytest.mark.parametrize(
    ("one", "other"), [("1", "True"), ("1", "1.0"), ("0.0", "-0.0"), ("'a'", "b'a'"), ("()", "''")]
)
def test_literals_are_equal_only_by_type_and_spelling(one: str, other: str) -> None:
    assert both(one) != both(other)


def test_line_endings_inside_a_string_are_those_python_sees() -> None:
    text = '"""a\r\nb"""'
    assert from_cst(cst.parse_expression(text)) == Constant("a\nb")


def test_depth_and_width_end_in_other_not_in_recursion() -> None:
    deep = "a" + ".b" * 900
    assert both(deep) != OTHER
    assert both(" | ".join(["a"] * 300)) == Union((A,) * 300)


def test_many_concatenated_strings_are_one() -> None:
    assert both("(" + " 'x'" * 300 + ")") == Constant("x" * 300)


@pytest.mark.parametrize("text", ["", "a b", "x" * 2000, "\x00", "f(", "yield"])
def test_a_quoted_annotation_that_is_no_expression_is_other(text: str) -> None:
    assert from_text(text) == OTHER


def test_a_quoted_annotation_is_read() -> None:
    assert from_text(" a.b[c] ") == Subscript(Attribute(A, "b"), C)


_LEAVES = st.sampled_from(["a", "b", "1", "-2", "'s'", "b'y'", "None", "0x1F", "f'{a}'", "...", "()", "{}", "'a' 'b'"])


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        inner.map(lambda x: f"({x})"),
        inner.map(lambda x: f"({x}).m"),
        inner.map(lambda x: f"-({x})"),
        inner.map(lambda x: f"({x},)"),
        inner.map(lambda x: f"(await ({x}))"),
        inner.map(lambda x: f"(n := ({x}))"),
        pair.map(lambda p: f"({p[0]}, {p[1]})"),
        pair.map(lambda p: f"({p[0]} or {p[1]})"),
        pair.map(lambda p: f"(({p[0]}) | ({p[1]}))"),
        pair.map(lambda p: f"(({p[0]}) if a else ({p[1]}))"),
        pair.map(lambda p: f"getattr({p[0]}, {p[1]}, k=1)"),
        pair.map(lambda p: f"({p[0]})[{p[1]}, 1]"),
        pair.map(lambda p: f"({p[0]})[{p[1]}]"),
        pair.map(lambda p: f"{{{p[0]}: {p[1]}}}"),
    )


@settings(max_examples=150, deadline=None)
@given(st.recursive(_LEAVES, _grow, max_leaves=25))
def test_any_expression_is_equal_from_both_trees(code: str) -> None:
    both(code)
