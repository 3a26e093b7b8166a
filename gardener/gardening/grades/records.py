"""What grading works on and gives: the evidence, the parts of the repository, measures, scores, and what would help."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from gardener.checking.beliefs import Held
    from gardener.core.finding import Finding
    from gardener.core.tracker import Tracker, TrackerRow

NOT_GRADED = "n/a"

Inputs = dict[str, int]


@dataclass(frozen=True, slots=True)
class Part:
    """An area with what belongs to it: Python files that could be read, their lines of code, and its documents."""

    name: str
    globs: tuple[str, ...]
    files: frozenset[str] = frozenset()
    lines: int = 0
    documents: frozenset[str] = frozenset()
    rows: tuple[TrackerRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a grade may depend on. What nobody has is None: no beliefs, no tracker, no measured coverage.

    `findings` holds the suppressed ones, too. `silenced` counts comments by path that switch off other checkers.
    `covered` is (lines that ran, lines that could) by path. `as_of` is the day of the commit that is graded: the age
    of a row of debt must not depend on when somebody asks.
    """

    findings: tuple[Finding, ...] = ()
    held: Held | None = None
    tracker: Tracker | None = None
    covered: Mapping[str, tuple[int, int]] | None = None
    silenced: Mapping[str, int] = field(default_factory=dict)
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """One area in one dimension: a score from 0 to 100, None without evidence, and the numbers it follows from."""

    score: int | None
    inputs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Action:
    """Something that would raise a score: what to do where, how long it may take, and the inputs when it is done.

    `score` and `grade` are those of the area afterwards; `also` are other areas that gain by it.
    """

    area: str
    dimension: str
    what: str
    minutes: int
    inputs: Mapping[str, int] = field(default_factory=dict)
    score: int = 0
    grade: str = NOT_GRADED
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AreaScore:
    """The grade of an area. `caps` says what keeps the score down, `guardrails` what a judge says, by belief."""

    area: str
    score: int | None
    grade: str
    measures: Mapping[str, Measure]
    caps: tuple[str, ...] = ()
    guardrails: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scores:
    """All areas in order, the guardrails (id, title) in order, and the actions that would raise a grade, best first."""

    areas: tuple[AreaScore, ...] = ()
    guardrails: tuple[tuple[str, str], ...] = ()
    actions: tuple[Action, ...] = ()
