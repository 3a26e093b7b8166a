from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.checking.fixing import fix_each, fix_text, parses_as_python
from gardener.core.finding import Edit, Finding, Fix, Place, Safety, Span, Suppression

Find = Callable[[str], Sequence[Finding]]
ANYWHERE = Place(1, 1, 1, 1)


def finding(span: tuple[int, int], edits: Sequence[Edit], *, rule: str = "r", safety: Safety = "safe") -> Finding:
    fix = Fix("change it", safety, tuple(edits))
    return Finding(rule, "a.py", Span(*span), ANYWHERE, "m", "P2", fix=fix, text=str(span))


def rewriting(pattern: str, new: str, *, rule: str = "r", safety: Safety = "safe") -> Find:
    """Findings that replace each match of a pattern."""

    def find(text: str) -> list[Finding]:
        return [
            finding(match.span(), [Edit(*match.span(), match.expand(new))], rule=rule, safety=safety)
            for match in re.finditer(pattern, text)
        ]

    return find


def both(*finds: Find) -> Find:
    return lambda text: [found for find in finds for found in find(text)]


def whole_calls(text: str) -> list[Finding]:
    """`old(...)` to `new(...)`, replacing the whole call, so that nested ones overlap."""
    found: list[Finding] = []
    for match in re.finditer(r"\bold\(", text):
        depth, end = 1, match.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        found.append(finding((match.start(), end), [Edit(match.start(), end, f"new({text[match.end() : end]}")]))
    return found


def test_nested_fixes_are_all_applied_and_counted() -> None:
    fixed = fix_text("x = old(old(old(1)))\n", whole_calls, unsafe=False)
    assert (fixed.text, fixed.applied, fixed.remaining) == ("x = new(new(new(1)))\n", 3, ())


def test_fixes_that_do_not_overlap_take_one_round() -> None:
    asked: list[str] = []

    def find(text: str) -> Sequence[Finding]:
        asked.append(text)
        return rewriting(r"\bold\b", "new")(text)

    fixed = fix_text("old = 1\nx = old + old\n", find, unsafe=False)
    assert (fixed.text, fixed.applied, len(asked)) == ("new = 1\nx = new + new\n", 3, 2)


@pytest.mark.parametrize(
    ("safety", "unsafe", "after"),
    [("safe", False, "y\n"), ("unsafe", False, "x\n"), ("unsafe", True, "y\n"), ("shown", True, "x\n")],
)
def test_safety_decides_what_is_applied(safety: Safety, unsafe: bool, after: str) -> None:
    assert fix_text("x\n", rewriting("x", "y", safety=safety), unsafe=unsafe).text == after


def test_suppressed_and_baselined_findings_are_left_alone() -> None:
    def find(text: str) -> Sequence[Finding]:
        [first, *rest] = rewriting("old", "new")(text)
        return [replace(first, suppressed=Suppression("baseline", "known")), *rest]

    fixed = fix_text("a = old\nb = old\n", find, unsafe=False)
    assert (fixed.text, fixed.applied) == ("a = old\nb = new\n", 1)


def test_equal_imports_of_several_fixes_appear_once() -> None:
    def find(text: str) -> Sequence[Finding]:
        missing = [] if "import functools\n" in text else [Edit(0, 0, "import functools\n")]
        return [
            finding(match.span(), [*missing, Edit(*match.span(), "functools.reduce(")])
            for match in re.finditer(r"(?<!\.)\breduce\(", text)
        ]

    fixed = fix_text("a = reduce(f, x)\nb = reduce(g, y)\n", find, unsafe=False)
    assert fixed.text == "import functools\na = functools.reduce(f, x)\nb = functools.reduce(g, y)\n"
    assert fixed.applied == 2


def test_insertions_at_one_offset_take_turns() -> None:
    def add(name: str) -> Find:
        def find(text: str) -> Sequence[Finding]:
            at = text.index(")")
            return [] if name in text else [finding((0, at), [Edit(at, at, f", {name}=1")], rule=name)]

        return find

    fixed = fix_text("f(a)\n", both(add("y"), add("x")), unsafe=False)
    assert (fixed.text, fixed.by_rule) == ("f(a, x=1, y=1)\n", {"x": 1, "y": 1})


def test_a_fix_that_would_not_parse_is_left_out_and_told() -> None:
    bad = rewriting(r"\bbad\b", "(", rule="breaks")
    fixed = fix_text("bad = 1\nx = old\nbad\n", both(bad, rewriting("old", "new")), unsafe=False)
    assert fixed.text == "bad = 1\nx = new\nbad\n"
    assert (fixed.applied, {found.rule for found in fixed.broken}) == (1, {"breaks"})


def test_a_fix_with_impossible_edits_is_left_out_and_told() -> None:
    wrong = finding((0, 1), [Edit(0, 99, "y")], rule="wrong")
    fixed = fix_text("x\n", lambda _: [wrong], unsafe=False)
    assert (fixed.text, fixed.applied, fixed.broken) == ("x\n", 0, (wrong,))


def test_fixes_that_undo_each_other_are_taken_back() -> None:
    find = both(rewriting("a", "b", rule="to-b"), rewriting("b", "a", rule="to-a"), rewriting("old", "new"))
    fixed = fix_text("x = a, old\n", find, unsafe=False)
    assert (fixed.text, fixed.by_rule) == ("x = a, new\n", {"r": 1})
    assert fixed.stopped == "the fixes of `to-a` and `to-b` undo each other and were left out"


def test_a_fix_that_never_ends_is_taken_back() -> None:
    find = both(rewriting(r"\bx\b", "x + 0", rule="grows"), rewriting("old", "new"))
    fixed = fix_text("x\nold\n", find, unsafe=False)
    assert (fixed.text, fixed.applied) == ("x\nnew\n", 1)
    assert fixed.stopped == "the fixes of `grows` never end and were left out"


def test_a_fix_that_changes_nothing_is_not_counted() -> None:
    fixed = fix_text("x\n", rewriting("x", "x"), unsafe=False)
    assert (fixed.applied, fixed.stopped) == (0, None)


def test_a_given_number_of_rounds_is_kept() -> None:
    fixed = fix_text("x\n", rewriting(r"\bx\b", "(x + 0)"), unsafe=False, max_rounds=2)
    assert (fixed.text, fixed.applied) == ("((x + 0) + 0)\n", 2)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = 1\r\n\told\r\n", id="CRLF"),
        pytest.param("# é\x0c\nold  \n", id="form feed and trailing blanks"),
        pytest.param("if x:\n\told\n", id="tabs"),
        pytest.param("old\n# \u2028 last line without an end", id="no final newline"),
        pytest.param("old\rx = 1\r", id="carriage returns"),
    ],
)
def test_every_character_outside_the_edit_is_kept(text: str) -> None:
    fixed = fix_text(text, rewriting("old", "new"), unsafe=False, parses=bool)
    assert fixed.text == text.replace("old", "new")


def test_inserted_lines_end_as_the_file_does() -> None:
    fixed = fix_text("old\r\nx\r\n", rewriting("old", "new1\nnew2"), unsafe=False)
    assert fixed.text == "new1\r\nnew2\r\nx\r\n"


def test_text_that_libcst_cannot_read_may_not_stand() -> None:
    assert parses_as_python("x = 1\n")
    assert not parses_as_python("x = (\n")


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    arguments = st.lists(inner, min_size=1, max_size=3).map(", ".join)
    return st.builds("{}({})".format, st.sampled_from(["old", "keep"]), arguments)


calls = st.recursive(st.sampled_from(["1", "a", "b.c"]), nested, max_leaves=12)


@given(st.lists(calls, min_size=1, max_size=3), st.integers(0, 9))
def test_the_order_of_findings_does_not_matter_and_a_second_run_changes_nothing(lines: list[str], turn: int) -> None:
    text = "".join(f"x = {line}\n" for line in lines)

    def shuffled(text: str) -> Sequence[Finding]:
        found = whole_calls(text)
        cut = turn % (len(found) + 1)
        return [*found[cut:], *found[:cut]][:: 1 if turn % 2 else -1]

    fixed = fix_text(text, shuffled, unsafe=False, parses=bool)
    assert fixed.text == text.replace("old(", "new(")
    assert fixed.applied == text.count("old(")
    assert fix_text(fixed.text, shuffled, unsafe=False).applied == 0


def wrapped_calls(text: str) -> list[Finding]:
    """`old(...)` to `(old(...))`, by two insertions at the ends of the call."""
    return [
        finding(
            (item.span.start, item.span.end),
            [Edit(item.span.start, item.span.start, "("), Edit(item.span.end, item.span.end, ")")],
        )
        for item in whole_calls(text)
    ]


def twice(text: str) -> list[Finding]:
    """`old(...)` to `old(twice(...))`, which holds what it is for."""
    return [
        finding((item.span.start, item.span.end), [Edit(edit.start, edit.end, f"old(twice({edit.text[4:]})")])
        for item in whole_calls(text)
        if item.fix
        for edit in item.fix.edits
    ]


def test_a_fix_that_contains_what_it_is_for_is_applied_once_to_each_nested_finding() -> None:
    fixed = fix_each("x = old(old(1), old(2))\ny = old(3)\n", twice)
    assert fixed.text == "x = old(twice(old(twice(1)), old(twice(2))))\ny = old(twice(3))\n"
    assert fixed.applied == 4


@given(st.lists(calls, min_size=1, max_size=3))
def test_every_finding_there_is_at_the_start_is_fixed_once(lines: list[str]) -> None:
    text = "".join(f"x = {line}\n" for line in lines)
    for find in (twice, wrapped_calls):
        fixed = fix_each(text, find, parses=bool)
        assert fixed.applied == text.count("old(")
        assert fixed.text.count("old(") == text.count("old(")
    assert fix_each(text, twice, parses=bool).text.count("twice(") == text.count("old(")


def test_whole_lines_inserted_where_a_finding_starts_move_it() -> None:
    def find(text: str) -> list[Finding]:
        calls = whole_calls(text)
        return [
            finding(
                (item.span.start, item.span.end),
                [Edit(0, 0, "import new\n"), *(item.fix.edits if item.fix else ())],
            )
            for item in calls
        ]

    assert fix_each("old(old(1))\n", find).text == "import new\nimport new\nnew(new(1))\n"
