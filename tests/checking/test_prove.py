"""Proof by example, and the search for conditions that no example needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.checking.compile import compile_rule
from gardener.checking.mutate import mutants, survivors
from gardener.checking.pages import read_page
from gardener.checking.prove import Problem, fixed_code, holds, prove

if TYPE_CHECKING:
    from gardener.core.rule import Rule

TOP = "# Title\n\n```toml gardener\n{fence}\n```\n"
SLEEP = 'family = "forbidden-call"\ncalls = ["time.sleep"]'
TIMEOUT = 'family = "required-argument"\ncalls = ["requests.get"]\nargument = "timeout"\nvalue = 10'


def page(fence: str, *examples: tuple[str, str]) -> Rule:
    """A compiled rule from its fence and examples, given as (info, code)."""
    text = TOP.format(fence=fence) + "".join(f"\n```python {info}\n{code}\n```\n" for info, code in examples)
    rule = read_page(text, "rules/case.md")
    made = compile_rule(rule)
    return replace(rule, plan=made.plan, fixes=made.has_fix)


def messages(problems: list[Problem]) -> list[tuple[str, str]]:
    """Place and message of each problem."""
    return [(problem.place, problem.message) for problem in problems]


def test_examples_that_hold_prove_a_rule() -> None:
    rule = page(SLEEP, ("bad", "import time\ntime.sleep(1)  # here"), ("good", "import time\ntime.time()"))
    assert prove(rule) == []
    assert holds(rule)


def test_bad_code_must_be_flagged() -> None:
    rule = page(SLEEP, ("bad", "x = 1"), ("good", "x = 1"))
    assert messages(prove(rule)) == [("rules/case.md:9", "bad code is not flagged")]


def test_with_marks_exactly_the_marked_lines_must_be_flagged() -> None:
    rule = page(SLEEP, ("bad", "import time  # here\ntime.sleep(1)\ntime.sleep(2)  # here"), ("good", "x = 1"))
    assert messages(prove(rule)) == [
        ("rules/case.md:9", "this line is marked, and not flagged"),
        ("rules/case.md:10", "this line is flagged, and not marked"),
    ]


def test_good_code_must_not_be_flagged() -> None:
    rule = page(SLEEP, ("bad", "import time\ntime.sleep(1)"), ("good", "import time\n\ntime.sleep(2)"))
    assert messages(prove(rule)) == [("rules/case.md:16", "good code is flagged: do not call `time.sleep`")]


def test_an_example_that_does_not_parse_is_a_problem() -> None:
    rule = page(SLEEP, ("bad", "import time; time.sleep("), ("good", "x = 1"))
    (found,) = prove(rule)
    assert found.message.startswith("this bad example cannot be examined: ")


def test_fixing_the_bad_gives_the_good() -> None:
    rule = page(TIMEOUT, ("bad", "import requests\nrequests.get(u)"), ("good", "import requests\nrequests.get(u, 5)"))
    found = prove(rule)
    assert "good code is flagged" in found[0].message
    assert found[1].message == "fixing this does not give the good example on line 16"
    assert found[1].diff.splitlines()[-2:] == ["-requests.get(u, 5)", "+requests.get(u, timeout=10)"]


def test_a_rule_with_a_fix_needs_as_many_good_as_bad_examples() -> None:
    bad, good = ("bad", "import requests\nrequests.get(u)"), ("good", "import requests\nrequests.get(u, timeout=10)")
    assert prove(page(TIMEOUT, bad, good)) == []
    (found,) = prove(page(TIMEOUT, bad, good, good))
    assert found.message == "a rule with a fix needs as many good as bad examples: there are 2 good, 1 bad"


def test_fixes_that_are_only_shown_are_proven_too() -> None:
    fence = 'pattern = "old($X)"\nfix = "new($X)"\nsafety = "shown"\nsyntactic = true'
    rule = page(fence, ("bad", "old(1)"), ("good", "new(1)"))
    assert prove(rule) == []
    assert fixed_code(rule, rule.examples[0]) == "new(1)\n"


def test_a_path_decides_whether_a_rule_applies_to_an_example() -> None:
    fence = SLEEP + '\npaths = ["app/**"]\nexclude = ["app/old/**"]'
    code = "import time\ntime.sleep(1)"
    rule = page(fence, ("bad path=app/a.py", code), ("good path=b.py", code), ("good path=app/old/a.py", code))
    assert prove(rule) == []
    assert survivors(rule) == []


def test_repeated_examples_stand_for_large_files() -> None:
    rule = page('family = "size-limit"\nof = "file"\nlimit = 300', ("bad repeat=301", "pass"), ("good", "pass"))
    assert prove(rule) == []


def test_a_condition_that_no_example_needs_is_found() -> None:
    fence = 'family = "required-argument"\ncalls = ["a.f", "a.g"]\nargument = "x"\nposition = 0\nexclude = ["old/**"]'
    rule = page(fence, ("bad", "import a\na.f()"), ("good", "import a\na.f(1)"))
    assert survivors(rule) == ["exclude: old/**", "required-argument: calls: a.g"]


def test_entries_are_conditions_too() -> None:
    fence = 'family = "forbidden-call"\n[[entries]]\ncalls = ["a.f"]\n[[entries]]\ncalls = ["a.g"]'
    rule = page(fence, ("bad", "import a\na.f()  # here"), ("good", "x = 1"))
    assert next(name for name, _ in mutants(rule)) == "forbidden-call: entry 1"
    assert survivors(rule) == ["forbidden-call: entry 2"]


def test_conditions_of_a_pattern_are_deleted_one_by_one() -> None:
    fence = 'pattern = "f($X)"\nsyntactic = true\nnot = ["f(1)", "f(2)"]\ninside = "while $C: ..."'
    bad = ("bad", "while c:\n    f(3)  # here\n    f(1)\nf(3)")
    rule = page(fence, bad, ("good", "x = 1"))
    assert survivors(rule) == ["not: f(2)"]
