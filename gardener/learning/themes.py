"""Themes: what several people keep saying about code, with the same id while more of it comes in."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gardener.core.feedback import Evidence, Feedback, Theme
from gardener.learning.cluster import clusters
from gardener.learning.features import features_of, vectors
from gardener.learning.normalise import read_evidence
from gardener.learning.recurrence import recurs, support
from gardener.learning.whole_files import with_whole_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from gardener.learning.features import Features, Vector

LONGEST_TITLE = 90
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Clustered:
    """Themes, the best supported first, and the ids of what belongs to none.

    `counts` says how many records were read, repeated, without substance, and in how many groups that do not recur.
    """

    themes: tuple[Theme, ...]
    unclustered: tuple[str, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def themes_of(
    feedback: Iterable[Feedback], *, root: Path | None = None, known: Mapping[str, Iterable[str]] | None = None
) -> Clustered:
    """Find what recurs in `feedback`; its order does not matter, and of equal ids the last one counts.

    `known` maps the ids of themes found earlier to the ids of their feedback: a theme that holds most of it keeps that
    id. With `root` the repository's history completes code that is known in part.
    """
    read, counts = _read(feedback, root)
    told = [(evidence, features) for evidence, features in read if features.words or features.code or features.change]
    rows = vectors([features for _, features in told])
    groups = [group for group in clusters(rows) if recurs([told[number][0] for number in group])]
    named = _named([[told[number][0].feedback for number in group] for group in groups], known or {})
    themes = [
        _theme(identity, [told[number][0] for number in _ordered(group, rows)])
        for identity, group in zip(named, groups, strict=True)
    ]
    themes.sort(key=_rank)
    inside = {each.feedback.id for theme in themes for each in theme.evidence}
    outside = tuple(evidence.feedback.id for evidence, _ in read if evidence.feedback.id not in inside)
    counts["chatter"] = len(read) - len(told)
    return Clustered(tuple(themes), outside, counts)


def theme_id(feedback: Iterable[Feedback]) -> str:
    """The id of a theme that is new: it stands for its first comment, which stays the first while more comes in."""
    first = min((each.created_at or "9999", each.id) for each in feedback)[1]
    return "T" + hashlib.sha256(first.encode()).hexdigest()[:8]


def _read(feedback: Iterable[Feedback], root: Path | None) -> tuple[list[tuple[Evidence, Features]], dict[str, int]]:
    records = list(feedback)
    latest = {each.id: each for each in records}
    if root is not None:
        latest = {each.id: each for each in with_whole_files(latest.values(), root)}
    found = []
    for each in sorted(latest.values(), key=lambda each: (each.created_at or "9999", each.id)):
        evidence, comment = read_evidence(each)
        found.append((evidence, features_of(evidence, comment)))
    return found, {"feedback": len(latest), "repeated": len(records) - len(latest)}


def _named(groups: Sequence[Sequence[Feedback]], known: Mapping[str, Iterable[str]]) -> list[str]:
    """An id for each group: that of the known theme it shares most with, if it has no larger claimant."""
    holder = {member: identity for identity, members in sorted(known.items()) for member in members}
    claims: list[tuple[int, int, str]] = []
    for number, group in enumerate(groups):
        shared = Counter(holder[each.id] for each in group if each.id in holder)
        claims.extend((-count, number, identity) for identity, count in shared.items())
    given: dict[int, str] = {}
    for _, number, identity in sorted(claims):
        if number not in given and identity not in given.values():
            given[number] = identity
    return [
        _fresh(group, {*holder.values(), *given.values()}) if number not in given else given[number]
        for number, group in enumerate(groups)
    ]


def _fresh(group: Sequence[Feedback], taken: Iterable[str]) -> str:
    """A new id; two themes can only meet in one when a known theme was split."""
    identity = theme_id(group)
    while identity in taken:
        identity = "T" + hashlib.sha256(identity.encode()).hexdigest()[:8]
    return identity


def _theme(identity: str, evidence: Sequence[Evidence]) -> Theme:
    return Theme(identity, title_of(evidence[0].text), tuple(evidence))


def title_of(text: str) -> str:
    """A title from what a comment says: its first sentence, or as much of it as fits."""
    sentence = _SENTENCE.split(text, maxsplit=1)[0].rstrip(" .!:;,")
    if len(sentence) > LONGEST_TITLE:
        sentence = sentence[: LONGEST_TITLE - 1].rpartition(" ")[0].rstrip(" .,;:") + "…"
    return sentence[:1].upper() + sentence[1:] if sentence else "What the code shows"


def _ordered(group: Sequence[int], rows: Sequence[Vector]) -> list[int]:
    """The medoid first, which is most like all others; then as they were said."""
    total: Counter[int] = Counter()
    for number in group:
        total.update(rows[number])
    medoid = max(group, key=lambda number: (sum(value * total[key] for key, value in rows[number].items()), -number))
    return [medoid, *(number for number in group if number != medoid)]


def _rank(theme: Theme) -> tuple[float, str]:
    found = support(theme.evidence)
    return -found.pulls * sum(each.weight for each in theme.evidence), theme.id
