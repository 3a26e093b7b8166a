"""Writing into a belief what enforces it: its `Enforced by` line changes, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.core.edits import apply_edits
from gardener.core.finding import Edit
from gardener.core.lines import LineIndex
from gardener.documents.belief_writing import enforced_source
from gardener.documents.core_beliefs import read_beliefs
from gardener.documents.fields import split_fields
from gardener.documents.splicing import after_line, newline_of
from gardener.documents.vocabulary import is_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.core.belief import Beliefs, EnforcedBy


def add_enforcer(text: str, path: str, belief: str, by: EnforcedBy) -> Edit | None:
    """The edit after which `belief` (or the clause with that id) names `by`; None when it cannot be written safely.

    What it names already needs no edit: that one is empty. Whatever is proposed was read back: no other belief, and
    nothing else about this one, changes with it. Raises DocumentError for a text that is too large to be a document.
    """
    before = read_beliefs(text, path)
    first, end, named = _place(before, belief)
    if first == 0:
        return None
    if any((one.kind, one.name) == (by.kind, by.name) for one in named):
        return Edit(0, 0, "")
    wanted = _shape(before, belief, frozenset({(by.kind, by.name)}))
    for edit in _candidates(text, first, end, enforced_source(by)):
        if _shape(read_beliefs(apply_edits(text, [edit]), path), belief) == wanted:
            return edit
    return None


def _place(beliefs: Beliefs, name: str) -> tuple[int, int, tuple[EnforcedBy, ...]]:
    """The first and last line of a belief or clause, and what it names; line 0 when it is not there."""
    for belief in beliefs.beliefs:
        if belief.id == name:
            return belief.line, belief.end, belief.enforced_by
        for clause in belief.clauses:
            if clause.id == name:
                within = belief if len(belief.clauses) == 1 else clause
                return within.line, within.end, clause.enforced_by
    return 0, 0, ()


def _candidates(text: str, first: int, end: int, by: str) -> Iterator[Edit]:
    """Ways to write it: behind what an `Enforced by` line says, as a line below the other fields, or at the end."""
    lines = LineIndex.of(text)
    fields = [(number, found) for number in range(first, min(end, len(lines)) + 1) for found in _fields(lines, number)]
    for number, (key, value) in fields:
        if key == "enforced":
            yield _behind(lines, number, value, by)
    for number, _ in reversed(fields):
        line = lines.line(number)
        indent = line[: len(line) - len(line.lstrip())]
        yield after_line(text, _line_end(lines, number), f"{indent}- **Enforced by:** {by}")
    last = max((number for number in range(first, min(end, len(lines)) + 1) if lines.line(number).strip()), default=0)
    if last:
        offset, newline = _line_end(lines, last), newline_of(text)
        yield Edit(offset, offset, f"{newline}{newline}- **Enforced by:** {by}")


def _fields(lines: LineIndex, number: int) -> list[tuple[str, str]]:
    return [(found.key, found.value) for found in split_fields(lines.line(number), number)[1]]


def _behind(lines: LineIndex, number: int, value: str, by: str) -> Edit:
    line = lines.line(number)
    start = lines.offset(number, 1)
    kept = line.rstrip()
    if is_nothing(value):
        begin = kept.rfind(value) if value else len(kept)
        gap = "" if value else " "
        return Edit(start + begin, start + len(kept), gap + by)
    stop = len(kept) - (kept.endswith(".") or 0)
    return Edit(start + stop, start + len(kept), f"; {by}")


def _line_end(lines: LineIndex, number: int) -> int:
    return lines.offset(number, 1) + len(lines.line(number))


def _shape(beliefs: Beliefs, name: str, more: frozenset[tuple[str, str]] = frozenset()) -> list[object]:
    """All that beliefs say but for lines, with `more` added to what enforces the belief or clause called `name`."""
    found: list[object] = []
    for belief in beliefs.beliefs:
        shared = _names(belief.enforced_by)
        whole = belief.id == name or [clause.id for clause in belief.clauses] == [name]
        for clause in belief.clauses:
            by = _names(clause.enforced_by)
            takes = clause.id == name or (whole and by == shared)
            found.append((clause.id, clause.text, clause.normative, by | more if takes else by))
        own = shared | more if whole else shared
        found.append((belief.id, belief.title, belief.scope, belief.severity, belief.status, belief.why, own))
    return found


def _names(enforcers: tuple[EnforcedBy, ...]) -> frozenset[tuple[str, str]]:
    return frozenset((one.kind, one.name) for one in enforcers)
