"""Verdicts to keep, and what they are about, for tests of the store."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gardener.core.review import Criterion, Pair, Unit
from gardener.core.rule import Example
from gardener.reviewing.settled import Ingredients, Settled, ingredients_of

CRITERION = Criterion(
    id="calls-are-bounded.1",
    text="Every outbound call carries a timeout.",
    severity="P1",
    belief="calls-are-bounded",
    path="core-beliefs.md",
    line=5,
    scope=("src/**",),
    examples=(Example("bad", "get(url)\n", line=9), Example("good", "get(url, timeout=3)\n", line=13)),
)
UNIT = Unit("src/app.py", "Client.load", "function", "def load(url):\n    return get(url)", (4, 5), "class Client:", 0)
PAIR = Pair(CRITERION, UNIT)


def ingredients(pair: Pair = PAIR, **changes: Any) -> Ingredients:
    """What a verdict about `pair` depends on, for one judge."""
    judge = {"prompt": "p1", "models": ("small", "large"), "sampling": "temperature=0"} | changes
    return ingredients_of(pair, **judge)


def settled(**changes: Any) -> Settled:
    """A verified violation, but for `changes`; `text` is the text of the unit."""
    unit = replace(UNIT, text=changes.pop("text", UNIT.text))
    values: dict[str, Any] = {
        "clause": CRITERION.id,
        "path": UNIT.path,
        "unit": UNIT.name,
        "ingredients": ingredients(Pair(CRITERION, unit)),
        "verdict": "violation",
        "date": "2026-11-02",
        "verified": True,
        "code_quote": "return get(url)",
        "clause_quote": "carries a timeout",
        "message": "the call has no timeout",
        "fix_hint": "pass `timeout=`",
    }
    return Settled(**(values | changes))


def cleared(**changes: Any) -> Settled:
    """A verdict that found nothing."""
    bare = {"verdict": "ok", "verified": None, "code_quote": "", "clause_quote": "", "message": "", "fix_hint": ""}
    return settled(**(bare | changes))
