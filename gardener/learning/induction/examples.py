"""The examples of a learned page: as little of the samples as shows the rule."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from gardener.learning.induction.cutting import cuts
from gardener.learning.induction.differences import edits_of
from gardener.learning.induction.reading import read
from gardener.learning.induction.records import Limits
from gardener.learning.induction.term_reading import TermReader
from gardener.learning.induction.trial import hits_in, read_side

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gardener.core.rule import Rule
    from gardener.learning.induction.differences import Edit
    from gardener.learning.induction.terms import Term
    from gardener.learning.induction.trial import Pair, Side

LONGEST_LINES = 60


@dataclass(frozen=True, slots=True)
class Shown:
    """One pair of examples cut from a sample, without marks."""

    bad: str
    good: str | None
    index: int


def shown(rule: Rule, pair: Pair) -> Shown | None:
    """The smallest pieces of a sample that the rule flags before and leaves alone after."""
    found = _smallest_bad(rule, pair)
    if found is None:
        return None
    depth, bad = found
    return Shown(bad, None if pair.after is None else _smallest_good(rule, pair, depth), pair.index)


def marked(rule: Rule, code: str) -> str:
    """The code with `# here` on the lines that the rule flags, where a comment can stand there."""
    flagged = flagged_lines(rule, code)
    lines = code.split("\n")
    for number in flagged:
        lines[number - 1] += "  # here"
    text = "\n".join(lines)
    return text if flagged_lines(rule, text) == flagged and _same_code(text, code) else code


def flagged_lines(rule: Rule, code: str, path: str = "example.py") -> tuple[int, ...]:
    """The lines on which a rule flags code that stands in `path`; none when it cannot be parsed."""
    from gardener.checking.engine import examine_rule
    from gardener.checking.parsing import Unparsable

    try:
        found = examine_rule(rule, code, path)
    except (Unparsable, ValueError):
        return ()
    return tuple(sorted({finding.place.line for finding in found}))


def is_flagged(rule: Rule, code: str) -> bool:
    """Whether a rule flags code, asked of its matcher alone: many times faster than of the engine."""
    from gardener.checking.compile import compile_rule
    from gardener.core.errors import GardenerError

    side = _side(code)
    try:
        return side is not None and bool(hits_in(compile_rule(rule).matcher, side))
    except GardenerError:
        return False


@lru_cache(maxsize=512)
def _side(code: str) -> Side | None:
    found = read_side(code, "example.py", Limits())
    return None if isinstance(found, str) or found.code.text != code else found


def fixed(rule: Rule, code: str, path: str | None = None) -> str | None:
    """The code with every fix of the rule applied; None when that fails."""
    from gardener.checking.parsing import Unparsable
    from gardener.checking.prove import fixed_code
    from gardener.core.errors import GardenerError
    from gardener.core.rule import Example

    try:
        return fixed_code(rule, Example("bad", code, path=path))
    except (GardenerError, Unparsable, ValueError):
        return None


def fixes_as_people_did(rule: Rule, pairs: Sequence[Pair]) -> bool:
    """Whether the fix makes of each sample what people made of it, but for what else they changed."""
    judged = [_fixes_alike(rule, pair) for pair in pairs if pair.after is not None]
    return bool(judged) and all(judged)


def _fixes_alike(rule: Rule, pair: Pair) -> bool:
    text = fixed(rule, pair.before.code.text, pair.sample.path)
    code = None if text is None else read(text, pair.sample.path)
    if code is None or isinstance(code, str) or pair.after is None:
        return False
    left = _changes(TermReader(code).all(code.tree.body), pair.after.terms())
    return left < _changes(pair.before.terms(), pair.after.terms())


def _changes(before: tuple[Term, ...], after: tuple[Term, ...]) -> set[tuple[int, int]]:
    """What differs, as keys of the least code before and after."""
    firsts = [edit.levels[0] for edit in edits_of(before, after)]
    return {(level.before.key, level.after.key) for level in firsts}


def _same_code(left: str, right: str) -> bool:
    try:
        return ast.dump(ast.parse(left)) == ast.dump(ast.parse(right))
    except (SyntaxError, ValueError):
        return False


def _smallest_bad(rule: Rule, pair: Pair) -> tuple[int, str] | None:
    flagged = flagged_lines(rule, pair.before.code.text, pair.sample.path)
    if not flagged:
        return None
    span = (flagged[0], flagged[0])
    edit = _edit_at(flagged, pair.edits())
    if edit is not None:
        inside = [line for line in flagged if edit.lines[0] <= line <= edit.lines[1]] or flagged[:1]
        span = (min(edit.lines[0], *inside), max(edit.lines[1], *inside))
    pieces = (piece for piece in cuts(pair.before.code, span) if piece[1].count("\n") <= LONGEST_LINES)
    return next((piece for piece in pieces if is_flagged(rule, piece[1])), None)


def _edit_at(flagged: Sequence[int], edits: Sequence[Edit]) -> Edit | None:
    """The edit that a flagged line stands in, the smallest first; else the first edit."""
    inside = [edit for edit in edits if any(edit.lines[0] <= line <= edit.lines[1] for line in flagged)]
    return min(inside, key=lambda edit: edit.lines[1] - edit.lines[0]) if inside else next(iter(edits), None)


def _smallest_good(rule: Rule, pair: Pair, depth: int) -> str | None:
    after: Side | None = pair.after
    if after is None:
        return None
    edits = pair.edits()
    first = _edit_at(flagged_lines(rule, pair.before.code.text, pair.sample.path), edits)
    for edit in ([first] if first else []) + [edit for edit in edits if edit is not first]:
        nodes = [term.node for term in edit.levels[0].after.walk() if hasattr(term.node, "lineno")]
        lines = [node.lineno for node in nodes] + [node.end_lineno for node in nodes] or _beside(edit)
        for _, piece in cuts(after.code, (min(lines), max(lines)), outermost=depth) if lines else ():
            if piece.count("\n") <= LONGEST_LINES and not is_flagged(rule, piece):
                return piece
    return None


def _beside(edit: Edit) -> list[int]:
    """For code that was taken away: the definition that held it."""
    for level in edit.levels[1:]:
        if hasattr(level.after.node, "lineno"):
            return [level.after.node.lineno, level.after.node.end_lineno]
    return []


def enough(rule: Rule, pairs: Sequence[Pair]) -> Iterator[Shown]:
    """Examples of all samples, the shortest first, each kind of code once."""
    found = [item for pair in pairs if (item := shown(rule, pair)) is not None]
    found.sort(key=lambda item: (item.bad.count("\n") + (item.good or "").count("\n"), item.index))
    seen: set[str] = set()
    for item in found:
        if item.bad not in seen:
            seen.add(item.bad)
            yield item
