"""Fixes of pattern rules: whatever moves where, the result means what the template says."""

from __future__ import annotations

import ast
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pattern_runs import run

ARGUMENTS = [
    "a",
    "a.b",
    "a[0]",
    "g(a)",
    "1",
    "-1",
    "1.5",
    "1j",
    "'a'",
    "'a' 'b'",
    "f'{a}'",
    "a + b",
    "a ** b",
    "a * b",
    "~a",
    "not a",
    "a and b",
    "a or b",
    "a < b",
    "a in b",
    "a if b else c",
    "lambda: a",
    "lambda a: a + 1",
    "(a, b)",
    "[a]",
    "{a: b}",
    "{a}",
    "(a for a in b)",
    "a for a in b",
    "[a for a in b]",
    "(a := b)",
    "a\n  + b",
    "(a +\n  b)",
    "a | b",
    "a == b != c",
    "...",
    "None",
    "b'a'",
]
TEMPLATES = [
    "$X",
    "$X.y",
    "$X + 1",
    "1 - $X",
    "$X ** 2",
    "2 ** $X",
    "not $X",
    "h($X)",
    "h(k=$X)",
    "h(*$X)",
    "h(**$X)",
    "[$X]",
    "$X[0]",
    "h[$X]",
    "$X if $X else 0",
    "0 if c else $X",
    "lambda: $X",
    "($X, 1)",
    "{'k': $X}",
    "$X == $X",
    "-$X",
    "str($X).z",
    "[i for i in $X]",
    "[$X for i in j]",
    "$X and 1",
    "1 or $X",
    "h($X)(1)",
    "(n := $X)",
    "h[$X:]",
    "$X, 1",
    "f'{$X}'",
    "1",
    "'s'",
]
CONTEXTS = [
    "{}",
    "x = {}",
    "x += {}",
    "{}.y",
    "{}(1)",
    "{} ** 2",
    "2 ** {}",
    "-{}",
    "not {}",
    "[{}]",
    "h({})",
    "h(*{})",
    "h(k={})",
    "h(**{})",
    "{} if c else d",
    "a if {} else d",
    "a if b else {}",
    "lambda: {}",
    "{}[0]",
    "y[{}]",
    "y[{}:2]",
    "{} < b",
    "a in {}",
    "a and {}",
    "{} or a",
    "a - {}",
    "{} - a",
    "[i for i in {}]",
    "[{} for i in j]",
    "[i for i in j if {}]",
    "z = {{{}: 1}}",
    "z = {{1: {}}}",
    "f'{{{}}}'",
    "f'{{{}!r}}'",
    "assert {}",
    "if {}: pass",
    "while {}: pass",
    "for i in {}: pass",
    "with {}: pass",
    "with {} as b: pass",
    "raise {}",
    "@{}\ndef e(): pass",
    "x: {} = 1",
    "class A({}): pass",
    "def e(a={}): pass",
    "def e():\n    return {}",
    "def e():\n    yield {}",
    "a = b, {}",
    "({})",
    "x = ({})",
    "y[{}, 1]",
    "async def e():\n    await {}",
]


class _Flat(ast.NodeTransformer):
    """`(a or b) or c` and `a or (b or c)` mean `a or b or c`."""

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        flat: list[ast.expr] = []
        for value in node.values:
            same = isinstance(value, ast.BoolOp) and type(value.op) is type(node.op)
            flat += value.values if same else [value]
        node.values = flat
        return node


def tree(code: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.dump(_Flat().visit(ast.parse(code)))


def meaning(context: str, template: str, argument: str) -> str | None:
    """The tree that the rewritten code must have; None when even parentheses everywhere give no Python."""
    inner = template.replace("$X", f"({argument})")
    try:
        return tree(context.format(f"({inner})"))
    except SyntaxError:
        return None


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(CONTEXTS), st.sampled_from(TEMPLATES), st.sampled_from(ARGUMENTS))
def test_a_rewritten_expression_means_what_the_template_says(context: str, template: str, argument: str) -> None:
    code = context.format(f"f({argument})") + "\n"
    try:
        tree(code)
    except SyntaxError:
        return
    ran = run({"pattern": "f($X)", "fix": template}, code)
    wanted = meaning(context, template, argument)
    if ran.fixed != code and wanted is not None:
        assert tree(ran.fixed) == wanted, ran.fixed
    elif wanted is not None and "f'" not in code and "f'" not in template and template != "f($X)":
        assert template == "$X" or ran.fixed != code


STATEMENTS = [
    "a",
    "a = b",
    "a; b",
    "return 1",
    "# why\na = 1",
    "a = '''x\n  y'''",
    "if a:\n  b\nelse:\n  c",
    "pass  # c",
]
BLOCKS = [
    "if t: ...\n",
    "def f():\n    {}\n",
    "class A:\n  def f(self):\n      for x in y:\n        {}\n      z\n",
    "def f():\n\t{}\n",
    "def f():\r\n    {}\r\n",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=3), st.sampled_from(BLOCKS[1:]))
def test_statements_move_with_their_comments_and_strings(body: list[str], block: str) -> None:
    indent = block[: block.index("{}")].rpartition("\n")[2]
    newline = "\r\n" if "\r\n" in block else "\n"
    lines = [
        "if t:",
        *(f"  {line}" if not line.startswith("  y") else line for item in body for line in item.split("\n")),
    ]
    nested = newline.join(line if line.startswith("  y'''") else indent + line for line in lines)
    code = block.replace(f"{indent}{{}}", nested)
    ran = run({"pattern": "if t:\n    $...B", "fix": "if not t:\n    raise E\nwhile u:\n    $...B"}, code)
    assert ran.fixed != code
    rebuilt = ran.fixed
    assert rebuilt.count("# why") == code.count("# why")
    assert rebuilt.count("# c") == code.count("# c")
    assert rebuilt.count("x\n  y") == code.count("x\n  y")
    found = next(node for node in ast.walk(ast.parse(rebuilt)) if isinstance(node, ast.While))
    original = next(
        node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.If) and ast.unparse(node.test) == "t"
    )
    assert [ast.dump(item) for item in found.body] == [ast.dump(item) for item in original.body]


@pytest.mark.parametrize(
    ("body", "code", "fixed"),
    [
        ({"pattern": "print(...)", "fix": ""}, "a\r\nprint(1)\r\nb\r\n", "a\r\nb\r\n"),
        ({"pattern": "print(...)", "fix": ""}, "print(1)", ""),
        ({"pattern": "print(...)", "fix": ""}, "x = print(1)\n", "x = print(1)\n"),
        ({"pattern": "print(...)", "fix": ""}, "a; print(1); b\n", "a; pass; b\n"),
        ({"pattern": "print(...)", "fix": ""}, "if a: print(1)\n", "if a: pass\n"),
        ({"pattern": "print(...)", "fix": ""}, "# keep\nprint(1)  # gone\na\n", "# keep\na\n"),
        ({"pattern": "if x: ...", "fix": ""}, "if x:\n    a\nb\n", "b\n"),
        ({"pattern": "if x: ...", "fix": ""}, "if y:\n    a\nelif x:\n    b\n", "if y:\n    a\nelif x:\n    b\n"),
        ({"pattern": "$X = 1", "fix": "with $X: pass"}, "if a: x = 1\n", "if a: x = 1\n"),
        ({"pattern": "$X = 1", "fix": "with $X: pass"}, "a; x = 1\n", "a; x = 1\n"),
        ({"pattern": "$X = 1", "fix": "$X = 2"}, "a; x = 1\n", "a; x = 2\n"),
        ({"pattern": "f($X)", "fix": "a($X)\nb($X)"}, "def g():\n    f(1)\n", "def g():\n    a(1)\n    b(1)\n"),
        ({"pattern": "f($X)", "fix": "a($X)\nb($X)"}, "x = f(1)\n", "x = f(1)\n"),
        ({"pattern": "f($X)", "fix": "a($X)\r\nb($X)\r\n"}, "f(1)\n", "a(1)\nb(1)\n"),
        ({"pattern": "[$X]", "fix": "$X"}, "a in[b]\n", "a in b\n"),
        ({"pattern": "($X)", "fix": "g($X)", "where": {"X": {"kind": "string"}}}, "f'{\"a\"}'\n", "f'{g(\"a\")}'\n"),
        ({"pattern": "f($X)", "fix": "'$X'"}, "f(1)\n", "'$X'\n"),
        ({"pattern": "except:\n    $...B", "fix": "except Exception:\n    $...B"}, "try:\n    a\nexcept:\n    b  # c\n",
         "try:\n    a\nexcept Exception:\n    b  # c\n"),
        ({"pattern": "def $F($...P):\n    $...B", "fix": "def $F($...P):\n    log()\n    $...B"},
         "@d\ndef f(a, b=1):\n    return a\n", "@d\ndef f(a, b=1):\n    log()\n    return a\n"),
    ],
)  # fmt: skip
def test_rewriting(body: dict[str, Any], code: str, fixed: str) -> None:
    assert run(body, code).fixed == fixed


def test_a_safe_fix_that_loses_a_comment_is_unsafe() -> None:
    body = {"pattern": "f($X)", "fix": "g($X)", "safety": "safe"}
    found = run(body, "f(1)\nf(  # why\n  2)\n").findings
    assert [finding.fix.safety for finding in found if finding.fix] == ["safe", "unsafe"]
