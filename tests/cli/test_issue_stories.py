"""`gardener issues`, as a team meets it: a plan that is only shown, drafts in a folder, issues on a forge."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

import pytest

from tests.conftest import Garden
from tests.trackers.forge_server import Board, running

Make = Callable[[Mapping[str, str | bytes]], Garden]

CALL = "import requests\n\n\ndef price(url):\n    return requests.get(url).json()\n"
FILES = {
    "shop/__init__.py": "",
    "shop/api.py": CALL,
    "CODEOWNERS": "* @acme/all\n/shop/ @acme/shop\n",
    "core-beliefs.md": "# Core beliefs\n\n## Every call is bounded\n\nA call must carry a timeout.\n",
    "pyproject.toml": "[tool.ruff.lint]\nselect = []\n",
}
TOKEN = "ghp_not-a-real-token"  # noqa: S105


@pytest.fixture
def board() -> Iterator[Board]:
    with running(Board()) as served:
        yield served


@pytest.fixture
def shop(garden: Make) -> Garden:
    made = garden(FILES)
    made.commit()
    return made


def on_github(board: Board) -> dict[str, str]:
    """The environment of a job on GitHub."""
    return {"GITHUB_API_URL": board.address, "GITHUB_TOKEN": TOKEN, "GITHUB_REPOSITORY": "acme/shop"}


def drafts(made: Garden) -> list[str]:
    """The names of the drafts in the folder."""
    return sorted(path.name for path in (made.root / ".gardener/drafts").glob("*"))


def test_a_plan_shows_a_diff_and_writes_nothing(shop: Garden) -> None:
    ran = shop.run("issues", "plan")
    assert ran.code == 0
    assert "+ create: Resolve network-call-without-timeout in shop (P1, size S)" in ran.out
    assert "    +gardener check --select network-call-without-timeout --no-baseline shop" in ran.out
    assert ran.out.endswith("plan: 1 to create\n")
    assert not (shop.root / ".gardener/issues.jsonl").exists()
    assert not (shop.root / ".gardener/drafts").exists()


def test_applying_writes_a_draft_that_an_agent_can_work_from(shop: Garden) -> None:
    ran = shop.run("issues", "apply")
    assert (ran.code, ran.err) == (0, "")
    (name,) = drafts(shop)
    text = shop.read(f".gardener/drafts/{name}").decode()
    for part in (
        "title: Resolve network-call-without-timeout in shop\n",
        "Mend one place: Network call without a timeout.",
        "owned by `@acme/shop`",
        "- `shop/api.py:5`\n",
        "- return requests.get(url).json()\n+ return requests.get(url, timeout=10).json()\n",
        "```sh\ngardener check --select network-call-without-timeout --no-baseline shop\n```",
        "- [ ] the command above finds nothing",
        "Close this as not planned, and it is never asked again.",
    ):
        assert part in text
    command = text.partition("```sh\n")[2].partition("\n")[0]
    assert shop.run(*command.split()[1:]).code == 1
    shop.write({"shop/api.py": CALL.replace("get(url)", "get(url, timeout=10)")})
    assert shop.run(*command.split()[1:]).code == 0


def test_a_second_run_changes_nothing(shop: Garden) -> None:
    shop.run("issues", "apply")
    shop.commit()
    assert shop.run("issues", "apply").out.endswith("done: nothing to write\n")
    assert shop.git("status", "--porcelain") == ""


def test_what_is_mended_is_closed_by_the_second_run(shop: Garden) -> None:
    shop.run("issues", "apply")
    shop.write({"shop/api.py": "x = 1\n"})
    assert shop.run("issues", "apply").out.endswith("done: nothing to write\n")
    assert shop.run("issues", "apply").out.endswith("done: 1 closed\n")
    (name,) = drafts(shop)
    assert b"state: closed\n" in shop.read(f".gardener/drafts/{name}")


def test_a_file_that_cannot_be_read_closes_nothing(shop: Garden) -> None:
    shop.run("issues", "apply")
    shop.write({"shop/api.py": "import requests\nrequests.get(\n"})
    for _ in range(2):
        ran = shop.run("issues", "apply")
        assert ran.code == 2
        assert "shop/api.py" in ran.err
        assert ran.out.endswith("done: nothing to write\n")


def test_debt_in_the_baseline_is_worth_an_issue_and_what_people_allowed_is_not(shop: Garden) -> None:
    shop.run("check", "--write-baseline")
    assert "the baseline has accepted 1 of the places" in shop.run("issues", "plan").out
    reason = "# gardener: allow[network-call-without-timeout] a test server"
    shop.write({"shop/api.py": CALL.replace(".json()", f".json()  {reason}")})
    (shop.root / ".gardener/baseline.jsonl").unlink()
    assert shop.run("issues", "plan").out.endswith("plan: nothing to write\n")


def test_a_belief_is_quoted(shop: Garden) -> None:
    rule = (
        '# Output goes through logging\n\n```toml gardener\nseverity = "P2"\nbelief = "every-call-is-bounded"\n'
        'pattern = "print(...)"\n```\n\nNobody reads it.\n\n```python bad\nprint(1)\n```\n\n'
        "```python good\nlog(1)\n```\n"
    )
    shop.write({"rules/bare-print.md": rule, "shop/api.py": "print(1)\n"})
    out = shop.run("issues", "plan").out
    assert "> A call must carry a timeout." in out
    assert "`every-call-is-bounded` in the core beliefs" in out


def test_links_are_pinned_to_the_commit(shop: Garden) -> None:
    shop.git("remote", "add", "origin", "https://user:secret@github.com/acme/shop.git")
    out = shop.run("issues", "plan").out
    commit = shop.git("rev-parse", "HEAD").strip()
    assert f"https://github.com/acme/shop/blob/{commit}/shop/api.py#L5" in out
    assert "secret" not in out


def test_areas_of_the_settings_part_the_issues(shop: Garden) -> None:
    shop.write(
        {
            "shop/pay/__init__.py": "",
            "shop/pay/api.py": CALL,
            "gardener.toml": '[areas]\npayments = ["shop/pay/**"]\nrest = ["shop/**"]\n',
        }
    )
    ran = shop.run("issues", "plan", "--format", "json")
    assert [step["title"].rpartition(" in ")[2] for step in ran.json["steps"]] == ["payments", "rest"]
    assert "--no-baseline shop/pay\n" in ran.json["steps"][0]["body"]


def test_issues_are_kept_on_github(shop: Garden, board: Board) -> None:
    ran = shop.run("issues", "apply", "--tracker", "github", "--format", "json", env=on_github(board))
    assert (ran.code, ran.err) == (0, "")
    (step,) = ran.json["steps"]
    assert (step["action"], step["id"], step["done"]) == ("create", "1", True)
    assert step["url"] == "https://github.com/acme/shop/issues/1"
    assert board.issues[1]["labels"] == ["gardener"]
    assert board.tokens == {f"Bearer {TOKEN}"}
    again = shop.run("issues", "apply", "--tracker", "github", env=on_github(board))
    assert again.out.endswith("done: nothing to write\n")
    assert len(board.issues) == 1


def test_issues_are_kept_on_gitlab(shop: Garden, board: Board) -> None:
    shop.write({"gardener.toml": '[issues]\ntracker = "gitlab"\nproject = "acme/shop"\nlabels = ["debt"]\n'})
    environment = {"CI_API_V4_URL": board.address, "GITLAB_TOKEN": "glpat-not-a-real-token"}
    assert shop.run("issues", "apply", env=environment).out.endswith("done: 1 created\n")
    assert board.issues[1]["labels"] == ["gardener", "debt"]
    assert shop.run("issues", "apply", env=environment).out.endswith("done: nothing to write\n")


def test_the_token_is_told_to_nobody(shop: Garden, board: Board) -> None:
    for _ in range(9):
        board.fail(".", status=401, body={"message": "Bad credentials"})
    ran = shop.run("--traceback", "issues", "apply", "--tracker", "github", env=on_github(board))
    assert ran.code == 2
    assert "401: Bad credentials" in ran.err
    assert "issues: write" in ran.err
    assert TOKEN not in ran.out + ran.err
    kept = b"".join(path.read_bytes() for path in (shop.root / ".gardener").rglob("*") if path.is_file())
    assert TOKEN.encode() not in kept


def test_without_a_token_nothing_is_asked(shop: Garden) -> None:
    ran = shop.run("issues", "plan", "--tracker", "github", env={"GITHUB_TOKEN": "", "GH_TOKEN": ""})
    assert ran.code == 2
    assert "`GITHUB_TOKEN` or `GH_TOKEN` is not set" in ran.err
    assert "--tracker folder" in ran.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('tracker = "git hub"', "`issues.tracker` must be the name of a tracker"),
        ('project = "../shop"', "`issues.project` must be the path of a project"),
        ("creates = -1", "`issues.creates` must be a whole number from 0 up"),
        ('label = "a,b"', "`issues.label` must be a label"),
        ("closed = 3", "unknown key `issues.closed`"),
    ],
)
def test_settings_that_cannot_be_used_are_told(shop: Garden, line: str, said: str) -> None:
    shop.write({"gardener.toml": f"[issues]\n{line}\n"})
    ran = shop.run("issues", "plan")
    assert ran.code == 2
    assert "gardener.toml:2" in ran.err
    assert said in ran.err


def test_a_tracker_that_does_not_exist_is_told(shop: Garden) -> None:
    shop.write({"gardener.toml": '[issues]\ntracker = "jira"\n'})
    ran = shop.run("issues", "plan")
    assert ran.code == 2
    assert "there is no tracker `jira`" in ran.err


def test_a_ledger_that_cannot_be_read_stops_everything(shop: Garden) -> None:
    shop.write({".gardener/issues.jsonl": "<<<<<<< ours\n"})
    ran = shop.run("issues", "apply")
    assert ran.code == 2
    assert ".gardener/issues.jsonl:1: an unfinished merge" in ran.err
    assert not (shop.root / ".gardener/drafts").exists()


def test_both_sides_of_a_merge_are_kept(shop: Garden) -> None:
    shop.run("issues", "apply")
    lines = shop.read(".gardener/issues.jsonl").decode().split("\n")[:-1]
    shop.write({".gardener/issues.jsonl": "\n".join([*reversed(lines), *lines]) + "\n"})
    assert shop.run("issues", "apply").out.endswith("done: nothing to write\n")
    assert len(drafts(shop)) == 1


def test_outside_git_drafts_are_kept_all_the_same(shop: Garden) -> None:
    import shutil

    shutil.rmtree(shop.root / ".git")
    shop.write({"gardener.toml": ""})
    assert shop.run("issues", "apply").out.endswith("done: 1 created\n")


def test_a_checkout_that_cannot_be_written_is_told(shop: Garden, board: Board) -> None:
    (shop.root / ".gardener").write_text("a file where the folder should be")
    ran = shop.run("issues", "apply", "--tracker", "github", env=on_github(board))
    assert ran.code == 2
    assert board.writes == []


def test_commits_that_nobody_else_has_are_not_posted_about(shop: Garden, board: Board) -> None:
    shop.git("update-ref", "refs/remotes/origin/main", "HEAD")
    shop.write({"shop/more.py": CALL})
    shop.commit()
    ran = shop.run("issues", "apply", "--tracker", "github", env=on_github(board))
    assert ran.code == 2
    assert "HEAD holds commits that are not on `origin/main`" in ran.err
    assert board.writes == []
    assert shop.run("issues", "apply").code == 0


def test_a_detached_head_will_do(shop: Garden, board: Board) -> None:
    shop.git("update-ref", "refs/remotes/origin/main", "HEAD")
    shop.git("checkout", "-q", "--detach")
    assert shop.run("issues", "apply", "--tracker", "github", env=on_github(board)).code == 0


def test_json_says_what_was_planned(shop: Garden) -> None:
    data = json.loads(shop.run("issues", "plan", "--format", "json").out)
    assert data["tracker"] == "folder"
    assert (data["applied"], data["busy"], data["failures"], data["waiting"]) == (False, False, [], [])
    (step,) = data["steps"]
    assert step["labels"] == ["gardener"]
    assert step["id"] is None
    assert step["body"].startswith(f"<!-- gardener:v1 fp={step['fingerprint']} body=")
