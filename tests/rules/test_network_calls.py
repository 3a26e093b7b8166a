"""`network-call-without-timeout`, cell by cell: silent where a call is bounded, sure where it is not."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from network_cases import CASES, TABLE, Case, verdicts

from gardener.checking.compile import compile_rule
from gardener.checking.engine import examine_rule
from gardener.checking.packs import SHIPPED
from gardener.checking.pages import read_page
from gardener.checking.timeouts.case import Terms
from gardener.checking.timeouts.excuses import EXCUSES
from gardener.checking.timeouts.matching import PASSERS
from gardener.checking.timeouts.table import Table, read_table
from gardener.core.errors import GardenerError, ManyErrors
from gardener.core.rule import Rule

PAGE = SHIPPED / "network-call-without-timeout.md"


@cache
def rule() -> Rule:
    """The shipped rule, compiled."""
    found = read_page(PAGE.read_text(encoding="utf-8"), f"rules/{PAGE.name}")
    assert found is not None
    made = compile_rule(found)
    return replace(found, plan=made.plan, fixes=made.has_fix)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_call_is_judged_as_its_case_says(case: Case) -> None:
    found = [(item.place.line, item.certainty) for item in examine_rule(rule(), case.code)]
    assert tuple(found) == case.expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_tiers_and_slices_change_nothing(case: Case) -> None:
    quick = examine_rule(rule(), case.code)
    whole = examine_rule(rule(), case.code, tiers=False)
    assert [(item.place, item.message, item.fix) for item in quick] == [
        (item.place, item.message, item.fix) for item in whole
    ]


def test_there_are_enough_cases_and_none_twice() -> None:
    assert len(CASES) >= 200
    assert len({case.code for case in CASES}) == len(CASES)


STRICT = Terms(strict=True)


def all_verdicts(code: str, **less: Any) -> list[tuple[str, str]]:
    """Verdicts under the default terms, under strict ones, and with the newest releases."""
    newest = {"redis": "8.1.0", "aiohttp": "4.0"}
    return verdicts(code, **less) + verdicts(code, **less, terms=STRICT) + verdicts(code, **less, versions=newest)


BEFORE = {case.code: all_verdicts(case.code) for case in CASES}


@pytest.mark.parametrize("number", range(len(TABLE.entries)))
def test_no_entry_of_the_table_is_without_a_case(number: int) -> None:
    entries = tuple(entry for index, entry in enumerate(TABLE.entries) if index != number)
    rest = Table(TABLE.libraries, entries)
    last = {name.rpartition(".")[2] for name in TABLE.entries[number].qualified}
    told = (case for case in CASES if any(name in case.code for name in last))
    assert any(all_verdicts(case.code, table=rest) != BEFORE[case.code] for case in told), TABLE.entries[
        number
    ].qualified


@pytest.mark.parametrize("name", sorted(EXCUSES.keys() - {"safe-wrapper"}))
def test_no_excuse_is_without_a_case(name: str) -> None:
    rest = {key: excuse for key, excuse in EXCUSES.items() if key != name}
    assert any(all_verdicts(case.code, excuses=rest) != BEFORE[case.code] for case in CASES if not case.expected), name


@pytest.mark.parametrize("name", PASSERS)
def test_no_way_to_pass_a_function_on_is_without_a_case(name: str) -> None:
    rest = {key: passer for key, passer in PASSERS.items() if key != name}
    told = (case for case in CASES if name.rpartition(".")[2] in case.code)
    assert any(all_verdicts(case.code, passers=rest) != BEFORE[case.code] for case in told), name


FIELDS = {
    "position": None, "absent": "bounded", "none": "default", "zero": "fine", "parts": False, "every": False,
    "object": None, "safe_if": (), "instead": None, "until": None,
}  # fmt: skip


@pytest.mark.parametrize("field", FIELDS)
def test_no_column_of_the_table_is_without_a_case(field: str) -> None:
    entries = tuple(replace(entry, **{field: FIELDS[field]}) for entry in TABLE.entries)  # type: ignore[arg-type]
    rest = Table(TABLE.libraries, entries)
    assert any(all_verdicts(case.code, table=rest) != BEFORE[case.code] for case in CASES)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("requests.get(u)", "requests.get(u, timeout=10)"),
        ("requests.get(u, **{'a': b})", "requests.get(u, timeout=10, **{'a': b})"),
        ("requests.get(\n    u,  # why\n)", "requests.get(\n    u,  # why\n    timeout=10,\n)"),
        ("requests.get(u, timeout=None)", "requests.get(u, timeout=10)"),
        ("requests.get(u, timeout=(3, None))", "requests.get(u, timeout=(3, 10))"),
        ("requests.get(u, timeout=0)", "requests.get(u, timeout=10)"),
        ("executor.submit(requests.get, u)", "executor.submit(requests.get, u, timeout=10)"),
        ("httpx.Timeout(5, read=None)", "httpx.Timeout(5, read=10)"),
        ("httpx.Client().timeout = None", "httpx.Client().timeout = 10"),
        ("aiohttp.ClientTimeout(connect=5)", "aiohttp.ClientTimeout(connect=5, total=10)"),
        ("pymongo.MongoClient(u, socketTimeoutMS=0)", "pymongo.MongoClient(u, socketTimeoutMS=10000)"),
        (
            "aiohttp.request('GET', u, timeout=None)",
            "aiohttp.request('GET', u, timeout=aiohttp.ClientTimeout(total=10))",
        ),
        ("map(requests.get, urls)", "map(functools.partial(requests.get, timeout=10), urls)"),
        ("requests.get(u, **settings.http)", "requests.get(u, **settings.http)"),
        ("urllib.request.urlretrieve(u)", "urllib.request.urlretrieve(u)"),
    ],
)
def test_the_fix_is_the_smallest_edit(before: str, after: str) -> None:
    from gardener.checking.fixing import fix_text

    head = "import requests, httpx, aiohttp, pymongo, functools, urllib.request\n"
    fixed = fix_text(head + before + "\n", lambda text: list(examine_rule(rule(), text)), unsafe=True)
    assert fixed.text == head + after + "\n"


def test_what_takes_no_timeout_is_shown_inside_one_that_does() -> None:
    code = "import asyncio\n\n\nasync def f():\n    await asyncio.open_connection(h, 80)\n"
    fix = examine_rule(rule(), code)[0].fix
    assert fix is not None
    assert fix.safety == "shown"
    assert fix.title == "await `asyncio.wait_for(asyncio.open_connection(h, 80), timeout=10)`"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "requests.get(u)",
            "`requests` has no default timeout: this call can hang for ever; add `timeout=10`",
        ),
        (
            "s = requests.Session()\ns.get(u)",
            (
                "`requests` has no default timeout, nor has the client made on line 2: this call can hang for ever; "
                "add `timeout=10`"
            ),
        ),
        (
            "httpx.get(u, timeout=None)",
            (
                "`timeout=None` switches off what `httpx` has, a default of 5 s per phase: "
                "this call can hang for ever; say `timeout=10`"
            ),
        ),
        (
            "requests.get(u, timeout=0)",
            "`timeout=0` is no timeout that `requests` accepts: this call fails; say `timeout=10`",
        ),
        (
            "def fetch(u, **kw):\n    return requests.get(u, **kw)\nfetch(u)",
            (
                "`fetch` hands its timeout to `requests.get`, which has no default timeout: "
                "this call can hang for ever; add `timeout=10`"
            ),
        ),
        (
            "urllib.request.urlretrieve(u)",
            (
                "`urllib` has no timeout for `urlretrieve`: this call can hang for ever; "
                "read from `urllib.request.urlopen(url, timeout=10)`"
            ),
        ),
    ],
)
def test_the_message_names_default_consequence_and_edit(line: str, message: str) -> None:
    found = examine_rule(rule(), f"import httpx, requests, urllib.request\n{line}\n")
    assert [item.message for item in found] == [message]


BROKEN = """
[libraries.a]
source = "x"
sauce = "y"

[[entries]]
library = "a"
names = ["a.b"]
role = "cal"

[[entries]]
library = "b"
names = ["a b"]
safe-if = ["luck"]
until = "next"
"""


def test_a_malformed_table_is_refused_with_every_line() -> None:
    with pytest.raises(ManyErrors) as caught:
        read_table(BROKEN, "calls.toml")
    assert [error.at for error in caught.value.errors] == [
        "calls.toml:4", "calls.toml:9", "calls.toml:14", "calls.toml:13", "calls.toml:15",
    ]  # fmt: skip
    with pytest.raises(GardenerError, match="not valid TOML") as single:
        read_table("a = 1\nb =\n", "calls.toml")
    assert single.value.at == "calls.toml:2"


def test_every_entry_comes_from_a_library_whose_source_is_named() -> None:
    assert all(entry.library in TABLE.libraries for entry in TABLE.entries)
    assert all(library.source.startswith("https://") for library in TABLE.libraries.values())
    dated = {entry.library for entry in TABLE.entries if entry.since or entry.until}
    assert dated == set(rule().body["parameters"]["pinned"])
    assert Path(PAGE).is_file()
