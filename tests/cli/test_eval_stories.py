"""`gardener eval` as people run it: against a server that judges as it is told, and without one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from gardener.llm.scripted_judge import SeenClause, SeenUnit
from gardener.llm.scripted_server import ScriptedServer, pair_judge
from gardener.llm.scripted_steps import altered, fails
from tests.reviewing.evaluations import repository

Make = Callable[..., Any]


def knows(clause: SeenClause, unit: SeenUnit) -> Mapping[str, str]:
    """A judge that is always right about waiting, and always wrong about names."""
    if clause.id.startswith("names"):
        return {"verdict": "violation"}
    line = next((one for one in unit.text.split("\n") if "wait(" in one), "")
    return {"verdict": "violation", "code_quote": line} if line else {"verdict": "ok"}


def environment(server: ScriptedServer) -> dict[str, str]:
    return {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "sk-test"}


def test_a_judge_is_measured_clause_by_clause(garden: Make) -> None:
    made = garden(repository(files=3, functions=3))
    with ScriptedServer(pair_judge(knows)) as server:
        ran = made.run("eval", env=environment(server))
        asked = len(server.chats)
    assert (ran.code, ran.out.count("no figure in total")) == (0, 1)
    assert "`finder-1`, `refuter-1` refutes" in ran.out
    assert "each label judged once" in ran.out
    (waits,) = [line for line in ran.out.split("\n") if line.startswith("waiting-has-a-limit.1")]
    assert waits.split()[1:5] == ["22", "11", "0", "0"]
    assert "1.00 (0.74 to 1.00)" in waits
    (names,) = [line for line in ran.out.split("\n") if line.startswith("names-tell.1")]
    assert names.split()[1:5] == ["2", "1", "1", "0"]
    assert f"spent: {asked} requests" in ran.out
    assert "price unknown" in ran.out
    assert not (made.root / ".gardener/verdicts").exists()


def test_json_names_the_judge_and_refuses_a_total_of_too_few_labels(garden: Make) -> None:
    made = garden(repository(files=1, functions=2))
    with ScriptedServer(pair_judge(knows)) as server:
        found = made.run("eval", "--format", "json", "--repeat", "2", env=environment(server)).json
    assert found["judge"]["model"] == "finder-1"
    assert found["judge"]["repeats"] == 2
    assert found["labels"] == {"example": 6, "injected": 4}
    assert found["total"]["n"] == 10
    assert found["total"]["precision"] is None
    assert "10 labels judged, and it takes 30: 20 more are needed" in found["total"]["refused"]
    clauses = {one["clause"]: one for one in found["clauses"]}
    assert clauses["waiting-has-a-limit.1"]["flip_rate"] == {"share": 0.0, "low": 0.0, "high": 0.3244, "of": 8}
    assert clauses["waiting-has-a-limit.1"]["localisation"]["share"] == 1.0


def test_thirty_labels_give_a_figure_in_total(garden: Make) -> None:
    made = garden(repository(files=4, functions=4))
    with ScriptedServer(pair_judge(knows)) as server:
        ran = made.run("eval", "--format", "markdown", env=environment(server))
    assert ran.code == 0
    (total,) = [line for line in ran.out.split("\n") if line.startswith("| all |")]
    assert "0.95 (" in total
    assert "no figure in total" not in ran.out


def test_stored_verdicts_are_neither_read_nor_written(garden: Make) -> None:
    made = garden(repository(files=1, functions=1))
    store = made.root / ".gardener/verdicts/0.jsonl"
    made.write({".gardener/verdicts/0.jsonl": "this is no verdict\n"})
    with ScriptedServer(pair_judge(knows)) as server:
        assert made.run("eval", env=environment(server)).code == 0
        first = len(server.chats)
        assert made.run("eval", env=environment(server)).code == 0
        assert len(server.chats) == 2 * first
    assert store.read_text() == "this is no verdict\n"
    assert sorted(path.name for path in store.parent.iterdir()) == ["0.jsonl"]


def test_a_model_that_does_not_answer_leaves_labels_unjudged_and_exits_2(garden: Make) -> None:
    made = garden(repository(files=1, functions=1))
    with ScriptedServer(script=lambda _: fails(401, "no such key")) as server:
        ran = made.run("eval", env=environment(server))
    assert ran.code == 2
    assert "unjudged: " in ran.out
    assert "0 were judged" in ran.out
    assert "Traceback" not in ran.err


def test_money_runs_out_in_words(garden: Make) -> None:
    made = garden(repository(files=1, functions=1))
    with ScriptedServer(pair_judge(knows)) as server:
        ran = made.run("eval", "--max-usd", "0.0001", env=environment(server))
    assert ran.code == 2
    assert "the budget is spent" in ran.out


def test_labels_of_a_file_are_measured_too(garden: Make) -> None:
    made = garden(repository(files=1, functions=1))
    row = {"clause": "waiting-has-a-limit.1", "code": "def f(job):\n    wait(job)\n", "line": 2, "label": "violation"}
    made.write({"labels.jsonl": json.dumps(row) + "\n"})
    with ScriptedServer(pair_judge(knows)) as server:
        ran = made.run("eval", "--labels", "labels.jsonl", "--format", "json", env=environment(server))
    assert ran.json["labels"]["file"] == 1


def test_an_endpoint_that_answers_as_several_models_gets_no_figure(garden: Make) -> None:
    made = garden(repository(files=4, functions=4))
    names = iter(f"model-{number}" for number in range(999))

    def renamed(completion: dict[str, Any]) -> dict[str, Any]:
        return completion | {"model": next(names)}

    with ScriptedServer(pair_judge(knows), lambda _: altered(renamed)) as server:
        found = made.run("eval", "--format", "json", env=environment(server)).json
    assert "judges do not mix" in found["total"]["refused"]
    assert found["total"]["recall"] is None


@pytest.mark.parametrize(
    ("settings", "environ", "why", "hint"),
    [
        ("", {"OPENAI_API_KEY": "sk-test"}, "no model is set", "set `model` in `[tool.gardener.review]`"),
        ('[tool.gardener.review]\nmodel = "m"\n', {"OPENAI_API_KEY": ""}, "there is no key", "set OPENAI_API_KEY"),
    ],
)
def test_without_a_model_or_a_key_it_says_how_to_set_it_up(
    garden: Make, settings: str, environ: dict[str, str], why: str, hint: str
) -> None:
    made = garden(dict(repository()) | {"pyproject.toml": settings})
    ran = made.run("eval", env={"OPENAI_BASE_URL": ""} | environ)
    assert ran.code == 2
    assert why in ran.err
    assert hint in ran.err


def test_broken_labels_stop_it_before_anything_is_sent(garden: Make) -> None:
    made = garden(repository(files=1, functions=1) | {"labels.jsonl": "{\n"})
    with ScriptedServer(pair_judge(knows)) as server:
        ran = made.run("eval", "--labels", "labels.jsonl", env=environment(server))
        assert server.requests == []
    assert (ran.code, ran.out) == (2, "")
    assert "error: labels.jsonl:1: this line is no JSON" in ran.err
