"""One theme before the routes: its code, what the rules that exist do with it, and what can be learned from it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from gardener.learning.differential import Told, own_sides, ruff_sides, told
from gardener.learning.specimens import Specimen, specimens_of
from gardener.learning.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gardener.core.feedback import Theme
    from gardener.learning.drafting import Draft
    from gardener.learning.ground import Ground
    from gardener.learning.induction.records import NotInduced

Places = dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class Case:
    """A theme, its specimens, and the rules of ours (`own`) and of ruff that tell their two sides apart.

    `ruff` is None when there is no ruff. `ruff_places` says where ruff's rules would fire in the repository, `frequency`
    on how much of the code of all themes each of them fires.
    """

    theme: Theme
    ground: Ground
    specimens: tuple[Specimen, ...] = ()
    own: Mapping[str, Told] = field(default_factory=dict)
    ruff: Mapping[str, Told] | None = None
    ruff_places: Mapping[str, Places] = field(default_factory=dict)
    frequency: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def said(self) -> frozenset[str]:
        """The stems of everything that was said, each at least once."""
        return frozenset(stem for each in self.theme.evidence for stem in stems(each.text))

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The files that were commented on, the most frequent first."""
        counted = Counter(each.feedback.path for each in self.theme.evidence if each.feedback.path)
        return tuple(path for path, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0])))

    @cached_property
    def drafted(self) -> Draft | NotInduced:
        """The rule that can be learned from the specimens, as a page; looked for once."""
        from gardener.learning.drafting import draft

        return draft(self.theme, self.specimens, self.ground)


def cases_of(themes: Iterable[Theme], ground: Ground) -> list[Case]:
    """A case for each theme. All code of all themes goes through ruff in one run."""
    from gardener.repo.ruff_codes import places_fired

    listed = [(theme, specimens_of(theme)) for theme in themes]
    every = [each for _, specimens in listed for each in specimens]
    own = own_sides(every, ground.selection) if every else []
    ruff = ruff_sides(every, ground.root, ground.ruff_rules) if every else []
    frequency = Counter(code for sides in ruff or () for side in sides for code in side)
    cases: list[Case] = []
    at = 0
    for theme, specimens in listed:
        end = at + len(specimens)
        codes = None if ruff is None else told(specimens, ruff[at:end])
        cases.append(Case(theme, ground, specimens, told(specimens, own[at:end]), codes))
        at = end
    wanted = {code for case in cases for code, found in (case.ruff or {}).items() if found.tells}
    places = places_fired(ground.root, wanted, ground.ruff_rules)
    return [
        replace(case, ruff_places=_of(case.ruff or {}, places), frequency=frequency) for case in cases
    ]


def _of(codes: Mapping[str, Told], places: Mapping[str, Places]) -> dict[str, Places]:
    return {code: places[code] for code in codes if code in places}
