"""Review: what is asked about which piece of code, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from gardener.core.finding import Severity
    from gardener.core.rule import Example

Answer = Literal["ok", "violation", "not_applicable", "unsure"]
UnitKind = Literal["function", "class", "module"]

ANSWERS: tuple[Answer, ...] = ("ok", "violation", "not_applicable", "unsure")


@dataclass(frozen=True, slots=True)
class Criterion:
    """A clause as it is put to a judge. `id` is the clause's (`belief-slug.1`), `text` its exact text.

    `scope` holds globs (none: everywhere), `when` is a pattern that a unit must contain to be asked about (empty:
    none). `path` and `line` say where the clause is written.
    """

    id: str
    text: str
    severity: Severity
    belief: str
    path: str = ""
    line: int = 0
    scope: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    when: str = ""
    guardrail: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of code that is judged as one: a function or method, or a class or module with the bodies elided.

    `name` is its qualified name (`Class.method`; empty for a module), `ordinal` tells equal names of one file apart.
    `text` is canonical: line feeds only, dedented, without push-back comments, no white space at line ends of code.
    `lines` gives the 1-based line in the file of each line of `text`; 0 where it stands for what was elided.
    `context` is what a reader needs to know around it: header of the class, imports, signatures of local callees.
    """

    path: str
    name: str
    kind: UnitKind
    text: str
    lines: tuple[int, ...]
    context: str = ""
    ordinal: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """The unit of judgement: one clause, one piece of code."""

    criterion: Criterion
    unit: Unit


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row of a judge's answer, as it came: nothing in it is believed until the gate has looked at it."""

    clause: str
    unit: str
    verdict: Answer
    analysis: str = ""
    code_quote: str = ""
    clause_quote: str = ""
    message: str = ""
    fix_hint: str = ""
