"""A pattern rule in terms, before it is text: what matches, what excludes a match, and what a fix makes of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from gardener.learning.induction.atoms import atoms_of
from gardener.learning.induction.terms import DOTTED, HOLE, SEQUENCE, SPREAD, Term, make, rebuilt
from gardener.learning.induction.writing import Unwritable, code_text, pattern_text

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Shape:
    """A pattern and its conditions. `template` is the after in the same metavariables, when a fix may come of it.

    `fillings` are what each metavariable stands for in every sample: terms, or identifiers; `afters` what the code
    became. `level` counts from the least code that differs outwards.
    """

    pattern: Term
    excluded: tuple[Term, ...] = ()
    inside: tuple[Term, ...] = ()
    outside: tuple[Term, ...] = ()
    where: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    template: Term | None = None
    deletes: bool = False
    syntactic: bool = False
    fillings: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    afters: tuple[Term, ...] = ()
    level: int = 0

    @property
    def atoms(self) -> tuple[str, ...]:
        """What the pattern and the code around it must have."""
        found = [atom for term in (self.pattern, *self.inside) for atom in atoms_of(term)]
        return (*found, *(str(value) for entry in self.where.values() for value in entry.values()))


@dataclass(frozen=True, slots=True)
class Draft:
    """A candidate rule: its body as a page would say it, and how it is described where it fails."""

    body: Mapping[str, Any]
    atoms: tuple[str, ...]
    shape: Shape | None = None

    @property
    def family(self) -> str | None:
        """The family of the rule; None for a pattern."""
        found: str | None = self.body.get("family")
        return found

    @property
    def said(self) -> str:
        """The candidate in one line."""
        if self.family:
            parameters = self.body["parameters"]
            return f"{self.family}: " + ", ".join(f"{key} = {value!r}" for key, value in parameters.items())
        conditions = [f"{key}: {self.body[key]}" for key in ("not", "inside", "outside", "where") if key in self.body]
        return "; ".join([str(self.body["pattern"]), *conditions]).replace("\n", " ⏎ ")


def drafted(shape: Shape, *, fix: bool = False) -> Draft | None:
    """The draft that a shape is; None when it cannot be written."""
    try:
        return Draft(_body(shape, fix=fix), shape.atoms, shape)
    except Unwritable:
        return None


def _body(shape: Shape, *, fix: bool) -> dict[str, Any]:
    tidy = _tidied(shape, with_template=fix)
    body: dict[str, Any] = {"form": "pattern", "pattern": pattern_text(tidy.pattern)}
    for key, terms in (("not", tidy.excluded), ("inside", tidy.inside), ("outside", tidy.outside)):
        texts = list(dict.fromkeys(pattern_text(term) for term in terms))
        if texts:
            body[key] = texts[0] if len(texts) == 1 else texts
    if shape.where:
        body["where"] = {name: dict(entry) for name, entry in shape.where.items()}
    if shape.syntactic:
        body["syntactic"] = True
    if fix and tidy.deletes:
        body["fix"] = ""
    elif fix and tidy.template is not None:
        body["fix"] = code_text(tidy.template)
        imports = _imports(tidy)
        if imports:
            body["imports"] = imports
    return body


def _tidied(shape: Shape, *, with_template: bool) -> Shape:
    """The shape with `...` for every sequence that is named only once."""
    terms = [shape.pattern, *shape.inside]
    if with_template and shape.template is not None:
        terms.append(shape.template)
    binding = [item for term in (shape.pattern, *shape.inside) for item in term.walk()]
    bound = {item.label for item in binding if item.kind in {HOLE, SPREAD}}
    bound |= set(shape.where)
    uses = Counter(item.label for term in terms for item in term.walk() if item.kind == SPREAD)

    def change(term: Term) -> Term | None:
        if term.kind == SPREAD and term.label and (uses[term.label] < 2 or term.label not in bound):
            return make(SPREAD)
        return None

    def loosen(term: Term) -> Term | None:
        if term.kind == SPREAD and term.label:
            return make(SPREAD)
        return make(HOLE, "_", value=term.value) if term.kind == HOLE and term.label not in bound else None

    pattern = rebuilt(shape.pattern, change)
    excluded = tuple(rebuilt(term, loosen) for term in shape.excluded)
    outside = tuple(rebuilt(term, loosen) for term in shape.outside)
    return replace(shape, pattern=pattern, excluded=excluded, outside=outside)


def can_fix(shape: Shape) -> bool:
    """Whether every metavariable of the template is bound by the pattern, and nothing that matches would be lost."""
    if shape.deletes:
        return True
    if shape.template is None or any(term.kind == "JoinedStr" for term in shape.template.walk()):
        return False
    bound = {item.label for item in shape.pattern.walk() if item.kind in {HOLE, SPREAD}} - {"", "_"}
    bound |= {item.label[1:] for item in shape.pattern.walk() if item.label.startswith("$")}
    used = [item for item in shape.template.walk() if item.kind in {HOLE, SPREAD}]
    labels = {item.label for item in used} | {
        item.label[1:] for item in shape.template.walk() if item.label.startswith("$")
    }
    nameless = any(item.kind == SPREAD and not item.label for item in shape.pattern.walk())
    lost = {item.label for item in shape.pattern.walk() if item.kind == SPREAD} - labels
    return labels <= bound and not nameless and not lost


def _imports(shape: Shape) -> list[str]:
    """What the template needs that the pattern does not name."""
    if shape.template is None:
        return []
    known = {item.label.partition(".")[0] for item in shape.pattern.walk() if item.kind == DOTTED}
    needed = {item.label for item in shape.template.walk() if item.kind == DOTTED}
    return sorted(name for name in needed if name.partition(".")[0] not in known)


def is_root(term: Term) -> bool:
    """Whether a term can be a pattern on its own."""
    if term.kind == SEQUENCE:
        return bool(term.terms("items")) and any(item.kind != SPREAD for item in term.terms("items"))
    if term.kind == HOLE:
        return bool(term.value == "str")
    return term.kind not in {SPREAD, "keyword", "Parameter", "comprehension", "withitem", "Pair", "Starred"}
