"""What is counted in ordinary code, and how a piece of a pattern is looked up among the counts.

A feature is a short text: of a call its function (`call os.path.join`, `call .append`), of anything else its kind and
label; and of each part what stands in it (`call open|encoding`, `If|test|Compare`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.learning.induction.terms import CONSTANT, DOTTED, HOLE, KEYWORD, PARAMETER, SPREAD, Term

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_LITERAL = 13
_LONGEST_TEXT = 8
_OPERATIONS = frozenset({"Compare", "BinOp", "BoolOp", "UnaryOp"})
_BLOCKS = frozenset({"body", "orelse", "finalbody"})


def name_of(term: Term) -> str:
    """What a term is called among the counts; the empty text for a hole."""
    kind, label = term.kind, term.label
    if kind in {HOLE, SPREAD} or label.startswith("$") or ".$" in label:
        return ""
    if kind == "Call":
        func: Term = term.part("func")
        called = func.label if func.kind == "Name" else name_of(func)
        return f"call {called}" if called and " " not in called else "Call"
    if kind in _OPERATIONS:
        return f"{kind} {_operator(term)}"
    if kind == "Attribute":
        return f".{label}"
    if kind == DOTTED:
        return label
    if kind == "Name":
        return "Name" if term.weak else label
    if kind == CONSTANT:
        longest = _LONGEST_TEXT if label.startswith("str ") else _LONGEST_LITERAL
        return label if len(label) <= longest else label.partition(" ")[0]
    return kind


def _operator(term: Term) -> str:
    operators = [term.part("op")] if term.part("op") is not None else list(term.terms("ops"))
    return " ".join(item.kind for item in operators[:2])


def kind_name(term: Term) -> str:
    """The less specific name of a term: of a call `Call`, of a literal its type."""
    if term.kind == CONSTANT:
        return term.label.partition(" ")[0]
    return {DOTTED: "Dotted", "Name": "Name", "Attribute": "Attribute"}.get(term.kind, term.kind)


def parts(term: Term) -> Iterator[tuple[str, Term]]:
    """The subterms of a term, each with the name of its place; keywords are places of their own."""
    for name, value in term.parts:
        if isinstance(value, tuple):
            for index, item in enumerate(value):
                yield _place(name, index, item, len(value)), item.part("value") if item.kind == KEYWORD else item
        elif value is None:
            continue
        elif term.kind != "Call" or name != "func":
            yield name, value
        elif value.kind == "Attribute":
            yield "of", value.part("value")
        elif value.kind not in {DOTTED, "Name", HOLE}:
            yield "func", value


def _place(name: str, index: int, item: Term, count: int) -> str:
    if item.kind == KEYWORD:
        return item.label or "**"
    if name == "args":
        return str(index)
    return f"only {name}" if name in _BLOCKS and count == 1 else name


def features(term: Term) -> Iterator[str]:
    """Every feature of one term, without those of its subterms."""
    own = {name_of(term), kind_name(term)}
    yield from own
    if term.kind == "Call" and not term.terms("args") and not term.terms("keywords"):
        yield f"{name_of(term)}|()"
    if term.kind == "ExceptHandler" and term.part("type") is None:
        yield "ExceptHandler|type|"
    for place, inner in parts(term):
        if inner.kind == PARAMETER:
            continue
        for outer in own - {"Name", "Attribute", "Dotted"}:
            yield f"{outer}|{place}"
            for name in {name_of(inner), kind_name(inner)} - {""}:
                yield f"{outer}|{place}|{name}"
