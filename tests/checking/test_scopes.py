"""Scopes and bindings are the same from both trees, and slices line up with the file they were cut from."""

from __future__ import annotations

import ast
import sysconfig
import textwrap
import warnings
from pathlib import Path
from typing import Any

import hypothesmith
import libcst as cst
import pytest
from hypothesis import HealthCheck, given, settings

from gardener.checking.scopes import Binding, Facts, ScopesDiffer, joined, module_name, package_of
from gardener.checking.scopes_ast import facts_from_ast, walk_scopes_ast
from gardener.checking.scopes_cst import facts_from_cst, walk_scopes_cst

STDLIB = Path(sysconfig.get_paths()["stdlib"])


def parsed(code: str) -> ast.Module:
    """The tree, without complaints about odd escapes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


def plain(facts: Facts) -> list[Any]:
    """Everything that facts say, free of tree nodes."""

    def read(node: Any) -> Any:
        return None if node is None else facts.expression(node)

    def binding(item: Binding) -> tuple[Any, ...]:
        return item._replace(value=read(item.value), annotation=read(item.annotation))

    def table(names: dict[str, list[Binding]]) -> dict[str, Any]:
        return {name: [binding(item) for item in items] for name, items in names.items()}

    return [
        (
            (scope.kind, scope.name, scope.qualname, scope.index, scope.parent and scope.parent.index),
            [read(base) for base in scope.bases],
            [read(item) for item in scope.decorators],
            (read(scope.returns), scope.receiver),
            table(scope.bindings),
            table(scope.attributes),
            {name: home.index for name, home in scope.redirects.items()},
        )
        for scope in facts.scopes
    ]


def both(code: str) -> Facts:
    """The facts, once both trees agree on them."""
    code = textwrap.dedent(code)
    one = facts_from_ast(parsed(code), "pkg")
    other = facts_from_cst(cst.parse_module(code), "pkg")
    assert plain(one) == plain(other)
    return one


def outline(code: str) -> list[str]:
    """`number kind name < parent's number` of every scope but the module."""
    scopes = both(code).scopes[1:]
    return [f"{s.index} {s.kind} {s.qualname} < {s.parent.index if s.parent else ''}" for s in scopes]


def kinds(code: str, scope: int, name: str) -> list[str]:
    """How a name is bound in the scope of that number."""
    return [item.kind + "?" * item.conditional for item in both(code).scopes[scope].bindings.get(name, [])]


def test_scopes_are_numbered_in_document_order_after_what_stands_around_them() -> None:
    code = """
        @d(lambda: 1)
        def f(a: (lambda: 2) = (lambda: 3), *b: [x for x in y], c=(lambda: 4), **k: {z: z for z in y}) -> (lambda: 5):
            class A(*[x for x in y], m=(lambda: 6)):
                def g(self): ...
    """
    assert outline(code) == [
        "1 lambda  < 0",
        "2 lambda  < 0",
        "3 lambda  < 0",
        "4 comprehension  < 0",
        "5 lambda  < 0",
        "6 comprehension  < 0",
        "7 lambda  < 0",
        "8 function f < 0",
        "9 comprehension f < 8",
        "10 lambda f < 8",
        "11 class f.A < 8",
        "12 function f.A.g < 11",
    ]


def test_names_are_compared_as_python_compares_them() -> None:
    assert set(both("ﬁle = ª.ﬂag\ndef ﬀ(ﬁ): pass").scopes[0].bindings) == {"file", "ff"}


def test_the_first_iterable_of_a_comprehension_stands_outside_of_it() -> None:
    code = "[a for a in (lambda: 1) if (lambda: 2) for b in (lambda: 3)]"
    assert outline(code) == ["1 comprehension  < 0", "2 lambda  < 0", "3 lambda  < 1", "4 lambda  < 1"]


def test_the_arms_of_a_conditional_expression_come_in_written_order() -> None:
    code = "x = (lambda a: 1) if (lambda b: 2) else (lambda c: 3)\nf(*(lambda d: 4), k=(lambda e: 5), *(lambda g: 6))"
    assert ["".join(scope.bindings) for scope in both(code).scopes[1:]] == list("abcdeg")


@pytest.mark.parametrize(
    ("code", "scope", "name", "expected"),
    [
        ("x.y = x[0] = 1", 0, "x", []),
        ("[v for v in y]", 0, "v", []),
        ("del x", 0, "x", ["delete"]),
        ("x = 1", 0, "x", ["assign"]),
        ("a, (x, *y) = z", 0, "y", ["assign"]),
        ("x: int", 0, "x", ["assign"]),
        ("x += 1", 0, "x", ["augmented"]),
        ("import x.y", 0, "x", ["import"]),
        ("import a.b as x", 0, "x", ["import"]),
        ("from a import b as x", 0, "x", ["import"]),
        ("from a import *", 0, "*", ["star"]),
        ("for x, y in z: pass", 0, "y", ["for"]),
        ("with a as (x, y): pass", 0, "x", ["with"]),
        ("try: pass\nexcept E as x: pass", 0, "x", ["except?"]),
        ("def x(): pass", 0, "x", ["definition"]),
        ("class x: pass", 0, "x", ["definition"]),
        ("def f(a, /, x, *b, c, **d): pass", 1, "d", ["parameter"]),
        ("lambda x: x", 1, "x", ["parameter"]),
        ("[v for v in y]", 1, "v", ["for"]),
        ("[x := v for v in y]", 0, "x", ["assign"]),
        ("match a:\n case {'k': [x, *y], **z}: pass", 0, "z", ["other?"]),
        ("if a: x = 1", 0, "x", ["assign?"]),
        ("if a:\n with b:\n  x = 1", 0, "x", ["assign?"]),
        ("if a: pass\nelif b: pass\nelse: x = 1", 0, "x", ["assign?"]),
        ("with b: x = 1", 0, "x", ["assign"]),
        ("try: import x\nexcept E: x = None", 0, "x", ["import?", "assign?"]),
        ("try: pass\nfinally: x = 1", 0, "x", ["assign"]),
        ("while a:\n try: pass\n finally: x = 1", 0, "x", ["assign?"]),
        ("if a:\n def f(): x = 1", 1, "x", ["assign"]),
        ("def f():\n global x\n x = 1", 0, "x", ["assign?"]),
        ("def f():\n global x\n x = 1", 1, "x", []),
        ("def f():\n x = 1\n def g():\n  nonlocal x\n  x = 2", 1, "x", ["assign", "assign?"]),
        (
            "def f():\n def g():\n  nonlocal x\n  def h():\n   nonlocal x\n   x = 2\n x = 1",
            1,
            "x",
            ["assign?", "assign"],
        ),
    ],
)
def test_what_binds_a_name(code: str, scope: int, name: str, expected: list[str]) -> None:
    assert kinds(code, scope, name) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("class A:\n def m(s): other.x = 1", {}),
        ("class A:\n @staticmethod\n def m(s): s.x = 1", {}),
        ("class A:\n def m(s):\n  def n(s): s.x = 1", {}),
        ("def m(s): s.x = 1", {}),
        ("class A:\n def m(s): del s.x", {}),
        ("class A:\n def m(s): s.x = s.y = 1", {"x", "y"}),
        ("class A:\n def m(s): s.x: int", {"x"}),
        ("class A:\n def m(s):\n  with o as s.x: pass", {"x"}),
        ("class A:\n def m(s):\n  def n(): s.x = 1", {"x"}),
        ("class A:\n async def m(s, /): s.x, b = 1, 2", {"x"}),
    ],
)
def test_what_a_method_sets_on_its_first_parameter_belongs_to_the_class(code: str, expected: set[str]) -> None:
    found = {name for scope in both(code).scopes for name in scope.attributes}
    assert found == set(expected)


@pytest.mark.parametrize(
    ("path", "package"),
    [
        ("a.py", ""),
        ("a/b.py", "a"),
        ("a/b/__init__.py", "a.b"),
        ("src/a/b.py", "a"),
        ("one/src/a/b/c.py", "a.b"),
        ("./a/b.py", "a"),
        ("a\\b\\c.py", "a.b"),
    ],
)
def test_the_package_of_a_path(path: str, package: str) -> None:
    assert package_of(path) == package


@pytest.mark.parametrize(
    ("package", "level", "module", "expected"),
    [
        ("a.b", 0, "m", "m"),
        ("a.b", 1, "m", "a.b.m"),
        ("a.b", 2, "m", "a.m"),
        ("a.b", 1, "", "a.b"),
        ("a.b", 3, "m", "...m"),
        ("", 1, "requests", ".requests"),
        ("", 1, "", "."),
    ],
)
def test_a_relative_import_never_passes_for_an_absolute_one(
    package: str, level: int, module: str, expected: str
) -> None:
    assert module_name(package, level, module) == expected


def test_a_module_of_dots_takes_no_further_dot() -> None:
    assert [joined(".", "x"), joined("a", "x"), joined(".a", "x")] == [".x", "a.x", ".a.x"]


def corpus(step: int) -> list[Path]:
    """A fixed sample of the interpreter's own library."""
    return sorted(STDLIB.glob("*.py"))[::step]


@pytest.mark.parametrize("path", [pytest.param(path, id=path.name) for path in corpus(7)])
def test_real_files_give_the_same_facts_from_both_trees(path: Path) -> None:
    code = path.read_text(encoding="utf-8")
    tree, module = parsed(code), cst.parse_module(code)
    from_tree, from_module = facts_from_ast(tree, "p"), facts_from_cst(module, "p")
    assert plain(from_tree) == plain(from_module)
    seen = [scope.index for node, scope in walk_scopes_ast(tree, from_tree) if isinstance(node, ast.Call)]
    walked = [scope.index for node, _, scope in walk_scopes_cst(module, from_tree) if isinstance(node, cst.Call)]
    assert seen == walked


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(hypothesmith.from_node())
def test_any_program_gives_the_same_facts_from_both_trees(code: str) -> None:
    try:
        tree = parsed(code)
    except (SyntaxError, ValueError):
        return
    assert plain(facts_from_ast(tree, "p")) == plain(facts_from_cst(cst.parse_module(code), "p"))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f[T: (lambda: 1)](x: T = (lambda: 2)) -> T: pass", ["lambda", "lambda", "function f"]),
        ("class A[T, *Ts, **P](B[T]): pass", ["class A"]),
        ("type X[T] = list[lambda: 1]", ["lambda"]),
        ("t'{(lambda: 1)}'", ["lambda"]),
        ("f'{[x for x in y]:{(lambda: 1)}}'", ["comprehension", "lambda"]),
    ],
)
def test_grammar_newer_than_the_interpreter_is_read_from_libcst(code: str, expected: list[str]) -> None:
    module = cst.parse_module(code + "\n")
    facts = facts_from_cst(module, "")
    assert [f"{scope.kind} {scope.qualname}".strip() for scope in facts.scopes[1:]] == expected
    assert len(list(walk_scopes_cst(module, facts))) > 5


def test_deep_and_long_code_is_walked_without_recursion() -> None:
    chain = "a" + ".b(lambda: 1)" * 150
    branches = "if x: pass\n" + "elif x: import y\n" * 150
    assert len(both(f"{chain}\n{branches}").scopes) == 151


def test_a_slice_lines_up_with_the_file_it_was_cut_from() -> None:
    facts = both("a = lambda: 1\ndef f(x=lambda: 2):\n    b = [v for v in x]\n    c = lambda: v\n")
    inside = facts.scopes[3]
    walked = walk_scopes_cst(cst.parse_module("c = lambda: v\n"), facts, 5, inside)
    assert [scope.index for node, _, scope in walked if isinstance(node, cst.Name)] == [3, 5]


def test_a_slice_that_does_not_line_up_is_refused() -> None:
    facts = both("a = lambda: 1\nb = [v for v in a]\n")
    with pytest.raises(ScopesDiffer):
        list(walk_scopes_cst(cst.parse_module("b = [v for v in a]\n"), facts, 1))


def test_the_walk_passes_over_white_space_and_punctuation_in_document_order() -> None:
    code = "@d\ndef f(a: int = 1, /, *, b): # c\n    return (x if y else z)\n"
    module = cst.parse_module(code)
    nodes = [node for node, _, _ in walk_scopes_cst(module, facts_from_cst(module, ""))]
    assert [node.value for node in nodes if isinstance(node, cst.Name)] == ["d", "f", "a", "int", "b", "x", "y", "z"]
    silent = (cst.Comma, cst.SimpleWhitespace, cst.Comment, cst.LeftParen, cst.TrailingWhitespace)
    assert not [node for node in nodes if isinstance(node, silent)]
