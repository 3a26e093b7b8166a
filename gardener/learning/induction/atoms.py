"""What a pattern insists on, and whether that is enough: `$X($Y)` insists on nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.learning.induction.terms import CONSTANT, DEFINITIONS, DOTTED, HOLE, KEYWORD, PARAMETER, SPREAD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.learning.induction.terms import Term

ENOUGH = 2
# Structure so frequent that it tells nothing.
_SILENT = frozenset(
    {"Attribute", "Subscript", "Expr", "Assign", "Return", "Sequence", "Tuple", "Pair", "value", "alias", "withitem"}
    | {"Compare", "BoolOp", "BinOp", "UnaryOp", "Slice", "comprehension", "arguments", "Starred", "FormattedValue"}
    | {HOLE, SPREAD, PARAMETER, KEYWORD, CONSTANT, DOTTED, "Name", "Call"} | DEFINITIONS
)  # fmt: skip


def atoms_of(term: Term) -> tuple[str, ...]:
    """Names, keywords, literals, operators and statements that the code must have, each time they occur."""
    return tuple(_atoms(term))


def says_enough(term: Term, *around: Term, more: int = 0) -> bool:
    """Whether a pattern, with what must be around it and `more` conditions, has at least two atoms.

    The call of a named function counts as one more, and so does a definition of which the whole body is said.
    """
    context = sum(len(atoms_of(item)) or 1 for item in around)
    structure = _named_calls(term) + _repeats(term) + _whole_bodies(term)
    return len(atoms_of(term)) + structure + context + more >= ENOUGH


def _atoms(term: Term) -> Iterator[str]:
    for item in term.walk():
        if item.kind == DOTTED:
            yield from (part for part in item.label.split(".") if not part.startswith("$"))
        elif item.kind in {"Name", "Attribute", KEYWORD, CONSTANT, PARAMETER} or item.kind in DEFINITIONS:
            if item.label and not item.label.startswith("$"):
                yield item.label.partition(" ")[2] if item.kind == CONSTANT else item.label
            if item.kind == PARAMETER and item.part("default") is not None:
                yield "="
        elif item.kind == "ExceptHandler" and item.part("type") is None:
            yield from ("except", ":")
        elif item.kind == "Lambda":
            yield from ("lambda", ":")
        elif item.kind not in _SILENT:
            yield item.kind


def _named_calls(term: Term) -> int:
    return sum(item.kind == "Call" and _is_named(item.part("func")) for item in term.walk())


def _whole_bodies(term: Term) -> int:
    definitions = (item for item in term.walk() if item.kind in DEFINITIONS)
    return sum(all(statement.kind != SPREAD for statement in item.terms("body")) for item in definitions)


def _is_named(func: Term) -> bool:
    return func.kind in {DOTTED, "Name", "Attribute"} and not func.label.startswith("$")


def _repeats(term: Term) -> int:
    """How often a metavariable has to equal itself."""
    names = [item.label for item in term.walk() if item.kind == HOLE and item.label != "_"]
    return len(names) - len(set(names))
