"""Very long, very wide, very deep programs are analysed or refused; nothing hangs and nothing dies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from outcomes import CALL, CHECK, Table, assert_only_the_call_changed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Verdict = Callable[..., str]
    Verdicts = Callable[..., dict[str, str]]
    MakeGarden = Callable[[Mapping[str, str | bytes]], Any]

GET = "requests.get(u)"


def program(body: str) -> str:
    """A module that imports what the rule is about."""
    return f"import requests\n{body}\n"


def indented(depth: int, header: str, last: str) -> str:
    """`depth` compound statements inside each other, one blank of indentation each."""
    return "".join(f"{' ' * level}{header}\n" for level in range(depth)) + " " * depth + last


LONG_AND_DEEP = {
    "a sum of 500 terms": "x = " + " + ".join(["a"] * 500) + f" + {GET}",
    "a call before 500 more terms": f"x = {GET}" + " + b" * 500,
    "a condition of 500 terms": f"x = {GET}" + " and b" * 500,
    "500 implicitly concatenated strings": "x = f(" + " ".join(["'s'"] * 500) + f", {GET})",
    "1,000 branches": "if a: pass\n" + "elif b: pass\n" * 1000 + f"else: {GET}",
    "a call in the last of 1,000 branches": "if a: pass\n" + "elif b: pass\n" * 999 + f"elif c: {GET}",
    "a chain of 500 attributes": f"x = {GET}" + ".a" * 500,
    "a chain of 500 calls": f"x = {GET}" + ".a()" * 500,
    "80 nested parentheses": "x = " + "(" * 80 + GET + ")" * 80,
    "80 nested lists": "x = " + "[" * 80 + GET + "]" * 80,
    "60 nested calls": "f(" * 60 + GET + ")" * 60,
    "90 nested functions": indented(90, "def f():", GET),
    "18 nested loops": indented(18, "for a in b:", GET),
    "500 not operators": "x = " + "not " * 500 + GET,
    "500 minus signs": "x = " + "-" * 500 + GET,
    "500 nested conditional expressions": "x = " + "a if b else " * 500 + GET,
    "90 nested lambdas": "x = " + "lambda: " * 90 + GET,
    "a call with 5,000 arguments": f"f({'a, ' * 5000}{GET})",
    "a list of 20,000 numbers": f"x = [{'1, ' * 20000}{GET}]",
    "a dictionary of 5,000 entries": f"x = {{{'1: a, ' * 5000}2: {GET}}}",
    "10,000 statements on one line": "a;" * 10000 + GET,
    "5,000 decorators": "@d\n" * 5000 + f"def f(): {GET}",
    "2,000 parameters": "def f(" + ", ".join(f"p{number}" for number in range(2000)) + f"): {GET}",
    "a comment of 500,000 characters": f"{GET}  # " + "c" * 500_000,
    "a string of 500,000 characters": f"x = '{'c' * 500_000}'; {GET}",
    "20,000 blank lines": "\n" * 20000 + GET,
    "a comparison of 500 terms": f"x = {GET}" + " < b" * 500,
    "a match with 500 cases": "match a:\n" + " case 1: pass\n" * 500 + f" case _: {GET}",
}
ANALYSED = {kind: program(body) for kind, body in LONG_AND_DEEP.items()}


@pytest.mark.parametrize("kind", ANALYSED)
def test_long_and_deep_code_is_analysed(kind: str, verdicts: Verdicts) -> None:
    assert verdicts(ANALYSED)[kind] == "found"


ABSURD = {
    "20,000 implicitly concatenated strings": "x = f(" + "'s' " * 20000 + f", {GET})",
    "20,000 terms": f"x = {GET}" + " + b" * 20000,
    "20,000 attributes": f"x = {GET}" + ".a" * 20000,
    "5,000 branches": "if a: pass\n" + "elif b: pass\n" * 5000 + f"else: {GET}",
    "1,000 nested parentheses": "x = " + "(" * 1000 + GET + ")" * 1000,
    "10,000 nested parentheses": "x = " + "(" * 10000 + GET + ")" * 10000,
    "100,000 opening parentheses": GET + "\n" + "(" * 100_000,
    "10,000 nested lists": "x = " + "[" * 10000 + GET + "]" * 10000,
    "150 nested functions": indented(150, "def f():", GET),
    "1,000 nested blocks": indented(1000, "if a:", GET),
    "10,000 not operators": "x = " + "not " * 10000 + GET,
    "100,000 minus signs": "x = " + "-" * 100_000 + GET,
    "10,000 lambdas": "x = " + "lambda: " * 10000 + GET,
    "10,000 conditional expressions": "x = " + "a if b else " * 10000 + GET,
    "a number of 10,000 digits": f"x = {'9' * 10000}; {GET}",
    "nested f-strings": 'x = f"' + "{f'" * 100 + "'}" * 100 + f'"; {GET}',
    "nested format specifications": 'x = f"' + "{a:" * 50 + "}" * 50 + f'"; {GET}',
}
NEVER_SILENT = {kind: program(body) for kind, body in ABSURD.items()}


@pytest.mark.parametrize("kind", NEVER_SILENT)
def test_absurd_code_is_analysed_or_refused_with_a_reason(kind: str, verdicts: Verdicts) -> None:
    assert verdicts(NEVER_SILENT, settings="time-limit = 2\n")[kind] != "silent"


def test_a_line_of_10_megabytes_is_skipped_where_people_see_it(garden: MakeGarden) -> None:
    made = garden({"hostile.py": program(f"x = '{'c' * 10_000_000}'; {GET}"), "healthy.py": CALL})
    ran = made.run("check", "--no-cache")
    assert ran.code == 1
    assert "hostile.py" in ran.out + ran.err
    assert "larger than" in ran.out + ran.err
    counts = made.run(*CHECK).json["counts"]
    assert (counts["files"], counts["analysed"]) == (2, 1)


def test_a_line_of_10_megabytes_is_analysed_when_the_settings_allow_its_size(verdict: Verdict) -> None:
    assert verdict(program(f"x = '{'c' * 10_000_000}'\n{GET}"), settings="max-file-kb = 20000\n") == "found"


def test_a_file_that_takes_too_long_is_refused_when_its_time_is_up(verdict: Verdict) -> None:
    slow = program("x = [" + "f(a, b.c[d], 'e'), " * 200_000 + f"{GET}]")
    assert "limit" in verdict(slow, settings="max-file-kb = 20000\ntime-limit = 2\n")


FIXED = {
    kind: ANALYSED[kind] for kind in ("a sum of 500 terms", "1,000 branches", "90 nested functions", "80 nested lists")
}


@pytest.mark.parametrize("kind", FIXED)
def test_long_and_deep_code_is_fixed_where_it_is_found(kind: str, fixed: Callable[[Table], dict[str, bytes]]) -> None:
    assert_only_the_call_changed(FIXED[kind], fixed(FIXED)[kind])


def test_many_findings_in_one_file_are_all_reported(garden: MakeGarden) -> None:
    ran = garden({"hostile.py": program(f"{GET}\n" * 2000)}).run(*CHECK)
    assert len(ran.hits) == 2000
    assert len({found["fingerprint"] for found in ran.json["findings"]}) == 2000
