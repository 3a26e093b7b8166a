"""Terms: code without its layout, in which equal code has equal keys and imported names stand for what they mean.

A term has a kind (that of its `ast` node, or one of those below), a label (an identifier, a literal), and parts: fields
that hold a term or a sequence of terms. Arguments given by keyword are sorted; parameters are one sequence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DOTTED, CONSTANT, KEYWORD, PARAMETER, HOLE, SPREAD = "Dotted", "Constant", "keyword", "Parameter", "Hole", "Spread"
SEQUENCE = "Sequence"
INSTANCE_NAMES = frozenset({"self", "cls"})
DEFINITIONS = frozenset({"FunctionDef", "AsyncFunctionDef", "ClassDef"})
COMPOUND = DEFINITIONS | {"If", "For", "AsyncFor", "While", "With", "AsyncWith", "Try", "TryStar", "Match"}
SIMPLE = frozenset(
    {"Expr", "Assign", "AugAssign", "AnnAssign", "Return", "Raise", "Assert", "Delete", "Pass", "Break", "Continue"}
    | {"Global", "Nonlocal", "Import", "ImportFrom"}
)
STATEMENTS = COMPOUND | SIMPLE
# What stands where no expression can: it can only be left out, or make all around it a hole.
NO_EXPRESSION = frozenset(
    {KEYWORD, PARAMETER, "comprehension", "withitem", "ExceptHandler", "alias", "match_case", "arguments", "Slice"}
    | {"FormattedValue", "Starred", "Pair"}
)
Part = Any


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A piece of code. `key` is equal for equal code; `node` is where it was read, `spelled` how a dotted name stood.

    A `weak` name is one that only this file gives its meaning; `value` is that of a literal.
    """

    kind: str
    label: str = ""
    parts: tuple[tuple[str, Part], ...] = ()
    key: int = 0
    node: Any = None
    spelled: Term | None = None
    weak: bool = False
    value: Any = None

    def part(self, name: str) -> Any:
        """The term or terms of a part; None when there is no such part."""
        return next((value for key, value in self.parts if key == name), None)

    def terms(self, name: str) -> tuple[Term, ...]:
        """The terms of a part that holds a sequence; none when there is no such part."""
        return self.part(name) or ()

    def children(self) -> Iterator[Term]:
        """The terms directly below, in order."""
        for _, value in self.parts:
            if isinstance(value, tuple):
                yield from value
            elif value is not None:
                yield value

    def walk(self) -> Iterator[Term]:
        """This term and all below it, parents first, in order."""
        yield self
        for child in self.children():
            yield from child.walk()

    def with_parts(self, **changed: Part) -> Term:
        """The same with other parts in place of those that have these names."""
        parts = tuple((name, changed.get(name, value)) for name, value in self.parts)
        return make(self.kind, self.label, parts, node=self.node, weak=self.weak, value=self.value)


def make(kind: str, label: str = "", parts: tuple[tuple[str, Part], ...] = (), **more: Any) -> Term:
    """A term, with its key."""
    keys = tuple(
        (name, tuple(item.key for item in value) if isinstance(value, tuple) else value and value.key)
        for name, value in parts
    )
    return Term(kind, label, parts, hash((kind, label, keys)), **more)


def sequence(terms: tuple[Term, ...]) -> Term:
    """Statements as one term."""
    return make(SEQUENCE, "", (("items", terms),))


def rebuilt(term: Term, change: Callable[[Term], Term | None]) -> Term:
    """The term with every subterm replaced for which `change` gives another, the outermost first."""
    found = change(term)
    if found is not None:
        return found
    parts: list[tuple[str, Part]] = []
    altered = False
    for name, value in term.parts:
        new = _rebuilt_part(value, change)
        altered = altered or new is not value
        parts.append((name, new))
    if not altered:
        return term
    return make(term.kind, term.label, tuple(parts), node=term.node, weak=term.weak, value=term.value)


def _rebuilt_part(value: Part, change: Callable[[Term], Term | None]) -> Part:
    if isinstance(value, tuple):
        items = tuple(rebuilt(item, change) for item in value)
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    return None if value is None else rebuilt(value, change)


def is_statement(term: Term) -> bool:
    """Whether the term is a statement or a sequence of them."""
    return term.kind in STATEMENTS or term.kind == SEQUENCE


def parts_of(term: Term) -> tuple[str, ...] | None:
    """The identifiers of a name, dotted or not, or of a chain of attributes that begins with a name."""
    if term.kind == DOTTED:
        return tuple(term.label.split("."))
    if term.kind == "Name":
        return (term.label,)
    if term.kind == "Attribute":
        inner = parts_of(term.part("value"))
        return None if inner is None else (*inner, term.label)
    return None


def called_name(term: Term) -> str | None:
    """The dotted or built-in name that a call calls."""
    func: Term | None = term.part("func") if term.kind == "Call" else None
    if func is None:
        return None
    return func.label if func.kind == DOTTED or (func.kind == "Name" and not func.weak) else None
