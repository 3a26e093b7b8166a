"""What a metavariable stands for in all befores: code of certain kinds, certain names, texts or numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gardener.learning.induction.terms import CONSTANT, Term

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gardener.learning.induction.shapes import Shape

SHORTEST_TEXT = 4
LONGEST_TEXT = 80
MOST_NAMES = 6
_KINDS = {
    "Call": "call",
    "Subscript": "subscript",
    "JoinedStr": "fstring",
    "List": "list",
    "Tuple": "tuple",
    "Dict": "dict",
    "Set": "set",
    "ListComp": "comprehension",
    "SetComp": "comprehension",
    "DictComp": "comprehension",
    "GeneratorExp": "generator",
    "Lambda": "lambda",
    "Await": "await",
    "Compare": "comparison",
    "BoolOp": "boolean",
    "BinOp": "binary",
    "IfExp": "conditional",
}
_LITERALS = {"str": "string", "bytes": "bytes", "int": "int", "float": "float", "bool": "bool", "NoneType": "none"}
# Methods that do the same with another urgency or verb: who names two of them means all.
COMPANIONS = (
    frozenset({"critical", "debug", "error", "exception", "info", "warning"}),
    frozenset({"delete", "get", "head", "options", "patch", "post", "put"}),
)


def typed(shape: Shape) -> Iterator[dict[str, dict[str, Any]]]:
    """Conditions for single metavariables of the pattern, the most telling first."""
    after = [item.value for term in shape.afters for item in term.walk() if item.kind == CONSTANT]
    texts = [value for value in after if isinstance(value, str)]
    used = {
        item.label.removeprefix("$") for item in shape.pattern.walk() if item.kind == "Hole" or item.label[:1] == "$"
    }
    for name in sorted(used & set(shape.fillings)):
        for entry in _entries(shape.fillings[name], texts):
            yield {name: entry}


def _entries(filling: Sequence[Any], texts: Sequence[str]) -> Iterator[dict[str, Any]]:
    if all(isinstance(item, str) for item in filling):
        yield from _names(list(filling))
        return
    terms = [item for item in filling if isinstance(item, Term)]
    if len(terms) != len(filling):
        return
    values = [term.value for term in terms if term.kind == CONSTANT]
    if len(values) == len(terms):
        yield from _values(values, texts)
    kinds = {kind_of(term) for term in terms}
    if "" not in kinds:
        yield {"kind": min(kinds) if len(kinds) == 1 else sorted(kinds)}


def kind_of(term: Term) -> str:
    """The kind of a term in the words of `where`; empty for names and what else says little."""
    if term.kind == CONSTANT:
        return _LITERALS.get(term.label.partition(" ")[0], "")
    return _KINDS.get(term.kind, "")


def _names(labels: list[str]) -> Iterator[dict[str, Any]]:
    distinct = sorted(set(labels))
    for companions in COMPANIONS:
        if len(distinct) > 1 and companions >= set(distinct):
            distinct = sorted(companions)
    if len(distinct) <= MOST_NAMES + 1:
        yield {"regex": f"^(?:{'|'.join(map(re.escape, distinct))})$"}


def _values(values: list[Any], texts: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Texts by what all of them have and no after has; numbers by the least and the greatest."""
    if all(isinstance(value, str) for value in values):
        common = _common_text(values, texts)
        if len(common.strip()) >= SHORTEST_TEXT:
            yield {"regex": re.sub(r"\\([ :/@#<>=,!\"'-])", r"\1", re.escape(common))}
    elif all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        yield {"const": {"ge": min(values)}}
        yield {"const": {"le": max(values)}}


def _common_text(values: Sequence[str], others: Sequence[str]) -> str:
    """The longest text that stands in all values and in none of the others; of several the first."""
    first = min(values, key=len)[:LONGEST_TEXT]
    for length in range(len(first), SHORTEST_TEXT - 1, -1):
        for start in range(len(first) - length + 1):
            text = first[start : start + length]
            if all(text in value for value in values) and not any(text in other for other in others):
                return text
    return ""
