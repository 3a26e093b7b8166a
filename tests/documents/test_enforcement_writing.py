"""Naming an enforcer in a belief changes one line, and nothing else that the document says."""

from __future__ import annotations

import difflib

import pytest

from gardener.core.belief import EnforcedBy
from gardener.core.edits import apply_edits
from gardener.documents.core_beliefs import read_beliefs
from gardener.documents.enforcement_writing import add_enforcer

BY = EnforcedBy("rule", "late-call")
OTHER = "\n## Everything ends\n\nEvery retry must end.\n\n- **Enforced by:** review\n"


def changed(text: str, belief: str = "calls-are-bounded") -> list[str] | None:
    """The lines that differ afterwards; None when nothing can be written."""
    edit = add_enforcer(text, "core-beliefs.md", belief, BY)
    if edit is None:
        return None
    after = apply_edits(text, [edit])
    lines = difflib.ndiff(text.splitlines(keepends=True), after.splitlines(keepends=True))
    return [line for line in lines if line[0] in "+-"]


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("- **Enforced by:** ruff `S113`; review", "- **Enforced by:** ruff `S113`; review; rule `late-call`"),
        ("- **Enforced by:** review.", "- **Enforced by:** review; rule `late-call`"),
        ("Enforced by: -", "Enforced by: rule `late-call`"),
        ("- **Enforced by:** rule `other`", "- **Enforced by:** rule `other`; rule `late-call`"),
    ],
)
def test_the_line_that_is_there_says_more(field: str, written: str) -> None:
    text = f"# B\n\n## Calls are bounded\n\nEvery call must end.\n\n{field}\n{OTHER}"
    assert changed(text) == [f"- {field}\n", f"+ {written}\n"]
    assert changed(text, "calls-are-bounded.1") == [f"- {field}\n", f"+ {written}\n"]


def test_a_line_is_added_where_there_is_none() -> None:
    fields = "# B\r\n\r\n## Calls are bounded\r\n\r\nEvery call must end.\r\n\r\n- **Severity:** P1\r\n"
    assert changed(fields + OTHER.replace("\n", "\r\n")) == ["+ - **Enforced by:** rule `late-call`\r\n"]
    bare = "# B\n\n## Calls are bounded\n\nEvery call must end.\n"
    assert sorted(changed(bare + OTHER) or ()) == ["+ \n", "+ - **Enforced by:** rule `late-call`\n"]


def test_one_clause_of_several_has_its_own() -> None:
    text = "# B\n\n## Calls are bounded\n\n- Every call must end. **Enforced by:** review\n- Every retry must end.\n"
    after = apply_edits(text, [add_enforcer(text, "b.md", "calls-are-bounded.1", BY)])  # type: ignore[list-item]
    [belief] = read_beliefs(after, "b.md").beliefs
    assert [[str(by) for by in clause.enforced_by] for clause in belief.clauses] == [["review", "rule late-call"], []]


def test_what_is_named_already_needs_no_change_and_what_is_unknown_gets_none() -> None:
    text = "# B\n\n## Calls are bounded\n\nEvery call must end.\n\n- **Enforced by:** rule `late-call`\n"
    assert changed(text) == []
    assert changed(text, "no-such-belief") is None
    assert changed("") is None
