"""How each area stands on each guardrail, from verdicts: the grades of a tech tracker, and what follows from them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.reviewing.grading import GOOD_ENOUGH, Letter, is_worse, letter_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gardener.core.belief import Belief, Beliefs
    from gardener.core.finding import Severity
    from gardener.core.review import Answer, Pair

NOT_GRADED = "n/a"
KEPT = "kept"
PLACES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Guardrail:
    """A belief that areas are graded by. `judged`: a judge is asked about it; else something else keeps all of it."""

    belief: str
    title: str
    severity: Severity
    judged: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """How one area stands on one guardrail.

    `units` count, `violations` of them break it, at `places`; `unjudged` were sampled, and nobody said anything.
    """

    area: str
    guardrail: Guardrail
    units: int = 0
    violations: int = 0
    unjudged: int = 0
    places: tuple[str, ...] = ()

    @property
    def letter(self) -> Letter | None:
        """The grade; None where too little is known."""
        return letter_of(self.units, self.violations)

    @property
    def needs_follow_up(self) -> bool:
        """True where the grade is below a B because of violations, and not for want of units."""
        return self.letter is not None and is_worse(self.letter, GOOD_ENOUGH) and self.violations > 0

    @property
    def fingerprint(self) -> str:
        """16 hex digits that identify the follow-up of this cell, whatever its grade."""
        value = json.dumps(["assessment", self.guardrail.belief, self.area], separators=(",", ":"))
        return hashlib.sha256(value.encode("ascii")).hexdigest()[:16]

    def __str__(self) -> str:
        if not self.guardrail.judged:
            return KEPT
        return f"{self.letter or NOT_GRADED} (n={self.units})"


@dataclass(frozen=True, slots=True)
class AreaGrades:
    """One area with a cell for each guardrail."""

    area: str
    cells: tuple[Cell, ...]

    @property
    def worst(self) -> Cell | None:
        """The cell that grades the area: an area is as good as the guardrail it keeps worst. None without a grade."""
        graded = [cell for cell in self.cells if cell.letter is not None]
        return max(graded, key=lambda cell: cell.letter or "", default=None)

    @property
    def grade(self) -> str:
        """The letter of the area."""
        return (self.worst.letter if self.worst else None) or NOT_GRADED


@dataclass(frozen=True, slots=True)
class Assessment:
    """All areas, in order, and the guardrails they are graded by."""

    guardrails: tuple[Guardrail, ...]
    areas: tuple[AreaGrades, ...]

    @property
    def follow_ups(self) -> tuple[Cell, ...]:
        """The cells that need one."""
        return tuple(cell for area in self.areas for cell in area.cells if cell.needs_follow_up)


def guardrails_of(beliefs: Beliefs, judged: Iterable[str]) -> tuple[Guardrail, ...]:
    """The guardrails among `beliefs`; `judged` are the ids of the clauses that a judge is asked about."""
    asked = frozenset(judged)
    return tuple(
        Guardrail(belief.id, belief.title, belief.severity, judged=any(one.id in asked for one in belief.clauses))
        for belief in beliefs.beliefs
        if _grades(belief)
    )


def assess(
    units: Mapping[str, Sequence[Pair]],
    verdict: Callable[[Pair], Answer | None],
    guardrails: Sequence[Guardrail],
) -> Assessment:
    """Grade areas. `units` are the sampled pairs by area, `verdict` says what is known about one (None: nothing)."""
    graded = tuple(
        AreaGrades(area, tuple(_cell(area, guardrail, pairs, verdict) for guardrail in guardrails))
        for area, pairs in units.items()
    )
    return Assessment(tuple(guardrails), graded)


def _grades(belief: Belief) -> bool:
    return belief.guardrail and belief.status == "active" and any(clause.normative for clause in belief.clauses)


def _cell(area: str, guardrail: Guardrail, pairs: Sequence[Pair], verdict: Callable[[Pair], Answer | None]) -> Cell:
    """The clauses of a guardrail together: a unit breaks it when it breaks one of them."""
    said: dict[tuple[str, str, int], list[Answer | None]] = {}
    for pair in pairs:
        if pair.criterion.belief == guardrail.belief:
            unit = pair.unit
            said.setdefault((unit.path, unit.name, unit.ordinal), []).append(verdict(pair))
    broken = [unit for unit, answers in said.items() if "violation" in answers]
    kept = [unit for unit, answers in said.items() if "violation" not in answers and _keeps(answers)]
    return Cell(
        area,
        guardrail,
        units=len(broken) + len(kept),
        violations=len(broken),
        unjudged=sum("violation" not in answers and None in answers for answers in said.values()),
        places=tuple(f"{path}:{name}" if name else path for path, name, _ in sorted(broken)[:PLACES_SHOWN]),
    )


def _keeps(answers: Sequence[Answer | None]) -> bool:
    """True when some clause applies, all that do are kept, and nothing is left open."""
    return "ok" in answers and all(answer in ("ok", "not_applicable") for answer in answers)
