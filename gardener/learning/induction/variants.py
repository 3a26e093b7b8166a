"""From the most that befores have in common to the least that tells them from afters, and all between.

What the after keeps of the before is not what the comment was about: the most general variant leaves it open, and each
further one takes one piece of it back. Called functions stay named where all samples agree on them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gardener.learning.induction.generalising import ANYTHING, Holes
from gardener.learning.induction.terms import (
    CONSTANT,
    DEFINITIONS,
    DOTTED,
    HOLE,
    INSTANCE_NAMES,
    KEYWORD,
    NO_EXPRESSION,
    SEQUENCE,
    SPREAD,
    STATEMENTS,
    Term,
    make,
    rebuilt,
    sequence,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_RESTORED = 6
_BLOCKS = frozenset({"body", "orelse", "finalbody"})


@dataclass(frozen=True, slots=True)
class Variant:
    """Code before, as general as it may be; what tells an after from it; and the after in the same metavariables.

    `guard` and `template` are None when afters have nothing in common.
    """

    before: Term
    guard: Term | None = None
    template: Term | None = None


@dataclass(slots=True)
class _Opener:
    """Leaves open what both sides have, but for the pieces whose keys are `restored`."""

    other: Term | None
    holes: Holes
    restored: frozenset[int]
    for_guard: bool = False
    typed: bool = False
    kept: frozenset[int] = field(init=False)
    argument_lists: frozenset[tuple[int, ...]] = field(init=False)
    keyword_names: frozenset[str] = field(init=False)
    opened: dict[tuple[int, ...], Term] = field(default_factory=dict)
    filled: dict[int, Term] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        terms = list(self.other.walk()) if self.other else []
        self.kept = frozenset(term.key for term in terms)
        calls = [term for term in terms if term.kind == "Call"]
        self.argument_lists = frozenset(tuple(item.key for item in call.terms("args")) for call in calls)
        self.keyword_names = frozenset(item.label for call in calls for item in call.terms("keywords"))

    def open(self, term: Term, *, is_root: bool = False, is_argument: bool = False) -> Term:
        """The term with what both sides have left open; what says something only among arguments."""
        if term.kind == HOLE and not self.typed and not is_root:
            return make(HOLE, term.label)
        if term.key in self.restored or term.kind in {HOLE, SPREAD}:
            return term
        if not is_root and term.key in self.kept and _can_be_hole(term) and (is_argument or not _says(term)):
            self.filled[term.key] = make(HOLE, self.holes.name(("open", term.key), _role(term), (term,)))
            return self.filled[term.key]
        if term.kind == "Call":
            return self._call(term)
        if term.kind in DEFINITIONS or term.kind == "Lambda":
            return self._definition(term)
        parts = [(name, self._part(term, name, value)) for name, value in term.parts]
        return make(term.kind, term.label, tuple(parts), node=term.node, weak=term.weak, value=term.value)

    def _part(self, term: Term, name: str, value: object) -> object:
        if isinstance(value, Term):
            is_self = term.kind == "Attribute" and value.kind == "Name" and value.label in INSTANCE_NAMES
            return value if is_self else self.open(value)
        if not isinstance(value, tuple):
            return value
        if name in _BLOCKS or term.kind == SEQUENCE:
            return self.statements(value)
        return tuple(self.open(item) for item in value)

    def statements(self, items: Sequence[Term]) -> tuple[Term, ...]:
        """Statements that stay as they are become `...`."""
        found: list[Term] = []
        for item in items:
            is_kept = item.kind == SPREAD or (item.key in self.kept and item.key not in self.restored)
            new = ANYTHING if is_kept else self.open(item)
            if not (is_kept and found and found[-1].kind == SPREAD):
                found.append(new)
        return tuple(found)

    def _definition(self, term: Term) -> Term:
        """Parameters, bases and the like that both sides have are left out."""
        parts: list[tuple[str, object]] = []
        for name, value in term.parts:
            new = value
            if name == "body" and isinstance(value, tuple):
                new = self.statements(value)
            elif isinstance(value, Term) and name == "body":
                new = self.open(value)
            elif name == "params":
                new = self._parameters(value)
            elif isinstance(value, tuple):
                new = tuple(item for item in value if item.key not in self.kept or item.key in self.restored)
            elif value is not None and value.key in self.kept and value.key not in self.restored:
                new = None
            parts.append((name, new))
        opened = make(term.kind, term.label, tuple(parts), node=term.node)
        if term.kind == "ClassDef" and not opened.terms("bases"):
            return opened.with_parts(bases=(ANYTHING,))
        return opened

    def _parameters(self, params: tuple[Term, ...]) -> tuple[Term, ...]:
        """Parameters that have nothing but a place are open."""
        if all(item.kind == SPREAD or (item.label.startswith("$") and not _defaults(item)) for item in params):
            return (ANYTHING,)
        return tuple(item if item.key in self.restored else self.open(item) for item in params)

    def _call(self, term: Term) -> Term:
        func = term.part("func")
        # A function stays named; of a method the object may be open.
        opened = self.open(func, is_root=True) if func.kind in {"Attribute", "Call", "Subscript"} else func
        keywords = term.terms("keywords")
        others = tuple(item for item in keywords if not self._is_kept_keyword(item))
        self.dropped.update(item.key for item in keywords if item not in others)
        args = self._arguments(term.terms("args"), has_kept=len(others) < len(keywords))
        if len(others) < len(keywords) and not any(item.kind == SPREAD for item in args):
            args = (*args, ANYTHING)
        parts = (("func", opened), ("args", args), ("keywords", tuple(self._keyword(item) for item in others)))
        return make("Call", "", parts, node=term.node)

    def _keyword(self, item: Term) -> Term:
        if self.for_guard and item.label not in self.keyword_names:
            return make(KEYWORD, item.label, (("value", make(HOLE, "_")),))
        return self.open(item, is_root=True)

    def _is_kept_keyword(self, item: Term) -> bool:
        return item.key in self.kept and item.key not in self.restored and item.part("value").key not in self.restored

    def _arguments(self, args: tuple[Term, ...], *, has_kept: bool) -> tuple[Term, ...]:
        """The arguments, as one `$...X` where the other side has the very same."""
        keys = tuple(item.key for item in args)
        if (args or has_kept) and keys in self.argument_lists and not any(key in self.restored for key in keys):
            if keys not in self.opened:
                self.opened[keys] = make(SPREAD, self.holes.name(("args", keys), "ARGS", args))
            return (self.opened[keys],)
        if args and not self.for_guard and all(self._is_free(item) for item in args):
            return (ANYTHING,)
        return tuple(self.open(item, is_argument=True) for item in args)

    def _is_free(self, item: Term) -> bool:
        """Whether an argument is a hole that the other side has no use for."""
        return item.kind == SPREAD or (item.kind == HOLE and item.key not in self.kept)

    def template(self, term: Term) -> Term:
        """The other side in the metavariables of this one."""

        def change(item: Term) -> Term | None:
            if item.key in self.filled:
                return self.filled[item.key]
            if item.kind != "Call":
                return None
            keys = tuple(arg.key for arg in item.terms("args"))
            if keys not in self.opened:
                return None
            others = [word for word in item.terms("keywords") if word.key not in self.dropped]
            parts = (
                ("func", rebuilt(item.part("func"), change)),
                ("args", (self.opened[keys],)),
                ("keywords", tuple(rebuilt(word, change) for word in others)),
            )
            return make("Call", "", parts)

        return rebuilt(term, change)


def differing(items: Sequence[Term], others: Sequence[Term]) -> tuple[Term, ...]:
    """The items that only this side has, with `...` around them for all that both have."""
    kept = {item.key for item in others}
    if items and all(item.key not in kept for item in items):
        return tuple(items)
    found: list[Term] = [ANYTHING]
    for item in items:
        if item.key not in kept and item.kind != SPREAD:
            found += [item, ANYTHING]
    return tuple(found)


def _can_be_hole(term: Term) -> bool:
    return term.kind not in NO_EXPRESSION and term.kind not in STATEMENTS and _is_expression(term)


def _defaults(param: Term) -> bool:
    return param.part("default") is not None or param.part("annotation") is not None


def _says(term: Term) -> bool:
    """Whether a term names a thing, a member or a literal."""
    named = (item for item in term.walk() if item.kind in {DOTTED, CONSTANT, "Attribute"})
    return any(not item.label.startswith("$") for item in named)


def _is_expression(term: Term) -> bool:
    return bool(term.parts) or term.kind in {DOTTED, CONSTANT, "Name"}


def _role(term: Term) -> str:
    named = term.kind in {"Name", "Attribute", DOTTED} and not term.label.startswith("$")
    return term.label.rpartition(".")[2] if named else ""


def variants(before: Term, after: Term | None, holes: Holes) -> Iterator[Variant]:
    """The variants, the most general first, each once; the last is exactly what all befores have in common."""
    seen: set[tuple[object, ...]] = set()
    units = _units(before, after)
    for count in range(min(len(units), MOST_RESTORED) + 1):
        for typed in (False, True):
            restored = frozenset(term.key for term in units[:count])
            found = _opened(before, after, holes, restored, typed=typed)
            if (key := _identity(found.before)) not in seen:
                seen.add(key)
                yield found
    if _identity(before) not in seen:
        yield Variant(before, after, after)


def _identity(term: Term) -> tuple[object, ...]:
    return (term.key, *(item.value for item in term.walk() if item.kind == HOLE))


def _opened(before: Term, after: Term | None, holes: Holes, restored: frozenset[int], *, typed: bool) -> Variant:
    opener = _Opener(after, holes, restored, typed=typed)
    found = opener.open(before, is_root=True)
    if after is None:
        return Variant(found)
    mirror = _Opener(before, holes, restored, for_guard=True)
    return Variant(found, mirror.open(after, is_root=True), opener.template(after))


def _units(before: Term, after: Term | None) -> list[Term]:
    """The pieces that both sides have and that say something, the largest and outermost first."""
    kept = {term.key for term in after.walk()} if after else set()
    found: dict[int, Term] = {}
    for term in before.walk():
        if (
            term.key in kept
            and (_says(term) or term.kind in {"Name", KEYWORD})
            and term.kind not in {SPREAD, HOLE, "value"}
        ):
            found.setdefault(term.key, term)
    return list(found.values())


def without_loose_roots(variant: Variant, holes: Holes) -> Variant:
    """The variant in which `thing.method` is `$THING.method` wherever no import gives `thing` its meaning."""
    replaced: dict[int, Term] = {}

    def change(term: Term) -> Term | None:
        base = term.part("value") if term.kind == "Attribute" else None
        if base is None or base.kind != "Name" or base.label in INSTANCE_NAMES or not base.weak:
            return None
        if base.key not in replaced:
            replaced[base.key] = make(HOLE, holes.name(("root", base.key), base.label, (base,)))
        return term.with_parts(value=replaced[base.key])

    def follow(term: Term | None) -> Term | None:
        return None if term is None else rebuilt(term, lambda inner: replaced.get(inner.key))

    before = rebuilt(variant.before, change)
    guard, template = (None if side is None else rebuilt(side, change) for side in (variant.guard, variant.template))
    return Variant(follow(before) or before, follow(guard), follow(template))


def without_own_names(before: Term, after: Term | None, holes: Holes) -> tuple[Term, Term | None]:
    """Both sides with holes for the variables of the samples, even where all call them the same.

    What is called, what a method is looked up on, and names of classes and constants stay.
    """

    def change(term: Term) -> Term | None:
        if term.kind == "Call" and term.part("func").kind == "Name":
            parts = (
                ("func", term.part("func")),
                ("args", tuple(rebuilt(item, change) for item in term.terms("args"))),
                ("keywords", tuple(rebuilt(item, change) for item in term.terms("keywords"))),
            )
            return make("Call", "", parts, node=term.node)
        if term.kind == "Attribute" and term.part("value").kind == "Name":
            return term
        if term.kind == "Name" and term.weak and term.label == term.label.lower() and term.label not in INSTANCE_NAMES:
            return make(HOLE, holes.name(("own", term.key), term.label, (term,)))
        return None

    return rebuilt(before, change), None if after is None else rebuilt(after, change)


def unwrapped(term: Term) -> Term:
    """A sequence of one statement as that statement, and one that is an expression as that."""
    items = term.terms("items") if term.kind == SEQUENCE else ()
    inner = items[0] if len(items) == 1 else term
    return inner.part("value") if inner.kind == "Expr" else inner


def as_sequence(terms: Sequence[Term]) -> Term:
    """Statements without leading `...`, which would match everywhere."""
    items = list(terms)
    while items and items[0].kind == SPREAD:
        items = items[1:]
    return sequence(tuple(items))
