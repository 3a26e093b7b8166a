"""One theme before the routes: its code, what the rules that exist do with it, and what can be learned from it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from gardener.learning.differential import Sides, Told, own_sides, ruff_sides, told
from gardener.learning.specimens import Specimen, specimens_of
from gardener.learning.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gardener.core.feedback import Theme
    from gardener.learning.drafting import Draft
    from gardener.learning.ground import Ground
    from gardener.learning.induction.records import NotInduced

Places = dict[str, tuple[int, ...]]
Code = tuple[str, str | None]


@dataclass(frozen=True)
class Trials:
    """What rules of ours and of ruff (None: there is no ruff) do with the code of all themes, by its two sides.

    `frequency` says on how much of it each of ruff's rules fires, `places` where some of them would in the repository.
    """

    own: Mapping[Code, Sides]
    ruff: Mapping[Code, Sides] | None
    frequency: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[str, Places] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """A theme, the code it is about, and what is known of it: `draft` is the rule learned from it, if anybody asked."""

    theme: Theme
    ground: Ground
    trials: Trials
    draft: Draft | NotInduced | None = None

    @cached_property
    def specimens(self) -> tuple[Specimen, ...]:
        """The code, the same once."""
        return specimens_of(self.theme)

    @cached_property
    def own(self) -> Mapping[str, Told]:
        """What gardener's rules that fire on some before do with all of the code."""
        return told(self.specimens, [self.trials.own[code_of(each)] for each in self.specimens])

    @cached_property
    def ruff(self) -> Mapping[str, Told] | None:
        """What ruff's rules do with it; None when there is no ruff."""
        ruff = self.trials.ruff
        return None if ruff is None else told(self.specimens, [ruff[code_of(each)] for each in self.specimens])

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
        """The rule that can be learned from the code, as a page."""
        from gardener.learning.drafting import drafts

        return self.draft or drafts([(self.theme, self.specimens)], self.ground)[0]


def code_of(specimen: Specimen) -> Code:
    """Both sides, which are all that rules are tried on."""
    return specimen.before, specimen.after


def cases_of(themes: Iterable[Theme], ground: Ground) -> list[Case]:
    """A case for each theme. All code of all themes goes through ruff in one run."""
    listed = list(themes)
    every = list({code_of(each): each for theme in listed for each in specimens_of(theme)}.values())
    own = own_sides(every, ground.selection) if every else []
    ruff = ruff_sides(every, ground.root, ground.ruff_rules) if every else []
    trials = Trials(
        {code_of(each): sides for each, sides in zip(every, own, strict=True)},
        None if ruff is None else {code_of(each): sides for each, sides in zip(every, ruff, strict=True)},
        Counter(code for sides in ruff or () for side in sides for code in side),
    )
    return [Case(theme, ground, trials) for theme in listed]
