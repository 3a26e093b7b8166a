"""Trying a rule on the samples: the engine's own matchers on trees that are parsed once for all candidates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gardener.core.errors import GardenerError
from gardener.learning.induction.differences import Edit, edits_of, in_focus
from gardener.learning.induction.reading import Code, read
from gardener.learning.induction.term_reading import TermReader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import libcst as cst

    from gardener.checking.source import SourceFile
    from gardener.learning.induction.records import Limits, Sample
    from gardener.learning.induction.terms import Term

PLACE = "learned"


class Side:
    """One text: its terms for generalising, its LibCST tree for matching."""

    def __init__(self, code: Code, file: SourceFile) -> None:
        self.code = code
        self.file = file

    @cached_property
    def reader(self) -> TermReader:
        """Terms in which imported names are dotted."""
        return TermReader(self.code)

    @cached_property
    def plain_reader(self) -> TermReader:
        """Terms in which every name is as it is spelled."""
        return TermReader(self.code, resolving=False)

    def terms(self, *, resolving: bool = True) -> tuple[Term, ...]:
        """The statements of the text."""
        return (self.reader if resolving else self.plain_reader).all(self.code.tree.body)

    @cached_property
    def by_type(self) -> Mapping[type, Sequence[Any]]:
        """The nodes that a matcher may want to see, by type."""
        found: dict[type, list[Any]] = {}
        for node in (*self.file.nodes(), self.file.root):
            found.setdefault(type(node), []).append(node)
        return found

    def lines_of(self, nodes: Sequence[cst.CSTNode]) -> tuple[int, ...]:
        """The lines on which nodes begin."""
        from gardener.checking.positions import offsets_of
        from gardener.core.lines import LineIndex

        offsets = offsets_of(self.file.root, list(nodes), self.file.text)
        index = LineIndex.of(self.file.text)
        return tuple(sorted({index.position(offsets[id(node)].start)[0] for node in nodes}))


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A sample that was read: its sides, and what changed between them."""

    index: int
    sample: Sample
    before: Side
    after: Side | None

    def edits(self, *, resolving: bool = True) -> list[Edit]:
        """What changed, near the lines that were commented on."""
        if self.after is None:
            return []
        found = edits_of(self.before.terms(resolving=resolving), self.after.terms(resolving=resolving))
        return in_focus(found, self.sample.focus)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a candidate did: the samples it misses, and the sides it should leave alone and does not.

    A false alarm is the side and the nodes flagged; `broken` says why the candidate is no rule at all.
    """

    missed: tuple[int, ...] = ()
    false: tuple[tuple[str, Side, tuple[Any, ...]], ...] = ()
    broken: str = ""

    @property
    def is_good(self) -> bool:
        """Whether the candidate tells before from after."""
        return not (self.missed or self.false or self.broken)


def read_side(text: str, path: str, limits: Limits) -> Side | str:
    """A text that was read; a str says why it could not be."""
    from gardener.checking.parsing import Unparsable, parse_module
    from gardener.checking.source import SourceFile

    if len(text) > limits.file_kb * 1024:
        return f"is larger than {limits.file_kb} kB"
    code = read(text, path)
    if isinstance(code, str):
        return code
    try:
        root = parse_module(code.text, time_limit=limits.seconds)
    except Unparsable as error:
        return str(error)
    return Side(code, SourceFile.of_module(path, code.text, root, None))


class Trial:
    """Samples and approved code, and the judgement of candidates on them."""

    def __init__(self, pairs: Sequence[Pair], negatives: Sequence[Side]) -> None:
        self.pairs = pairs
        self.negatives = negatives

    def outcome(self, body: Mapping[str, Any]) -> Outcome:
        """What the rule with this body does with every sample and all approved code."""
        from gardener.checking.compile import compile_body

        try:
            matcher = compile_body(body, None, place=PLACE).matcher
            missed = tuple(pair.index for pair in self.pairs if not hits_in(matcher, pair.before))
            sides = [(f"what sample {pair.index + 1} became", pair.after) for pair in self.pairs]
            sides += [(f"approved code {number}", side) for number, side in enumerate(self.negatives, 1)]
            found = [(said, side, tuple(hits_in(matcher, side))) for said, side in sides if side is not None]
        except GardenerError as error:
            return Outcome(broken=error.message)
        return Outcome(missed, tuple(item for item in found if item[2]))


def hits_in(matcher: Any, side: Side) -> list[Any]:
    """The nodes that a matcher flags in a text."""
    from gardener.checking.source import NeedsModule

    found = []
    for kind in matcher.node_types:
        for node in side.by_type.get(kind, ()):
            try:
                found += [hit.node for hit in matcher.run(node, side.file)]
            except NeedsModule:
                continue
    return found
