"""Least general generalisation: the most that several pieces of code have in common, with holes for the rest.

Two holes are the same exactly when the code they stand for is the same in every sample (Plotkin, Reynolds). Sequences
are aligned in order, and what has no partner in some sample becomes `...` (rigid hedge anti-unification).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gardener.learning.induction.naming import hole_name
from gardener.learning.induction.terms import (
    CONSTANT,
    DEFINITIONS,
    DOTTED,
    HOLE,
    KEYWORD,
    NO_EXPRESSION,
    PARAMETER,
    SEQUENCE,
    SPREAD,
    STATEMENTS,
    Term,
    make,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Terms = Sequence[Term]

ANYTHING = make(SPREAD)
# Parts that a pattern may leave out although the code has them.
OPTIONAL = {
    **dict.fromkeys(("FunctionDef", "AsyncFunctionDef"), frozenset({"returns"})),
    **dict.fromkeys(("If", "For", "AsyncFor", "While"), frozenset({"orelse"})),
    **dict.fromkeys(("Try", "TryStar"), frozenset({"orelse", "finalbody"})),
    "Raise": frozenset({"cause"}),
    "Assert": frozenset({"msg"}),
    "withitem": frozenset({"optional_vars"}),
    PARAMETER: frozenset({"annotation"}),
}
# Kinds of which the label may be a hole, and those of which a pattern may leave it out.
_NAMED = DEFINITIONS | {"Attribute", PARAMETER}
_BLOCKS = frozenset({"body", "orelse", "finalbody"})
_OPEN_PARTS = frozenset({"args", "elts", "pairs", "params"})
_SOME_PARTS = frozenset({"bases", "decorator_list", "handlers", "keywords"})
_OPERATORS = frozenset({"Add", "Sub", "Mult", "Div", "Mod", "Eq", "NotEq", "Is", "IsNot", "In", "NotIn", "And", "Or"})


@dataclass(slots=True)
class Holes:
    """The holes so far, by the keys of what they stand for in each sample."""

    names: dict[tuple[Any, ...], str] = field(default_factory=dict)
    fillings: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def hole(self, terms: Terms, role: str = "") -> Term:
        """The hole for these disagreeing terms; one for strings only when all are plain strings."""
        name = self.name(tuple(term.key for term in terms), role, tuple(terms))
        is_text = all(term.kind == CONSTANT and isinstance(term.value, str) for term in terms)
        return make(HOLE, name, value="str" if is_text else None)

    def label(self, labels: Sequence[str], role: str) -> str:
        """The hole, as `$X`, for disagreeing identifiers."""
        return f"${self.name(tuple(labels), role, tuple(labels))}"

    def name(self, keys: tuple[Any, ...], role: str, filling: tuple[Any, ...]) -> str:
        """The name of the hole with these keys."""
        if keys not in self.names:
            self.names[keys] = hole_name(role, set(self.fillings))
            self.fillings[self.names[keys]] = filling
        return self.names[keys]


def generalise(terms: Terms, holes: Holes, role: str = "") -> Term | None:
    """What the terms have in common; None when only something around them can be a hole."""
    first = terms[0]
    if all(term.key == first.key for term in terms):
        return first
    if all(term.kind == first.kind for term in terms):
        special = _SPECIAL.get(first.kind, _generic)
        found = special(terms, holes)
        if found is not None:
            return found
    elif any(term.kind == DOTTED for term in terms) and (found := _spelled(terms, holes)) is not None:
        return found
    if any(term.kind in NO_EXPRESSION or term.kind in STATEMENTS or _is_operator(term) for term in terms):
        return None
    return holes.hole(terms, role)


def _is_operator(term: Term) -> bool:
    return (not term.parts and term.kind in _OPERATORS) or term.kind in {"value", SEQUENCE}


def _spelled(terms: Terms, holes: Holes) -> Term | None:
    """Names that mean different things, taken as they are spelled: `$X.get` for members of different modules."""
    spelled = [term.spelled or term for term in terms]
    if any(term.kind != "Attribute" for term in spelled):
        return None
    found = _generic(spelled, holes)
    return None if found is None or found.label.startswith("$") else found


def _dotted(terms: Terms, holes: Holes) -> Term | None:
    split = [term.label.split(".") for term in terms]
    same_length = len({len(parts) for parts in split}) == 1
    if same_length and len(split[0]) > 1 and len({tuple(parts[:-1]) for parts in split}) == 1:
        last = holes.label([parts[-1] for parts in split], "M")
        return make(DOTTED, ".".join([*split[0][:-1], last]))
    return _spelled(terms, holes)


def _constant(terms: Terms, holes: Holes) -> Term:
    return holes.hole(terms)


def _name(terms: Terms, holes: Holes) -> Term:
    return holes.hole(terms)


def _joined(_: Terms, __: Holes) -> Term:
    """Any f-string: their parts seldom matter."""
    return make("JoinedStr", "", (("values", (ANYTHING,)),))


def _call(terms: Terms, holes: Holes) -> Term | None:
    func = generalise([term.part("func") for term in terms], holes, "F")
    if func is None:
        return None
    args, is_open = _leading([term.terms("args") for term in terms], holes)
    keywords, left_out = _keywords([term.terms("keywords") for term in terms], holes)
    if is_open or left_out:
        args = (*args, ANYTHING)
    return make("Call", "", (("func", func), ("args", args), ("keywords", keywords)))


def _leading(hedges: Sequence[tuple[Term, ...]], holes: Holes) -> tuple[tuple[Term, ...], bool]:
    """The items at the same places from the left, and whether some sample has more."""
    shortest = min(map(len, hedges))
    found: list[Term] = []
    for column in zip(*(hedge[:shortest] for hedge in hedges), strict=True):
        item = generalise(column, holes)
        if item is None:
            return tuple(found), True
        found.append(item)
    return tuple(found), any(len(hedge) > shortest for hedge in hedges)


def _keywords(hedges: Sequence[tuple[Term, ...]], holes: Holes) -> tuple[tuple[Term, ...], bool]:
    names = [[item.label for item in hedge] for hedge in hedges]
    shared = [name for name in names[0] if name and all(name in other for other in names)]
    found = []
    for name in shared:
        column = [next(item for item in hedge if item.label == name) for hedge in hedges]
        value = generalise([item.part("value") for item in column], holes, name)
        if value is not None:
            found.append(make(KEYWORD, name, (("value", value),)))
    return tuple(found), any(len(other) > len(found) for other in names)


def _generic(terms: Terms, holes: Holes) -> Term | None:
    first = terms[0]
    label = first.label
    if any(term.label != label for term in terms):
        if first.kind in _NAMED and not any(term.label.startswith("*") for term in terms):
            label = holes.label([term.label for term in terms], _ROLES.get(first.kind, "F"))
        elif first.kind != "ExceptHandler":
            return None
        else:
            label = ""
    parts: list[tuple[str, Any]] = []
    for name, _ in first.parts:
        values = [term.part(name) for term in terms]
        found, value = _part(first.kind, name, values, holes)
        if not found:
            return None
        parts.append((name, value))
    return make(first.kind, label, tuple(parts), weak=first.weak)


_ROLES = {"ClassDef": "C", "Attribute": "M", PARAMETER: "P"}


def _part(kind: str, name: str, values: list[Any], holes: Holes) -> tuple[bool, Any]:
    """Whether a part can be generalised, and to what."""
    may_lack = name in OPTIONAL.get(kind, ())
    if any(value is None for value in values):
        return (all(value is None for value in values) or may_lack, None)
    if not isinstance(values[0], tuple):
        found = generalise(values, holes, _PART_ROLES.get((kind, name), ""))
        return (found is not None or may_lack, found)
    if name in _BLOCKS or kind == SEQUENCE:
        if may_lack and not all(values):
            return True, ()
        return True, statements(values, holes)
    return _several(kind, name, values, holes)


_PART_ROLES = {
    ("For", "target"): "ITEM",
    ("For", "iter"): "ITEMS",
    ("comprehension", "target"): "ITEM",
    ("comprehension", "iter"): "ITEMS",
    ("ExceptHandler", "type"): "E",
}


def _several(kind: str, name: str, values: list[tuple[Term, ...]], holes: Holes) -> tuple[bool, Any]:
    if name == "keywords":
        return True, _keywords(values, holes)[0]
    if name in _SOME_PARTS:
        return True, _shared(values, holes)
    if name == "params":
        return True, _parameters(values, holes)
    if len({len(value) for value in values}) == 1:
        columns = [generalise(column, holes) for column in zip(*values, strict=True)]
        if None not in columns:
            return True, tuple(columns)
    if name in _OPEN_PARTS:
        found, _ = _leading(values, holes)
        return True, (*found, ANYTHING)
    shared = _shared(values, holes) if kind in {"With", "AsyncWith"} else ()
    return bool(shared), shared


def _shared(values: Sequence[tuple[Term, ...]], holes: Holes) -> tuple[Term, ...]:
    """The members that have a partner in every sample; a pattern may leave out the others."""
    found: list[Term] = []
    for member in values[0]:
        column = [member]
        for other in values[1:]:
            same = [item for item in other if _head(item) == _head(member)]
            column += same[:1]
        item = generalise(column, holes) if len(column) == len(values) else None
        if item is not None:
            found.append(item)
    return tuple(found)


def _parameters(values: Sequence[tuple[Term, ...]], holes: Holes) -> tuple[Term, ...]:
    found, is_open = _leading(values, holes)
    return (*found, ANYTHING) if is_open else found


def statements(hedges: Sequence[tuple[Term, ...]], holes: Holes) -> tuple[Term, ...]:
    """Statements that have a partner in every sample, in order, and `...` where some sample has others."""
    columns: list[list[int]] = [[index] for index in range(len(hedges[0]))]
    for other in hedges[1:]:
        columns = _aligned(columns, hedges[0], other)
    found: list[Term] = []
    at = [0] * len(hedges)
    for column in columns:
        item = generalise([hedge[index] for hedge, index in zip(hedges, column, strict=True)], holes)
        if item is None or item.kind == SPREAD:
            continue
        if any(start < index for start, index in zip(at, column, strict=True)):
            found.append(ANYTHING)
        found.append(item)
        at = [index + 1 for index in column]
    if any(start < len(hedge) for start, hedge in zip(at, hedges, strict=True)):
        found.append(ANYTHING)
    return tuple(found)


def _aligned(columns: list[list[int]], first: tuple[Term, ...], other: tuple[Term, ...]) -> list[list[int]]:
    """The columns that find a partner in `other`, by the alignment that keeps most in common."""
    rows, width = len(columns), len(other)
    best = [[0.0] * (width + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(width - 1, -1, -1):
            score = partnership(first[columns[i][0]], other[j])
            matched = score + best[i + 1][j + 1] if score else 0.0
            best[i][j] = max(matched, best[i + 1][j], best[i][j + 1])
    found: list[list[int]] = []
    i = j = 0
    while i < rows and j < width:
        score = partnership(first[columns[i][0]], other[j])
        if score and best[i][j] == score + best[i + 1][j + 1]:
            found.append([*columns[i], j])
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def partnership(left: Term, right: Term) -> float:
    """How well two statements fit each other: 0 when they are of different kinds."""
    if left.key == right.key:
        return 4.0
    if left.kind != right.kind:
        return 0.0
    return 3.0 if _head(left) == _head(right) else 1.0


def _head(term: Term) -> tuple[str, str]:
    """What a statement or argument is about: its kind and the name of what it calls."""
    inner = term
    while inner.kind in {"Expr", "Assign", "Return", "Await", "AnnAssign", "AugAssign", "withitem"}:
        following = inner.part("value") or inner.part("context_expr")
        if following is None:
            break
        inner = following
    if inner.kind == "Call":
        func = inner.part("func")
        return term.kind, f"{func.kind} {func.label.rpartition('.')[2]}"
    return term.kind, inner.label or inner.kind


_SPECIAL: dict[str, Callable[[Any, Holes], Term | None]] = {
    DOTTED: _dotted,
    CONSTANT: _constant,
    "Name": _name,
    "JoinedStr": _joined,
    "Call": _call,
}
