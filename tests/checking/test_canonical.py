"""The canonical text of code: the same for every layout and spelling, different for different code."""

from __future__ import annotations

import ast
import subprocess
import sys
import sysconfig
import warnings
from pathlib import Path

import hypothesmith
import libcst as cst
import pytest
from hypothesis import HealthCheck, given, settings

from gardener.checking.canonical import canonical, string_value

STDLIB = Path(sysconfig.get_paths()["stdlib"])
FILES = ("bisect.py", "contextlib.py", "dataclasses.py", "shlex.py", "textwrap.py", "queue.py", "pathlib.py")


def expression(code: str) -> str:
    return canonical(cst.parse_expression(code))


def module(code: str) -> str:
    return canonical(cst.parse_module(code))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("f(a=1, b=2)", "f(b=2, a=1)"),
        ("f(a, *b, c=1, **d)", "f(a, *b, **d, c=1)"),
        ("f( a ,b , )", "f(a, b)"),
        ("(a)", "a"),
        ("(1, 2)", "1, 2"),
        ("x[1, 2]", "x[(1, 2)]"),
        ("'a'", '"a"'),
        ("'a' 'b'", "'ab'"),
        ("u'a'", "'a'"),
        ("r'\\d'", "'\\\\d'"),
        ("'\\x41\\101\\u0041'", "'AAA'"),
        ("'\\d'", "'\\\\d'"),
        ("b'a' b'b'", "B'ab'"),
        ("f'a{b}' 'c'", "'a' f\"{ b }c\""),
        ("0X1F", "3_1"),
        ("1e3", "1000.0"),
        ("1.J", "1j"),
        ("not(a)", "not a"),
        ("f(x for x in y)", "f((x for x in y))"),
        ("lambda  x : x", "lambda x: x"),
        ("\uff46(a)", "f(a)"),
    ],
)
def test_spelling_does_not_matter(one: str, two: str) -> None:
    assert expression(one) == expression(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("f(a, b)", "f(b, a)"),
        ("f(a=1)", "f(b=1)"),
        ("f(*a)", "f(**a)"),
        ("'a'", "b'a'"),
        ("'a'", "f'a'"),
        ("'ab'", "'a b'"),
        ("f'{a}'", "f'{a!r}'"),
        ("f'{a}'", "f'{a=}'"),
        ("f'{a:1}'", "f'{a:2}'"),
        ("1", "1.0"),
        ("1", "True"),
        ("(a,)", "a"),
        ("x[1]", "x[1,]"),
        ("x[1:]", "x[:1]"),
        ("a - b - c", "a - (b - c)"),
        ("a < b < c", "(a < b) < c"),
        ("{1, 2}", "[1, 2]"),
        ("a.b", "a['b']"),
        ("not a in b", "a not in b"),
    ],
)
def test_different_code_stays_different(one: str, two: str) -> None:
    assert expression(one) != expression(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("if a: b; c\n", "if a:\n    b\n    c\n"),
        ("if a:\n    b\nelif c:\n    d\n", "if a:\n    b\nelse:\n    if c:\n        d\n"),
        ("a = (\n    1)  # why\n", "a = 1\n"),
        ("class A():\n    x = 1\n", "class A:\n\n    x = 1\n"),
        ("def f():\n    '''One.\n\n      Two.'''\n", 'def f():\n    """One.\n\n    Two.\n    """\n'),
        ("with (a as b, c): d\n", "with a as b, c:\n    d\n"),
        ("from a import (b, c)\n", "from a import b, c\n"),
        ("return_ = (yield)\n", "return_ = yield\n"),
    ],
)
def test_layout_of_statements_does_not_matter(one: str, two: str) -> None:
    assert module(one) == module(two)


def test_twenty_thousand_joined_strings_do_not_exhaust_the_stack() -> None:
    node: cst.BaseExpression = cst.SimpleString("'a'")
    for _ in range(20_000):
        node = cst.ConcatenatedString(cst.SimpleString("'a'"), node)
    assert canonical(node) == 'S["' + "a" * 20_001 + '"]'


def test_a_literal_longer_than_int_converts_is_kept_as_text() -> None:
    assert expression("9" * 5000) == "9" * 5000


@pytest.mark.parametrize(("code", "value"), [("'a' 'b'", "ab"), ("b'\\xff'", b"\xff"), ("f'a'", None)])
def test_the_value_of_a_string(code: str, value: object) -> None:
    assert string_value(cst.parse_expression(code)) == value


@pytest.mark.parametrize("name", FILES)
def test_formatting_a_file_keeps_its_canonical_text(name: str) -> None:
    text = (STDLIB / name).read_text(encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", "60", "-"]
    formatted = subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout.decode()
    assert formatted != text
    assert module(formatted) == module(text)


@pytest.mark.parametrize("name", FILES)
def test_code_written_anew_from_its_syntax_keeps_its_canonical_text(name: str) -> None:
    text = (STDLIB / name).read_text(encoding="utf-8")
    assert module(ast.unparse(ast.parse(text))) == module(text)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(hypothesmith.from_node())
def test_generated_programs_have_the_canonical_text_of_their_syntax(code: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            anew = ast.unparse(ast.parse(code))
            parsed = cst.parse_module(code)
        except (cst.ParserSyntaxError, SyntaxError, ValueError):
            return
    # `f"{x=}"` is written out as text and a field.
    if "=" in anew and "{" in code:
        return
    assert canonical(parsed) == module(anew)
