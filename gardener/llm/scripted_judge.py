"""A judge without a model: it reads clauses and units out of a prompt and answers a row for every pair."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_ELEMENT = r"<{name}\s+(?P<attributes>[^<>]*)>\n?(?P<text>.*?)\n?</{name}>"
_UNIT = re.compile(_ELEMENT.format(name="unit"), re.DOTALL)
_CLAUSE = re.compile(_ELEMENT.format(name="clause"), re.DOTALL)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
FIELDS = ("clause", "unit", "analysis", "verdict", "code_quote", "clause_quote", "message", "fix_hint")


@dataclass(frozen=True, slots=True)
class SeenClause:
    """A clause as it stands in a prompt."""

    id: str
    severity: str
    text: str


@dataclass(frozen=True, slots=True)
class SeenUnit:
    """A unit of code as it stands in a prompt."""

    id: str
    path: str
    fence: str
    text: str

    def first_line(self) -> str:
        """Its first line that is not blank."""
        return next((line for line in self.text.split("\n") if line.strip()), "")


Decide = Callable[[SeenClause, SeenUnit], str | Mapping[str, str] | None]
"""A verdict, or fields of a row that differ from the usual ones; None leaves the pair to the next, at last to `ok`."""


def answer_pairs(prompt: str, *deciders: Decide) -> dict[str, Any]:
    """The verdicts on every pair of clause and unit in a prompt, clause by clause, by the first decider with a word.

    A violation quotes the unit's first line and the whole clause, unless its fields say otherwise.
    """
    units, clauses = seen_units(prompt), seen_clauses(prompt)
    return {"verdicts": [_row(clause, unit, deciders) for clause in clauses for unit in units]}


def seen_units(prompt: str) -> list[SeenUnit]:
    """The units in a prompt, each id once."""
    found: dict[str, SeenUnit] = {}
    for match in _UNIT.finditer(prompt):
        values = _attributes(match)
        unit = SeenUnit(values.get("id", ""), values.get("path", ""), values.get("fence", ""), match["text"])
        found.setdefault(unit.id, unit)
    return list(found.values())


def seen_clauses(prompt: str) -> list[SeenClause]:
    """The clauses in a prompt, each id once; what looks like one within a unit is none."""
    found: dict[str, SeenClause] = {}
    for match in _CLAUSE.finditer(_UNIT.sub("", prompt)):
        values = _attributes(match)
        clause = SeenClause(values.get("id", ""), values.get("severity", ""), match["text"])
        found.setdefault(clause.id, clause)
    return list(found.values())


def _row(clause: SeenClause, unit: SeenUnit, deciders: tuple[Decide, ...]) -> dict[str, str]:
    decided = next((said for decide in deciders if (said := decide(clause, unit)) is not None), "ok")
    fields = {"verdict": decided} if isinstance(decided, str) else dict(decided)
    row = dict.fromkeys(FIELDS, "") | {"clause": clause.id, "unit": unit.id, "verdict": "ok"}
    if fields.get("verdict") == "violation":
        row |= {
            "analysis": "The code does what the clause rules out.",
            "code_quote": unit.first_line(),
            "clause_quote": clause.text,
            "message": "does not keep to the clause",
        }
    return row | fields


def _attributes(match: re.Match[str]) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(match["attributes"])}
