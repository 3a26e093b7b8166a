"""Stories of the nightly job: every step does its part, alone when others fail, and a quiet night writes nothing."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from gardener.core.errors import GardenerError
from gardener.gardening.describe_night import as_text
from gardener.gardening.garden import garden
from gardener.gardening.request import GardenRequest
from gardener.outputs import text
from tests.cli import review_gardens
from tests.cli.test_score_stories import FILES, TRACKER

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Garden

IGNORED = {".gitignore": ".ruff_cache/\n"}


@dataclass(frozen=True)
class Ran:
    """A night that ended: its exit code, and what it said."""

    code: int
    out: str


def night(made: Garden, *, apply: bool = False, report: str | None = None) -> Ran:
    """A night in this process: starting one takes longer than most of what is tried here."""
    folder = made.root / report if report else None
    try:
        tended = garden(GardenRequest(made.root, apply=apply, folder=folder))
    except GardenerError as error:
        return Ran(2, str(error))
    assert tended is not None
    whole = tended.whole_report()
    return Ran(whole.exit_code(exit_zero=True), text.render(whole) + as_text(tended))


def record(made: Garden) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(made.read(".gardener/cache/night.json"))
    return found


def outcomes(made: Garden) -> dict[str, str]:
    return {step["step"]: step["outcome"] for step in record(made)["steps"]}


def duties(made: Garden, chore: str) -> list[str]:
    return [f"{duty['path']}: {duty['what']}" for duty in record(made)["duties"] if duty["chore"] == chore]


def tree(made: Garden) -> str:
    made.git("add", "-A")
    return made.git("write-tree")


def test_a_night_plans_and_only_apply_writes(ruled: Callable[..., Garden]) -> None:
    made = ruled(FILES | IGNORED)
    planned = made.run("garden")
    assert planned.code == 0
    assert made.git("status", "--porcelain") == ""
    assert "--apply does what is planned" in planned.out
    assert {outcomes(made)[name] for name in ("check", "grades", "tracker", "chores", "issues")} == {"planned"}
    done = made.run("garden", "--apply")
    assert done.code == 0
    assert made.read("app/net/__init__.py").startswith(b"new(1)")
    assert {"tech-tracker.md", ".gardener/scores.jsonl"} <= set(" ".join(record(made)["changes"]).split())
    assert b"| app/net |" in made.read("tech-tracker.md")


def test_a_night_without_a_change_writes_nothing(ruled: Callable[..., Garden]) -> None:
    made = ruled(FILES | IGNORED)
    night(made, apply=True)
    first = tree(made)
    done = night(made, apply=True)
    assert tree(made) == first
    assert record(made)["changes"] == []
    # Nor when what the last night wrote was committed meanwhile.
    made.commit("the night")
    again = night(made, apply=True)
    assert tree(made) == first
    assert (done.code, again.code) == (0, 0)
    assert "changed:" not in again.out


def test_what_people_wrote_in_the_tracker_stays(ruled: Callable[..., Garden]) -> None:
    raw = TRACKER.replace("\n", "\r\n").encode()
    made = ruled(FILES | {"tech-tracker.md": raw})
    night(made, apply=True)
    before, _, rest = made.read("tech-tracker.md").partition(b"<!-- gardener:grades -->")
    after = rest.partition(b"<!-- /gardener:grades -->")[2]
    assert before + b"<!-- gardener:grades -->\r\n<!-- /gardener:grades -->" + after == raw


def test_without_markers_the_tracker_is_left_alone(ruled: Callable[..., Garden]) -> None:
    raw = "# Debt\n\nNothing.\n"
    made = ruled(FILES | {"tech-tracker.md": raw})
    assert "no markers for grades" in night(made, apply=True).out
    assert made.read("tech-tracker.md") == raw.encode()


def test_reports_for_people_and_programs_say_the_same_each_time(ruled: Callable[..., Garden]) -> None:
    made = ruled(FILES)
    night(made, report="out")
    names = ("report.html", "report.md", "report.json")
    first = [made.read(f"out/{name}") for name in names]
    assert b"<h2>Grades</h2>" in first[0]
    assert b"### Grades" in first[1]
    assert b"old-call" in first[1]
    night(made, report="out")
    assert [made.read(f"out/{name}") for name in names] == first
    assert json.loads(made.read("out/night.json"))["version"] == 1


def test_a_step_that_fails_leaves_the_others_their_work(ruled: Callable[..., Garden]) -> None:
    made = ruled(FILES | {".gardener/scores.jsonl": "no json\n"})
    done = night(made, report="out")
    assert done.code == 2
    assert ".gardener/scores.jsonl:1" in done.out
    assert outcomes(made) == {
        "check": "planned",
        "review": "skipped",
        "learn": "skipped",
        "grades": "failed",
        "tracker": "skipped",
        "chores": "skipped",
        "issues": "planned",
    }
    assert b"What went wrong" in made.read("out/report.html")
    assert b"old-call" in made.read("out/report.json")


def test_a_rule_that_does_not_load_fails_the_check_and_the_report_says_so(ruled: Callable[..., Garden]) -> None:
    made = ruled(FILES | {"rules/bad.md": "# Bad\n\n```toml gardener\npattern = 'old('\n```\n"})
    done = night(made, report="out")
    assert done.code == 2
    assert "rules/bad.md:" in done.out
    assert outcomes(made)["check"] == "failed"
    assert "there is no report to go by" in done.out
    assert b"rules/bad.md" in made.read("out/report.html")


def test_settings_leave_out_steps_and_chores_and_misspelt_ones_are_refused(ruled: Callable[..., Garden]) -> None:
    made = ruled(FILES | {"gardener.toml": '[garden]\nskip = ["issues", "small-patches"]\n'})
    night(made)
    assert outcomes(made)["issues"] == "skipped"
    assert duties(made, "small-patches") == []
    made.write({"gardener.toml": '[garden]\nskip = ["isues"]\n'})
    done = night(made)
    assert (done.code, "did you mean `issues`?" in done.out) == (2, True)


def test_a_night_ends_when_its_time_is_over(ruled: Callable[..., Garden]) -> None:
    made = ruled(FILES | {"gardener.toml": "[garden]\nmax-seconds = 0.000000001\n"})
    done = night(made, report="out")
    assert done.code == 0
    assert set(outcomes(made).values()) == {"skipped"}
    assert "of the night were over" in done.out
    assert b"of the night were over" in made.read("out/report.md")


def test_only_so_many_files_are_changed_in_a_night(ruled: Callable[..., Garden]) -> None:
    made = ruled(
        {f"m{number}.py": "old(1)\n" for number in range(5)} | {"gardener.toml": "[garden]\nmax-changes = 2\n"}
    )
    assert "3 files left for another night" in night(made, apply=True).out
    assert [made.read(f"m{number}.py") for number in range(5)] == [b"new(1)\n"] * 2 + [b"old(1)\n"] * 3
    night(made, apply=True)
    night(made, apply=True)
    assert made.read("m4.py") == b"new(1)\n"


def test_a_second_night_lets_the_first_one_work(ruled: Callable[..., Garden]) -> None:
    made = ruled(FILES)
    made.run("garden")
    before = made.read(".gardener/cache/night.json")
    with (made.root / ".gardener/cache/garden.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = made.run("garden", "--apply")
    assert (done.code, done.out) == (0, "")
    assert "another night is under way here" in done.err
    assert made.read(".gardener/cache/night.json") == before
    assert made.read("tech-tracker.md") == TRACKER.encode()


def test_where_no_lock_can_be_made_the_night_goes_on_and_says_so(ruled: Callable[..., Garden]) -> None:
    made = ruled(FILES | {".gardener": "a file\n"})
    done = night(made)
    assert done.code in (0, 2)
    assert "nothing keeps a second night out" in done.out


@pytest.mark.parametrize("state", ["no git", "nothing committed", "detached"])
def test_a_night_copes_with_odd_repositories(ruled: Callable[..., Garden], state: str) -> None:
    made = ruled(FILES)
    if state == "no git":
        (made.root / ".git").rename(made.root.parent / "kept")
    elif state == "nothing committed":
        made.git("update-ref", "-d", "HEAD")
    else:
        made.git("checkout", "-q", "--detach")
    done = night(made, apply=True, report="out")
    assert done.code == 0, done.out
    assert b"| app/net |" in made.read("tech-tracker.md")


def test_patches_apply_and_cure(ruled: Callable[..., Garden]) -> None:
    made = ruled(
        {
            "a.py": "import os\n\nx = 1\nold(1)\ny = 2",
            "b/c d.py": "old(2)\n",
            "e.py": b"# coding: latin-1\nold(1)  # \xe9\n",
            "f.py": b"old(3)\r\n",
            "g.py": "".join(f"old({number})\n" for number in range(80)),
        }
    )
    night(made, report="out")
    patch = made.read("out/patches/garden-old-call.patch")
    assert b"\\ No newline" in patch or b"y = 2" in patch
    assert sum(line[:1] in b"+-" and line[:3] not in (b"+++", b"---") for line in patch.split(b"\n") if line) <= 100
    made.git("apply", "out/patches/garden-old-call.patch")
    assert made.read("a.py") == b"import os\n\nx = 1\nnew(1)\ny = 2"
    assert made.read("f.py") == b"old(3)\r\n"
    made.write({"a.py": "x = 1\n"})
    night(made, report="out")
    assert not (made.root / "out/patches/garden-old-call.patch").exists()


def test_drafts_hold_patches_only_of_tonight(ruled: Callable[..., Garden]) -> None:
    made = ruled({"a.py": "import os\n", "ruff.toml": "", "gardener.toml": "[garden]\nskip = ['issues']\n"})
    made.write({".gardener/drafts/garden-gone.patch": "x\n", ".gardener/drafts/mine.md": "mine\n"})
    night(made, apply=True)
    names = sorted(path.name for path in (made.root / ".gardener/drafts").iterdir())
    assert names == ["garden-ruff-F401.patch", "mine.md"]


def test_chores_find_what_waits(ruled: Callable[..., Garden], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2024-01-01T00:00:00Z")
    page = (
        '# Bare except\n\n```toml gardener\npattern = "print($X)"\nmessage = "m"\n```\n\nWhy not.\n\n'
        "```python bad\nprint(1)  # here\n```\n\n```python good\nx = 1\n```\n"
    )
    made = ruled(
        FILES
        | {
            "rules/bare-print.md": page,
            "app/core/flags.py": "FLAG = True  # remove after 2020-01-31\nTEXT = '# remove after 2020-01-31'\n",
            "app/core/allowed.py": "x = 1  # gardener: allow[old-call] was needed once\n",
            "app/core/late.py": "old(1)  # gardener: defer[old-call] until=2020-01-31 goes with the old runner\n",
            "core-beliefs.md": FILES["core-beliefs.md"].replace(
                "rule `old-call`", "rule `old-call`; test `tests/gone.py`"
            ),
        }
    )
    made.run("score", "--record")
    made.run("check", "--write-baseline")
    for number in range(22):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"2025-0{number // 8 + 1}-{number % 8 + 1:02d}T00:00:00Z")
        changed = {"app/core/tenant.py": f"def tenant() -> int:\n    return {number}\n"}
        made.write(changed | {"app/net/__init__.py": f"{FILES['app/net/__init__.py']}# {number}\n"}).commit()
    done = night(made)
    assert done.code == 0, done.out
    assert duties(made, "expired-flags") == [
        "app/core/flags.py:1: something that was to go by 2020-01-31 is still there"
    ]
    assert duties(made, "idle-rules") == ["rules/bare-print.md: `bare-print` has found nothing for 6 months"]
    (stale,) = duties(made, "stale-documents")
    assert stale.startswith("README.md: 22 commits changed the 1 file that README.md names")
    assert any("app/net/__init__.py" in one for one in duties(made, "baseline-debt"))
    assert any("tests/gone.py" in one for one in duties(made, "unproven-enforcement"))
    assert any("`T201`" in one for one in duties(made, "ruff-covers-ours"))
    night(made)
    (made.root / ".gardener/baseline.jsonl").unlink()
    night(made)
    assert duties(made, "useless-allows") == [
        "app/core/allowed.py: 1 comment in app/core/allowed.py suppresses nothing"
    ]
    assert len(duties(made, "expired-deferrals")) == 1


def test_a_log_tells_steps_and_no_source(ruled: Callable[..., Garden]) -> None:
    made = ruled(FILES | {"secret.py": "TOKEN = 'ghp_veryverysecret'\nold(TOKEN)\n"})
    made.run("garden", "--apply", "--log-file", "log.jsonl", env={"OPENAI_API_KEY": "sk-very-secret"})
    said = made.read("log.jsonl").decode()
    events = [json.loads(line) for line in said.strip().split("\n")]
    assert [one["step"] for one in events if one["event"] == "step"] == list(outcomes(made))
    assert events[-1]["event"] == "night"
    assert all(one["seconds"] >= 0 for one in events if one["event"] == "step")
    assert "secret" not in said
    assert "old(" not in said
    assert made.run("garden", "--log-file", "nowhere/log").code == 2


def test_a_night_that_is_killed_is_taken_up_by_the_next(ruled: Callable[..., Garden]) -> None:
    made = ruled(FILES | IGNORED)
    whole = ruled(FILES | IGNORED)
    program = ["sh", "-c", 'exec "$0" -m gardener garden --apply']
    process = subprocess.Popen([*program, sys.executable], cwd=made.root, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while not (made.root / ".gardener/cache/garden.lock").exists() and time.monotonic() < deadline:
        process.poll()
    process.kill()
    process.wait()
    assert made.run("garden", "--apply").code == 0
    assert outcomes(made)["issues"] == "done"
    first = tree(made)
    made.run("garden", "--apply")
    assert tree(made) == first
    assert whole.root == made.root


JUDGED = (
    '[review]\nmodel = "judge-1"\nretries = 0\ndeadline_s = 20\nprices = { "judge-1" = { input = 1, output = 2 } }\n'
    "[garden]\nmax-usd = 1\n"
)
REVIEWED = {
    "core-beliefs.md": review_gardens.BELIEFS.replace("- **Status:** active", "- **Guardrail:** yes"),
    "gardener.toml": JUDGED,
    "src/a.py": review_gardens.CODE + "".join(f"\n\ndef f{number}(x):\n    return x\n" for number in range(4)),
}


def test_the_model_is_asked_once_and_within_the_budget_of_the_night(ruled: Callable[..., Garden]) -> None:
    made = ruled(REVIEWED | IGNORED)
    with review_gardens.strict_server() as server:
        where = review_gardens.environment(server)
        planned = made.run("garden", env=where)
        assert (len(server.chats), "only --apply asks the model" in planned.out) == (0, True)
        done = made.run("garden", "--apply", "--report", "out", "--log-file", "log.jsonl", env=where)
        asked = len(server.chats)
        made.run("garden", "--apply", env=where)
        assert asked == len(server.chats) > 0
    assert done.code == 0
    cost = record(made)["cost"]
    assert cost["usd"] == 0.0
    kept = json.loads(made.read("out/night.json"))
    assert kept["cost"]["requests"] == asked
    assert 0 < kept["cost"]["usd"] < 1
    events = [json.loads(line) for line in made.read("log.jsonl").decode().strip().split("\n")]
    calls = [one for one in events if one["event"] == "model"]
    assert len(calls) == asked
    assert {(one["model"], one["outcome"]) for one in calls} == {("judge-1", "answered")}
    assert b"requests.get" not in made.read("log.jsonl")
    assert b"test-key" not in made.read("log.jsonl")
    assert b'<th scope="col" class="guardrail">Bounded calls</th>' in made.read("out/report.html")
    assert b"bounded-calls.1" in made.read("out/report.md")


def test_without_a_key_the_verdicts_of_an_earlier_night_count(ruled: Callable[..., Garden]) -> None:
    made = ruled(REVIEWED | IGNORED)
    with review_gardens.strict_server() as server:
        made.run("garden", "--apply", env=review_gardens.environment(server))
    first = tree(made)
    done = made.run("garden", "--apply", env=review_gardens.KEYLESS)
    assert done.code == 0
    assert "bounded-calls.1" in done.out
    assert tree(made) == first


def test_without_a_bound_a_night_asks_nobody(ruled: Callable[..., Garden]) -> None:
    made = ruled(REVIEWED | {"gardener.toml": review_gardens.SETTINGS})
    with review_gardens.strict_server() as server:
        done = made.run("garden", "--apply", env=review_gardens.environment(server))
        assert server.chats == []
    assert "set `max-usd` in `[tool.gardener.garden]`" in done.out
    assert outcomes(made)["review"] == "skipped"


def test_a_review_that_fails_takes_nothing_out_of_the_tracker(ruled: Callable[..., Garden]) -> None:
    made = ruled(REVIEWED | {"tech-tracker.md": TRACKER})
    night(made, apply=True)
    before = made.read("tech-tracker.md")
    assert b"| Bounded calls |" in before
    made.write({".gardener/verdicts/bad.jsonl": "no json\n", "src/b.py": "old(1)\n"})
    done = night(made, apply=True)
    assert done.code == 2
    assert outcomes(made)["review"] == "failed"
    assert made.read("tech-tracker.md") == before
    assert "not kept: review failed" in done.out
