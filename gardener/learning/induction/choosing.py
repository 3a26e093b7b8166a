"""Choosing among candidates: the most general that tells before from after, and seldom finds anything elsewhere."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gardener.learning.induction.atoms import says_enough
from gardener.learning.induction.bundles import bundles_of
from gardener.learning.induction.exclusions import excluding
from gardener.learning.induction.explaining import reason_of
from gardener.learning.induction.family_drafts import family_drafts, is_about_arguments
from gardener.learning.induction.imports import import_drafts, star_drafts
from gardener.learning.induction.ordinary import expected
from gardener.learning.induction.pattern_drafts import contexts_of, shapes_of
from gardener.learning.induction.shapes import Draft, Shape, drafted
from gardener.learning.induction.trial import Outcome
from gardener.learning.induction.typing_holes import typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.learning.induction.bundles import Bundle
    from gardener.learning.induction.records import Limits
    from gardener.learning.induction.trial import Trial

# A rule that names what it forbids says what was meant, however often others do it.
NAMED_ALLOWANCE = 20.0
# Where nothing rarer tells before from after, the rarest there is.
ALLOWANCE = 5.0
# A more specific candidate is worth its narrowness when it is this many times rarer.
RARER = 3.0
MOST_CANDIDATES = 60


class OutOfTime(Exception):
    """The search has taken as long as it may."""


@dataclass(slots=True)
class Search:
    """One search: the samples, the limits, and what failed so far."""

    trial: Trial
    limits: Limits
    deadline: float
    tried: dict[str, str] = field(default_factory=dict)

    def candidates(self) -> Iterator[tuple[Draft, float]]:
        """Drafts that pass on the samples and are rare enough, with the hits expected in 1,000 lines."""
        late: list[tuple[bool, int, int, Draft, float]] = []
        budget = self.limits.stray_per_kloc
        for draft in self._passing():
            stray = expected(draft)
            if stray <= budget * (NAMED_ALLOWANCE if _is_named(draft) else 1):
                yield draft, stray
                continue
            self.tried[draft.said] = f"is expected {stray:.2g} times in 1,000 lines of ordinary code"
            if stray <= budget * _allowance(draft):
                late.append((draft.family is None, round(math.log(stray, RARER)), len(late), draft, stray))
        for *_, draft, stray in sorted(late, key=lambda item: item[:3]):
            yield draft, stray

    def _passing(self) -> Iterator[Draft]:
        seen: set[str] = set()
        for draft, guarded, bundle in self._all():
            failed: Outcome | None = Outcome()
            if guarded is None or says_enough(guarded.pattern):
                failed = self._failure(draft, seen)
                if failed is None:
                    yield draft
                    # What is found everywhere may still be rare where the samples stand.
                    is_common = expected(draft) > self.limits.stray_per_kloc * _allowance(draft)
                    failed = Outcome() if is_common else None
            if guarded is not None and bundle is not None and failed is not None:
                yield from self._narrower(guarded, bundle, failed, seen)

    def _narrower(self, guarded: Shape, bundle: Bundle, failed: Outcome, seen: set[str]) -> Iterator[Draft]:
        """Drafts with conditions, for a shape that without them does not do."""
        if failed.missed or failed.broken:
            return
        for repaired in self._repaired(guarded, bundle):
            if (again := self._failure(repaired, seen)) is None:
                yield repaired
            elif again.false and repaired.shape is not None:
                yield from self._without_approved(repaired.shape, again, seen)
        yield from self._without_approved(replace(guarded, excluded=(), outside=()), failed, seen)

    def _without_approved(self, shape: Shape, outcome: Outcome, seen: set[str]) -> Iterator[Draft]:
        for narrower in excluding(shape, outcome, self.trial):
            draft = drafted(narrower)
            if draft is not None and self._failure(draft, seen) is None:
                yield draft

    def _failure(self, draft: Draft, seen: set[str]) -> Outcome | None:
        """What is wrong with a draft that was not tried before; None when nothing is."""
        if draft.said in seen or len(self.tried) > MOST_CANDIDATES:
            return Outcome(broken="tried before")
        seen.add(draft.said)
        outcome = self._outcome(draft)
        if outcome.is_good:
            return None
        self.tried[draft.said] = reason_of(draft, outcome, self.trial)
        return outcome

    def _outcome(self, draft: Draft) -> Outcome:
        if time.monotonic() > self.deadline:
            raise OutOfTime
        return self.trial.outcome(draft.body)

    def _all(self) -> Iterator[tuple[Draft, Shape | None, Bundle | None]]:
        """Every draft, without conditions; with the shape that has all that could be told, for when it fails."""
        pairs = self.trial.pairs
        bundles = bundles_of(pairs)
        last: list[Draft] = []
        for draft in family_drafts(pairs, bundles):
            if is_about_arguments(draft, bundles):
                last.append(draft)
            else:
                yield draft, None, None
        for resolving in (True, False):
            for bundle in bundles if resolving else bundles_of(pairs, resolving=False):
                for shape in shapes_of(bundle, resolving=resolving):
                    found = drafted(replace(shape, excluded=(), outside=()))
                    if found is not None:
                        yield found, shape, bundle
            for draft in [*last, *import_drafts(pairs, only_when_several=False), *star_drafts(pairs)]:
                yield draft, None, None

    def _repaired(self, shape: Shape, bundle: Bundle) -> Iterator[Draft]:
        """With what an after has and a before has not excluded; within what is around all befores; of one kind."""
        bare = replace(shape, excluded=(), outside=())
        contexts = list(contexts_of(bundle, shape))
        options = [shape] if shape.excluded or shape.outside else []
        options += [replace(bare, where=where) for where in typed(shape)]
        options += contexts
        if shape.excluded or shape.outside:
            options += [replace(item, excluded=shape.excluded, outside=shape.outside) for item in contexts]
        for option in options:
            said = 2 * len(option.where)
            draft = drafted(option) if says_enough(option.pattern, *option.inside, more=said) else None
            if draft is not None:
                yield draft


def _allowance(draft: Draft) -> float:
    return NAMED_ALLOWANCE if draft.family else ALLOWANCE


def _is_named(draft: Draft) -> bool:
    """Whether a draft forbids or asks for something of an imported thing: others may do so, but not by chance."""
    names = [name for key in ("calls", "attributes") for name in draft.body.get("parameters", {}).get(key, ())]
    is_argument = draft.family in {"required-argument", "forbidden-argument-value"}
    return bool(names) and (is_argument or all("." in name for name in names))
