"""Ids of themes that stay the same while more comes in."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gardener.core.feedback import Feedback


def theme_id(feedback: Iterable[Feedback]) -> str:
    """The id of a theme that is new: it stands for its first comment, which stays the first while more comes in."""
    first = min((each.created_at or "9999", each.id) for each in feedback)[1]
    return _id(first)


def named(groups: Sequence[Sequence[Feedback]], known: Mapping[str, Iterable[str]]) -> list[str]:
    """An id for each group: that of the known theme it shares most with, where no other group shares more.

    `known` maps ids of themes to ids of their feedback.
    """
    holder = {member: identity for identity, members in sorted(known.items()) for member in members}
    claims: list[tuple[int, int, str]] = []
    for number, group in enumerate(groups):
        shared = Counter(holder[each.id] for each in group if each.id in holder)
        claims.extend((-count, number, identity) for identity, count in shared.items())
    given: dict[int, str] = {}
    taken = set(known)
    for _, number, identity in sorted(claims):
        if number not in given and identity not in given.values():
            given[number] = identity
    for number, group in enumerate(groups):
        if number not in given:
            given[number] = _fresh(theme_id(group), taken)
            taken.add(given[number])
    return [given[number] for number in range(len(groups))]


def _fresh(identity: str, taken: Iterable[str]) -> str:
    """An id nobody has: part of a theme that was split still holds the theme's first comment."""
    while identity in taken:
        identity = _id(identity)
    return identity


def _id(text: str) -> str:
    return "T" + hashlib.sha256(text.encode()).hexdigest()[:8]
