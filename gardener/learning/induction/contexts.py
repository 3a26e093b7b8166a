"""Code around code: the headers of what stands around every sample, for `inside` and `outside`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.learning.induction.generalising import ANYTHING, Holes, generalise
from gardener.learning.induction.terms import DEFINITIONS, HOLE, Term, make

if TYPE_CHECKING:
    from collections.abc import Sequence

_AROUND = DEFINITIONS | {"For", "AsyncFor", "While", "With", "AsyncWith", "If", "Try", "ExceptHandler", "Call", "Await"}
_ANY = make(HOLE, "_")


def header(term: Term) -> Term | None:
    """A statement that holds others, with anything in it; None for what cannot be said that way."""
    if term.kind not in _AROUND:
        return None
    if term.kind == "Try":
        handler = make("ExceptHandler", "", (("type", _ANY), ("body", (ANYTHING,))))
        return make("Try", "", (("body", (ANYTHING,)), ("handlers", (handler,)), ("orelse", ()), ("finalbody", ())))
    if term.kind == "Call":
        parts = (("func", term.part("func")), ("args", (ANYTHING,)), ("keywords", ()))
        return make("Call", "", parts)
    if term.kind == "Await":
        return make("Await", "", (("value", _ANY),))
    changed: dict[str, object] = {"body": (ANYTHING,), "orelse": (), "params": (ANYTHING,), "returns": None}
    return term.with_parts(**{name: value for name, value in changed.items() if term.part(name) is not None})


def common_header(terms: Sequence[Term], holes: Holes) -> Term | None:
    """The header that what stands around all samples has in common."""
    headers = [header(term) for term in terms]
    if any(item is None for item in headers) or len({item.kind for item in headers if item}) != 1:
        return None
    found = generalise([item for item in headers if item is not None], holes)
    if found is None or found.kind == HOLE:
        return None
    if found.kind == "ClassDef" and not found.terms("bases"):
        return found.with_parts(bases=(ANYTHING,))
    if found.kind == "Call" and found.part("func").kind == HOLE:
        return None
    return found


def loosened(term: Term) -> list[Term]:
    """The header with its expressions open, then as it is: `for $X in $Y: ...` before `for $X in range(...): ...`."""
    open_parts = {"For": ("target", "iter"), "AsyncFor": ("target", "iter"), "While": ("test",)}.get(term.kind, ())
    if term.kind == "ExceptHandler" and term.part("type") is not None:
        open_parts = ("type",)
    loose = term.with_parts(**dict.fromkeys(open_parts, _ANY)) if open_parts else term
    if term.kind in DEFINITIONS and not term.label.startswith("$"):
        loose = make(term.kind, "$_", term.parts)
    return [loose] if loose.key == term.key else [loose, term]


def says_something(term: Term) -> bool:
    """Whether being inside such code is rare enough to count: not any function, any class or any call."""
    if term.kind == "FunctionDef":
        return not term.label.startswith("$") or bool(term.terms("decorator_list"))
    if term.kind == "ClassDef":
        return any(item.kind != ANYTHING.kind for item in (*term.terms("bases"), *term.terms("decorator_list")))
    if term.kind == "If":
        test: Term = term.part("test")
        return test.kind != HOLE
    if term.kind in {"With", "AsyncWith"}:
        return any(item.part("context_expr").kind != HOLE for item in term.terms("items"))
    return True
