"""What always holds of a review: the same bytes for the same code, no network when frozen, no gate from an upgrade."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gardener.core.review import Criterion, Pair, Unit
from gardener.llm.chat_request import chat_request
from gardener.repo.memory import MemoryTree
from gardener.reviewing.deciding import Case
from gardener.reviewing.requests import Judge, decisions, requests_for
from tests.cli.review_gardens import (
    BAD,
    BAD_LINE,
    BELIEFS,
    CLAUSE,
    CODE,
    FILES,
    KEYLESS,
    SETTINGS,
    reviewed,
    strict_server,
)
from tests.cli.review_patches import STORE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.conftest import Garden

CRITERIA = tuple(
    Criterion(f"b{number}.1", f"Rule {number} must hold.", "P1" if number % 2 else "P2", f"b{number}")
    for number in range(5)
)
UNITS = tuple(
    Unit(f"src/m{number % 4}.py", f"f{number}", "function", f"def f{number}():\n    pass", (1, 2))
    for number in range(30)
)


def bodies(pairs: Iterable[Pair]) -> list[bytes]:
    cases = [Case(pair, f"{pair.criterion.id} {pair.unit.name}") for pair in pairs]
    requests = requests_for(decisions(cases, {}), CRITERIA, Judge("m", "m"))
    return [json.dumps(chat_request(request.ask)).encode() for request in requests]


def test_the_order_of_files_and_arguments_changes_no_byte_of_a_request(garden: Callable[..., Garden]) -> None:
    from gardener.core.settings import Settings
    from gardener.repo.trees import WorkingTree
    from gardener.reviewing.selection import select

    code = {f"src/{name}.py": CODE.replace("fetch", f"fetch_{name}").encode() for name in "abcdef"}
    one = select(MemoryTree(code), Settings(), CRITERIA)
    made = garden(dict(reversed(code.items())))
    named = select(WorkingTree(made.root), Settings(), CRITERIA, paths=[*reversed(code), "src"], cwd=made.root)
    assert bodies(one.pairs) == bodies(named.pairs)


def test_running_twice_gives_the_same_bytes_and_opens_no_socket(
    garden: Callable[..., Garden], monkeypatch: pytest.MonkeyPatch
) -> None:
    from gardener.outputs import json as output
    from gardener.reviewing.request import ReviewRequest
    from gardener.reviewing.review import review

    made = garden(FILES)
    with strict_server() as server:
        reviewed(made, server)
    before = {path: path.read_bytes() for path in (made.root / STORE).iterdir()}
    opened: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda *arguments: opened.append(arguments))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **_: opened.append(arguments))
    environ = {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "https://llm.example.com/v1"}
    texts = [output.render(review(ReviewRequest(made.root, mode="frozen", environ=environ))) for _ in range(2)]
    assert texts[0] == texts[1]
    assert json.loads(texts[0])["counts"]["findings"] == 1
    assert opened == []
    assert {path: path.read_bytes() for path in (made.root / STORE).iterdir()} == before


@pytest.mark.parametrize("ingredient", ["prompt", "models", "sampling"])
def test_another_version_of_gardener_or_of_the_judge_changes_no_frozen_gate(
    ingredient: str, garden: Callable[..., Garden]
) -> None:
    """The store as it looks to a version with other prompts: all verdicts in it were made by another."""
    made = garden(FILES)
    with strict_server() as server:
        before = reviewed(made, server)
    value: object = ["an", "other"] if ingredient == "models" else "another"
    for shard in (made.root / STORE).iterdir():
        rows = [json.loads(line) | {ingredient: value} for line in shard.read_text("utf-8").split("\n") if line]
        shard.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    after = reviewed(made, None, "--frozen")
    assert (after.code, after.hits) == (before.code, before.hits) == (1, [(CLAUSE, "src/a.py", BAD_LINE)])
    assert after.json["counts"]["stale"] == after.json["counts"]["judged"] == 3
    assert after.json["counts"]["unjudged"] == 0
    required = reviewed(made, None, "--frozen", "--require-judged")
    assert required.code == 1


def test_an_upgrade_that_judges_otherwise_raises_no_gate_on_what_was_passed(garden: Callable[..., Garden]) -> None:
    """A new judge fills in what is new to it; old code that was found good does not stop anybody."""
    from gardener.llm.scripted_server import ScriptedServer

    made = garden(FILES)
    with ScriptedServer() as content:
        assert reviewed(made, content).code == 0
    made.write({"gardener.toml": SETTINGS.replace("judge-1", "judge-2")})
    with strict_server() as server:
        done = reviewed(made, server)
    frozen = reviewed(made, None, "--frozen")
    for ran in (done, frozen):
        assert (ran.code, ran.hits) == (0, [(CLAUSE, "src/a.py", BAD_LINE)])
    made.write({"src/b.py": f"import requests\n\n\n{BAD.replace('fetch', 'other')}"})
    with strict_server() as server:
        assert reviewed(made, server).code == 1


def test_no_byte_leaves_without_a_model_and_a_key(garden: Callable[..., Garden]) -> None:
    made = garden({"core-beliefs.md": BELIEFS, "src/a.py": CODE})
    with strict_server() as server:
        env = {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "k"}
        done = made.run("review", "--format", "json", env=KEYLESS | env)
        assert server.requests == []
    assert (done.code, done.json["counts"]["unjudged"]) == (0, 3)


def test_a_unit_that_moves_keeps_its_key_and_any_other_change_gets_another() -> None:
    from gardener.reviewing.settled import ingredients_of

    def key(pair: Pair, **changes: object) -> str:
        return ingredients_of(pair, **({"prompt": "1", "models": ("m",)} | changes)).base_key  # type: ignore[arg-type]

    pair = Pair(CRITERIA[0], UNITS[0])
    moved = replace(UNITS[0], path="lib/x.py", lines=(90, 91), ordinal=3)
    regraded = replace(CRITERIA[0], severity="P0", scope=("lib/**",), id="c.9")
    assert key(pair) == key(Pair(CRITERIA[0], moved)) == key(Pair(regraded, moved))
    others = [
        key(Pair(replace(CRITERIA[0], text="Rule 0 must not hold."), UNITS[0])),
        key(Pair(CRITERIA[0], replace(UNITS[0], text="def f0():\n    return"))),
        key(Pair(CRITERIA[0], replace(UNITS[0], context="import os"))),
        key(pair, prompt="2"),
        key(pair, models=("m", "m")),
        key(pair, sampling="temperature=0"),
    ]
    assert len({key(pair), *others}) == 1 + len(others)
