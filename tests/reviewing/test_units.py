"""Units of code: what is judged as one piece, and in which form."""

from __future__ import annotations

import textwrap

import pytest

from gardener.checking.parsing import Unparsable
from gardener.core.review import Unit
from gardener.reviewing.units import units_of

CODE = '''\
"""What this is about."""

import os  # for paths


@decorated
class Stack(list):
    """Things on things."""

    limit: int = 3

    @property
    def top(self) -> int:
        """The last one."""
        return self[-1]

    @top.setter
    def top(self, value: int) -> None:
        self[-1] = value

    class Error(Exception):
        code = 1

        async def show(self): return await str(self)

    if os.name == "nt":

        def close(self):
            def inner():
                return 1

            return inner

    # the end of the class


square = lambda x: x * x


def main(
    first,  # a: b
    second={"a": 1},
):
    """Run."""
    text = """
  less
        more
    """
    return text
    # the end of main


if __name__ == "__main__":
    main()
'''


def named(text: str) -> dict[tuple[str, int], Unit]:
    return {(unit.name, unit.ordinal): unit for unit in units_of("a.py", text)}


def test_functions_classes_and_the_module_are_units_in_file_order() -> None:
    assert [(unit.kind, unit.name, unit.ordinal) for unit in units_of("a.py", CODE)] == [
        ("module", "", 0),
        ("class", "Stack", 0),
        ("function", "Stack.top", 0),
        ("function", "Stack.top", 1),
        ("class", "Stack.Error", 0),
        ("function", "Stack.Error.show", 0),
        ("function", "Stack.close", 0),
        ("function", "main", 0),
    ]


def test_a_function_is_shown_whole_without_its_indentation() -> None:
    unit = named(CODE)["Stack.top", 1]
    assert unit.text == "@top.setter\ndef top(self, value: int) -> None:\n    self[-1] = value"
    assert unit.lines == (17, 18, 19)


def test_a_function_inside_a_function_belongs_to_it() -> None:
    unit = named(CODE)["Stack.close", 0]
    assert unit.text == "def close(self):\n    def inner():\n        return 1\n\n    return inner"


def test_a_class_shows_its_docstring_its_fields_and_the_headers_of_its_methods() -> None:
    unit = named(CODE)["Stack", 0]
    assert unit.text == textwrap.dedent('''\
        @decorated
        class Stack(list):
            """Things on things."""

            limit: int = 3

            @property
            def top(self) -> int:
                ...

            @top.setter
            def top(self, value: int) -> None:
                ...

            class Error(Exception):
                ...

            if os.name == "nt":

                def close(self):
                    ...

            # the end of the class''')
    assert unit.lines == (6, 7, 8, 9, 10, 11, 12, 13, 0, 16, 17, 18, 0, 20, 21, 0, 25, 26, 27, 28, 0, 33, 34)


def test_a_module_shows_what_stands_outside_its_definitions() -> None:
    unit = named(CODE)["", 0]
    assert unit.text == textwrap.dedent('''\
        """What this is about."""

        import os  # for paths


        @decorated
        class Stack(list):
            ...


        square = lambda x: x * x


        def main(
            first,  # a: b
            second={"a": 1},
        ):
            ...


        if __name__ == "__main__":
            main()''')


def test_a_body_on_the_line_of_its_header_is_elided_too() -> None:
    unit = named(CODE)["Stack.Error", 0]
    assert unit.text == "class Error(Exception):\n    code = 1\n\n    async def show(self):\n        ..."
    assert unit.lines == (21, 22, 23, 24, 0)
    assert named(CODE)["Stack.Error.show", 0].text == "async def show(self): return await str(self)"


def test_strings_keep_their_white_space_and_comments_below_a_body_belong_to_it() -> None:
    text = named(CODE)["main", 0].text
    assert '    text = """\n  less\n        more\n    """\n    return text\n    # the end of main' in text


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        ("", []),
        ("# only a comment\n", []),
        ("def f(): pass\n", ["function"]),
        ("# why\n\n\nclass A: pass\n", ["class"]),
        ("def f(): pass\ndef g(): pass\n", ["module", "function", "function"]),
        ("import a\ndef f(): pass\n", ["module", "function"]),
        ('"""Only a docstring."""\n', ["module"]),
        ("x = 1\n", ["module"]),
        ("try:\n    import a\nexcept E:\n    def a(): pass\n", ["module", "function"]),
    ],
)
def test_a_module_that_says_nothing_else_than_one_definition_is_no_unit(code: str, kinds: list[str]) -> None:
    assert [unit.kind for unit in units_of("a.py", code)] == kinds


@pytest.mark.parametrize(
    "statement",
    [
        "if a:\n    DEF\nelif b:\n    pass",
        "if a:\n    pass\nelif b:\n    DEF",
        "if a:\n    pass\nelse:\n    DEF",
        "try:\n    DEF\nfinally:\n    pass",
        "try:\n    pass\nexcept E:\n    DEF",
        "try:\n    pass\nexcept* E:\n    DEF",
        "try:\n    pass\nexcept E:\n    pass\nelse:\n    DEF\nfinally:\n    pass",
        "with a as b:\n    DEF",
        "for a in b:\n    DEF",
        "while a:\n    pass\nelse:\n    DEF",
        "match a:\n    case 1:\n        pass\n    case 2:\n        DEF",
        "class A:\n    if a:\n        DEF",
    ],
)
def test_functions_are_found_under_other_statements(statement: str) -> None:
    found = units_of("a.py", statement.replace("DEF", "def f(): pass") + "\n")
    assert [(unit.name, unit.text) for unit in found if unit.kind == "function"] == [
        ("A.f" if "class" in statement else "f", "def f(): pass")
    ]


@pytest.mark.parametrize(
    ("code", "name", "text"),
    [
        ("def f[T: int = str](x: T) -> T:\n    return x\n", "f", "def f[T: int = str](x: T) -> T:\n    return x"),
        ("class A[T: (int, str)]: x: T\ntype X[T] = T\n", "A", "class A[T: (int, str)]: x: T"),
        ('def f(): return f"{a["b: c"]}"\n', "f", 'def f(): return f"{a["b: c"]}"'),
        ('x = t"{a}"\n\ndef f():\n    pass\n', "f", "def f():\n    pass"),
        ("class A:\n    def f(self, a=lambda: 1) -> (int): # x: y\n        pass\n    type T[A] = A\n", "A",
         "class A:\n    def f(self, a=lambda: 1) -> (int): # x: y\n        ...\n    type T[A] = A"),
    ],
)  # fmt: skip
def test_grammar_that_the_running_python_may_not_know_is_read(code: str, name: str, text: str) -> None:
    assert named(code)[name, 0].text == text


@pytest.mark.parametrize(
    "code",
    [
        "\tx = 1\n",
        "def f(:\n",
        "print 1\n",
        "x = '\n",
        "x = 1\0\n",
        "\ufeffx = 1\n",
    ],
)
def test_what_is_no_python_is_unparsable(code: str) -> None:
    with pytest.raises(Unparsable):
        units_of("a.py", code)


@pytest.mark.parametrize("docstring", ['"a\\u0 no"', 'b"no"', 'f"no"', '"a" "b"', '"a" f"no"', "u'a'", "'a'; x"])
@pytest.mark.parametrize("newer", ["", "type A = int\n"])
def test_strings_at_the_top_of_a_body_are_read_whoever_parses_them(docstring: str, newer: str) -> None:
    code = f"import a\n{newer}\n\nclass B:\n    {docstring}\n"
    assert units_of("a.py", code)[1].text == f"class B:\n    {docstring}"


def test_overloads_under_one_name_are_told_apart_by_number() -> None:
    code = "import t\n" + "@t.overload\ndef f(x: int) -> int: ...\n" * 2 + "def f(x): return x\nclass f: pass\n"
    assert [(unit.name, unit.ordinal) for unit in units_of("a.py", code)[1:]] == [
        ("f", 0), ("f", 1), ("f", 2), ("f", 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("with_it", "without"),
    [
        ("    x = 1  # gardener: allow[a-b] because\n", "    x = 1\n"),
        ("    x = 1  # noqa: S1  # gardener: wrong[b.1] it is not\n", "    x = 1  # noqa: S1\n"),
        ("    x = 1  # gardener: wrong[b.1] it is not # noqa\n", "    x = 1  # noqa\n"),
        ("    # gardener: defer[b.1] until=2027-01-31 later\n    x = 1\n", "    x = 1\n"),
        ("    x = 1\n    # gardener: allow[b.1] at the end\n", "    x = 1\n"),
        ("    x = 1\n    # gardener: allowed[a] is no verb of ours, and no word for a judge\n", "    x = 1\n"),
        ("    x = 1\n    # gardener: allow[a broken directive\n", "    x = 1\n"),
        ("    # why gardener: allow[a-b] mixed\n    x = 1\n", "    # why\n    x = 1\n"),
    ],
)
def test_what_people_say_to_gardener_is_not_shown_to_a_judge(with_it: str, without: str) -> None:
    for frame in ("def f():\n{}", "class A:\n    y = 2\n{}\n    def g(self):\n        pass\n", "if a:\n{}"):
        shown = units_of("a.py", frame.format(with_it))
        assert [unit.text for unit in shown] == [unit.text for unit in units_of("a.py", frame.format(without))]
        assert not any("gardener" in unit.text for unit in shown)


def test_push_back_below_a_body_does_not_lengthen_it() -> None:
    code = "def f():\n    x = 1\n\n    # gardener: allow[b.1] why\n\ndef g():\n    pass\n"
    assert named(code)["f", 0].text == "def f():\n    x = 1"


HIDING = {
    "string in a formatted string": '    x = f"{a["# gardener: allow[a-b] c"]}"; evil()\n',
    "form feed in a line": "    evil(); \f x = 1  # gardener: allow[a-b] c\n",
    "form feed in a header": "    pass\n\ndef g(a=evil(),\f b=1): return 1\n",
    "push-back on the line above": "    # gardener: allow[a-b] c\n    evil()\n",
    "line continued": "    x = \\\n    evil() # gardener: allow[a-b] c\n",
    "end of a string": '    x = """\n# gardener: allow[a-b] c""" + evil()\n',
    "carriage return in a comment": "    # gardener: allow[a-b] c\r    evil()\n",
}


@pytest.mark.parametrize("kind", HIDING)
@pytest.mark.parametrize("newer", ["", "type A = int\n", '# gardener: allow[a-b] c"]}"; evil()\ntype A = int\n'])
def test_nothing_hides_code_from_a_judge(kind: str, newer: str) -> None:
    code = f"{newer}def f(a):\n{HIDING[kind]}"
    try:
        found = units_of("a.py", code)
    except Unparsable:
        pytest.skip("the running Python and LibCST both refuse this")
    assert any("evil()" in unit.text for unit in found if unit.kind == "function")


def test_a_string_that_looks_like_push_back_is_code() -> None:
    code = 'def f():\n    return "# gardener: allow[a-b] because"\n'
    assert units_of("a.py", code)[0].text == code.rstrip("\n")


def test_form_feeds_tabs_and_blanks_at_line_ends_are_layout() -> None:
    plain = 'class A:\n\n    def f(self):\n        """Text.\n\n        More.  \n        """\n        return 1\n'
    assert units_of("a.py", plain)[1].text == 'def f(self):\n    """Text.\n\n    More.  \n    """\n    return 1'
    odd = plain.replace("    def", "\f    def").replace("return 1\n", "return 1 \t\f\n")
    assert [unit.text for unit in units_of("a.py", odd)] == [unit.text for unit in units_of("a.py", plain)]
    tabbed = "class A:\n\tdef f(self):\n\t\tif a:\n\t\t\treturn 1\n"
    assert units_of("a.py", tabbed)[1].text == "def f(self):\n\tif a:\n\t\treturn 1"


def test_lines_that_are_indented_less_than_their_function_stay_where_they_are() -> None:
    code = 'class A:\n    def f(self):\n# why\n  # and\n        return """\n  a\n""" + (\n  b)\n'
    assert units_of("a.py", code)[1].text == 'def f(self):\n# why\n# and\n    return """\n  a\n""" + (\nb)'


def test_deep_nesting_ends_in_units_or_a_reason() -> None:
    chain = "if a:\n    pass\n" + "elif b:\n    pass\n" * 3_000
    assert [unit.kind for unit in units_of("a.py", f"{chain}\ndef f():\n    pass\n")] == ["module", "function"]
    nested = f"def f():\n    return {'(' * 150}1{')' * 150}\n"
    assert [unit.name for unit in units_of("a.py", nested)] == ["f"]
    with pytest.raises(Unparsable):
        units_of("a.py", f"def f():\n    return {'(' * 100_000}1{')' * 100_000}\n")
    classes = "".join("    " * depth + f"class A{depth}:\n" for depth in range(90)) + "    " * 90 + "x = 1\n"
    assert len(units_of("a.py", classes)) == 90
