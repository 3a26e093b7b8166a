"""Stories of `gardener learn` and of accepting and rejecting what it proposes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Garden

EXAMPLE = (Path(__file__).parent.parent.parent / "docs" / "examples" / "feedback.jsonl").read_text(encoding="utf-8")
RULE = "repository-load-without-tenant"
PAGE = f"rules/{RULE}.md"
BAD = "from shop.orders import repository\n\nx = repository.load(1)\n"
THEME_KEYS = ["id", "title", "feedback", "route", "target", "page", "fixes", "proof", "rejected_routes"]
PROOF_KEYS = ["befores", "flagged", "afters", "clean", "leave_one_out", "hits"]


@pytest.fixture
def shop(garden: Callable[..., Garden]) -> Garden:
    """A repository with feedback, and one place that breaks what the feedback asks for."""
    ignored = {".gitignore": "feedback.jsonl\n.gardener/cache/\n"}
    made = garden({"feedback.jsonl": EXAMPLE, "shop/a.py": BAD, "core-beliefs.md": "# Beliefs\n", **ignored})
    made.commit()
    return made


def themes(made: Garden, *arguments: str) -> dict[str, Any]:
    """Themes by the way that was taken for them."""
    done = made.run("learn", "feedback.jsonl", "--format", "json", *arguments)
    assert done.code == 0, done.err
    return {theme["route"]: theme for theme in done.json["themes"]}


def record(number: int, **fields: object) -> str:
    """A line of feedback; people and pull requests alternate."""
    data = {"id": f"x{number}", "source": "jsonl", "pr": str(number), "author": f"person {number % 3}"}
    return json.dumps(data | {"association": "MEMBER", "path": "shop/b.py"} | fields) + "\n"


def test_each_theme_of_the_example_takes_the_way_that_leaves_least_to_look_after(shop: Garden) -> None:
    done = shop.run("learn", "feedback.jsonl", "--format", "json")
    assert list(done.json) == ["themes", "unclustered"]
    found = themes(shop)
    assert {route: theme["target"] for route, theme in found.items() if route not in {"belief", "issue"}} == {
        "family": RULE,
        "pattern": "status-paid",
        "ruff": "DTZ003",
        "enforced": "network-call-without-timeout",
    }
    for theme in done.json["themes"]:
        assert list(theme) == THEME_KEYS
        assert list(theme["proof"]) == PROOF_KEYS
    family = found["family"]
    assert family["proof"] == {
        "befores": 4, "flagged": 4, "afters": 4, "clean": 4, "leave_one_out": True, "hits": 1,
    }  # fmt: skip
    assert [each["route"] for each in family["rejected_routes"]] == ["enforced", "ruff"]
    assert found["pattern"]["fixes"] is True
    assert found["ruff"]["page"] is None
    known = {each for theme in done.json["themes"] for each in theme["feedback"]} | set(done.json["unclustered"])
    assert known == {json.loads(line)["id"] for line in EXAMPLE.splitlines()}


def test_nothing_is_written_unasked_and_only_pages_when_asked(shop: Garden) -> None:
    themes(shop)
    assert shop.git("status", "--porcelain") == ""
    themes(shop, "--write")
    written = shop.git("status", "--porcelain", "--untracked-files=all").split()
    assert written == ["??", PAGE, "??", "rules/status-paid.md"]
    assert b'state = "shadow"' in shop.read(PAGE)
    before = shop.read(PAGE)
    again = themes(shop, "--write")
    assert shop.read(PAGE) == before
    assert again["family"]["page"] == before.decode()
    assert "in shadow" in again["family"]["rejected_routes"][0]["reason"]


def test_an_accepted_rule_is_enforced_from_the_first_day(shop: Garden) -> None:
    shop.write({"core-beliefs.md": "# Beliefs\n\n## Orders have a tenant\n\nEach load of an order has its tenant.\n"})
    themes(shop, "--write")
    assert shop.run("check", "--only", "code").code == 0
    done = shop.run("rules", "accept", RULE)
    assert (done.code, done.out.split("\n")[0]) == (0, f"accepted {RULE}: shadow -> error")
    assert b'state = "error"' in shop.read(PAGE)
    assert f"rule `{RULE}`" in shop.read("core-beliefs.md").decode()
    assert shop.run("check", "--only", "code").code == 0
    shop.write({"shop/new.py": BAD})
    after = shop.run("check", "--only", "code", "--format", "json")
    assert (after.code, after.hits) == (1, [(RULE, "shop/new.py", 3)])
    assert themes(shop)["enforced"]["route"] == "enforced"
    assert "family" not in themes(shop)
    [line] = shop.read(".gardener/rules.jsonl").decode().splitlines()
    event = json.loads(line)
    assert (event["event"], event["rule"], event["from"], event["to"]) == ("accepted", RULE, "shadow", "error")


def test_a_rule_can_be_let_warn_first_and_only_once(shop: Garden) -> None:
    themes(shop, "--write")
    assert shop.run("rules", "accept", RULE, "--as", "warn").code == 0
    shop.write({"shop/new.py": BAD})
    assert shop.run("check", "--only", "code").code == 0
    refused = shop.run("rules", "accept", RULE, "--as", "warn")
    assert (refused.code, "in state warn already" in refused.err) == (2, True)
    assert shop.run("rules", "accept", RULE).code == 0
    assert len(shop.read(".gardener/rules.jsonl").splitlines()) == 2


def test_a_rejected_rule_comes_back_only_with_twice_the_evidence(shop: Garden) -> None:
    themes(shop, "--write")
    assert shop.run("rules", "reject", RULE, "--reason", "  ").code == 2
    assert shop.run("rules", "reject", RULE, "--reason", "tenants go away").code == 0
    assert not (shop.root / PAGE).exists()
    done = shop.run("learn", "feedback.jsonl", "--format", "json", "--write")
    assert not (shop.root / PAGE).exists()
    [rejected] = [theme for theme in done.json["themes"] if theme["route"] == "none"]
    assert "repository.load" in rejected["title"]
    assert "rejected on" in shop.run("learn", "feedback.jsonl").out
    more = "".join(
        record(
            number,
            body="please pass the `tenant` to `repository.load`",
            before=BAD.replace("1", f"number{number}"),
            after=BAD.replace("1", f"number{number}, tenant=tenant"),
        )
        for number in range(4)
    )
    shop.write({"feedback.jsonl": EXAMPLE + more})
    assert themes(shop)["family"]["target"] == RULE


def test_a_theme_without_a_page_is_rejected_by_its_id(shop: Garden) -> None:
    theme = themes(shop)["belief"]["id"]
    assert shop.run("rules", "reject", theme, "--reason", "we know").code == 0
    assert "belief" not in themes(shop)


@pytest.mark.parametrize("name", ["no-such-rule", "network-call-without-timeout", "../core-beliefs", "T12"])
def test_only_pages_of_this_repository_are_accepted_and_rejected(shop: Garden, name: str) -> None:
    for arguments in (["accept", name], ["reject", name, "--reason", "why"]):
        done = shop.run("rules", *arguments)
        assert (done.code, "is no rule page of this repository" in done.err) == (2, True)
    assert shop.git("status", "--porcelain") == ""


def test_a_page_that_does_not_hold_is_not_accepted(shop: Garden) -> None:
    themes(shop, "--write")
    shop.write({PAGE: shop.read(PAGE).replace(b"argument = ", b"argumint = ")})
    before = shop.read(PAGE)
    done = shop.run("rules", "accept", RULE)
    assert (done.code, shop.read(PAGE)) == (2, before)
    assert not (shop.root / ".gardener/rules.jsonl").exists()


def test_broken_lines_are_named_and_stop_nothing(shop: Garden) -> None:
    whole = themes(shop)
    broken = '{"id": 1\n\n[]\n{"id": "y1"}\n\xff\n' + json.dumps({"id": "y2", "body": "x", "line": "many"}) + "\n"
    shop.write({"feedback.jsonl": broken.encode("latin-1") + EXAMPLE.encode()})
    done = shop.run("learn", "feedback.jsonl", "--format", "json")
    assert {theme["route"]: theme for theme in done.json["themes"]} == whole
    assert done.err.count("skipped feedback.jsonl:") == 5
    shop.write({"feedback.jsonl": broken.encode("latin-1")})
    assert shop.run("learn", "feedback.jsonl").code == 2


def test_hostile_feedback_changes_nothing_and_steers_nothing(shop: Garden) -> None:
    order = (
        "make a rule that allows `eval` everywhere <!-- gardener: allow-file[every-rule] x --> @all fixes #1 \x1b[2J"
    )
    code = "`````\n# gardener: allow-file[x] y\neval(s)\n"
    lines = "".join(record(number, body=f"{order} {number}", before=code, after="s = 1\n") for number in range(4))
    shop.write({"feedback.jsonl": EXAMPLE + lines})
    for form in ("text", "markdown", "json"):
        done = shop.run("learn", "feedback.jsonl", "--format", form, "--write")
        assert done.code == 0
        assert "\x1b" not in done.out
        outside = done.out if form != "json" else ""
        assert "<!-- gardener" not in outside
    for page in (shop.root / "rules").glob("*.md"):
        assert "allow-file" not in page.read_text(encoding="utf-8")
    assert shop.run("check", "--only", "code").code == 0
    assert shop.git("status", "--porcelain").split() == ["??", "rules/"]


def test_a_theme_of_bots_strangers_or_one_person_is_none(shop: Garden) -> None:
    def theme(**fields: object) -> str:
        said = {"body": "Never call `frobnicate` with a list here", "before": "frobnicate([1])\n"}
        return "".join(record(number, **(said | fields)) for number in range(4))

    for fields in ({"author_kind": "bot"}, {"association": "NONE"}, {"author": "ada"}, {"pr": "7"}):
        shop.write({"feedback.jsonl": theme(**fields)})
        assert shop.run("learn", "feedback.jsonl", "--format", "json").json["themes"] == []


def test_two_files_teach_a_rule(shop: Garden) -> None:
    shop.write(
        {
            "bad.py": "# Prices are rounded by `money.rounded`\nfrom shop import money\n\nmoney.cut(price, 2)\n",
            "good.py": "from shop import money\n\nmoney.rounded(price)\n",
            "shop/many.py": "from shop import money\n\n" + "money.cut(price, 2)\n" * 9,
        }
    )
    done = shop.run("learn", "--bad", "bad.py", "--good", "good.py", "--format", "json", "--write")
    [theme] = done.json["themes"]
    assert theme["title"] == "Prices are rounded by `money.rounded`"
    assert theme["route"] in {"family", "pattern"}
    assert shop.run("rules", "test", theme["target"]).code == 0
    assert theme["proof"]["hits"] == 9
    assert shop.run("learn", "--bad", "bad.py").code == 2
    assert shop.run("learn", "--bad", "nowhere.py", "--good", "good.py").code == 2


def test_what_was_taught_holds_and_finds_its_like_in_the_repository(shop: Garden) -> None:
    good = "from shop import words\n\n\ndef read(text):\n    return words.checked_load(text)\n"
    shop.write(
        {
            "bad.py": good.replace("checked_load", "load"),
            "good.py": good,
            "src/settings.py": "from shop.words import load\n\nSETTINGS = load(open('settings.yml'))\n",
            "src/clean.py": good,
        }
    )
    [theme] = shop.run("learn", "--bad", "bad.py", "--good", "good.py", "--format", "json", "--write").json["themes"]
    name = theme["target"]
    assert theme["proof"]["hits"] == 1
    assert shop.run("rules", "test", name, "--mutate").code == 0
    assert shop.run("rules", "accept", name, "--as", "warn").code == 0
    shop.write({"src/new.py": "from shop import words\n\nwords.load(text)\n"})
    ran = shop.run("check", "src", "--only", "code", "--select", name, "--format", "json")
    assert ran.hits == [(name, "src/new.py", 3)]
    missing = shop.run("learn", "--bad", "bad.py", "--good", "nowhere.py")
    assert (missing.code, "nowhere.py` cannot be read" in missing.err) == (2, True)


def test_a_range_of_commits_teaches_a_rule(shop: Garden) -> None:
    bad = {f"shop/price{number}.py": f"from shop import money\n\nmoney.cut(price{number}, 2)\n" for number in range(3)}
    shop.write({**bad, "notes.md": "money.cut(price, 2)\n", "shop/broken.py": "def (\n"})
    shop.commit("prices")
    shop.git("tag", "before")
    shop.git("mv", "shop/price2.py", "shop/late_price.py")
    good = {
        path.replace("price2", "late_price"): text.replace("cut", "rounded").replace(", 2", "")
        for path, text in bad.items()
    }
    shop.write({**good, "shop/new.py": "x = 1\n", "notes.md": "none\n", "shop/broken.py": "def )\n"})
    shop.commit("Round prices in one place")
    shop.write({"shop/again.py": "from shop import money\n\nmoney.cut(price, 2)\n"})
    done = shop.run("learn", "--commits", "before..HEAD", "--format", "json", "--write")
    [theme] = done.json["themes"]
    assert theme["title"] == "Round prices in one place"
    assert theme["route"] in {"family", "pattern"}
    assert theme["proof"] == {
        "befores": 3, "flagged": 3, "afters": 3, "clean": 3, "leave_one_out": True, "hits": 1,
    }  # fmt: skip
    assert shop.run("rules", "test", theme["target"], "--mutate").code == 0


@pytest.mark.parametrize(
    "commits", ["HEAD", "..HEAD", "HEAD..", "HEAD...HEAD", "HEAD..HEAD", "nowhere..HEAD", "--x..y"]
)
def test_a_range_that_teaches_nothing_is_said(shop: Garden, commits: str) -> None:
    done = shop.run("learn", "--commits", commits)
    assert (done.code, "Traceback" in done.err, done.err != "") == (2, False, True)
    assert shop.run("learn", "feedback.jsonl", f"--commits={commits}").code == 2


def test_at_most_fifty_files_of_a_range_teach(shop: Garden) -> None:
    shop.write({f"shop/m{number:02}.py": f"frob(a{number}, 2)\n" for number in range(52)})
    shop.commit("many")
    shop.write({f"shop/m{number:02}.py": f"nicate(a{number})\n" for number in range(52)})
    shop.commit("Call nicate")
    done = shop.run("learn", "--commits", "HEAD~1..HEAD", "--format", "json")
    assert len(done.json["themes"][0]["feedback"]) == 50
    assert "2 changed files are left out" in done.err


def test_the_past_is_replayed(shop: Garden) -> None:
    fixed = BAD.replace("load(1)", "load(1, tenant=t)")
    shop.write({"shop/b.py": BAD, "shop/c.py": BAD})
    shop.commit("two more")
    shop.write({"shop/b.py": fixed})
    shop.git("mv", "shop/c.py", "shop/d.py")
    shop.commit("one less")
    done = shop.run("learn", "feedback.jsonl", "--backtest")
    told = " ".join(done.out.split())
    assert "would have flagged 3 lines in 2 of the last 3 changes, 1 of them later changed or commented on" in told
    assert "2 still stand, missed or wrong: shop/a.py:3, shop/d.py:3" in told
    assert shop.run("learn", "feedback.jsonl", "--backtest").out == done.out
    assert (shop.root / ".gardener/cache/backtest.json").exists()


def test_what_a_source_read_is_learned_from_later(shop: Garden) -> None:
    assert shop.run("learn").code == 2
    done = shop.run("learn", "--from", "jsonl:feedback.jsonl", "--format", "json")
    assert (done.code, len(done.json["themes"])) == (0, 6)
    again = shop.run("learn", "--from", "jsonl:feedback.jsonl", "--format", "json")
    assert again.out == done.out
    assert "0 new or changed" in again.err
    assert shop.run("learn", "--format", "json").out == done.out
    assert shop.run("learn", "--from", "nowhere").code == 2
    assert "person" not in done.out
