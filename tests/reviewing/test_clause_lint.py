"""Clauses that are hard to judge, or dear, are told beside a plan; sound ones are left in peace."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gardener.documents.core_beliefs import read_beliefs
from gardener.reviewing.clause_lint import lint, questions_in
from tests.reviewing.verdicts import CRITERION

SHAPES = Path(__file__).parents[1] / "documents" / "shapes"
CODE = ("src/app.py", "tests/test_app.py")


def test_a_sound_clause_is_left_in_peace() -> None:
    assert lint([CRITERION], CODE, {CRITERION.id}) == ()


def test_what_a_belief_lacks_is_told_once() -> None:
    bare = replace(CRITERION, scope=(), examples=())
    second = replace(bare, id="calls-are-bounded.2", line=6)
    assert lint([bare, second], CODE) == (
        "core-beliefs.md:5: belief `calls-are-bounded` has no scope: every piece of code is asked about it",
        "core-beliefs.md:5: belief `calls-are-bounded` has no example that shows a judge where the line is",
    )
    assert len(lint([bare, replace(second, examples=CRITERION.examples)], CODE)) == 1


def test_a_scope_without_code_is_told() -> None:
    (note,) = lint([replace(CRITERION, scope=("lib/**", "src/**.md"))], CODE)
    assert note == "core-beliefs.md:5: clause `calls-are-bounded.1` is never judged: no Python file is in its scope"
    assert lint([replace(CRITERION, scope=("lib/**", "src/**"))], CODE) == ()


def test_a_clause_that_no_code_answers_to_is_told() -> None:
    (note,) = lint([replace(CRITERION, when="get(...)")], CODE, frozenset())
    assert note.endswith("is never judged: no code in its scope has `get(...)`")
    (note,) = lint([CRITERION], CODE, frozenset())
    assert note.endswith("is never judged: there is no code in its scope")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Every error must be reported with its path and reason, and must end the run.", 2),
        ("An error must be told. A retry must be bounded.", 2),
        ("Never log a secret; always mask it.", 2),
        ("Calls must be bounded, errors must be told and logs should never hold a secret. Names must be long.", 3),
        ("日志不得包含密钥。错误必须上报。", 2),
        ("An error must be either handled or returned.", 1),
        ("Never log and return the same error.", 1),
        ("Rounding must happen once, at the edge (and must never be repeated).", 1),
        ("**Never guess a shape.** Input must be parsed at the boundary, with a schema.", 1),
        ("A call that can wait forever will, at night. Every outbound call carries a timeout.", 1),
        ("The text `must` is never shown.", 1),
        ("What is not written down does not exist. Decisions must be written down.", 1),
        ("", 1),
    ],
)
def test_what_a_clause_asks_for_is_counted(text: str, number: int) -> None:
    assert questions_in(text) == number


def test_clauses_that_teams_wrote_about_one_thing_are_not_suspected() -> None:
    texts = [
        clause.text
        for path in sorted(SHAPES.glob("beliefs-*.md"))
        for _, clause in read_beliefs(path.read_text(encoding="utf-8"), path.name).clauses
    ]
    assert len(texts) > 60
    assert [text for text in texts if questions_in(text) > 1] == []
