"""Themes that hold several things at once: comments that read alike, about code that different rules tell apart.

A theme that no rule fits is taken apart by what ruff says about its code. A part counts when it recurs by itself, when
what was said names its rule, and when that rule is what comes of it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.core.feedback import Theme
from gardener.learning.case import Case, code_of
from gardener.learning.differential import told
from gardener.learning.drafting import drafts
from gardener.learning.recurrence import recurs
from gardener.learning.routes._ranking import is_formatting
from gardener.learning.routing import known_rule, route
from gardener.learning.smell_names import title_of_rule
from gardener.learning.specimens import specimen_of
from gardener.learning.theme_ids import named
from gardener.learning.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gardener.core.feedback import Evidence, Proposal
    from gardener.learning.case import Code, Trials
    from gardener.learning.differential import Sides

# How many of a part's comments have to use some word of the rule's name or summary.
_LEAST_NAMING = 0.5
# How much of a theme its parts have to hold to be better than a rule that was learned from all of it.
_MOST = 0.5


def routed(cases: Sequence[Case]) -> tuple[list[Proposal], list[str]]:
    """The proposals of all cases, in order, and the ids of feedback that was left over where a theme was split."""
    parts = [parts_of(case) for case in cases]
    placed = _with_places([*cases, *(part for found in parts for part in found)])
    whole, rest = _with_drafts(placed[: len(cases)]), iter(placed[len(cases) :])
    proposals: list[Proposal] = []
    left: list[str] = []
    for case, found in zip(whole, parts, strict=True):
        made, over = _settled(case, [next(rest) for _ in found])
        proposals += made
        left += over
    return proposals, left


def parts_of(case: Case) -> list[Case]:
    """What a theme may be taken apart into; nothing where some rule tells all of it apart."""
    every = [*case.own.values(), *(case.ruff or {}).values()]
    if case.trials.ruff is None or any(one.tells for one in every):
        return []
    by_code = _by_code(case, case.trials.ruff)
    taken: set[str] = set()
    groups: list[list[Evidence]] = []
    for code in sorted(by_code, key=lambda code: _order(code, by_code[code], case.trials)):
        group = [each for each in by_code[code] if each.feedback.id not in taken]
        if recurs(group) and _is_named(code, group, case):
            groups.append(group)
            taken |= {each.feedback.id for each in group}
    ids = named([[each.feedback for each in group] for group in groups], {case.theme.id: ()})
    return [replace(case, theme=_theme(identity, group)) for identity, group in zip(ids, groups, strict=True)]


def _settled(case: Case, parts: Sequence[Case]) -> tuple[list[Proposal], list[str]]:
    """What becomes of a theme: of its parts where rules of ruff take most of it or nothing else does, else of all."""
    whole = route(case)
    is_rejected = not whole.rejected and whole.route == "none"
    if is_rejected or not parts or whole.route in {"enforced", "ruff"}:
        return [whole], []
    found = [proposal for proposal in map(known_rule, parts) if proposal is not None]
    gone = {each.feedback.id for proposal in found for each in proposal.theme.evidence}
    least = _MOST if whole.route in {"family", "pattern"} else 0.0
    if not found or len(gone) < least * len(case.theme.evidence):
        return [whole], []
    rest = [each for each in case.theme.evidence if each.feedback.id not in gone]
    if recurs(rest):
        return [*found, route(replace(case, theme=replace(case.theme, evidence=tuple(rest))))], []
    return found, [each.feedback.id for each in rest]


def _by_code(case: Case, ruff: Mapping[Code, Sides]) -> dict[str, list[Evidence]]:
    """The evidence that each of ruff's rules tells apart by itself."""
    found: dict[str, list[Evidence]] = defaultdict(list)
    for each in case.theme.evidence:
        specimen = specimen_of(each)
        sides = ruff.get(code_of(specimen)) if specimen else None
        if specimen is None or specimen.after is None or sides is None:
            continue
        for code, one in told([specimen], [sides]).items():
            if one.tells:
                found[code].append(each)
    return found


def _order(code: str, group: Sequence[Evidence], trials: Trials) -> tuple[bool, float, int, str]:
    """First the rules that seldom fire on anything else; what a formatter settles comes last."""
    own = len({(each.before, each.after) for each in group})
    return is_formatting(code), -own / max(trials.frequency.get(code, 1), 1), -len(group), code


def _is_named(code: str, group: Sequence[Evidence], case: Case) -> bool:
    rule = case.ground.ruff_rules.get(code)
    words = set(stems(f"{rule.name.replace('-', ' ')} {rule.summary}")) if rule else set()
    naming = sum(bool(words & set(stems(each.text))) for each in group)
    return naming >= _LEAST_NAMING * len(group)


def _theme(identity: str, group: Sequence[Evidence]) -> Theme:
    return Theme(identity, title_of_rule(group[0].text), tuple(group))


def _with_places(cases: Iterable[Case]) -> list[Case]:
    """The cases, with where the rules of ruff that tell their code apart would fire in the repository: one run."""
    from gardener.repo.ruff_codes import places_fired

    listed = list(cases)
    wanted = {code for case in listed for code, found in (case.ruff or {}).items() if found.tells}
    if not wanted:
        return listed
    ground = listed[0].ground
    places = places_fired(ground.root, wanted, ground.ruff_rules)
    trials = replace(listed[0].trials, places=places)
    return [replace(case, trials=trials) for case in listed]


def _with_drafts(cases: Sequence[Case]) -> list[Case]:
    """The cases, with the rules learned for those that no known rule takes: together, which is many times faster."""
    open_ones = [case for case in cases if case.specimens and not _has_rule(case)]
    made = drafts([(case.theme, case.specimens) for case in open_ones], cases[0].ground) if open_ones else []
    by_theme = {case.theme.id: found for case, found in zip(open_ones, made, strict=True)}
    return [replace(case, draft=by_theme.get(case.theme.id)) for case in cases]


def _has_rule(case: Case) -> bool:
    """Whether some rule that exists, in whatever state, tells the code apart."""
    return any(one.tells for one in case.own.values()) or known_rule(case) is not None
