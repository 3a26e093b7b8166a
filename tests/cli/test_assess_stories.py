"""`gardener review --assess`: areas graded by a judge once, and by its stored verdicts from then on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gardener.llm.scripted_judge import SeenClause, SeenUnit
from gardener.llm.scripted_server import ScriptedServer, pair_judge

Make = Callable[..., Any]

BELIEFS = """# Core beliefs

## Waiting has a limit

Every wait must go through `bounded`.

- **Severity:** P2
- **Guardrail:** yes

## Names tell

A function must be named for what it does.
"""
SETTINGS = """[tool.gardener.review]
model = "finder-1"

[tool.gardener.areas]
core = ["core/**"]
net = ["net/**"]
"""
TRACKER = "# Debt\n\n| ID | Area | Debt | Severity | Status | Evidence |\n|---|---|---|---|---|---|\n"


def functions(call: str) -> str:
    return "\n\n".join(f"def step_{number}(job):\n    {call}(job, {number})\n" for number in range(8))


FILES = {
    "core-beliefs.md": BELIEFS,
    "pyproject.toml": SETTINGS,
    "tech-tracker.md": TRACKER,
    "core/a.py": functions("bounded"),
    "net/b.py": functions("wait"),
    "tools/c.py": functions("wait"),
}


def knows(clause: SeenClause, unit: SeenUnit) -> Mapping[str, str]:
    line = next((one for one in unit.text.split("\n") if "wait(" in one), "")
    if line:
        return {"verdict": "violation", "code_quote": line}
    return {"verdict": "ok" if "bounded(" in unit.text else "not_applicable"}


def environment(server: ScriptedServer) -> dict[str, str]:
    return {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "sk-test"}


def test_areas_are_graded_and_the_grades_replay_without_a_key(garden: Make) -> None:
    made = garden(FILES)
    with ScriptedServer(pair_judge(knows)) as server:
        ran = made.run("review", "--assess", env=environment(server))
        sent = "".join(chat.text for chat in server.chats)
    assert ran.code == 0
    assert "| core | B | B (n=8) |" in ran.out
    assert "| net | F | F (n=8) |" in ran.out
    assert "net: Waiting has a limit: F (n=8), 8 of 8 units break it, at net/b.py:step_" in ran.out
    assert "tools/c.py" not in sent
    assert "names-tell" not in sent
    assert made.read("tech-tracker.md").decode() == TRACKER
    again = made.run("review", "--assess", "--frozen", env={"OPENAI_API_KEY": ""})
    assert again.out.split("\n")[:4] == ran.out.split("\n")[:4]


def test_grades_are_written_into_the_tracker_once(garden: Make) -> None:
    made = garden(FILES)
    with ScriptedServer(pair_judge(knows)) as server:
        assert made.run("review", "--assess", "--write", env=environment(server)).code == 0
    text = made.read("tech-tracker.md").decode()
    assert text.count("Waiting has a limit: not kept in net") == 1
    assert "| net | F | F (n=8) | TD-001 |" in text
    assert made.run("review", "--assess", "--write", "--frozen").code == 0
    assert made.read("tech-tracker.md").decode() == text


def test_without_verdicts_nothing_is_graded_and_nothing_is_hidden(garden: Make) -> None:
    made = garden(FILES)
    found = made.run("review", "--assess", "--frozen", "--format", "json")
    assert found.code == 0
    cells = [cell for area in found.json["areas"] for cell in area["guardrails"]]
    assert [(cell["grade"], cell["unjudged"]) for cell in cells] == [(None, 9), (None, 9)]
    assert "18 sampled units are not judged yet" in made.run("review", "--assess", "--frozen").out


def test_options_that_make_no_sense_together_are_refused(garden: Make) -> None:
    made = garden(FILES)
    for options, why in (
        (["--write"], "--write goes with --assess"),
        (["--assess", "--staged"], "--assess cannot be combined with --staged"),
        (["--assess", "--format", "sarif"], "not as sarif"),
    ):
        ran = made.run("review", *options)
        assert ran.code == 2
        assert why in ran.err


def test_without_a_tracker_there_is_nothing_to_write_into(garden: Make) -> None:
    made = garden({name: text for name, text in FILES.items() if name != "tech-tracker.md"})
    ran = made.run("review", "--assess", "--write", "--frozen")
    assert (ran.code, ran.out) == (2, "")
    assert "no tech tracker" in ran.err


def test_without_guardrails_it_says_how_to_mark_one(garden: Make) -> None:
    made = garden(dict(FILES) | {"core-beliefs.md": BELIEFS.replace("- **Guardrail:** yes\n", "")})
    ran = made.run("review", "--assess", "--frozen")
    assert ran.code == 0
    assert "no belief is marked as a guardrail" in ran.out
