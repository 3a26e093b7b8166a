"""Stories of `gardener beliefs`: what a team believes, and what keeps it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Make = Callable[..., Any]

BELIEFS = """\
# Core beliefs

## Calls know the tenant

The old call must never be used.

- **Scope:** `src/**`
- **Severity:** P1
- **Enforced by:** rule `old-call`; test `tests/test_gone.py::test_x`

**Why.** It answers for every tenant at once.

## Names are whole words

A name must not be cut short.
"""


def test_every_clause_is_listed_with_what_enforces_it(ruled: Make) -> None:
    ran = ruled({"core-beliefs.md": BELIEFS, "src/a.py": ""}).run("beliefs", "list", "--format", "json")
    assert ran.code == 0
    first, second = ran.json["beliefs"]
    assert first == {
        "id": "calls-know-the-tenant",
        "title": "Calls know the tenant",
        "path": "core-beliefs.md",
        "line": 3,
        "scope": ["src/**"],
        "severity": "P1",
        "status": "active",
        "clauses": [
            {
                "id": "calls-know-the-tenant.1",
                "text": "The old call must never be used.",
                "line": 5,
                "enforced_by": [
                    {"kind": "rule", "name": "old-call", "resolved": True, "proven": True},
                    {"kind": "test", "name": "tests/test_gone.py::test_x", "resolved": False, "proven": None},
                ],
            }
        ],
    }
    assert second["clauses"][0]["enforced_by"] == []
    assert ran.json["coverage"] == {"clauses": 2, "enforced": 1, "proven": 1, "review": 0, "nothing": 1}


def test_the_list_says_what_does_not_hold(ruled: Make) -> None:
    ran = ruled({"core-beliefs.md": BELIEFS, "src/a.py": ""}).run("beliefs", "list")
    assert "test tests/test_gone.py::test_x (does not hold: there is no file `tests/test_gone.py`)" in ran.out
    assert "kept by nothing" in ran.out
    assert "2 clauses: 1 enforced (50 %), 1 of them proven, 0 left to review, 1 kept by nothing" in ran.out


def test_a_violation_that_its_enforcer_overlooks_is_no_proof(ruled: Make) -> None:
    example = "\n```python bad\nolder(1)\n```\n\n## Names"
    made = ruled({"core-beliefs.md": BELIEFS.replace("\n## Names", example), "src/a.py": ""})
    ran = made.run("beliefs", "list")
    assert "rule old-call, not proven (the bad example goes unnoticed by `old-call`: nobody flags it)" in ran.out
    assert "1 enforced (50 %), 0 of them proven" in ran.out


def test_one_belief_is_shown_by_its_id_or_a_clause(ruled: Make) -> None:
    made = ruled({"core-beliefs.md": BELIEFS})
    for name in ("calls-know-the-tenant", "calls-know-the-tenant.1"):
        ran = made.run("beliefs", "show", name)
        assert ran.code == 0
        assert "# Calls know the tenant" in ran.out
        assert "**Why.** It answers for every tenant at once." in ran.out
        assert "Names are whole words" not in ran.out
    ran = made.run("beliefs", "show", "calls-know-tenants")
    assert ran.code == 2
    assert "did you mean `calls-know-the-tenant`?" in ran.err


def test_a_file_has_the_beliefs_of_its_scope(ruled: Make) -> None:
    made = ruled({"core-beliefs.md": BELIEFS, "src/a.py": ""})
    for path, expected in (("src/new.py", 2), ("src", 2), ("docs/x.md", 1), (".", 2)):
        ran = made.run("beliefs", "for", path, "--format", "json")
        assert (path, len(ran.json["beliefs"])) == (path, expected)
    assert made.run("beliefs", "for", "..").code == 2


def test_agents_get_orders_and_the_command_that_verifies_them(ruled: Make) -> None:
    ran = ruled({"core-beliefs.md": BELIEFS}).run("beliefs", "for", "src/a.py", "--format", "agent")
    heading, *lines = ran.out.splitlines()
    assert heading.startswith("core-beliefs.md: ")
    assert "P1 calls-know-the-tenant: The old call must never be used." in lines
    assert [line for line in lines if line.startswith("verify:")] == ["verify: gardener check --select old-call"]
    assert not [line for line in lines if line.startswith("why:")]
    assert "test_gone" not in ran.out


def test_agents_who_ask_for_one_belief_are_told_why(ruled: Make) -> None:
    made = ruled({"core-beliefs.md": BELIEFS})
    ran = made.run("beliefs", "show", "calls-know-the-tenant", "--format", "agent")
    assert "why: It answers for every tenant at once.\n" in ran.out


def test_agents_verify_several_tests_of_a_file_by_the_file(garden: Make) -> None:
    kept = "- **Enforced by:** test `tests/test_a.py::test_one`; test `tests/test_a.py::test_two`\n"
    made = garden(
        {
            "core-beliefs.md": f"# Core beliefs\n\n## One way\n\nThere must be one way.\n\n{kept}",
            "tests/test_a.py": "def test_one(): ...\ndef test_two(): ...\n",
        }
    )
    ran = made.run("beliefs", "for", ".", "--format", "agent")
    assert (
        ran.out
        == "core-beliefs.md: 1 to keep\nP2 one-way: There must be one way.\nverify: python -m pytest tests/test_a.py\n"
    )


def test_a_reworded_title_names_the_id_to_keep(ruled: Make) -> None:
    made = ruled({"core-beliefs.md": BELIEFS})
    made.write({"core-beliefs.md": BELIEFS.replace("## Calls know the tenant", "## No call without a tenant")})
    ran = made.run("beliefs", "list")
    assert "note: core-beliefs.md:3: `calls-know-the-tenant` is now called `no-call-without-a-tenant`" in ran.out
    assert "{#calls-know-the-tenant}" in ran.out


def test_a_repository_without_beliefs_says_where_to_write_them(ruled: Make) -> None:
    ran = ruled({}).run("beliefs", "list")
    assert (ran.code, ran.out) == (2, "")
    assert "this repository has no core beliefs" in ran.err
    assert "write core-beliefs.md" in ran.err


def test_a_document_that_is_no_text_is_an_error_with_its_name(ruled: Make) -> None:
    ran = ruled({"core-beliefs.md": b"# \xff\n"}).run("beliefs", "list")
    assert ran.code == 2
    assert "core-beliefs.md: is not valid utf-8" in ran.err


def test_control_characters_reach_no_terminal(ruled: Make) -> None:
    ran = ruled({"core-beliefs.md": "# B\n\n## A\n\nMust \x1b[31m be.\n"}).run("beliefs", "list")
    assert "\x1b" not in ran.out
