"""Every belief of the catalogue can be kept: its rules run by default, and its examples prove them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gardener.core.belief import Area
from gardener.gardening.adoption.catalogue import PAGES, SEEDS, Seed
from gardener.gardening.adoption.choosing import beliefs_text, choose, page_text, slug_of
from gardener.gardening.adoption.evidence import TOPICS
from gardener.gardening.adoption.survey import Survey

Make = Callable[..., Any]

FOUND = Survey(areas=(Area("shop", ("shop/**",)),), code=("shop/**",), tests=("tests/",))
FILES = {"shop/__init__.py": "", "tests/test_a.py": "", "pyproject.toml": '[tool.ruff.lint]\nselect = ["ALL"]\n'}
WHOLE = {"code", "tests", "skips", "documents"}


@pytest.mark.parametrize("seed", SEEDS, ids=slug_of)
def test_all_that_may_keep_a_belief_holds_and_is_proven(garden: Make, seed: Seed) -> None:
    text = beliefs_text((seed,), FOUND, lambda *_: True)
    pages = {f"rules/{seed.page}.md": page_text(seed.page, FOUND, belief=slug_of(seed))} if seed.page else {}
    ran = garden(FILES | pages | {"core-beliefs.md": text}).run("beliefs", "list", "--format", "json")
    (belief,) = ran.json["beliefs"]
    assert belief["id"] == slug_of(seed)
    (clause,) = belief["clauses"]
    named = {(by["kind"], by["name"]): by for by in clause["enforced_by"]}
    assert list(named) == list(seed.kept_by)
    assert all(by["resolved"] for by in named.values())
    unproven = [key for key, by in named.items() if not by["proven"] and key[0] in ("rule", "ruff")]
    assert unproven == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("with_belief", [True, False])
def test_every_page_proves_itself(garden: Make, name: str, with_belief: bool) -> None:
    seed = next(seed for seed in SEEDS if seed.page == name)
    made = garden({f"rules/{name}.md": page_text(name, FOUND, belief=slug_of(seed) if with_belief else None)})
    assert made.run("rules", "test", name).code == 0
    assert made.run("rules", "test", name, "--mutate").code == 0


def test_topics_of_the_catalogue_are_looked_for() -> None:
    assert {seed.topic for seed in SEEDS} | {seed.unlike for seed in SEEDS} - {""} <= TOPICS.keys() | WHOLE | {""}


def test_three_are_chosen_whatever_is_seen() -> None:
    everything = {topic: ["a.py"] for topic in (*TOPICS, *WHOLE)}
    for evidence in ({}, everything, {"documents": ["README.md"]}):
        chosen = choose(evidence, with_rule=True)
        assert len(chosen.seeds) == 3
        assert [seed.page for seed in chosen.seeds if seed.page] == [chosen.page]
        without = choose(evidence, with_rule=False)
        assert (len(without.seeds), without.page) == (3, None)


def test_a_program_that_prints_is_not_told_to_log() -> None:
    assert choose({"logging": ["a.py"], "printing": ["b.py", "c.py"]}, with_rule=True).page == "debugger-left-behind"
    assert choose({"logging": ["a.py", "b.py"], "printing": ["b.py"]}, with_rule=True).page == "bare-print"


def test_what_does_not_hold_here_is_not_named() -> None:
    seed = next(seed for seed in SEEDS if seed.topic == "errors")
    text = beliefs_text((seed,), FOUND, lambda kind, *_: kind == "review")
    assert "- **Enforced by:** review\n" in text
