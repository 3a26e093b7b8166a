"""What an expression may stand for: a set of things, each with a rank of certainty (0 certain, 1 likely, 2 maybe)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# A dotted `name`, an `instance` of (or result of calling) one; a `definition` of this file by the number of its
# scope, an `object` of such a class, or `super` of it.
Kind = Literal["name", "instance", "definition", "object", "super"]
Thing = tuple[Kind, str | int]

CERTAIN, LIKELY, MAYBE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Meaning:
    """`unknown`: it may be something else than these things; `none`: it may be None."""

    things: Mapping[Thing, int] = field(default_factory=dict)
    unknown: bool = False
    none: bool = False

    def at_best(self, rank: int) -> Meaning:
        """The same, nothing surer than `rank`."""
        if all(own >= rank for own in self.things.values()):
            return self
        return Meaning({thing: max(own, rank) for thing, own in self.things.items()}, self.unknown, self.none)

    def only(self, *kinds: Kind) -> Meaning:
        """The things of some kinds; the others are unknown."""
        kept = {thing: rank for thing, rank in self.things.items() if thing[0] in kinds}
        return Meaning(kept, self.unknown or len(kept) < len(self.things), self.none)


NOTHING = Meaning()
UNKNOWN = Meaning(unknown=True)
NONE = Meaning(none=True)


def thing(kind: Kind, key: str | int, rank: int = CERTAIN) -> Meaning:
    """Exactly one thing."""
    return Meaning({(kind, key): rank})


def union(meanings: Iterable[Meaning]) -> Meaning:
    """All things of all meanings, as sure as they are."""
    things: dict[Thing, int] = {}
    unknown = none = False
    for meaning in meanings:
        for found, rank in meaning.things.items():
            things[found] = min(rank, things.get(found, MAYBE))
        unknown = unknown or meaning.unknown
        none = none or meaning.none
    return Meaning(things, unknown, none)


def one_of(meanings: Iterable[Meaning]) -> Meaning:
    """What one of several alternatives means: less sure when they differ, least when one is unknown."""
    found = union(meanings)
    if not found.things:
        return found
    alone = len(found.things) == 1 and not found.none
    return Meaning(found.at_best(MAYBE if found.unknown else CERTAIN if alone else LIKELY).things)
