"""Beliefs are read in every shape that people write them in."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gardener.core.belief import Belief, Beliefs
from gardener.core.edits import apply_edits
from gardener.core.errors import ConfigError, DocumentError
from gardener.core.settings import Settings
from gardener.documents.belief_writing import add_belief, belief_source, beliefs_source
from gardener.documents.core_beliefs import LARGEST, MOST_PARTS, find_core_beliefs, read_beliefs
from gardener.documents.rewording import reworded

SHAPES = Path(__file__).parent / "shapes"
OWN = Path(__file__).parent.parent.parent / "core-beliefs.md"

# File to the ids of its beliefs, each with how many clauses it has.
EXPECTED: dict[str, dict[str, int]] = {
    "beliefs-bold-paragraphs": {"parse-dont-validate": 1, "tests-are-the-specification": 1, "delete-code": 1},
    "beliefs-bullets-only": {
        "shared-code-over-copies": 1,
        "never-guess-a-data-shape": 1,
        "boring-beats-clever": 1,
        "leave-the-file-cleaner-than-you-found-it": 1,
    },
    "beliefs-canonical": {"bounded-calls": 1, "money": 2, "we-ship-in-small-steps": 1},
    "beliefs-chinese-groups": {
        "用户的数据属于用户": 1,
        "结果必须可以复现": 1,
        "所有回测必须使用同一份数据快照": 1,
        "禁止在策略代码中访问网络": 1,
        "配置只有一个来源": 1,
        "先读文档再写代码": 1,
        "不得跳过测试": 1,
    },
    "beliefs-commit-stamp": {
        "the-plan-is-a-file-and-the-file-must-be-in-the-repository": 1,
        "a-loop-ends-by-itself-every-loop-has-a-budget": 1,
        "state-is-never-kept-in-a-chat": 1,
    },
    "beliefs-explicit-ids": {"B-007": 1, "B-008": 1, "B-003": 1},
    "beliefs-grouped-headings": {"timeouts-are-explicit": 1, "failures-are-loud": 1, "schemas-are-versioned": 1},
    "beliefs-headings-prose": {"context-is-scarce": 1, "the-repository-is-the-record": 1, "vision": 1},
    "beliefs-implications": {"no-heap-in-the-hot-path": 1, "one-loop": 1, "sans-io": 1},
    "beliefs-japanese-table": {"転送は端末内で完結する": 1, "失敗は必ず見える": 1},
    "beliefs-numbered-bold-items": {"validate-at-the-boundary": 1, "log-in-structure": 1, "new-dependency": 1},
    "beliefs-numbered-headings": {
        "the-server-owns-the-clock": 1,
        "cards-are-rebuilt-never-patched": 1,
        "secrets-stay-in-the-vault": 1,
        "retries-are-idempotent": 1,
    },
    "beliefs-ordered-list": {
        "documents-are-code": 1,
        "one-source-of-truth": 1,
        "agents-read-before-they-write": 1,
        "diagrams-are-generated-never-drawn": 1,
    },
    "beliefs-principle-table": {
        "every-query-has-a-limit": 1,
        "no-print-in-library-code": 1,
        "migrations-are-reversible--tested": 1,
    },
    "beliefs-sentences": {"nothing-allocates-in-the-decode-loop": 1, "codes-are-tested-on-random-graphs": 1},
    "beliefs-tagged-checks": {"files-stay-small": 1, "one-logger": 1, "names-tell-the-story": 1},
    "beliefs-test-names": {"read-only": 1, "errors-are-wrapped": 1, "output-is-stable": 1},
    "beliefs-topic-bullets": {"errors": 2, "concurrency": 3, "apis": 1},
    "beliefs-trailing-table": {
        "money-is-integer-cents": 1,
        "the-storefront-is-static": 1,
        "accessibility-is-not-optional": 1,
    },
}


def shape(name: str) -> Beliefs:
    return read_beliefs((SHAPES / f"{name}.md").read_text(encoding="utf-8"), f"docs/{name}.md")


def belief(name: str, file: str) -> Belief:
    found = shape(file).find(name)
    assert found is not None
    return found


def test_every_shape_is_expected() -> None:
    assert {path.stem for path in SHAPES.glob("beliefs-*.md")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_every_belief_and_clause_is_found(name: str) -> None:
    assert {belief.id: len(belief.clauses) for belief in shape(name).beliefs} == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_and_ids_do_not_depend_on_line_ends(name: str, end: str) -> None:
    text = (SHAPES / f"{name}.md").read_text(encoding="utf-8").replace("\n", end)
    lines = text.split(end)
    found = read_beliefs(text, "x.md")
    assert [(one.id, one.line, one.end) for one in found.beliefs] == [
        (one.id, one.line, one.end) for one in shape(name).beliefs
    ]
    for one, clause in found.clauses:
        assert one.line <= clause.line <= clause.end <= one.end
        assert lines[clause.line - 1].strip()


def test_the_canonical_form_is_read_whole() -> None:
    found = belief("bounded-calls", "beliefs-canonical")
    assert found.title == "Every network call is bounded"
    assert (found.severity, found.status, found.guardrail, found.explicit) == ("P1", "active", True, True)
    assert found.scope == ("src/**", "jobs/*.py")
    assert [str(by) for by in found.enforced_by] == [
        "rule network-call-without-timeout",
        "ruff S113",
        "test tests/test_http.py::test_budget",
        "ci lint",
        "review",
        "human",
    ]
    assert {by.line for by in found.enforced_by} == {11}
    assert found.why == "Two outages in one month."
    assert found.how == "Pass `timeout=` at the call, never on the session."
    assert [(example.kind, example.line) for example in found.examples] == [("bad", 19), ("good", 25)]
    assert found.evidence == "#12, #40"


def test_a_clause_may_name_an_enforcer_of_its_own() -> None:
    first, second = belief("money", "beliefs-canonical").clauses
    assert [str(by) for by in first.enforced_by] == ["review"]
    assert [str(by) for by in second.enforced_by] == ["test tests/test_money.py"]
    last = belief("concurrency", "beliefs-topic-bullets").clauses[2]
    assert (last.text, [str(by) for by in last.enforced_by]) == ("No sleeping in tests.", ["rule sleep-in-test"])


def test_enforcement_tables_belong_to_the_beliefs_they_name() -> None:
    found = {one.id: [str(by) for by in one.enforced_by] for one in shape("beliefs-trailing-table").beliefs}
    assert found == {
        "money-is-integer-cents": ["ci scripts/check-money.sh"],
        "the-storefront-is-static": ["review"],
        "accessibility-is-not-optional": ["test tests/test_keyboard.py", "review"],
    }
    assert [str(by) for by in belief("失敗は必ず見える", "beliefs-japanese-table").enforced_by] == ["review"]


def test_checks_that_are_commands_belong_to_continuous_integration() -> None:
    found = {one.id: [str(by) for by in one.enforced_by] for one in shape("beliefs-tagged-checks").beliefs}
    assert found["files-stay-small"] == ["ci scripts/check_size.sh"]
    assert found["one-logger"] == ["ci rg -n 'print\\(' src && exit 1"]
    assert found["names-tell-the-story"] == ["human"]


def test_fields_of_the_document_are_kept() -> None:
    assert shape("beliefs-commit-stamp").fields["Last verified against commit"] == "0a1b2c3"
    assert shape("beliefs-canonical").fields == {"Owner": "@platform"}


@pytest.mark.parametrize("field", ["- **When:** `f(...)`", "**When:** `f(...)`", "- When: `f(...)`"])
def test_when_a_belief_applies_is_no_clause(field: str) -> None:
    (found,) = read_beliefs(f"# B\n\n## Calls\n\nEvery call must end.\n\n{field}\n", "b").beliefs
    assert [clause.text for clause in found.clauses] == ["Every call must end."]
    assert found.fields == {"When": "`f(...)`"}


def test_do_and_dont_are_examples() -> None:
    found = belief("nothing-allocates-in-the-decode-loop", "beliefs-sentences")
    assert [example.kind for example in found.examples] == ["good", "bad"]


def test_what_asks_for_nothing_is_not_normative() -> None:
    found = {one.id: one.clauses[0].normative for one in shape("beliefs-headings-prose").beliefs}
    assert found == {"context-is-scarce": True, "the-repository-is-the-record": True, "vision": False}


def test_ids_survive_reordering_and_renumbering() -> None:
    text = "# B\n\n## 1. Calls are bounded\n\nThey must be.\n\n## 2. Money is exact\n\nIt must be.\n"
    other = "# B\n\n## 1. Money is exact\n\nIt must be.\n\n## 2. Calls are bounded\n\nThey must be.\n"
    assert {one.id for one in read_beliefs(text, "b").beliefs} == {one.id for one in read_beliefs(other, "b").beliefs}


def test_a_reworded_title_is_told_from_a_new_belief() -> None:
    old = read_beliefs("# B\n\n## Calls are bounded\n\nEvery call carries a timeout, always.\n", "b")
    new = read_beliefs(
        "# B\n\n## Nothing waits forever\n\nEvery call carries a timeout, always.\n\n## New\n\nNothing old here.\n", "b"
    )
    (found,) = reworded(old, new)
    assert (found.old_id, found.belief.id) == ("calls-are-bounded", "nothing-waits-forever")
    assert "{#calls-are-bounded}" in found.advice
    kept = read_beliefs("# B\n\n## Nothing waits forever {#calls-are-bounded}\n\nEvery call carries a timeout.\n", "b")
    assert reworded(old, kept) == ()


def test_a_repeated_id_is_numbered_and_reported() -> None:
    found = read_beliefs("# B\n\n## Calls\n\nMust a.\n\n## Calls\n\nMust b.\n", "b")
    assert [clause.id for _, clause in found.clauses] == ["calls.1", "calls-1.1"]
    assert [problem.line for problem in found.unread] == [7]


@pytest.mark.parametrize("text", ["", "# Title\n", "prose only\n", "```\n# x\n"])
def test_a_document_without_beliefs_says_so(text: str) -> None:
    found = read_beliefs(text, "b")
    assert found.beliefs == ()
    assert [problem.line for problem in found.unread] == [1]


def test_a_huge_document_is_an_error() -> None:
    with pytest.raises(DocumentError, match=r"b\.md: has more than 2,000,000 characters"):
        read_beliefs("x" * (LARGEST + 1), "b.md")


def test_a_document_of_endless_parts_is_an_error() -> None:
    with pytest.raises(DocumentError, match=r"b\.md: has more than 4,000 headings and list items"):
        read_beliefs("- x\n" * (MOST_PARTS + 1), "b.md")


def test_fields_that_mean_nothing_are_reported_with_their_line() -> None:
    found = read_beliefs("# B\n\n## Calls\n\nMust.\n\n- **Severity:** purple\n- **Scope:** `../x`\n", "b")
    assert [(problem.line, problem.reason) for problem in found.unread] == [
        (7, "`purple` is no severity: P0 to P3"),
        (8, "`../x` holds no glob"),
    ]


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_written_is_read_back(name: str) -> None:
    for one in shape(name).beliefs:
        (again,) = read_beliefs("# Core beliefs\n\n" + belief_source(one), one.path).beliefs
        assert again.id == one.id
        assert [clause.text for clause in again.clauses] == [clause.text for clause in one.clauses]
        assert (again.severity, again.scope, again.status, again.guardrail) == (
            one.severity,
            one.scope,
            one.status,
            one.guardrail,
        )
        assert [str(by) for by in again.enforced_by] == [str(by) for by in one.enforced_by]
        assert belief_source(again) == belief_source(one)


def test_a_whole_document_is_written_and_read_back() -> None:
    found = shape("beliefs-canonical")
    again = read_beliefs(beliefs_source(found), "x.md")
    assert [one.id for one in again.beliefs] == [one.id for one in found.beliefs]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("closing", ["", "\n", "\n\n"])
def test_a_belief_is_added_without_touching_the_rest(end: str, closing: str) -> None:
    text = ("# Core beliefs\n\n## Old\n\nMust stay." + closing).replace("\n", end)
    edit = add_belief(text, belief("bounded-calls", "beliefs-canonical"))
    new = apply_edits(text, [edit])
    assert new.startswith(text)
    assert [one.id for one in read_beliefs(new, "x").beliefs] == ["old", "bounded-calls"]
    assert end == "\n" or "\n" not in new.replace("\r\n", "")


def test_the_document_is_found_where_people_put_it() -> None:
    assert find_core_beliefs(["a.py", "docs/Core-Beliefs.md"], Settings()) == "docs/Core-Beliefs.md"
    assert find_core_beliefs(["docs/golden-principles.md", "core-beliefs.md"], Settings()) == "core-beliefs.md"
    assert find_core_beliefs(["a.md"], Settings()) is None
    assert find_core_beliefs(["a.md"], Settings(core_beliefs="a.md")) == "a.md"
    with pytest.raises(ConfigError, match=r"`core-beliefs` names `b\.md`, which is not there"):
        find_core_beliefs(["a.md"], Settings(source="gardener.toml", core_beliefs="b.md"))


def test_our_own_beliefs_are_read_whole() -> None:
    found = read_beliefs(OWN.read_text(encoding="utf-8"), OWN.name)
    assert len(found.beliefs) == OWN.read_text(encoding="utf-8").count("\n## ")
    assert found.unread == ()
    assert all(clause.enforced_by and clause.normative for _, clause in found.clauses)
    assert all(one.why and one.scope for one in found.beliefs)


WORDS = st.sampled_from(
    (
        *(
            "# ",
            "## ",
            "1. ",
            "- ",
            "**Why.** ",
            "**Enforced by:** ",
            "rule `a-b`; review",
            "must ",
            "x ",
            "\n",
            "\n\n",
        ),
        *("| a |", "{#i}", "`"),
    )
)


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=30).map("".join)))
def test_any_text_is_read_and_ids_are_unique(text: str) -> None:
    found = read_beliefs(text, "b.md")
    ids = [one.id for one in found.beliefs]
    assert len(set(ids)) == len(ids)
    assert all(one.clauses for one in found.beliefs)
