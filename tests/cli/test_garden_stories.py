"""Stories of the nightly job, of setting up, and of asking why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Garden


def test_garden_reports_and_keeps_reports(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "import os\nold(1)\n", "ruff.toml": ""})
    done = made.run("garden", "--report", "out/nightly")
    assert done.code == 0
    assert "old-call" in done.out
    kept = json.loads(made.read("out/nightly/report.json"))
    assert {item["rule"] for item in kept["findings"]} >= {"old-call", "ruff:F401"}
    assert b"old-call" in made.read("out/nightly/report.md")


def test_garden_writes_nothing_unasked(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "old(1)\n", ".gitignore": ".gardener/cache/\n.ruff_cache/\n"})
    made.run("garden")
    assert made.git("status", "--porcelain") == ""
    made.run("garden", "--apply")
    assert made.read("a.py") == b"new(1)\n"


def test_garden_twice_says_the_same(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "old(1)\n"})
    assert made.run("garden").out == made.run("garden").out


def test_init_shows_first_and_then_writes_once(garden: Callable[..., Garden]) -> None:
    made = garden({"a.py": "x = 1\n"})
    made.commit()
    shown = made.run("init", "--dry-run")
    assert shown.code == 0
    assert "+++ b/" in shown.out
    assert made.git("status", "--porcelain") == ""
    plan, told, _ = shown.out.partition("\nnothing was written (--dry-run)\n")
    assert told
    assert made.run("init").out.startswith(plan)
    assert made.run("check").code == 0
    assert "nothing to add" in made.run("init").out


def test_explain_says_why_and_what_can_be_done(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "def f():\n    return old(1)\n"})
    finding = made.run("check", "--format", "json").json["findings"][0]
    done = made.run("explain", finding["fingerprint"][:8])
    assert done.code == 0
    for word in (
        "a.py:2:12",
        "return old(1)",
        "answers for every tenant",
        "fails the check",
        "--fix",
        "allow[old-call]",
    ):
        assert word in done.out
    made.run("check", "--write-baseline")
    assert "suppressed (baseline)" in made.run("explain", finding["fingerprint"]).out
    assert made.run("explain", "ffffffff").code == 2


def test_explain_shows_a_rule(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": ""})
    page = made.run("explain", "old-call")
    assert page.out == made.run("rules", "explain", "old-call").out
    for word in ("The new call knows the tenant", "old(1)", "new(1)", "P2", "rules/old-call.md"):
        assert word in page.out


def test_why_not_names_the_first_condition(ruled: Callable[..., Garden]) -> None:
    made = ruled(
        {
            "a.py": "new(1)\n",
            "b.py": "new(old)\nold(1)\n",
            "c.py": "old(1, 2)\n",
            "d.py": "old(1)  # gardener: allow[old-call] the first tenant\n",
            "e.py": "old(1)\n",
            "f.py": "old(\n",
            "g/h.py": "old(1)\n",
            "notes.txt": "old(1)\n",
            ".gitignore": "ignored.py\n",
            "ignored.py": "old(1)\n",
            "gardener.toml": 'exclude = ["g/"]\n[per-path."c.py"]\nignore = ["old-call"]\n',
        }
    )
    said = {
        ("a.py", 1): "words",
        ("b.py", 1): "line 2",
        ("c.py", 1): 'ignored for "c.py"',
        ("d.py", 1): "suppressed (inline): the first tenant",
        ("e.py", 1): "fails the check",
        ("f.py", 1): "could not be analysed",
        ("g/h.py", 1): "excluded",
        ("notes.txt", 1): "neither Python nor Markdown",
        ("ignored.py", 1): "ignored by git",
    }
    for (path, line), reason in said.items():
        done = made.run("why-not", f"{path}:{line}", "old-call")
        assert reason in done.out, (path, done.out, done.err)
        assert done.code == 0
    assert made.run("why-not", "nowhere.py:1", "old-call").code == 2


def test_why_not_says_what_a_name_means(garden: Callable[..., Garden]) -> None:
    made = garden(
        {"a.py": "import requests\n\n\ndef f(requests):\n    return requests.get('u')\n\n\nrequests.get('v')\n"}
    )
    done = made.run("why-not", "a.py:5", "network-call-without-timeout")
    assert "requests.get" in done.out
    assert "resolves to no known name" in done.out


def test_rules_are_listed_tried_and_begun(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "old(1)\n"})
    listed = {item["id"]: item for item in made.run("rules", "list", "--format", "json").json}
    assert listed["old-call"]["pack"] == "rules"
    assert "network-call-without-timeout" in listed
    assert "old-call" in made.run("rules", "list").out
    tried = made.run("rules", "test", "old-call")
    assert (tried.code, "every example holds" in tried.out) == (0, True)
    assert made.run("rules", "new", "bare-print").code == 0
    assert (made.root / "rules/bare-print.md").exists()
    assert made.run("rules", "new", "bare-print").code == 2
    assert made.run("rules", "new", "Not An Id").code == 2
    assert "old-call" in made.run("rules", "profile").out


def test_a_rule_that_does_not_hold_is_shown_with_a_diff(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": ""})
    page = made.read("rules/old-call.md").decode()
    made.write({"rules/old-call.md": page.replace("new(1)\n```", "newest(1)\n```")})
    done = made.run("rules", "test")
    assert done.code == 2
    assert "rules/old-call.md:" in done.out
    assert "-newest(1)" in done.out
    assert "+new(1)" in done.out
    assert made.run("check").code == 2


def test_an_idle_condition_is_found_by_mutation(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": ""})
    page = made.read("rules/old-call.md").decode()
    made.write({"rules/old-call.md": page.replace('pattern = "old($X)"', 'pattern = "old($X)"\nnot = "old(2)"')})
    assert made.run("rules", "test").code == 0
    done = made.run("rules", "test", "--mutate")
    assert done.code == 1
    assert "no example needs" in done.out
