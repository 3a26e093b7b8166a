"""Beliefs: how many of the clauses that hold for an area something keeps, and are kept there now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.core.globs import compile_globs
from gardener.gardening.grades.formula import DANGLING_CAP, NAMING_MINUTES, RULE_MINUTES, minutes_for
from gardener.gardening.grades.records import Action, Measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gardener.core.belief import Belief, Clause
    from gardener.core.finding import Finding
    from gardener.gardening.grades.records import Evidence, Inputs, Part

TITLE = "Beliefs"
_PERSONS = ("review", "human")


@dataclass(frozen=True, slots=True)
class _Standing:
    """How one clause stands in an area: `kept`, `broken`, `review` or `nothing`; `dangling` names what is not there."""

    clause: Clause
    belief: Belief
    state: str
    dangling: tuple[str, ...] = ()


def measure(part: Part, evidence: Evidence) -> Measure:
    """Every clause of an active belief whose scope has a file of the area counts once."""
    inputs = _inputs(_standings(part, evidence))
    return Measure(score(inputs), inputs)


def score(inputs: Mapping[str, int]) -> int | None:
    """Full marks for a clause that a program keeps, half for one left to persons or broken at present.

    None where no clause applies.
    """
    if not inputs["clauses"]:
        return None
    half = inputs["broken"] + inputs["review"]
    found = (100 * inputs["kept"] + 50 * half) // inputs["clauses"]
    return min(found, DANGLING_CAP) if inputs["dangling"] else found


def actions(part: Part, evidence: Evidence) -> Iterator[Action]:
    """Keep one belief by program, mend what breaks it, or name enforcers that exist."""
    found = list(_standings(part, evidence))
    for belief in dict.fromkeys(one.belief.id for one in found):
        own = [one for one in found if one.belief.id == belief]
        broken = [one for one in own if one.state == "broken"]
        loose = [one for one in own if one.state in ("review", "nothing")]
        if broken:
            minutes = sum(map(minutes_for, _findings_of(belief, part, evidence)))
            yield _action(part, found, broken, f"mend what breaks the belief `{belief}`", minutes)
        if loose:
            what = f"let a rule, ruff or a test keep `{belief}`"
            yield _action(part, found, loose, what, RULE_MINUTES * len(loose))
    dangling = sorted({name for one in found for name in one.dangling})
    if dangling:
        named = ", ".join(f"`{name}`" for name in dangling[:2]) + ("…" if len(dangling) > 2 else "")
        after = {**_inputs(found), "dangling": 0}
        what = f"name enforcers that exist in place of {named}"
        yield Action(part.name, "beliefs", what, NAMING_MINUTES * len(dangling), after)


def _action(part: Part, found: list[_Standing], mended: list[_Standing], what: str, minutes: int) -> Action:
    rest = [one for one in found if one not in mended]
    done = [_Standing(one.clause, one.belief, "kept", one.dangling) for one in mended]
    return Action(part.name, "beliefs", what, minutes, _inputs([*rest, *done]))


def _inputs(found: Iterable[_Standing]) -> Inputs:
    some = list(found)
    states = [one.state for one in some]
    counted = {name: states.count(name) for name in ("kept", "broken", "review", "nothing")}
    return {"clauses": len(states), **counted, "dangling": sum(len(one.dangling) for one in some)}


def _standings(part: Part, evidence: Evidence) -> Iterator[_Standing]:
    held = evidence.held
    if held is None or not part.files:
        return
    for belief in held.beliefs.beliefs:
        if belief.status != "active" or not _applies(belief, part):
            continue
        broken = bool(_findings_of(belief.id, part, evidence))
        for clause in belief.clauses:
            if clause.normative:
                enforcement = held.enforcement.get(clause.id, ())
                resolved = [one.by.kind for one in enforcement if one.resolved]
                mechanical = any(kind not in _PERSONS for kind in resolved)
                dangling = tuple(str(one.by) for one in enforcement if not one.resolved)
                kept = "broken" if broken else "kept"
                state = kept if mechanical else "review" if resolved else "nothing"
                yield _Standing(clause, belief, state, dangling)


def _applies(belief: Belief, part: Part) -> bool:
    if not belief.scope:
        return True
    globs = compile_globs(belief.scope)
    return any(globs.matches(path) for path in part.files)


def _findings_of(belief: str, part: Part, evidence: Evidence) -> list[Finding]:
    return [
        finding
        for finding in evidence.findings
        if finding.belief == belief
        and finding.suppressed is None
        and finding.state != "shadow"
        and finding.path in part.files
    ]
