"""Themes: what several people keep saying about code, with the same id while more of it comes in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gardener.core.errors import GardenerError
from gardener.core.feedback import Evidence, Feedback, Theme
from gardener.learning.cluster import THRESHOLD, clusters
from gardener.learning.features import features_of, vectors
from gardener.learning.grouping import is_one_voice, likeness, nearest, total_of, trimmed
from gardener.learning.normalise import read_evidence
from gardener.learning.recurrence import carries, shortcoming, support
from gardener.learning.theme_ids import named
from gardener.learning.titles import title_of
from gardener.learning.whole_files import with_whole_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from gardener.learning.features import Features, Vector

    Embed = Callable[[Sequence[str]], Sequence[Sequence[float]]]

_FEW_WORDS = 3
_MOST_NOTES = 10


@dataclass(frozen=True, slots=True)
class Clustered:
    """Themes, the best supported first, and the ids of what belongs to none, oldest first.

    `counts` says how much was read (`feedback`), of it said twice with the same id (`repeated`), without substance
    (`chatter`) and by programs (`bots`). `notes` tell what was said often and is no theme, and why.
    """

    themes: tuple[Theme, ...]
    unclustered: tuple[str, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Said:
    """What has substance: evidence, features and vectors by the same number."""

    evidence: tuple[Evidence, ...]
    features: tuple[Features, ...]
    rows: tuple[Vector, ...]


def themes_of(
    feedback: Iterable[Feedback],
    *,
    root: Path | None = None,
    known: Mapping[str, Iterable[str]] | None = None,
    embed: Embed | None = None,
) -> Clustered:
    """Find what recurs in `feedback`; its order does not matter, and of equal ids the last one counts.

    `known` maps the ids of themes found earlier to the ids of their feedback: a theme keeps the id of the one it shares
    most with. With `root` the repository's history completes code that is known in part. `embed` gives a vector for
    each text, all of one length: words alone do where it is absent or fails.
    """
    read, counts = _read(feedback, root)
    said, notes = _told(read, embed)
    groups, more = _groups(said)
    names = named([[said.evidence[number].feedback for number in group] for group in groups], known or {})
    themes = [_theme(name, group, said) for name, group in zip(names, groups, strict=True)]
    themes.sort(key=_rank)
    inside = {each.feedback.id for theme in themes for each in theme.evidence}
    outside = tuple(each.feedback.id for each, _ in read if each.feedback.id not in inside)
    counts["chatter"] = len(read) - len(said.evidence)
    counts["bots"] = sum(each.feedback.author_kind == "bot" for each, _ in read)
    return Clustered(tuple(themes), outside, counts, (*notes, *more))


def _read(feedback: Iterable[Feedback], root: Path | None) -> tuple[list[tuple[Evidence, Features]], dict[str, int]]:
    records = list(feedback)
    latest = {each.id: each for each in records}
    counts = {"feedback": len(latest), "repeated": len(records) - len(latest)}
    wanted = latest.values() if root is None else with_whole_files(latest.values(), root)
    found = []
    for each in sorted(wanted, key=lambda each: (each.created_at or "9999", each.id)):
        evidence, comment = read_evidence(each)
        found.append((evidence, features_of(evidence, comment)))
    return found, counts


def _told(read: Sequence[tuple[Evidence, Features]], embed: Embed | None) -> tuple[_Said, tuple[str, ...]]:
    """Leave out what has no substance, and make vectors of the rest."""
    told = [(each, features) for each, features in read if features.has_substance and each.label != "praise"]
    meanings, note = _meanings([each.text or each.before or "" for each, _ in told], embed)
    features = tuple(features for _, features in told)
    return _Said(tuple(each for each, _ in told), features, tuple(vectors(features, meanings))), (note,) if note else ()


def _meanings(texts: Sequence[str], embed: Embed | None) -> tuple[Sequence[Sequence[float]], str]:
    """A vector for each text, or none at all and the reason."""
    if embed is None or not texts:
        return (), ""
    try:
        found = embed(texts)
    except GardenerError as error:
        return (), f"comments were compared by their words alone: {error.message}"
    if len(found) != len(texts) or len({len(each) for each in found}) != 1:
        return (), "comments were compared by their words alone: their vectors do not fit"
    return found, ""


def _groups(said: _Said) -> tuple[list[tuple[int, ...]], list[str]]:
    """Groups that recur, among what carries a theme; then the rest joins those it is like. And notes on near misses."""
    carrying = [number for number, each in enumerate(said.evidence) if carries(each)]
    found: list[tuple[int, ...]] = []
    missed: list[tuple[int, str]] = []
    for cluster in clusters([said.rows[number] for number in carrying]):
        group = trimmed([carrying[number] for number in cluster], said.rows)
        reason = shortcoming([said.evidence[number] for number in group])
        if not reason and is_one_voice(group, said.evidence, said.rows):
            reason = "nearly all by one person or in one pull request, and the rest means something else"
        if not reason:
            found.append(group)
        elif len(group) >= _FEW_WORDS:
            missed.append((len(group), f"{len(group)} comments like `{_title(group, said)}` are no theme: {reason}"))
    joined = [list(group) for group in found]
    totals = [(total_of(group, said.rows), len(group)) for group in found]
    for number in sorted(set(range(len(said.evidence))) - set(carrying)):
        target = nearest(said.rows[number], totals, THRESHOLD)
        if target is not None:
            joined[target].append(number)
    notes = [note for _, note in sorted(missed, key=lambda item: (-item[0], item[1]))]
    return [tuple(group) for group in joined], notes[:_MOST_NOTES]


def _theme(identity: str, group: Sequence[int], said: _Said) -> Theme:
    first = _medoid(group, said)
    ordered = [first, *sorted(number for number in group if number != first)]
    return Theme(identity, _title(group, said), tuple(said.evidence[number] for number in ordered))


def _medoid(group: Sequence[int], said: _Said) -> int:
    """The comment that is most like all others, and says something: `N+1!` may be typical, but tells nobody why."""
    found = likeness(group, said.rows)

    def worth(number: int) -> tuple[float, int]:
        telling = 1.0 if len(said.features[number].words) >= _FEW_WORDS else 0.5
        return found[number] * telling * carries(said.evidence[number]), -number

    return max(group, key=worth)


def _title(group: Sequence[int], said: _Said) -> str:
    spoken = Counter(stem for number in group for stem in said.features[number].words)
    return title_of(said.evidence[_medoid(group, said)].text, spoken)


def _rank(theme: Theme) -> tuple[float, str]:
    return -support(theme.evidence).pulls * sum(each.weight for each in theme.evidence), theme.id
