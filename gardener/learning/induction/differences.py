"""What changed between the two sides of a sample: edits, each with the code around it from the inside out.

Statements are aligned block by block; what only moved is no change. Imports are listed apart: most change because
something else did.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from gardener.learning.induction.terms import DEFINITIONS, SEQUENCE, Term, sequence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BLOCKS = ("body", "orelse", "finalbody")
_IMPORTS = frozenset({"Import", "ImportFrom"})
ALIKE = 0.35
NEAR = 3


@dataclass(frozen=True, slots=True)
class Level:
    """Code before and after: two terms of one kind, or two sequences of statements with what stands beside them."""

    before: Term
    after: Term
    preceding: Term | None = None
    following: Term | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One change. `levels` go from the least code that differs outwards to the statement at the top of the file.

    `part` names the part that differs, when it is a single one, of a definition: its decorators, bases or parameters.
    """

    levels: tuple[Level, ...]
    part: str = ""

    @property
    def lines(self) -> tuple[int, int]:
        """First and last line before; for an insertion those of what stands beside it."""
        first = self.levels[0]
        terms = list(first.before.children()) if first.before.kind == SEQUENCE else [first.before]
        terms = terms or [item for item in (first.preceding, first.following) if item is not None]
        if not terms and len(self.levels) > 1:
            terms = [self.levels[1].before]
        nodes = [node for term in terms for node in _placed(term)]
        return (min(nodes, default=0), max(nodes, default=0))

    @property
    def is_insertion(self) -> bool:
        """Whether statements were added and none taken away."""
        before = self.levels[0].before
        return before.kind == SEQUENCE and not before.terms("items")


def edits_of(before: Sequence[Term], after: Sequence[Term]) -> list[Edit]:
    """Every change of a module's statements that is no change of imports."""
    found = list(_block(without_imports(before), without_imports(after), ()))
    return _without_moves(found)


def without_imports(terms: Sequence[Term]) -> tuple[Term, ...]:
    """The statements that import nothing."""
    return tuple(term for term in terms if term.kind not in _IMPORTS)


def in_focus(edits: Sequence[Edit], focus: tuple[int, int] | None) -> list[Edit]:
    """The edits on or near the lines that were commented on; all of them when there is none."""
    if focus is None:
        return list(edits)
    near = [edit for edit in edits if edit.lines[0] <= focus[1] + NEAR and edit.lines[1] >= focus[0] - NEAR]
    return near or list(edits)


def _placed(term: Term) -> Iterator[int]:
    for item in term.walk():
        if item.node is not None and hasattr(item.node, "lineno"):
            yield item.node.lineno
            yield item.node.end_lineno or item.node.lineno


def _diff(before: Term, after: Term, around: tuple[Level, ...]) -> Iterator[Edit]:
    if before.key == after.key:
        return
    here = Level(before, after)
    if before.kind != after.kind or before.label != after.label:
        yield Edit((here, *around))
        return
    changed = [name for name, value in before.parts if _keys(value) != _keys(after.part(name))]
    blocks = [name for name in changed if name in BLOCKS or name == "handlers"]
    rest = [name for name in changed if name not in blocks]
    for name in blocks:
        yield from _block_part(name, here, around)
    if before.kind in DEFINITIONS:
        for name in rest:
            yield from _one_part(name, here, around)
    elif len(rest) == 1:
        yield from _one_part(rest[0], here, around)
    elif rest:
        yield Edit((here, *around))


def _block_part(name: str, here: Level, around: tuple[Level, ...]) -> Iterator[Edit]:
    before, after = here.before.part(name), here.after.part(name)
    if not isinstance(before, tuple):
        yield from _diff(before, after, (here, *around))  # a lambda's body
    elif name == "handlers" and len(before) == len(after):
        for old, new in zip(before, after, strict=True):
            yield from _diff(old, new, (here, *around))
    elif name == "handlers":
        yield Edit((here, *around), name)
    else:
        yield from _block(without_imports(before), without_imports(after), (here, *around))


def _one_part(name: str, here: Level, around: tuple[Level, ...]) -> Iterator[Edit]:
    """The one part that differs, entered as far as a single term differs."""
    before, after = here.before.part(name), here.after.part(name)
    whole = Edit((here, *around), name)
    if isinstance(before, Term) and isinstance(after, Term):
        yield from _diff(before, after, (here, *around))
    elif isinstance(before, tuple) and isinstance(after, tuple) and len(before) == len(after):
        pairs = [(old, new) for old, new in zip(before, after, strict=True) if old.key != new.key]
        if len(pairs) == 1:
            yield from (replace(edit, part=edit.part or name) for edit in _diff(*pairs[0], (here, *around)))
        else:
            yield whole
    else:
        yield whole


def _keys(value: Term | tuple[Term, ...] | None) -> object:
    if isinstance(value, tuple):
        return tuple(term.key for term in value)
    return None if value is None else value.key


def _block(before: Sequence[Term], after: Sequence[Term], around: tuple[Level, ...]) -> Iterator[Edit]:
    old, new = [term.key for term in before], [term.key for term in after]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            beside = (before[i1 - 1] if i1 else None, before[i2] if i2 < len(before) else None)
            yield from _gap(before[i1:i2], after[j1:j2], beside, around)


def _gap(
    before: Sequence[Term], after: Sequence[Term], beside: tuple[Term | None, Term | None], around: tuple[Level, ...]
) -> Iterator[Edit]:
    whole = Edit((Level(sequence(tuple(before)), sequence(tuple(after)), *beside), *around))
    if len(before) == len(after) == 1 and before[0].kind == after[0].kind:
        yield from _diff(before[0], after[0], around)
        return
    pairs = _pairs(before, after)
    if pairs:
        yield from _pieces(before, after, pairs, beside, around)
    if len(pairs) < max(len(before), len(after)):
        yield whole


def _pieces(
    before: Sequence[Term],
    after: Sequence[Term],
    pairs: Sequence[tuple[int, int]],
    beside: tuple[Term | None, Term | None],
    around: tuple[Level, ...],
) -> Iterator[Edit]:
    """The changes within statements that are alike, and what stands between those."""
    preceding, i, j = beside[0], 0, 0
    for old, new in [*pairs, (len(before), len(after))]:
        following = before[old] if old < len(before) else beside[1]
        if i < old or j < new:
            level = Level(sequence(tuple(before[i:old])), sequence(tuple(after[j:new])), preceding, following)
            yield Edit((level, *around))
        if old < len(before):
            yield from _diff(before[old], after[new], around)
            preceding, i, j = before[old], old + 1, new + 1


def _pairs(before: Sequence[Term], after: Sequence[Term]) -> list[tuple[int, int]]:
    """Statements that are alike, in order."""
    found: list[tuple[int, int]] = []
    start = 0
    for i, old in enumerate(before[:40]):
        scores = [(alikeness(old, new), -j) for j, new in enumerate(after[:40]) if j >= start and old.kind == new.kind]
        best = max(scores, default=(0.0, 0))
        if best[0] >= ALIKE:
            found.append((i, -best[1]))
            start = 1 - best[1]
    return found


def alikeness(left: Term, right: Term) -> float:
    """How much two terms have in common, from 0 to 1: the share of their leaves and kinds."""
    mine, theirs = _features(left), _features(right)
    shared = sum(min(count, theirs.get(key, 0)) for key, count in mine.items())
    return 2 * shared / max(sum(mine.values()) + sum(theirs.values()), 1)


def _features(term: Term) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for item in term.walk():
        key = (item.kind, item.label)
        found[key] = found.get(key, 0) + 1
    return found


def _without_moves(edits: list[Edit]) -> list[Edit]:
    """Edits without statements that are taken away in one place and added in another."""
    gone = {term.key for edit in edits if edit.levels[0].before.kind == SEQUENCE for term in _only(edit, "before")}
    come = {term.key for edit in edits if edit.levels[0].before.kind == SEQUENCE for term in _only(edit, "after")}
    moved = gone & come
    if not moved:
        return edits
    return [kept for edit in edits if (kept := _reduced(edit, moved)) is not None]


def _only(edit: Edit, side: str) -> list[Term]:
    level = edit.levels[0]
    pure = not level.before.terms("items") or not level.after.terms("items")
    term: Term = getattr(level, side)
    return list(term.terms("items")) if pure else []


def _sides(level: Level) -> tuple[Term, Term]:
    return level.before, level.after


def _reduced(edit: Edit, moved: set[int]) -> Edit | None:
    level = edit.levels[0]
    if level.before.kind != SEQUENCE:
        return edit
    sides = [tuple(term for term in side.terms("items") if term.key not in moved) for side in _sides(level)]
    if not any(sides):
        return None
    first = replace(level, before=sequence(sides[0]), after=sequence(sides[1]))
    return replace(edit, levels=(first, *edit.levels[1:]))
