"""Feedback without a network: history, failed builds, and what people said about our own findings."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gardener.core.errors import SourceError
from gardener.core.feedback import Feedback, Skipped
from gardener.sources import git_log, junit, review, sarif

Make = Callable[..., Any]


def history(made: Any, cursor: str = "") -> list[Feedback]:
    return [each for batch in git_log.read("", made.root, "", cursor) for each in batch.feedback]


def test_reverts_fixups_and_fixes_are_read_and_plain_changes_are_not(garden: Make) -> None:
    made = garden({"a.py": "x = 1\n", "b.py": "y = 1\n"})
    made.commit("Begin")
    broken = made.write({"a.py": "x = eval('1')\n"}).commit("Read it (#3)")
    made.git("revert", "--no-edit", broken)
    made.write({"b.py": "y = 2\n"}).commit("fixup! Begin\n\nIt was off by one.")
    made.write({"b.py": "y = 3\n", "notes.md": "x"}).commit(
        f'Count again (#9)\n\nFixes: {broken[:12]} ("Read it")\nSigned-off-by: A <a@b.example>'
    )
    made.write({"b.py": "y = 4\n"}).commit("Plain change")
    reverted, fixed_up, fixed = history(made)
    assert (reverted.body, reverted.before_file, reverted.after_file) == (
        'Revert "Read it (#3)"', "x = eval('1')\n", "x = 1\n",
    )  # fmt: skip
    assert (fixed_up.body, fixed_up.before_file, fixed_up.after_file) == (
        "Begin\n\nIt was off by one.", "y = 1\n", "y = 2\n",
    )  # fmt: skip
    assert (fixed.body, fixed.pr, fixed.path, fixed.author, fixed.resolved) == ("Count again", "9", "b.py", "Ada", True)


def test_history_is_read_on_from_where_it_was_read_to(garden: Make) -> None:
    made = garden({"a.py": "x = 1\n"})
    made.commit("Begin")
    made.write({"a.py": "x = 2\n"}).commit("fixup! Begin")
    cursor = list(git_log.read("", made.root))[-1].cursor
    assert list(git_log.read("", made.root, "", cursor)) == []
    made.write({"a.py": "x = 3\n"}).commit("fixup! Begin")
    assert [each.after_file for each in history(made, cursor)] == ["x = 3\n"]
    assert len(history(made, "0" * 40)) == 2


def test_large_and_binary_changes_are_told_or_left_out(garden: Make) -> None:
    names = [f"m{number}.py" for number in range(9)]
    made = garden({**dict.fromkeys(names, "x = 1\n"), "b.py": "x\0"})
    made.commit("Begin")
    made.write(dict.fromkeys(names, "x = 2\n")).commit("fixup! Begin")
    made.write({"b.py": "y\0"}).commit("fixup! Begin")
    first, *_ = git_log.read("", made.root)
    assert first.feedback == ()
    assert [each.reason for each in first.skipped] == ["changes 9 files of code"]


def test_renamed_files_are_followed(garden: Make) -> None:
    made = garden({"a.py": "x = 1\n" * 9})
    made.commit("Begin")
    made.git("mv", "a.py", "b.py")
    made.write({"b.py": "x = 1\n" * 9 + "y = 2\n"}).commit("fixup! Begin")
    (found,) = history(made)
    assert (found.path, found.before_file) == ("b.py", "x = 1\n" * 9)


def test_without_a_history_there_is_an_error(garden: Make, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="history cannot be read"):
        list(git_log.read("", garden({}).root))
    with pytest.raises(SourceError, match="`--all` is no name of a commit"):
        list(git_log.read("--all", garden({}).root))


def test_push_back_on_record_is_read_with_who_put_it_there(garden: Make) -> None:
    entry = {"fingerprint": "ab12", "verb": "dispute", "rule": "bare-print", "path": "a.py", "reason": "A script.",
             "opened": "2026-01-01"}  # fmt: skip
    later = {**entry, "reason": "Still a script.", "opened": "2026-02-01"}
    made = garden({".gardener/deferrals.jsonl": json.dumps(entry) + "\n"})
    made.commit()
    made.write({".gardener/deferrals.jsonl": "\n".join([json.dumps(later), "<<<<<<< ours", "{}", json.dumps(entry)])})
    commit = made.commit("Push back")
    (batch,) = review.read("", made.root)
    assert batch.feedback == (
        Feedback("ab12", "review", "wrong[bare-print] Still a script.", pr=commit[:12], author="Ada",
                 created_at="2026-02-01T00:00:00Z", path="a.py", resolved=True),
    )  # fmt: skip
    assert batch.skipped == (
        Skipped(".gardener/deferrals.jsonl:2", "an unfinished merge"),
        Skipped(".gardener/deferrals.jsonl:3", "fingerprint and verb and rule and path and reason missing or no text"),
    )


def test_where_nothing_was_pushed_back_there_is_nothing_to_read(tmp_path: Path) -> None:
    assert list(review.read("", tmp_path)) == []


def verdict(**fields: Any) -> str:
    row = {"clause": "timeouts.1", "path": "a.py", "unit": "f", "unit_hash": "one", "verdict": "violation",
           "date": "2026-01-01", "message": "No timeout.", "code_quote": "get(url)", "verified": True}  # fmt: skip
    return json.dumps({**row, **fields}) + "\n"


def test_findings_of_a_review_that_were_acted_on_are_read(tmp_path: Path) -> None:
    (tmp_path / ".gardener/verdicts").mkdir(parents=True)
    shard = tmp_path / ".gardener/verdicts/a.jsonl"
    held = verdict(unit_hash="two", verdict="ok", date="2026-01-02")
    shard.write_text(verdict() + held + verdict(unit="g") + "{\n" + verdict(path=3), encoding="utf-8")
    (batch,) = review.read("", tmp_path)
    (found,) = batch.feedback
    assert (found.body, found.before, found.author_kind, found.resolved) == ("No timeout.", "get(url)", "bot", True)
    assert [each.at for each in batch.skipped] == [".gardener/verdicts/a.jsonl:4", ".gardener/verdicts/a.jsonl:5"]
    for other in (verdict(verified=False), verdict(date="2026-01-03"), verdict(unit_hash="two")):
        shard.write_text(other + held, encoding="utf-8")
        assert list(review.read("", tmp_path)) == []


JUNIT = """<?xml version="1.0"?>
<testsuites><testsuite name="s" timestamp="2026-01-31T08:00:00">
<testcase classname="tests.test_a" name="test_x" file="tests\\test_a.py" line="7">
  <failure type="AssertionError" message="AssertionError: got &lt;X at 0x7f00&gt; in 0.31s"/></testcase>
<testcase classname="tests.test_a" name="test_y"><error>ImportError: no module
more</error></testcase>
<testcase classname="tests.test_a" name="test_z"/>
</testsuite></testsuites>"""


def test_failed_tests_are_read(tmp_path: Path) -> None:
    (tmp_path / "r.xml").write_text(JUNIT, encoding="utf-8")
    (batch,) = junit.read("r.xml", tmp_path)
    date = "2026-01-31T08:00:00Z"
    assert [(each.body, each.path, each.line, each.author_kind, each.created_at) for each in batch.feedback] == [
        ("`tests.test_a.test_x` failed: AssertionError: got <X at 0x7f00> in 0.31s", "tests/test_a.py", 7, "bot", date),
        ("`tests.test_a.test_y` failed: ImportError: no module", "", 0, "bot", date),
    ]  # fmt: skip


def test_the_same_failure_of_another_run_is_the_same_feedback(tmp_path: Path) -> None:
    ids = set()
    for text in (JUNIT, JUNIT.replace("0x7f00", "0x8000").replace("0.31s", "1.07s")):
        (tmp_path / "r.xml").write_text(text, encoding="utf-8")
        ids.add(tuple(each.id for batch in junit.read("r.xml", tmp_path) for each in batch.feedback))
    assert len(ids) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares a document type"),
        ("<a>", "is no XML"),
        ("", "is no XML"),
        ('<?xml version="1.0" encoding="nonsense"?><a/>', "is no XML"),
    ],
)
def test_xml_that_is_none_or_hostile_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "r.xml").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=reason):
        list(junit.read("r.xml", tmp_path))


def result(**fields: Any) -> dict[str, Any]:
    place = {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": 3, "snippet": {"text": "eval(x)"}}}
    return {"ruleId": "S307", "message": {"text": "No eval."}, "locations": [{"physicalLocation": place}], **fields}


def test_findings_of_other_tools_are_read(tmp_path: Path) -> None:
    results = [result(), result(level="note"), result(suppressions=[{"kind": "inSource"}]), {"message": None}, 3]
    runs = [{"tool": {"driver": {"name": "lint"}}, "results": results}, {"tool": None}, []]
    (tmp_path / "r.sarif").write_text(json.dumps({"version": "2.1.0", "runs": runs}), encoding="utf-8")
    batches = list(sarif.read("r.sarif", tmp_path))
    (found,) = [each for batch in batches for each in batch.feedback]
    assert (found.body, found.author, found.author_kind, found.path, found.line, found.before) == (
        "`S307`: No eval.", "lint", "bot", "a.py", 3, "eval(x)",
    )  # fmt: skip
    assert [each.at for batch in batches for each in batch.skipped] == [
        "r.sarif: run 1, result 4", "r.sarif: run 1, result 5", "r.sarif: run 2", "r.sarif: run 3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "reason"), [("{", "no JSON"), ("[]", "has no `runs`"), ('{"runs": 3}', "has no `runs`")]
)
def test_sarif_that_is_none_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "r.sarif").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=reason):
        list(sarif.read("r.sarif", tmp_path))


def test_our_own_sarif_is_read(garden: Make) -> None:
    made = garden({"a.py": "import requests\nrequests.get('http://example.org')\n"})
    made.write({"r.sarif": made.run("check", "--only", "code", "--format", "sarif").out})
    found = [each for batch in sarif.read("r.sarif", made.root) for each in batch.feedback]
    assert [(each.path, each.line) for each in found] == [("a.py", 2)]
