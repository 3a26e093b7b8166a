"""Code newer than the interpreter that runs gardener is read with the grammar LibCST knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from outcomes import Table, assert_only_the_call_changed

if TYPE_CHECKING:
    from collections.abc import Callable

    Verdict = Callable[..., str]

GET = "requests.get(u)"

NEWEST = {
    "3.12 type alias": f"type A[T] = list[T]\n{GET}",
    "3.12 generic function": f"def f[T: int, *Ts, **P](x: T) -> T:\n    return {GET}",
    "3.12 generic class": f"class C[T]:\n    x: T = {GET}",
    "3.12 quotes inside an f-string": f'x = f"{{d["a"]}}"\n{GET}',
    "3.12 call inside an f-string": f'x = f"{{{GET}}}"',
    "3.12 call inside a nested f-string": f'x = f"{{f"{{{GET}}}"}}"',
    "3.12 comment inside an f-string": f'x = f"""{{\n    a  # why\n}}"""\n{GET}',
    "3.12 backslash inside an f-string": f"x = f\"{{'\\n'.join(a)}}\"\n{GET}",
    "3.13 default of a type parameter": f"class C[T = int, **P = [int]]:\n    x = {GET}",
    "3.14 template string": f'x = t"{{{GET}}}"',
    "3.14 several exceptions without parentheses": f"try:\n    {GET}\nexcept A, B:\n    pass",
    "3.14 exception groups without parentheses": f"try:\n    {GET}\nexcept* A, B:\n    pass",
    "3.14 return in finally": f"def f():\n    try:\n        return {GET}\n    finally:\n        return 1",
    "3.11 exception groups": f"try:\n    {GET}\nexcept* A:\n    pass",
    "3.11 star in an index": f"a[*b] = {GET}",
    "3.10 match": f"match a:\n    case {{'k': [1, *_]}} as b if b:\n        {GET}",
    "3.10 parenthesised with": f"with (open(a) as b, open(c) as d,):\n    {GET}",
    "soft keywords as names": f"type = match = case = _ = 1\nmatch[type] = case({GET})",
}
PROGRAMS = {kind: f"import requests\n{body}\n" for kind, body in NEWEST.items()}


@pytest.mark.parametrize("kind", NEWEST)
def test_newest_syntax_is_analysed(kind: str, verdicts: Callable[..., dict[str, str]]) -> None:
    assert verdicts(PROGRAMS)[kind] == "found"


@pytest.mark.parametrize("kind", NEWEST)
def test_newest_syntax_is_fixed_in_place(kind: str, fixed: Callable[[Table], dict[str, bytes]]) -> None:
    assert_only_the_call_changed(PROGRAMS[kind], fixed(PROGRAMS)[kind])


@pytest.mark.parametrize("body", ["x = tr'{a}'", "x = t'a' t'b'"])
def test_what_no_parser_here_reads_is_a_failure_with_its_reason(body: str, verdict: Verdict) -> None:
    assert verdict(f"import requests\n{body}\n{GET}\n") not in {"found", "silent"}
