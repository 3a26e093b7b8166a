"""Stories of `gardener defer` and `gardener dispute`: what they write, what it changes, and how it ends."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from gardener.reviewing.preparing import prepare
from gardener.reviewing.request import ReviewRequest
from gardener.reviewing.settled import Settled
from gardener.reviewing.verdict_writing import write_verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.conftest import Garden, Ran

LEDGER = ".gardener/deferrals.jsonl"
CODE = "def load():\n    old(1)\n\n\ndef store():\n    old(2)\n"
TRACKER = """\
# Debt

| ID | Area | Debt | Severity | Status | Belief | Evidence | Opened | Owner | Done when |
|---|---|---|---|---|---|---|---|---|---|
| D7 | web | No retries | P2 | open | | | 2026-01-01 | | they are there |
"""


def findings(done: Ran) -> Mapping[int, Mapping[str, object]]:
    """Findings of `old-call` in a JSON report, by line."""
    return {item["line"]: item for item in done.json["findings"] if item["rule"] == "old-call"}


def fingerprint(made: Garden, line: int = 2) -> str:
    return str(findings(made.run("check", "--format", "json"))[line]["fingerprint"])


def record(made: Garden, **fields: object) -> dict[str, object]:
    """The only record of the ledger, with some fields changed and written back."""
    [line] = made.read(LEDGER).decode().splitlines()
    found: dict[str, object] = json.loads(line) | fields
    made.write({LEDGER: json.dumps(found) + "\n"})
    return found


def test_a_deferred_finding_counts_neither_as_a_finding_nor_at_the_gate(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": CODE, "tech-tracker.md": TRACKER})
    known = fingerprint(made)
    done = made.run("defer", known[:6], "--reason", "goes with\nthe old client", "--until", "2999-01-31")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "deferred until 2999-01-31: a.py:2: old-call: `old` forgets the tenant\n"
        f"  {LEDGER}\n  tech-tracker.md has a new row for it\n"
    )
    today = date.today().isoformat()
    assert record(made) == {
        "fingerprint": known,
        "verb": "defer",
        "rule": "old-call",
        "path": "a.py",
        "until": "2999-01-31",
        "reason": "goes with the old client",
        "opened": today,
    }
    assert made.read("tech-tracker.md").decode() == TRACKER + (
        f"| D8 |  | `old` forgets the tenant | P2 | open |  | `a.py` `{known}` | {today} |  "
        "| `old-call` finds it no more |\n"
    )
    after = made.run("check", "--format", "json")
    assert {line: item["suppressed"] for line, item in findings(after).items()} == {
        2: {"by": "deferral", "reason": "goes with the old client"},
        6: None,
    }
    assert after.hits == [("old-call", "a.py", 6)]
    assert "suppressed (deferral): goes with the old client" in made.run("explain", known).out


def test_a_dispute_has_no_end_and_makes_no_debt(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": CODE, "tech-tracker.md": TRACKER})
    done = made.run("dispute", fingerprint(made).upper(), "--reason", "this one knows it")
    assert (done.code, done.out.split(":")[0]) == (0, "disputed")
    assert (record(made)["verb"], record(made)["until"]) == ("dispute", None)
    assert made.read("tech-tracker.md").decode() == TRACKER
    assert made.run("check", "--format", "json").hits == [("old-call", "a.py", 6)]


def test_saying_it_again_replaces_what_was_said_and_adds_no_second_row(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": CODE, "tech-tracker.md": TRACKER})
    first, second = fingerprint(made), fingerprint(made, line=6)
    made.run("defer", first, "--reason", "later")
    assert record(made)["until"] == (date.today() + timedelta(days=90)).isoformat()
    tracked = made.read("tech-tracker.md")
    again = made.run("defer", first, "--reason", "later still", "--until", "2999-01-31")
    assert "tech-tracker.md has a row for it already" in again.out
    assert (record(made)["until"], record(made)["reason"]) == ("2999-01-31", "later still")
    assert made.read("tech-tracker.md") == tracked
    made.run("defer", second, "--reason", "both")
    lines = [json.loads(line) for line in made.read(LEDGER).splitlines()]
    assert [line["fingerprint"] for line in lines] == [first, second]
    assert made.run("check").code == 0


def test_from_the_day_after_its_date_the_finding_counts_again_and_a_note_says_why(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": CODE})
    known = fingerprint(made)
    made.run("defer", known, "--reason", "later")
    record(made, until=date.today().isoformat())
    assert made.run("check", "--format", "json").hits == [("old-call", "a.py", 6)]
    record(made, until="2026-01-31")
    done = made.run("check")
    assert done.code == 1
    assert f"note: the deferral of {known} (`old-call` in a.py) ended on 2026-01-31: it counts again" in done.out
    made.write({"a.py": CODE.replace("old(1)", "new(1)")})
    assert "ended on" not in made.run("check").out


def test_a_deferral_follows_its_file(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": CODE})
    made.run("defer", fingerprint(made), "--reason", "later")
    made.git("mv", "a.py", "b.py")
    assert made.run("check", "--format", "json").hits == [("old-call", "b.py", 6)]
    assert made.run("check", "--diff", "HEAD", "--format", "json").hits == []


def test_findings_in_documents_can_be_deferred(ruled: Callable[..., Garden]) -> None:
    made = ruled({"README.md": "# Here\n\nSee [there](nowhere.md).\n"})
    before = made.run("check", "--format", "json").json["findings"]
    assert [item["rule"] for item in before] == ["broken-link"]
    assert made.run("defer", before[0]["fingerprint"], "--reason", "it is being written").code == 0
    after = made.run("check", "--format", "json")
    assert [item["suppressed"]["by"] for item in after.json["findings"]] == ["deferral"]


def test_a_change_cannot_defer_its_own_findings_where_the_policy_is_that_of_the_base(
    ruled: Callable[..., Garden],
) -> None:
    made = ruled({"a.py": "x = 1\n"})
    made.write({"a.py": CODE})
    made.run("defer", fingerprint(made), "--reason", "later")
    assert made.run("check", "--diff", "HEAD", "--format", "json").hits == [("old-call", "a.py", 6)]
    done = made.run("check", "--diff", "HEAD", "--policy-from", "HEAD", "--format", "json")
    assert done.hits == [("old-call", "a.py", 2), ("old-call", "a.py", 6)]


def test_a_deferred_finding_needs_no_entry_in_the_baseline_and_no_fix(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": CODE})
    made.run("defer", fingerprint(made), "--reason", "later")
    made.run("check", "--fix")
    assert made.read("a.py").decode() == CODE.replace("old(2)", "new(2)")
    made.run("check", "--write-baseline")
    assert made.read(".gardener/baseline.jsonl") == b""


def test_what_the_baseline_knows_does_not_count_again(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": CODE})
    made.run("check", "--write-baseline")
    made.run("defer", fingerprint(made), "--reason", "later")
    record(made, until="2026-01-31")
    assert "ended on" not in made.run("check").out
    assert "ended on" in made.run("check", "--no-baseline").out


def test_without_a_tracker_a_note_says_so(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": CODE})
    done = made.run("defer", fingerprint(made), "--reason", "later")
    assert (done.code, "no tech tracker here" in done.out) == (0, True)


def test_the_row_goes_where_the_settings_say_with_the_name_of_its_area(ruled: Callable[..., Garden]) -> None:
    settings = '[tool.gardener]\ntech-tracker = "plan/debt.md"\n[tool.gardener.areas]\nshop = ["a.py"]\n'
    made = ruled({"a.py": CODE, "pyproject.toml": settings, "plan/debt.md": "# Debt\r\n"})
    assert made.run("defer", fingerprint(made), "--reason", "later").code == 0
    rows = made.read("plan/debt.md").decode().split("\r\n")
    assert [row.split(" | ")[1:3] for row in rows if row.startswith("| TD-001")] == [
        ["shop", "`old` forgets the tenant"]
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["abcdef", "--reason", "why"], "error: no finding has the fingerprint `abcdef`\n"),
        (["abc", "--reason", "why"], "error: `abc` is no fingerprint\n"),
        (["old-call", "--reason", "why"], "error: `old-call` is no fingerprint\n"),
        (["abcdef", "--reason", " \n"], "error: a reason is needed\n"),
        (["abcdef"], "Error: Missing option '--reason'.\n"),
        (["abcdef", "--reason", "why", "--until", "2020-01-31"], "error: `--until 2020-01-31` is past\n"),
        (["abcdef", "--reason", "why", "--until", "soon"], "does not match the format '%Y-%m-%d'"),
    ],
)
@pytest.mark.parametrize("verb", ["defer", "dispute"])
def test_what_cannot_be_meant_is_refused_and_nothing_is_written(
    ruled: Callable[..., Garden], verb: str, arguments: list[str], said: str
) -> None:
    made = ruled({"a.py": CODE, "tech-tracker.md": TRACKER})
    done = made.run(verb, *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert not (made.root / LEDGER).exists()
    assert made.read("tech-tracker.md").decode() == TRACKER


def test_a_tracker_that_cannot_be_changed_leaves_the_ledger_alone(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": CODE, "tech-tracker.md": TRACKER.encode() + b"\xff"})
    known = findings(made.run("check", "--format", "json"))[2]["fingerprint"]
    done = made.run("defer", str(known), "--reason", "later")
    assert (done.code, "tech-tracker.md" in done.err) == (2, True)
    assert not (made.root / LEDGER).exists()


def test_a_ledger_that_cannot_be_read_stops_every_run(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": CODE, LEDGER: '{"fingerprint": "0"}\n'})
    for arguments in (["check"], ["defer", "abcdef", "--reason", "why"]):
        done = made.run(*arguments)
        assert (done.code, done.err.startswith(f"error: {LEDGER}:1: ")) == (2, True)


BELIEFS = """\
# Beliefs

## Every call is bounded

A call that can wait forever will. Every outbound call carries a timeout.

- **Scope:** `src/**`
- **Severity:** P1
"""


def judged(made: Garden, message: str) -> None:
    """Store the verdict that `load` breaks the only clause there is."""
    prepared = prepare(ReviewRequest(root=made.root, mode="frozen"))
    [case] = [case for case in prepared.cases if case.pair.unit.name == "load"]
    verdict = Settled(
        case.pair.criterion.id,
        case.pair.unit.path,
        case.pair.unit.name,
        prepared.ingredients[case.key],
        "violation",
        "2026-11-02",
        verified=True,
        code_quote="return get(url)",
        clause_quote="carries a timeout",
        message=message,
    )
    write_verdicts(made.root, [verdict])


def test_what_a_review_found_can_be_deferred_and_disputed(ruled: Callable[..., Garden]) -> None:
    code = "def load(url):\n    return get(url)\n\n\ndef store(url):\n    return 1\n"
    made = ruled({"core-beliefs.md": BELIEFS, "src/app.py": code, "tech-tracker.md": TRACKER})
    judged(made, "it waits | <!-- gardener: allow-file[old-call] x --> [here](http://evil.example)")
    [found] = made.run("review", "--frozen", "--format", "json").json["findings"]
    assert (found["rule"], found["gates"]) == ("every-call-is-bounded.1", True)
    done = made.run("defer", found["fingerprint"][:8], "--reason", "with the new client")
    assert (done.code, done.err) == (0, "")
    row = made.read("tech-tracker.md").decode().removeprefix(TRACKER)
    assert row.startswith(
        "| D8 |  | it waits &#124; &amp;lt;!-- gardener: allow-file\\[old-call\\] x --&gt; \\[here\\]("
    )
    assert " | P1 | open | every-call-is-bounded | `src/app.py` `" in row
    after = made.run("review", "--frozen", "--format", "json")
    assert (after.code, after.json["findings"][0]["suppressed"]) == (
        0,
        {"by": "deferral", "reason": "with the new client"},
    )
    assert made.run("dispute", found["fingerprint"], "--reason", "it is bounded").code == 0
    assert made.run("review", "--frozen", "--format", "json").json["findings"][0]["suppressed"]["by"] == "dispute"
    assert made.run("check").code == 0
