"""Beliefs: what a team holds to be right, clause by clause, and what keeps each clause."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from gardener.core.finding import Severity, Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.core.rule import Example

EnforcerKind = Literal["ruff", "rule", "test", "ci", "review", "human"]
BeliefStatus = Literal["active", "proposed", "retired"]

_NOWHERE = Span(0, 0)
ENFORCER_KINDS: tuple[EnforcerKind, ...] = ("ruff", "rule", "test", "ci", "review", "human")


@dataclass(frozen=True, slots=True)
class EnforcedBy:
    """What a document says keeps a clause: a kind, a name (empty for review and humans), a reason, and the line."""

    kind: EnforcerKind
    name: str = ""
    reason: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.kind} {self.name}" if self.name else self.kind


@dataclass(frozen=True, slots=True)
class Enforcement:
    """What became of a named enforcer: whether it exists and is switched on, whether a violation was seen to trip it.

    `proven` is None where nobody tried; `reason` says what is wrong with one that does not hold.
    """

    by: EnforcedBy
    resolved: bool
    proven: bool | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence or bullet to keep. `id` is the belief's id and a number (or an id of its own): `bounded-calls.1`.

    `normative` is false for vision and background, which nothing needs to enforce.
    """

    id: str
    text: str
    line: int
    end: int = 0
    enforced_by: tuple[EnforcedBy, ...] = ()
    normative: bool = True
    span: Span = _NOWHERE


@dataclass(frozen=True, slots=True)
class Belief:
    """One belief. `explicit` says that its id is written out, so that it survives a reworded title.

    `title_span` is where its title stands; `line` and `end` are its first and last line; `fields` holds what no other
    attribute does, by its key as written.
    """

    id: str
    title: str
    path: str
    line: int
    end: int
    clauses: tuple[Clause, ...]
    scope: tuple[str, ...] = ()
    severity: Severity = "P2"
    enforced_by: tuple[EnforcedBy, ...] = ()
    guardrail: bool = False
    status: BeliefStatus = "active"
    evidence: str = ""
    why: str = ""
    how: str = ""
    exceptions: str = ""
    group: str = ""
    explicit: bool = False
    title_span: Span = _NOWHERE
    examples: tuple[Example, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unread:
    """Something in a document that could not be understood, with the reason."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Beliefs:
    """All beliefs of one document, and what could not be read."""

    path: str
    beliefs: tuple[Belief, ...] = ()
    unread: tuple[Unread, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)

    def find(self, name: str) -> Belief | None:
        """The belief with an id, also by the id of one of its clauses."""
        for belief in self.beliefs:
            if name == belief.id or any(clause.id == name for clause in belief.clauses):
                return belief
        return None

    @property
    def clauses(self) -> tuple[tuple[Belief, Clause], ...]:
        """Every clause with its belief, in order."""
        return tuple((belief, clause) for belief in self.beliefs for clause in belief.clauses)


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the repository that is graded as one: its name and the globs of its files."""

    name: str
    globs: tuple[str, ...]
