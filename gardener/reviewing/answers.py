"""The one schema that every judge answers by, and the rows that can be taken from an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gardener.core.review import ANSWERS, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

FIELDS = ("clause", "unit", "analysis", "verdict", "code_quote", "clause_quote", "message", "fix_hint")
# Flat, without references, formats or bounds, so that every backend reads the same thing in it.
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "verdicts": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    name: {"type": "string", "enum": list(ANSWERS)} if name == "verdict" else {"type": "string"}
                    for name in FIELDS
                },
                "required": list(FIELDS),
                "additionalProperties": False,
            },
        }
    },
    "required": ["verdicts"],
    "additionalProperties": False,
}
LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of an answer by (clause, unit), and why it, or some of its rows, cannot be used."""

    rows: Mapping[tuple[str, str], Verdict]
    problems: tuple[str, ...] = ()


def read_answer(text: str, wanted: Collection[tuple[str, str]]) -> Rows:
    """The usable rows of an answer for the (clause, unit) pairs that were asked about.

    Every row is validated by itself, so that a broken one costs no other. Of two rows for one pair a violation counts:
    it still has to prove itself.
    """
    from gardener.llm.extract_json import extract_json

    answer = extract_json(text)
    rows = answer.get("verdicts") if isinstance(answer, dict) and len(answer) == 1 else None
    if not isinstance(rows, list):
        return Rows({}, ("the answer is no JSON by the schema",))
    found: dict[tuple[str, str], Verdict] = {}
    problems: list[str] = []
    for raw in rows:
        row = _row(raw)
        if row is None:
            problems.append("a row is not as the schema says")
        elif (row.clause, row.unit) not in wanted:
            problems.append("a row is about something that was not asked")
        elif (row.clause, row.unit) not in found or row.verdict == "violation":
            found[row.clause, row.unit] = row
    return Rows(found, tuple(dict.fromkeys(problems)))


def _row(raw: object) -> Verdict | None:
    if not isinstance(raw, dict) or set(raw) != set(FIELDS) or not all(isinstance(one, str) for one in raw.values()):
        return None
    answer = next((answer for answer in ANSWERS if answer == raw["verdict"]), None)
    if answer is None or any(len(one) > LONGEST_TEXT for one in raw.values()):
        return None
    texts = {name: _storable(value) for name, value in raw.items() if name != "verdict"}
    return Verdict(verdict=answer, **texts)


def _storable(text: str) -> str:
    """Lone surrogates, which JSON can spell and UTF-8 cannot, as they look when escaped."""
    return text.encode("utf-8", "backslashreplace").decode()
