"""How often a candidate is expected in ordinary code, from counts over a large body of it.

The estimate multiplies what is known: how often the outermost piece occurs, and in which share of the cases each piece
stands in its place. `ordinary_code.json` holds the counts; `benchmarks/count_ordinary_code.py` makes it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gardener.learning.induction.counting import kind_name, name_of, parts
from gardener.learning.induction.terms import HOLE, PARAMETER, SEQUENCE, SPREAD, Term, make, rebuilt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.learning.induction.shapes import Draft, Shape

COUNTS = Path(__file__).with_name("ordinary_code.json")
# What stands together seldom does so by chance: shares are not as small as if they were independent.
TOGETHER = 0.6
SAME_CODE = 0.1
# In which share of functions some parameter has a default of that kind.
_DEFAULTS = {"Constant": 0.2, "Name": 0.02, "Dotted": 0.02, HOLE: 0.3}
# In which share of classes a name begins or ends with one given word.
_SAME_AFFIX = 0.05
FOLLOWING = 0.3
_NAMES = re.compile(r"\^\(\?:([\w|]+)\)\$")
# In which share of the code a literal is of one kind, holds one text, or lies beyond one bound.
_TYPED = {"kind": 0.3, "regex": 0.01, "const": 0.3, "qualname": 0.1}
_INSIDE = {"AsyncFunctionDef": 0.05, "For": 0.2, "While": 0.05, "ExceptHandler": 0.05, "With": 0.1, "ClassDef": 0.2}


@dataclass(frozen=True, slots=True)
class Counts:
    """Features and how often each occurs in `lines` lines; what occurs less than `least` times is not listed."""

    lines: int
    least: int
    features: Mapping[str, int]

    def of(self, feature: str) -> float:
        """How often a feature occurs; for what is not listed about half of the least that is."""
        return float(self.features.get(feature, 0)) or self.least / 2

    def share(self, outer: Term, place: str, inner: Term) -> float:
        """In which share of the code that is like `outer` something like `inner` stands in that place."""
        for around in dict.fromkeys((name_of(outer) or kind_name(outer), kind_name(outer))):
            base = self.features.get(around)
            if not base:
                continue
            wanted = name_of(inner) if inner.kind not in {HOLE, SPREAD} else ""
            feature = f"{around}|{place}" + (f"|{wanted}" if wanted else "")
            return min(self.of(feature) / base, 1.0)
        return 1.0


@cache
def counts() -> Counts:
    """The counts that come with gardener."""
    held = json.loads(COUNTS.read_text(encoding="utf-8"))
    return Counts(held["lines"], held["least"], held["features"])


def expected(draft: Draft) -> float:
    """Hits expected in 1,000 lines of ordinary code."""
    found = _of_family(draft.body) if draft.family else _of_shape(draft.shape)
    return found * 1000 / counts().lines


def _of_shape(shape: Shape | None) -> float:
    if shape is None:
        return 0.0
    found = _times_with_names(shape)
    for guard in shape.excluded:
        found *= 1 - _guarded(shape.pattern, guard)
    for around in shape.inside:
        found *= _INSIDE.get(around.kind, 0.5)
    return found


def _times_with_names(shape: Shape) -> float:
    """How often the pattern occurs with its metavariables being what `where` says."""
    patterns, factor = [shape.pattern], 1.0
    for name, entry in shape.where.items():
        names = _NAMES.fullmatch(str(entry.get("regex", "")))
        if names:
            options = names[1].split("|")
            patterns = [_renamed(term, f"${name}", option) for term in patterns for option in options]
        else:
            factor *= _TYPED[next(iter(entry))]
    return factor * sum(_times(term) for term in patterns)


def _renamed(term: Term, label: str, name: str) -> Term:
    def change(item: Term) -> Term | None:
        return make(item.kind, name, item.parts, weak=item.weak) if item.label == label else None

    return rebuilt(term, change)


def _times(term: Term) -> float:
    """How often code like `term` occurs."""
    if term.kind == SEQUENCE:
        items = [item for item in term.terms("items") if item.kind not in {SPREAD, HOLE}]
        found = min((_times(item) for item in items), default=0.0)
        return found * FOLLOWING ** (len(items) - 1) * _repeated(term)
    base = counts().of(name_of(term) or kind_name(term))
    shares = _shares(term)
    product = 1.0
    for number, share in enumerate(sorted(shares)):
        product *= share if number == 0 else share**TOGETHER
    return base * product * _repeated(term)


def _shares(term: Term) -> list[float]:
    found: list[float] = []
    held = counts()
    if term.kind == "Call" and not term.terms("args") and not term.terms("keywords"):
        found.append(held.of(f"{name_of(term)}|()") / max(held.of(name_of(term)), 1.0))
    if term.kind == "ExceptHandler" and term.part("type") is None:
        found.append(held.of("ExceptHandler|type|") / held.of("ExceptHandler"))
    for place, inner in parts(term):
        if inner.kind == SPREAD:
            continue
        if inner.kind == PARAMETER:
            found += [_DEFAULTS.get(inner.part("default").kind, 0.002)] if inner.part("default") else []
        elif inner.kind == HOLE:
            found += [held.share(term, place, inner)] if not place.isdigit() else []
        else:
            found.append(held.share(term, place, inner))
            found += _shares(inner)
    return [min(share, 1.0) for share in found]


def _repeated(term: Term) -> float:
    names = [item.label for item in term.walk() if item.kind == HOLE and item.label != "_"]
    return float(SAME_CODE ** (len(names) - len(set(names))))


def _guarded(pattern: Term, guard: Term) -> float:
    """In which share of the matches the guard matches, too."""
    if pattern.kind != "Call" or guard.kind != "Call":
        return 0.0
    held = counts()
    names = {item.label for item in guard.terms("keywords")} - {item.label for item in pattern.terms("keywords")}
    base = held.of(name_of(pattern) or "Call")
    return max((min(held.features.get(f"{name_of(pattern)}|{name}", 0) / base, 1.0) for name in names), default=0.0)


def _of_family(body: Mapping[str, Any]) -> float:
    given = body["parameters"]
    held = counts()
    found = 0.0
    for name in given.get("calls", ()):
        made = _under(name, "call ")
        if body["family"] == "required-argument":
            made -= _under(name, "call ", f"|{given['argument']}")
        elif body["family"] == "forbidden-argument-value":
            made = sum(_under(name, "call ", f"|{given['argument']}|{_literal(value)}") for value in given["values"])
        elif body["family"] == "must-call-within" and "with" in given.get("within", ()):
            made -= _under(name, "withitem|context_expr|call ")
        found += max(made, held.least / 2)
    for name in given.get("attributes", ()):
        found += max(_under(name), held.least / 2)
    for name in given.get("modules", ()):
        found += max(held.features.get(f"import {name}", 0), held.least / 2)
    if "subclasses" in given:
        found += sum(_under(name, "ClassDef|bases|") for name in given["subclasses"])
    elif body["family"] == "required-base":
        found += _SAME_AFFIX * held.of("ClassDef")
    return float(found)


def _literal(value: object) -> str:
    return "NoneType None" if value == "None" else f"{type(value).__name__} {value!r}"


def _under(name: str, before: str = "", after: str = "") -> float:
    """How often a name occurs, or with `.*` all that is below it."""
    if not name.endswith(".*"):
        return float(counts().features.get(f"{before}{name}{after}", 0))
    prefix = f"{before}{name[:-1]}"
    found = 0
    for feature, count in counts().features.items():
        if feature.startswith(prefix) and feature.endswith(after) and feature.count("|") == after.count("|"):
            found += count
    return float(found)
