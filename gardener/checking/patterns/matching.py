"""A compiled pattern rule at work: nodes in, hits out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.checking.canonical import statements
from gardener.checking.patterns.conditions import Condition, Subject
from gardener.checking.patterns.rewriting import fix_for
from gardener.checking.patterns.roots import Root, is_rooted
from gardener.checking.patterns.sources import shortened, source_of
from gardener.checking.patterns.state import Budget, State, accept
from gardener.checking.patterns.text import METAVARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from gardener.checking.hit import Hit
    from gardener.checking.patterns.templates import Template
    from gardener.checking.source import SourceFile
    from gardener.core.finding import Safety


@dataclass(frozen=True, slots=True)
class PatternMatcher:
    """The alternatives of a rule, its conditions as one, its message, and how to rewrite a match.

    `backtracks` and `keeps_partial` are only ever changed to show what they are good for.
    """

    place: str
    roots: tuple[Root, ...]
    condition: Condition
    message: str
    template: Template | None
    safety: Safety
    backtracks: bool = True
    keeps_partial: bool = False

    def run(self, node: cst.CSTNode, file: SourceFile) -> Iterator[Hit]:
        """The matches rooted in `node`: at most one, or for a sequence one for each statement it starts with."""
        for root in self.roots:
            if root.form == "sequence":
                yield from self._sequences(root, node, file)
            elif is_rooted(node, root, file):
                subject = Subject(node, node)
                found = self._matched(root, subject, file)
                if found is not None:
                    yield self._hit(subject, found, file)
                    return

    def _matched(self, root: Root, subject: Subject, file: SourceFile) -> State | None:
        state = State(file, Budget(self.place))
        if root.match is None:
            return None
        if not self.backtracks:
            first = root.match(subject.node, state, accept)
            return None if first is None else self.condition(subject, first, accept)
        return root.match(subject.node, state, lambda found: self.condition(subject, found, accept))

    def _sequences(self, root: Root, node: cst.CSTNode, file: SourceFile) -> Iterator[Hit]:
        is_part = node is file.root and file.is_slice
        if is_part or type(node).__name__ not in root.kinds or root.match_statements is None:
            return
        block = tuple(statements(node))
        for start in range(len(block)):
            ended: list[Subject] = []

            def finish(end: int, state: State, start: int = start, ended: list[Subject] = ended) -> State | None:
                subject = Subject(block[start], block[end - 1], block, start)
                ended.append(subject)
                return self.condition(subject, state, accept)

            found = root.match_statements(block, start, State(file, Budget(self.place)), finish)
            if found is not None:
                yield self._hit(ended[-1], found, file)

    def _hit(self, subject: Subject, state: State, file: SourceFile) -> Hit:
        fix = None
        if self.template is not None and (self.keeps_partial or not state.partial):
            fix = fix_for(self.template, self.safety, subject, state)
        last = None if subject.last is subject.node else subject.last
        return file.flag(subject.node, self._said(state), fix=fix, certainty=state.certainty, last=last)

    def _said(self, state: State) -> str:
        def source(name: str) -> str | None:
            bound = state.bindings.get(name)
            return None if bound is None else shortened(source_of(bound, state.file))

        return METAVARIABLE.sub(lambda match: source(match[1]) or match[0], self.message)
