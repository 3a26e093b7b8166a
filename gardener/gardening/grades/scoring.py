"""From evidence to scores: every area in every dimension, its grade, and the actions that would raise one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.core import family
from gardener.gardening.grades.formula import CAPS, letter, mean
from gardener.gardening.grades.records import Action, AreaScore, Scores

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import ModuleType

    from gardener.core.finding import Severity
    from gardener.gardening.grades.records import Evidence, Measure, Part

FAMILY = "gardener.gardening.dimensions"
# The order of columns: as in the tech tracker, and what it has no column for at the end.
ORDER = ("rules", "tests", "documents", "beliefs", "debt", "suppressions")
MOST_ACTIONS = 3
_GRAVE: tuple[Severity, ...] = ("P0", "P1")

Guardrails = Sequence[tuple[str, str]]


def dimensions() -> dict[str, ModuleType]:
    """The modules of all dimensions by name, in the order of columns."""
    names = family.names(FAMILY)
    ordered = sorted(names, key=lambda name: (name not in ORDER, ORDER.index(name) if name in ORDER else 0, name))
    return {name: family.load(FAMILY, name) for name in ordered}


def scores_of(
    parts: Iterable[Part],
    evidence: Evidence,
    guardrails: Guardrails = (),
    cells: Mapping[str, Mapping[str, str]] | None = None,
) -> Scores:
    """Grade every part. `cells` is what a judge says of an area by guardrail; it stands beside the grade."""
    listed = tuple(parts)
    modules = dimensions()
    areas = tuple(_area(part, modules, evidence, (cells or {}).get(part.name, {})) for part in listed)
    found = [action for part, area in zip(listed, areas, strict=True) for action in _actions(part, area, evidence)]
    return Scores(areas, tuple(guardrails), _best(found, areas))


def graded(area: str, measures: Mapping[str, Measure]) -> AreaScore:
    """The grade that measures give, with what caps it."""
    inputs = measures["rules"].inputs
    open_ones = {severity: inputs.get(severity.lower(), 0) for severity in _GRAVE}
    caps = [CAPS[severity] for severity in _GRAVE if open_ones[severity]]
    found = mean(measures, caps)
    said = [f"{number} open {severity}" for severity, number in open_ones.items() if number]
    if measures["beliefs"].inputs.get("dangling"):
        said.append("enforcers that are not there")
    return AreaScore(area, found, letter(found), measures, tuple(said))


def _area(part: Part, modules: Mapping[str, ModuleType], evidence: Evidence, cells: Mapping[str, str]) -> AreaScore:
    measures: dict[str, Measure] = {name: module.measure(part, evidence) for name, module in modules.items()}
    return replace(graded(part.name, measures), guardrails=cells)


def _actions(part: Part, area: AreaScore, evidence: Evidence) -> Iterator[Action]:
    """What would raise the score of an area, each with the score and grade afterwards."""
    for name, module in dimensions().items():
        action: Action
        for action in module.actions(part, evidence):
            measure = replace(area.measures[name], score=module.score(action.inputs), inputs=action.inputs)
            after = graded(part.name, {**area.measures, name: measure})
            if after.score is not None and area.score is not None and after.score > area.score:
                yield replace(action, score=after.score, grade=after.grade)


def _best(found: Iterable[Action], areas: Iterable[AreaScore]) -> tuple[Action, ...]:
    """Those that raise a letter first, then those that raise most a minute; what helps several areas counts once."""
    before = {area.area: area for area in areas}

    def worth(action: Action) -> tuple[bool, float, str, str]:
        gain = action.score - (before[action.area].score or 0)
        return (action.grade == before[action.area].grade, -gain / max(action.minutes, 1), action.area, action.what)

    chosen: dict[tuple[str, str], list[Action]] = {}
    for action in sorted(found, key=worth):
        chosen.setdefault((action.dimension, action.what), []).append(action)
    best = list(chosen.values())[:MOST_ACTIONS]
    return tuple(replace(same[0], also=tuple(other.area for other in same[1:])) for same in best)
