"""Both states of code: which are known, how well, and what became of the comment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from gardener.core.feedback import Evidence, Feedback
from gardener.learning.normalise import read_evidence
from gardener.learning.pairing import LARGEST_REGION, changed_region, region
from gardener.learning.whole_files import with_whole_files

Make = Callable[..., Any]
OLD, NEW = "r = get(url)\n", "r = get(url, timeout=3)\n"


def read(body: str = "No timeout.", **fields: Any) -> Evidence:
    return read_evidence(Feedback(**{"id": "1", "source": "github", "body": body, **fields}))[0]


def test_a_suggestion_replaces_what_was_commented_on() -> None:
    found = read(f"```suggestion\n{NEW}```", before=OLD, after="something else\n")
    assert (found.tier, found.before, found.after) == ("T1", OLD, NEW)


def test_a_suggestion_to_delete_leaves_nothing() -> None:
    found = read("```suggestion\n```", before=OLD)
    assert (found.tier, found.after) == ("T1", "")


def test_a_suggestion_that_changes_nothing_is_none() -> None:
    assert read(f"```suggestion\n{OLD}```", before=OLD).tier == "T3"


@pytest.mark.parametrize(
    ("fields", "tier", "fate"),
    [
        ({"before": OLD, "after": NEW}, "T2", "addressed"),
        ({"before": OLD, "after": NEW, "resolved": True}, "T2", "addressed"),
        ({"before": OLD, "after": NEW, "resolved": False}, "T2", "outdated"),
        ({"before": OLD, "after": OLD + " \n", "resolved": True}, "T3", "declined"),
        ({"before": OLD, "resolved": True}, "T3", "addressed"),
        ({"before": OLD, "resolved": False}, "T3", "open"),
        ({"before": OLD}, "T3", "open"),
        ({}, "T4", "open"),
        ({"before": "x\0", "after": NEW}, "T4", "open"),
        ({"before": "x" * (LARGEST_REGION + 1)}, "T4", "open"),
        ({"before_file": "a\n" + OLD, "after_file": "a\n" + NEW, "line": 2}, "T2", "addressed"),
        ({"before": OLD, "before_file": "a\n" + OLD, "after_file": "a\n" + NEW, "line": 2}, "T2", "addressed"),
        ({"before_file": "a\n" + OLD, "after_file": "b\n" + OLD, "line": 40}, "T4", "open"),
    ],
)
def test_evidence_has_a_tier_and_a_fate(fields: dict[str, Any], tier: str, fate: str) -> None:
    found = read(**fields)
    assert (found.tier, found.fate) == (tier, fate)


def test_what_the_project_says_weighs_more_than_strangers_and_programs() -> None:
    code = {"before": OLD, "after": NEW}
    weights = [
        read(**code, association="MEMBER").weight,
        read(**code, association="CONTRIBUTOR").weight,
        read(**code, association="NONE").weight,
        read(**code, association="MEMBER", author_kind="bot").weight,
    ]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == 4
    assert read(before=OLD, after=OLD, resolved=True).weight < read(before=OLD).weight
    assert read(f"```suggestion\n{NEW}```", before=OLD).weight == 1.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("", None),
        (" \n", ""),
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("@@ -1,3 +1,3 @@ def f():\n a\n-b\n+c\n\\ No newline at end of file", "a\nc\n"),
        ("@@ -1,2 +0,0 @@\n-a\n-b", "a\nb\n"),
    ],
)
def test_code_is_made_comparable(text: str | None, expected: str | None) -> None:
    assert region(text) == expected


def test_the_change_nearest_to_the_line_is_meant() -> None:
    before = "".join(f"x{number} = {number}\n" for number in range(1, 60))
    after = before.replace("x3 = 3\n", "x3 = 0\n").replace("x40 = 40\nx41 = 41\n", "y = 1\n")
    assert changed_region(before, after, 41) == ("x40 = 40\nx41 = 41\n", "y = 1\n")
    assert changed_region(before, after, 4) == ("x3 = 3\n", "x3 = 0\n")
    assert changed_region(before, after, 20) is None
    assert changed_region(before, after, 0) == ("x3 = 3\n", "x3 = 0\n")


def test_what_was_only_added_comes_with_what_it_was_added_to() -> None:
    before = "import a\n\ndef f():\n    pass\n"
    assert changed_region(before, before.replace("def", "@cached\ndef"), 3) == ("def f():\n", "@cached\ndef f():\n")
    assert changed_region(before, before + "x = 1\n", 4) == ("", "x = 1\n")


def test_both_states_come_from_one_comparison() -> None:
    files = {"before_file": "a = 1\nb = 2\nc = 3\n", "after_file": "a = 1\nb = 2\nc = 4\n"}
    found = read(before="b = 2\n", line=2, **files)
    assert (found.before, found.after) == ("c = 3\n", "c = 4\n")


def test_whole_files_come_from_history(garden: Make) -> None:
    made = garden({"a.py": f"import get\n\n{OLD}"})
    made.commit()
    made.write({"a.py": f"import get\n\n{NEW}"}).commit()
    made.write({"a.py": f"import get\n\n{NEW}x = 1\n"}).commit()
    told = Feedback("1", "jsonl", "No timeout.", path="a.py", before=f"  {OLD}", after=NEW)
    (found,) = with_whole_files([told], made.root)
    assert found == replace(told, before_file=f"import get\n\n{OLD}", after_file=f"import get\n\n{NEW}")


def test_a_file_that_became_something_else_is_no_after(garden: Make) -> None:
    made = garden({"a.py": OLD})
    made.commit()
    made.write({"a.py": "y = 2\n"}).commit()
    (found,) = with_whole_files([Feedback("1", "jsonl", "Hm.", path="a.py", before=OLD, after=NEW)], made.root)
    assert (found.before_file, found.after_file) == (OLD, None)


@pytest.mark.parametrize("path", ["missing.py", "../a.py", "/etc/passwd.py", "a.py\n", "README.md", ""])
def test_what_history_does_not_know_stays_as_it_is(garden: Make, path: str) -> None:
    made = garden({"a.py": OLD})
    made.commit()
    told = Feedback("1", "jsonl", "Hm.", path=path, before="never there\n")
    assert list(with_whole_files([told], made.root)) == [told]
