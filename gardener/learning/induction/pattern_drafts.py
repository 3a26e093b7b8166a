"""Candidate patterns for one bundle of edits, the most general first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.learning.induction.atoms import says_enough
from gardener.learning.induction.bundles import common_levels
from gardener.learning.induction.contexts import common_header, header, loosened, says_something
from gardener.learning.induction.family_definitions import affix
from gardener.learning.induction.generalising import ANYTHING, Holes, generalise, statements
from gardener.learning.induction.shapes import Shape, is_root
from gardener.learning.induction.terms import DEFINITIONS, HOLE, SEQUENCE, SPREAD, Term, sequence
from gardener.learning.induction.variants import (
    Variant,
    as_sequence,
    differing,
    unwrapped,
    variants,
    without_loose_roots,
    without_own_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gardener.learning.induction.bundles import Bundle
    from gardener.learning.induction.differences import Level

MOST_LEVELS = 5


def shapes_of(bundle: Bundle, *, resolving: bool = True) -> Iterator[Shape]:
    """Shapes for every level that all samples share, from the inside out."""
    seen: set[int] = set()
    for number, column in enumerate(common_levels(bundle)[:MOST_LEVELS]):
        afters = tuple(level.after for level in column)
        for shape in _shapes_at(column, resolving=resolving):
            key = hash((shape.pattern.key, *(item.value for item in shape.pattern.walk() if item.kind == HOLE)))
            if key not in seen and is_root(shape.pattern):
                seen.add(key)
                yield replace(shape, syntactic=not resolving, afters=afters, level=number)
    if bundle.edits[0].is_insertion:
        yield from _insertions(bundle, resolving=resolving)


def contexts_of(bundle: Bundle, shape: Shape) -> Iterator[Shape]:
    """The shape within what stands around its code in all samples, from the inside out.

    A function around it may be any, or one whose name begins or ends as in all samples.
    """
    bare = replace(shape, excluded=(), outside=())
    holes = Holes(fillings=dict(shape.fillings))
    for column in common_levels(bundle)[shape.level + 1 :]:
        shared = common_header([level.before for level in column], holes)
        if shared is not None and shared.kind == "Call" and shared.part("func").key == shape.pattern.key:
            continue
        for around in [] if shared is None else loosened(shared):
            if says_something(around):
                yield replace(bare, inside=(around,))
        if shared is not None and shared.kind in DEFINITIONS and shared.label.startswith("$"):
            regex = affix([level.before.label for level in column])
            if regex:
                anchored = f"^{regex[:-2]}" if regex.endswith(".*") else f"{regex[2:]}$"
                yield replace(bare, inside=(shared,), where={shared.label[1:]: {"regex": anchored}})


def _joint(column: Sequence[Level], holes: Holes) -> tuple[Term | None, Term | None]:
    sides = [_only_changed(level.before, level.after) for level in column]
    before = generalise([side[0] for side in sides], holes)
    after = generalise([side[1] for side in sides], holes)
    return (None, None) if before is None else without_own_names(before, after, holes)


def _shapes_at(column: Sequence[Level], *, resolving: bool) -> Iterator[Shape]:
    holes = Holes()
    before, after = _joint(column, holes)
    if before is None:
        return
    if before.kind == SEQUENCE:
        yield from _sequences(before, after, holes, resolving=resolving)
        return
    if before.kind == SPREAD:
        return
    for variant in variants(before, after, holes):
        yield _shape(variant, holes, resolving=resolving)


def _only_changed(before: Term, after: Term) -> tuple[Term, Term]:
    """Of definitions, the parameters and statements that differ: the others are those of one sample."""
    if before.kind not in DEFINITIONS or before.kind != after.kind:
        return before, after
    sides = []
    for term, other in ((before, after), (after, before)):
        changed: dict[str, object] = {"body": differing(term.terms("body"), other.terms("body"))}
        if before.kind != "ClassDef":
            # A parameter that changed may stand anywhere among others.
            changed["params"] = differing(term.terms("params"), other.terms("params"))
        sides.append(term.with_parts(**changed))
    return sides[0], sides[1]


def _sequences(before: Term, after: Term | None, holes: Holes, *, resolving: bool) -> Iterator[Shape]:
    """Every statement that went by itself, and all of them together: that first where they share a variable."""
    items = before.terms("items")
    kept = {term.key for term in after.walk()} if after else set()
    gone = [item for item in items if item.kind != SPREAD and item.key not in kept]
    together = list(_together(before, after, holes, resolving=resolving)) if len(items) > 1 or not gone else []
    if _linked(gone):
        yield from together
    is_deletion = after is not None and not after.terms("items")
    for item in gone:
        for variant in variants(unwrapped(sequence((item,))), after, holes):
            shape = _shape(Variant(variant.before, variant.guard), holes, resolving=resolving)
            yield replace(shape, template=None, deletes=is_deletion and len(items) == 1)
    if not _linked(gone):
        yield from together


def _together(before: Term, after: Term | None, holes: Holes, *, resolving: bool) -> Iterator[Shape]:
    for variant in variants(before, after, holes):
        whole = as_sequence(variant.before.terms("items"))
        yield _shape(replace(variant, before=unwrapped(whole)), holes, resolving=resolving)


def _linked(statements: Sequence[Term]) -> bool:
    """Whether the first statement and a later one share a metavariable."""
    names = [{item.label for item in term.walk() if item.kind == HOLE} for term in statements]
    return len(names) > 1 and any(names[0] & other for other in names[1:])


def _shape(variant: Variant, holes: Holes, *, resolving: bool) -> Shape:
    if resolving:
        variant = without_loose_roots(variant, holes)
    guard = None if variant.guard is None else unwrapped(variant.guard)
    template = None if variant.template is None else unwrapped(variant.template)
    excluded = () if guard is None or not is_root(guard) or guard.kind != variant.before.kind else (guard,)
    outside = () if guard is None or excluded else _wrapping(guard)
    return Shape(variant.before, excluded, (), outside, template=template, fillings=holes.fillings)


def _wrapping(guard: Term) -> tuple[Term, ...]:
    """What the after put around the code: `with …:`, `try:`, a call, an `await`."""
    outer = header(guard)
    return () if outer is None else (outer,)


def _insertions(bundle: Bundle, *, resolving: bool) -> Iterator[Shape]:
    """Something was added: what stands before it, and what is around it, now need it."""
    holes = Holes()
    added = [edit.levels[0].after.terms("items") for edit in bundle.edits]
    new = statements(added, holes) if len(added) > 1 else added[0]
    new = tuple(_loose_statement(item, holes) for item in new if item.kind != SPREAD)
    if not new:
        return
    preceding = _neighbours(bundle, "preceding", holes)
    if preceding is not None:
        pattern = sequence((preceding, ANYTHING))
        guard = sequence((preceding, ANYTHING, *new, ANYTHING))
        yield _rooted(Shape(pattern, (guard,)), holes, resolving=resolving)
    following = _neighbours(bundle, "following", holes)
    if following is not None:
        guard = sequence((*new, ANYTHING, following))
        yield _rooted(Shape(unwrapped(sequence((following,))), outside=(guard,)), holes, resolving=resolving)
    yield from _owners(bundle, new, holes, resolving=resolving)


def _rooted(shape: Shape, holes: Holes, *, resolving: bool) -> Shape:
    if not resolving:
        return replace(shape, syntactic=True)
    conditions = [*shape.excluded, *shape.outside]
    variant = without_loose_roots(Variant(shape.pattern, conditions[0] if conditions else None), holes)
    guards = () if variant.guard is None else (variant.guard,)
    excluded, outside = (guards, ()) if shape.excluded else ((), guards)
    return replace(shape, pattern=variant.before, excluded=excluded, outside=outside)


def _neighbours(bundle: Bundle, side: str, holes: Holes) -> Term | None:
    found = [getattr(edit.levels[0], side) for edit in bundle.edits]
    if any(term is None for term in found):
        return None
    joint = generalise(found, holes)
    if joint is None or joint.kind in {HOLE, SPREAD} or joint.kind in DEFINITIONS:
        return None
    opened = next(variants(joint, None, holes)).before
    return opened if says_enough(opened) else None


def _owners(bundle: Bundle, new: tuple[Term, ...], holes: Holes, *, resolving: bool) -> Iterator[Shape]:
    """The block that now holds more: a class, a function, a `with`."""
    for column in common_levels(bundle)[1:3]:
        outer = common_header([level.before for level in column], holes)
        if outer is None or outer.part("body") is None or outer.kind in {"Call", "Await"}:
            continue
        guard = outer.with_parts(body=(ANYTHING, *new, ANYTHING))
        yield _rooted(Shape(outer, (guard,)), holes, resolving=resolving)
        return


def _loose_statement(item: Term, holes: Holes) -> Term:
    """A statement that was added, with the arguments of what it calls open."""
    opened = next(variants(item, None, holes)).before
    value = opened.part("value") if opened.kind in {"Expr", "Assign"} else None
    if value is None or value.kind != "Call":
        return opened
    return opened.with_parts(value=value.with_parts(args=(ANYTHING,), keywords=()))
