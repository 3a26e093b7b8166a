"""What holds for the units of any program: they stand where they say, and depend on nothing around them."""

from __future__ import annotations

import ast
import sysconfig
import textwrap
from pathlib import Path

import hypothesmith
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gardener.checking.parsing import Unparsable, in_deep_stack, parse_ast
from gardener.core.review import Unit
from gardener.repo.files import decode
from gardener.reviewing.context import units_with_context
from gardener.reviewing.outline_ast import module_from_ast
from gardener.reviewing.outline_cst import outline_from_cst
from gardener.reviewing.source_lines import SourceLines
from gardener.reviewing.units import units_of

STDLIB = Path(sysconfig.get_paths()["stdlib"])
FILES = ["ast.py", "dataclasses.py", "typing.py", "textwrap.py", "enum.py", "subprocess.py", "asyncio/tasks.py"]
PROGRAMS = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def text_of(name: str) -> str:
    return decode((STDLIB / name).read_bytes()).text


def assert_faithful(text: str, units: tuple[Unit, ...]) -> None:
    """Every line of a unit stands on the line of the file that it claims, in order; what is elided says `...`.

    And no line of code is left out of all units.
    """
    raw = SourceLines.of(text).raw
    seen = {number for unit in units for number in unit.lines}
    code = {number for number, line in enumerate(raw, start=1) if line.strip() and line.lstrip()[0] not in "#\\"}
    assert not code - seen
    for unit in units:
        lines = unit.text.split("\n")
        assert len(lines) == len(unit.lines)
        shown = [number for number in unit.lines if number]
        assert shown == sorted(set(shown))
        assert all(line in raw[number - 1] if number else line.strip() == "..." for line, number in zip(lines, unit.lines, strict=True))  # fmt: skip # noqa: E501


def told(units: tuple[Unit, ...]) -> list[tuple[str, str, str, int, str]]:
    """All of a unit that the key of a verdict may depend on."""
    return [(unit.name, unit.kind, unit.text, unit.ordinal, unit.context) for unit in units]


def functions(units: tuple[Unit, ...]) -> list[tuple[str, str, str, int, str]]:
    return [item for item in told(units) if item[1] == "function"]


@pytest.mark.parametrize("name", FILES)
def test_units_of_real_files_stand_where_they_say(name: str) -> None:
    text = text_of(name)
    assert_faithful(text, units_of(name, text))


@pytest.mark.parametrize("name", ["dataclasses.py", "asyncio/tasks.py"])
def test_both_parsers_give_the_same_outline_of_real_files(name: str) -> None:
    lines = SourceLines.of(text_of(name))
    tree = parse_ast(text_of(name))
    assert tree is not None
    assert in_deep_stack(lambda: outline_from_cst(text_of(name), 20.0)).module == module_from_ast(tree, lines)


@PROGRAMS
@given(hypothesmith.from_node())
def test_units_of_any_program_stand_where_they_say_whoever_parses_it(code: str) -> None:
    tree = parse_ast(code)
    assume(tree is not None)
    assert tree is not None
    assert_faithful(code, units_of("a.py", code))
    lines = SourceLines.of(code)
    try:
        assert in_deep_stack(lambda: outline_from_cst(code, 20.0)).module == module_from_ast(tree, lines)
    except Unparsable:
        return


@pytest.mark.parametrize("name", FILES)
def test_a_function_alone_means_what_it_means_in_its_file(name: str) -> None:
    """The text of a unit parses to the tree it has in the file, docstrings aside, whose layout may differ."""
    text = text_of(name)
    tree = ast.parse(text)
    found = {node.lineno: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    checked = 0
    for unit in units_of(name, text):
        if unit.kind == "function":
            (alone,) = ast.parse(unit.text).body
            assert ast.dump(without_layout(alone)) == ast.dump(without_layout(found[unit.lines[alone.lineno - 1]]))
            checked += 1
    assert checked > 5


def without_layout(node: ast.AST) -> ast.AST:
    for inner in ast.walk(node):
        body = getattr(inner, "body", None)
        first = body[0] if isinstance(body, list) and body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            first.value.value = " ".join(first.value.value.split())
    return node


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_ends_change_nothing(name: str, ending: str) -> None:
    text = text_of(name).replace("\r\n", "\n")
    assert told(units_with_context(name, text.replace("\n", ending))) == told(units_with_context(name, text))


@pytest.mark.parametrize("name", FILES)
def test_unrelated_code_around_changes_no_function(name: str) -> None:
    text = text_of(name)
    lines = text.split("\n")
    start = next(node.lineno for node in ast.parse(text).body if isinstance(node, ast.ClassDef | ast.FunctionDef))
    while lines[start - 2].startswith(("@", "#")):
        start -= 1
    lines[start - 1 : start - 1] = ["def unrelated_zzz():", "    pass", "", ""]
    inserted = "\n".join([*lines, "unrelated_yyy = 1", ""])
    known = functions(units_with_context(name, text))
    assert [item for item in functions(units_with_context(name, inserted)) if item[0] != "unrelated_zzz"] == known


FUNCTION = '''\
@wraps(g)
async def f(self, a=1, *, b: int = 2) -> int:
    """Do it.

    At length.
    """
    if a:
        return f"{a}
b" if b else """
  x
"""  # why

    return await g(a,
        b)
'''.replace('f"{a}\nb"', 'f"{a}"')


@given(
    before=st.sampled_from(["", "x = 1\n", "# why\n\n", "class B:\n    def f(self): return 2\n"]),
    after=st.sampled_from(["", "y = 2\n", "\n\n# end\n", "class C: pass\n"]),
    wrapped=st.sampled_from(["", "if a:\n", "try:\n    pass\nfinally:\n"]),
    blanks=st.integers(0, 3),
)
def test_a_function_may_move_in_its_file(before: str, after: str, wrapped: str, blanks: int) -> None:
    alone = textwrap.indent(FUNCTION, "    ") if wrapped else FUNCTION
    # Strings that span lines keep their white space wherever they move.
    alone = alone.replace('\n      x\n    """', '\n  x\n"""')
    code = before + "\n" * blanks + wrapped + alone + after
    (unit,) = [unit for unit in units_of("a.py", code) if unit.name == "f"]
    (same,) = [unit for unit in units_of("b.py", FUNCTION) if unit.name == "f"]
    assert unit.text.split("\n")[:9] == same.text.split("\n")[:9]
    assert [line.strip() for line in unit.text.split("\n")] == [line.strip() for line in same.text.split("\n")]


@pytest.mark.parametrize("name", FILES)
def test_push_back_anywhere_changes_nothing_a_verdict_depends_on(name: str) -> None:
    text = text_of(name)
    lines = SourceLines.of(text)
    tree = ast.parse(text)
    starts = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt)}
    changed: list[str] = []
    for number, line in enumerate(lines.raw, start=1):
        if number in starts and not line.lstrip().startswith("@") and number not in lines.inside:
            changed.append(f"{lines.indent(number)}# gardener: wrong[belief.{number}] it holds here")
        changed.append(line)
    noted = "\n".join(changed)
    assert told(units_with_context(name, noted)) == told(units_with_context(name, text))
