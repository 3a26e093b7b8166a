from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.checking.baseline import Applied, Entry, Scope, apply, read_baseline, write_baseline
from gardener.checking.fingerprints import assign
from gardener.core.errors import ConfigError
from gardener.core.finding import Finding, Place, Span, Suppression

Examine = Callable[..., tuple[Finding, ...]]

RULES = frozenset({"shell-call", "spawn-call"})
OLD = "import os\ndef f():\n    os.system(x)\n    os.system(x)\ndef g():\n    os.spawnl(y)\n"


def scope(*paths: str, rules: frozenset[str] = RULES, gone: tuple[str, ...] = ()) -> Scope:
    return Scope(dict.fromkeys(paths or ("a.py",), rules), rules, lambda path: path not in gone)


def baseline_of(findings: tuple[Finding, ...]) -> tuple[Entry, ...]:
    return read_baseline(write_baseline(Applied(findings)))


def new_lines(applied: Applied) -> list[int]:
    return [finding.place.line for finding in applied.findings if finding.suppressed is None]


def test_what_the_baseline_knows_is_marked(examine: Examine) -> None:
    findings = examine(OLD)
    applied = apply(findings, baseline_of(findings), scope=scope())
    assert [finding.suppressed and finding.suppressed.by for finding in applied.findings] == ["baseline"] * 3
    assert (applied.stale, applied.outside) == ((), ())


def test_without_entries_nothing_is_marked(examine: Examine) -> None:
    assert apply(examine(OLD), (), scope=scope()).findings == examine(OLD)


@pytest.mark.parametrize(
    ("after", "lines"),
    [
        pytest.param("# more\n" + OLD, [], id="lines inserted"),
        pytest.param(OLD + "os.system(z)\n", [7], id="another one"),
        pytest.param(OLD.replace("def g", "    os.system(x)\ndef g"), [5], id="one more of the same"),
        pytest.param(OLD.replace("os.spawnl(y)", "os.system(x)"), [6], id="one less here, one more there"),
        pytest.param(OLD.replace("(x)", "(z)"), [3, 4], id="changed"),
    ],
)
def test_new_findings_never_hide_behind_old_ones(examine: Examine, after: str, lines: list[int]) -> None:
    assert new_lines(apply(examine(after), baseline_of(examine(OLD)), scope=scope())) == lines


def test_the_ratchet_turns_one_way(examine: Examine) -> None:
    less = OLD.replace("    os.system(x)\n    os.system(x)\n", "    os.system(x)\n")
    applied = apply(examine(less), baseline_of(examine(OLD)), scope=scope())
    assert (new_lines(applied), len(applied.stale)) == ([], 1)
    rewritten = read_baseline(write_baseline(applied))
    assert len(rewritten) == 2
    assert new_lines(apply(examine(OLD), rewritten, scope=scope())) == [4]


def test_an_equal_finding_above_may_go_without_its_neighbour_becoming_new(examine: Examine) -> None:
    [first, second, _] = examine(OLD)
    entries = baseline_of((second,))
    less = OLD.replace("    os.system(x)\n    os.system(x)\n", "    os.system(x)\n")
    applied = apply(examine(less), entries, scope=scope())
    assert (new_lines(applied), applied.stale) == ([5], ())
    assert first.fingerprint in write_baseline(applied)


@pytest.mark.parametrize(
    ("ran", "stale"),
    [
        pytest.param(scope(), True, id="the file and the rule ran"),
        pytest.param(scope("b.py"), False, id="the file did not run"),
        pytest.param(scope(rules=frozenset({"shell-call"})), False, id="the rule did not run"),
        pytest.param(scope("b.py", gone=("a.py",)), True, id="the file is gone"),
        pytest.param(
            scope("b.py", rules=frozenset({"shell-call"}), gone=("a.py",)), False, id="gone, rule did not run"
        ),
    ],
)
def test_stale_is_only_what_was_looked_for(examine: Examine, ran: Scope, stale: bool) -> None:
    entries = baseline_of(examine("import os\nos.spawnl(x)\n"))
    applied = apply((), entries, scope=ran)
    assert (applied.stale, applied.outside) == ((entries, ()) if stale else ((), entries))
    assert read_baseline(write_baseline(applied)) == (() if stale else entries)


def test_a_renamed_file_keeps_its_entries(examine: Examine) -> None:
    entries = baseline_of(examine(OLD))
    moved = examine(OLD, path="b/c.py")
    for applied in (
        apply(moved, entries, scope=scope("b/c.py"), renames={"b/c.py": "a.py"}),
        apply(moved, entries, scope=scope("b/c.py", gone=("a.py",))),
    ):
        assert (new_lines(applied), applied.stale) == ([], ())
        assert {entry.path for entry in read_baseline(write_baseline(applied))} == {"b/c.py"}


def test_a_copy_of_a_file_is_new(examine: Examine) -> None:
    copy = examine(OLD, path="b.py")
    applied = apply((*examine(OLD), *copy), baseline_of(examine(OLD)), scope=scope("a.py", "b.py"))
    assert {finding.path for finding in applied.findings if finding.suppressed is None} == {"b.py"}


def test_a_vague_finding_is_not_taken_for_one_of_a_file_that_is_gone() -> None:
    def about_the_file(path: str) -> tuple[Finding, ...]:
        return assign([Finding("too-long", path, Span(0, 1), Place(1, 1, 1, 2), "m", "P2", text="module")])

    ran = Scope({"new.py": {"too-long"}}, {"too-long"}, lambda path: path != "old.py")
    applied = apply(about_the_file("new.py"), baseline_of(about_the_file("old.py")), scope=ran)
    assert (len(new_lines(applied)), len(applied.stale)) == (1, 1)


def test_suppressed_findings_are_not_written_and_not_stale(examine: Examine) -> None:
    findings = examine(OLD)
    allowed = tuple(replace(finding, suppressed=Suppression("inline", "why")) for finding in findings)
    applied = apply(allowed, baseline_of(findings), scope=scope())
    assert applied.stale == ()
    assert {finding.suppressed.by for finding in applied.findings if finding.suppressed} == {"inline"}
    assert write_baseline(applied) == ""


def test_the_file_is_sorted_lines_of_three_fields(examine: Examine) -> None:
    text = write_baseline(Applied((*examine(OLD, path="é.py"), *examine(OLD))))
    lines = text.split("\n")
    assert lines.pop() == ""
    assert [list(json.loads(line)) for line in lines] == [["fingerprint", "rule", "path"]] * 6
    assert [json.loads(line)["path"] for line in lines] == ["a.py"] * 3 + ["é.py"] * 3
    assert write_baseline(Applied((), outside=read_baseline(text))) == text


def test_duplicates_disorder_and_blank_lines_are_read(examine: Examine) -> None:
    text = write_baseline(Applied(examine(OLD)))
    lines = [*text.splitlines(), *reversed(text.splitlines())]
    assert read_baseline("\ufeff" + "\r\n\r\n".join(lines)) == read_baseline(text)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("<<<<<<< HEAD", "an unfinished merge"),
        ("=======", "an unfinished merge"),
        ("{", "this line is no JSON"),
        ("[1]", "this line is no JSON object"),
        ('{"fingerprint": "0", "rule": 1}', "rule and path missing or no text"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, message: str) -> None:
    good = '{"fingerprint": "0", "rule": "r", "path": "a.py"}\n'
    with pytest.raises(ConfigError) as caught:
        read_baseline(good + line + "\n" + good)
    assert (caught.value.message, caught.value.at) == (message, ".gardener/baseline.jsonl:2")


CALLS = st.lists(st.sampled_from(["os.system(x)", "os.system(y)", "os.spawnl(x)", "z"]), max_size=6)


@given(CALLS, CALLS)
def test_never_more_is_known_than_the_baseline_lists(examine: Examine, before: list[str], after: list[str]) -> None:
    old = examine("\n".join(["import os", *before, ""]))
    new = examine("\n".join(["import os", *after, ""]))
    applied = apply(new, baseline_of(old), scope=scope())
    for call in {*before, *after} - {"z"}:
        expected = max(0, after.count(call) - before.count(call))
        lines = [line for line in new_lines(applied) if after[line - 2] == call]
        assert len(lines) == expected
    assert len(applied.stale) == len(old) - (len(new) - len(new_lines(applied)))
    again = apply(new, read_baseline(write_baseline(applied)), scope=scope())
    assert (new_lines(again), again.stale) == ([], ())
