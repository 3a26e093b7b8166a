"""What is known in the middle of a match: bindings, certainty, and how much work is left.

Matchers are written in continuation-passing style: `match(node, state, then)` returns what `then` returns for the
first way to match, or None. Conditions are the last continuation, so a binding that fails one is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from gardener.checking.canonical import canonical
from gardener.core.errors import GardenerError
from gardener.core.finding import CERTAINTIES, Certainty

if TYPE_CHECKING:
    import libcst as cst

    from gardener.checking.source import SourceFile

STEPS = 200_000


class PatternTimeout(GardenerError):
    """A pattern, or a regular expression in it, took more time on one piece of code than it may."""


@dataclass(slots=True)
class Budget:
    """Steps left for one place in the code; keeps a pattern with many `...` from hanging."""

    place: str
    left: int = STEPS

    def spend(self) -> None:
        """Count one step. Raises PatternTimeout when none is left."""
        self.left -= 1
        if self.left < 0:
            raise PatternTimeout(
                f"the pattern needed more than {STEPS} steps for one match",
                at=self.place,
                hint="use fewer `...` in one sequence",
            )


@dataclass(frozen=True, slots=True)
class Bound:
    """What a metavariable stands for: one node, or a sequence of them. `text` overrides the nodes' source."""

    nodes: tuple[cst.CSTNode, ...]
    is_sequence: bool = False
    text: str | None = None

    def equals(self, other: Bound) -> bool:
        """Whether both stand for the same code, written in any way."""
        if self.is_sequence != other.is_sequence or len(self.nodes) != len(other.nodes):
            return False
        return all(canonical(one) == canonical(two) for one, two in zip(self.nodes, other.nodes, strict=True))


@dataclass(frozen=True, slots=True)
class State:
    """An unfinished match.

    `partial` is true once code was matched that the pattern does not mention (an `else`, an annotation), which a
    rewrite would lose. `spelled` maps dotted names of the pattern to the nodes that stand for them.
    """

    file: SourceFile
    budget: Budget
    bindings: Mapping[str, Bound] = field(default_factory=dict)
    certainty: Certainty = "certain"
    partial: bool = False
    spelled: Mapping[str, cst.CSTNode] = field(default_factory=dict)

    def bind(self, name: str, bound: Bound) -> State | None:
        """Bind `name`, or check that it is bound to the same code; None when it is not."""
        if name == "_":
            return self
        known = self.bindings.get(name)
        if known is None:
            bindings = {**self.bindings, name: bound}
            # Matching spends most of its time here; replace() takes three times as long.
            return State(self.file, self.budget, bindings, self.certainty, self.partial, self.spelled)
        return self if known.equals(bound) else None

    def at_most(self, certainty: Certainty) -> State:
        """The same, no surer than `certainty`."""
        if CERTAINTIES.index(certainty) <= CERTAINTIES.index(self.certainty):
            return self
        return replace(self, certainty=certainty)

    def with_rest(self) -> State:
        """The same, knowing that the code holds more than the pattern says."""
        return self if self.partial else replace(self, partial=True)

    def seen_whole(self, partial: bool) -> State:
        """The same, with `partial` set back: what is around or within a match is not rewritten."""
        return self if self.partial is partial else replace(self, partial=partial)

    def spelling(self, name: str, node: cst.CSTNode) -> State:
        """The same, knowing that the dotted name `name` stands in the code as `node`."""
        return self if name in self.spelled else replace(self, spelled={**self.spelled, name: node})


Then = Callable[[State], "State | None"]
Match = Callable[[Any, State, Then], "State | None"]
SequenceThen = Callable[[int, State], "State | None"]
SequenceMatch = Callable[[Sequence[Any], int, State, SequenceThen], "State | None"]


def accept(state: State) -> State | None:
    """The continuation that is content."""
    return state
