"""Stories of `gardener check` over real repositories, through the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Garden

FORMATS = ["agent", "github", "gitlab", "json", "junit", "markdown", "rdjson", "sarif", "text"]
OLD = "old-call"


def test_a_clean_repository_says_so(ruled: Callable[..., Garden]) -> None:
    done = ruled({"a.py": "new(1)\n"}).run("check")
    assert (done.code, done.err) == (0, "")
    assert done.out


def test_a_finding_names_its_place_and_its_rule(ruled: Callable[..., Garden]) -> None:
    done = ruled({"src/a.py": "x = 1\ny = old(x)\n"}).run("check")
    assert done.code == 1
    assert "src/a.py:2:5" in done.out
    assert OLD in done.out
    assert "`old` forgets the tenant" in done.out


def test_paths_narrow_the_run_and_are_relative_to_where_one_stands(ruled: Callable[..., Garden]) -> None:
    made = ruled({"src/a.py": "old(1)\n", "src/sub/b.py": "old(1)\n", "c.py": "old(1)\n"})
    assert made.run("check", "src", "--format", "json").hits == [(OLD, "src/a.py", 1), (OLD, "src/sub/b.py", 1)]
    inner = type(made)(made.root / "src")
    assert inner.run("check", "sub/b.py", "--format", "json").hits == [(OLD, "src/sub/b.py", 1)]
    assert len(inner.run("check", "--format", "json").hits) == 3


def test_named_files_still_honour_excludes(ruled: Callable[..., Garden]) -> None:
    made = ruled({"gardener.toml": 'exclude = ["vendor/**"]\n', "vendor/a.py": "old(1)\n"})
    assert made.run("check", "vendor/a.py").code == 0
    assert made.run("check", "vendor").code == 0


def test_fix_writes_what_is_safe_and_counts_it(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "# café\nx = old(1)  # keep\r\ny = old(old(2))\n"})
    done = made.run("check", "--fix", "--format", "json")
    assert made.read("a.py") == "# café\nx = new(1)  # keep\r\ny = new(new(2))\n".encode()
    assert done.code == 0
    assert done.json["counts"]["fixed"] == 3
    assert "3" in ruled_again(made).run("check", "--fix").out


def test_fix_keeps_the_encoding_a_file_declares(ruled: Callable[..., Garden]) -> None:
    source = "# coding: latin-1\nnames = '\xe9\xe8\xea'\nx = old('\xe9')\n".encode("latin-1")
    made = ruled({"a.py": source})
    assert made.run("check", "--fix").code == 0
    assert made.read("a.py") == source.replace(b"old", b"new")


def test_standard_input_that_cannot_be_read_comes_back_unchanged(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "new(1)\n"})
    for broken in (b"old('\xff')\n", b"old(\n"):
        command = [sys.executable, "-m", "gardener", "check", "--stdin-filename", "a.py", "--fix"]
        done = subprocess.run(command, cwd=made.root, input=broken, capture_output=True, check=False)
        assert (done.returncode, done.stdout) == (2, broken)
        assert done.stderr.startswith(b"error: a.py: ")


def ruled_again(made: Garden) -> Garden:
    return made.write({"a.py": "old(1)\nold(2)\nold(3)\n"})


def test_fix_leaves_suppressed_and_unselected_findings_alone(ruled: Callable[..., Garden]) -> None:
    source = b"old(1)  # gardener: allow[old-call] the tenant is fixed here\n"
    made = ruled({"a.py": source})
    assert made.run("check", "--fix").code == 0
    assert made.read("a.py") == source
    made.write({"a.py": "old(1)\n"})
    assert made.run("check", "--fix", "--select", "network-call-without-timeout").code == 0
    assert made.read("a.py") == b"old(1)\n"


def test_unsafe_fixes_wait_to_be_asked_for(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "new(1)\n"})
    page = made.read("rules/old-call.md").replace(b'safety = "safe"', b'safety = "unsafe"')
    made.write({"rules/old-call.md": page, "a.py": "old(1)\n"})
    assert made.run("check", "--fix").code == 1
    assert made.read("a.py") == b"old(1)\n"
    assert made.run("check", "--fix", "--unsafe-fixes").code == 0
    assert made.read("a.py") == b"new(1)\n"


def test_staged_sees_the_index_and_not_the_working_tree(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "old(0)\n"})
    made.write({"b.py": "old(1)\n"})
    made.git("add", "b.py")
    made.write({"b.py": "new(1)\n", "c.py": "old(2)\n"})
    done = made.run("check", "--staged", "--format", "json")
    assert done.hits == [(OLD, "b.py", 1)]
    assert done.code == 1


def test_staged_fix_refuses_half_staged_files(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "new(0)\n"})
    made.write({"a.py": "old(1)\n"})
    made.git("add", "a.py")
    made.write({"a.py": "old(1)\nold(2)\n"})
    done = made.run("check", "--staged", "--fix")
    assert done.code == 2
    assert "a.py" in done.err + done.out
    assert "old(1)" in done.out
    assert made.read("a.py") == b"old(1)\nold(2)\n"


def test_staged_fix_changes_the_working_tree_and_still_reports_the_index(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "new(0)\n", "b.py": "new(0)\n"})
    made.write({"a.py": "old(1)\n"})
    made.git("add", "a.py")
    made.write({"b.py": "old(2)\n"})
    done = made.run("check", "--staged", "--fix", "--format", "json")
    assert (made.read("a.py"), made.read("b.py")) == (b"new(1)\n", b"old(2)\n")
    assert done.hits == [(OLD, "a.py", 1)]
    assert (done.code, done.json["counts"]["fixed"]) == (1, 1)
    made.git("add", "a.py")
    assert made.run("check", "--staged", "--fix").code == 0


def test_staged_fix_works_before_the_first_commit(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "old(1)\n"})
    made.git("update-ref", "-d", "HEAD")
    done = made.run("check", "--staged", "--fix")
    assert (done.code, made.read("a.py")) == (1, b"new(1)\n")
    assert "`git add` what was fixed" in done.out


def test_diff_shows_what_a_branch_adds_across_renames(ruled: Callable[..., Garden]) -> None:
    body = "def f():\n    return old(1)\n\n\ndef g():\n    return 2\n\n\nVALUES = [\n    1,\n    2,\n    3,\n]\n"
    made = ruled({"a.py": body, "b.py": "old(9)\n"})
    made.git("switch", "-q", "-c", "topic")
    made.git("mv", "a.py", "moved.py")
    made.write({"moved.py": "import os\n" + body + "\n\nx = old(3)\n"})
    made.commit()
    done = made.run("check", "--diff", "main", "--format", "json")
    assert done.hits == [(OLD, "moved.py", 17)]
    assert done.code == 1
    (made.root / "b.py").rename(made.root / "moved_by_hand.py")
    assert made.run("check", "--diff", "main", "--format", "json").hits == [(OLD, "moved.py", 17)]


def test_diff_without_news_is_clean(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "old(1)\n"})
    made.git("switch", "-q", "-c", "topic")
    made.write({"a.py": "\n\n\nold(1)  # moved down\n", "b.py": "new(2)\n"}).commit()
    assert made.run("check", "--diff", "main").code == 0


def test_a_second_old_finding_does_not_hide_behind_the_first(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "old(1)\n"})
    made.write({"a.py": "old(1)\nold(1)\n"})
    done = made.run("check", "--diff", "HEAD", "--format", "json")
    assert len(done.hits) == 1


def test_the_baseline_is_a_ratchet(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "old(1)\n", "b.py": "old(2)\n"})
    assert made.run("check", "--write-baseline").code == 0
    lines = made.read(".gardener/baseline.jsonl").decode().splitlines()
    assert sorted(json.loads(line)["path"] for line in lines) == ["a.py", "b.py"]
    assert made.run("check").code == 0
    assert made.run("check", "--no-baseline").code == 1
    made.write({"a.py": "\nold(1)\nold(3)\n"})
    assert made.run("check", "--format", "json").hits == [(OLD, "a.py", 3)]
    made.write({"a.py": "new(1)\n"})
    stale = made.run("check")
    assert stale.code == 0
    assert "stale" in stale.out
    assert made.run("check", "--strict-baseline").code == 1
    assert made.run("check", "a.py", "--write-baseline").code == 0
    assert [json.loads(line)["path"] for line in made.read(".gardener/baseline.jsonl").splitlines()] == ["b.py"]
    assert made.run("check", "--strict-baseline").code == 0


def test_suppressions_need_a_reason_and_a_use(ruled: Callable[..., Garden]) -> None:
    made = ruled(
        {
            "a.py": "old(1)  # gardener: allow[old-call]\n",
            "b.py": "new(1)  # gardener: allow[old-call] gone\n",
            "c.py": "old(1)  # gardener: allow[old-cal] misspelt\n",
            "d.py": "old(1)  # gardener: allow[old-call] until=2001-01-01 long ago\n",
            "e.py": "# gardener: allow[old-call] fixed tenant\nold(1)\n",
        }
    )
    rules = {(rule, path) for rule, path, _ in made.run("check", "--format", "json").hits}
    assert rules == {
        ("suppression-without-reason", "a.py"),
        ("unused-suppression", "b.py"),
        ("unknown-rule-in-suppression", "c.py"),
        (OLD, "c.py"),
        ("expired-suppression", "d.py"),
        (OLD, "d.py"),
    }


def test_add_allow_writes_comments_that_hold(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "x = old(1)\ny = old(\n    2,\n)\n"})
    assert made.run("check", "--add-allow", "--reason", "before the new client").code == 0
    assert made.read("a.py").count(b"gardener: allow[old-call] before the new client") == 2
    assert made.run("check").code == 0


def test_standard_input_is_checked_as_if_it_were_a_file(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "new(1)\n"})
    done = made.run("check", "--stdin-filename", "a.py", "--format", "json", stdin="old(1)\n")
    assert (done.code, done.hits) == (1, [(OLD, "a.py", 1)])
    assert made.run("check", "--stdin-filename", "unborn.py", stdin="new(1)\n").code == 0
    assert made.run("check", "--stdin-filename", "a.py", stdin="old(\n").code == 2


def test_standard_input_is_fixed_to_standard_output(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "new(1)\n"})
    done = made.run("check", "--stdin-filename", "a.py", "--fix", stdin="old(1)\r\n")
    assert (done.code, done.out) == (0, "new(1)\r\n")
    assert made.run("check", "--stdin-filename", "a.py", "--fix", stdin="x = 1\n").out == "x = 1\n"
    assert made.run("check", "--stdin-filename", "a.py", "--fix", stdin="").out == ""
    assert made.read("a.py") == b"new(1)\n"


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_tells_of_the_finding(ruled: Callable[..., Garden], form: str) -> None:
    done = ruled({"src/a.py": "old(1)\n"}).run("check", "--format", form)
    assert done.code == 1
    assert "src/a.py" in done.out
    assert done.out.endswith("\n")


@pytest.mark.parametrize("form", FORMATS)
def test_output_goes_to_a_file_the_same(ruled: Callable[..., Garden], form: str) -> None:
    made = ruled({"src/a.py": "old(1)\n"})
    shown = made.run("check", "--format", form)
    written = made.run("check", "--format", form, "--output", "out/report")
    assert written.code == 2
    (made.root / "out").mkdir()
    assert made.run("check", "--format", form, "--output", "out/report").out == ""
    assert made.read("out/report").decode() == shown.out


@pytest.mark.skipif(os.name == "nt", reason="there are no such pipes on Windows")
def test_output_into_a_pipe_leaves_it_a_pipe(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "old(1)\n"})
    pipe = made.root.parent / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert made.run("check", "--output", str(pipe)).code == 1
    assert b"old-call" in os.read(reader, 10_000)
    os.close(reader)
    assert pipe.is_fifo()


def test_answers_do_not_depend_on_cache_or_jobs(ruled: Callable[..., Garden]) -> None:
    made = ruled({f"m{number}.py": f"x = old({number})\n" for number in range(12)})
    cold = made.run("check", "--format", "json")
    warm = made.run("check", "--format", "json")
    bare = made.run("check", "--format", "json", "--no-cache")
    several = made.run("check", "--format", "json", "--no-cache", "--jobs", "2")
    assert cold.out == warm.out == bare.out == several.out
    assert len(cold.hits) == 12


def test_colour_only_on_demand(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "old(1)\n"})
    assert "\x1b[" not in made.run("check").out
    assert "\x1b[" in made.run("check", env={"NO_COLOR": "", "FORCE_COLOR": "1"}).out
    assert "\x1b[" not in made.run("check", env={"NO_COLOR": "1", "FORCE_COLOR": "1"}).out


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_a_failure(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "old(1)\n", "b.py": "old(2)\n"})
    (made.root / "a.py").chmod(0)
    done = made.run("check", "--format", "json")
    assert done.code == 2
    assert [item["path"] for item in done.json["failures"]] == ["a.py"]
    assert done.hits == [(OLD, "b.py", 1)]


def test_a_file_listed_as_unparsable_is_no_failure(ruled: Callable[..., Garden]) -> None:
    made = ruled({"templates/a.py": "old({{ x }}\n"})
    assert made.run("check").code == 2
    made.write({"gardener.toml": 'unparsable = ["templates/**"]\n'})
    assert made.run("check").code == 0


def test_a_broken_file_that_no_rule_can_match_is_not_parsed(ruled: Callable[..., Garden]) -> None:
    assert ruled({"a.py": "def (:\n"}).run("check").code == 0


def test_policy_comes_from_where_it_is_told_to(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "new(1)\n"})
    made.git("switch", "-q", "-c", "topic")
    made.write({"a.py": "old(1)\n", "gardener.toml": 'ignore = ["old-call"]\n'}).commit()
    assert made.run("check").code == 0
    assert made.run("check", "--policy-from", "main").code == 1
    (made.root / "rules/old-call.md").unlink()
    made.commit()
    assert made.run("check", "--policy-from", "main").code == 1


def test_settings_for_one_file_are_shown(ruled: Callable[..., Garden]) -> None:
    import tomllib

    made = ruled({"a.py": "", "gardener.toml": 'fail-on = "P1"\n[per-path."tests/**"]\nignore = ["old-call"]\n'})
    shown = made.run("check", "--show-settings", "tests/test_a.py")
    assert shown.code == 0
    assert tomllib.loads(shown.out)["fail-on"] == "P1"
    assert "old-call" in shown.out


def test_statistics_and_profile_add_to_the_text_only(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "old(1)\nold(2)\n"})
    plain = made.run("check")
    counted = made.run("check", "--statistics")
    assert len(counted.out) > len(plain.out)
    assert counted.code == plain.code == 1
    assert made.run("check", "--profile").code == 1


def test_nothing_of_the_repository_is_executed(ruled: Callable[..., Garden]) -> None:
    trap = "import pathlib\npathlib.Path('trapped').write_text('x')\n"
    rule = (
        '"""A trap.\n\nWhy.\n\n```python bad\nold(1)\n```\n\n```python good\nnew(1)\n```\n"""\n'
        + trap
        + "import libcst as cst\nfrom gardener import rule\n\n\n"
        '@rule(cst.Call, mentions="old")\ndef trap(node, file):\n'
        '    """A trap.\n\n    Why.\n\n    ```python bad\n    old(1)\n    ```\n\n'
        '    ```python good\n    new(1)\n    ```\n    """\n'
        '    yield file.flag(node, "trapped")\n'
    )
    made = ruled(
        {"rules/trap.py": rule, "a.py": "old(1)\n" + trap, "conftest.py": trap, "sitecustomize.py": trap,
         "click.py": trap, "libcst.py": trap, "ruff.py": trap, "setup.py": trap}
    )  # fmt: skip
    made.git("config", "core.fsmonitor", "touch trapped")
    for arguments in (["check"], ["garden"], ["find", "old($X)"], ["rules", "list"]):
        # Without -P Python itself would import from the working folder; the installed command never does.
        command = [sys.executable, "-P", "-m", "gardener", *arguments]
        done = subprocess.run(command, cwd=made.root, capture_output=True, check=False)
        assert b"unexpectedly" not in done.stderr
    assert not (made.root / "trapped").exists()
