"""Comments as sparse vectors of unit length: what was said, what the code holds, and what changed in it."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.learning.code_tokens import code_tokens
from gardener.learning.subjects import subjects_of
from gardener.learning.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gardener.core.feedback import Evidence
    from gardener.learning.comment import Comment

Vector = dict[int, float]

# How much each part weighs where all are there.
_PARTS = ("words", "code", "change", "subjects")
_WEIGHTS: Mapping[str, float] = {"words": 1.0, "code": 0.55, "change": 0.9, "subjects": 0.9, "meaning": 0.9}
# As many entries of a dense vector as keep most of its length, and its cost near that of words.
_MOST_DIMENSIONS = 64
_SINGLE = 0.5
_TELLING = ("call:", "decorator:", "argument:", "root:")
# Names that people choose tell little about what is wrong; the first part of a token says what kind it is.
_KINDS: Mapping[str, float] = {
    "name": 0.35,
    "attribute": 0.6,
    "keyword": 0.6,
    "argument": 0.9,
    "note": 0.8,
    "shape": 1.5,
}


@dataclass(frozen=True, slots=True)
class Features:
    """The tokens of one comment, by part."""

    words: Counter[str]
    code: frozenset[str]
    change: frozenset[str]
    subjects: Mapping[str, float]

    @property
    def has_substance(self) -> bool:
        """False for praise and small talk."""
        return bool(self.words or self.code or self.change)


def features_of(evidence: Evidence, comment: Comment) -> Features:
    """Take the tokens of a comment and of the code it is about."""
    shown = [*comment.inline, *comment.snippets]
    spoken = Counter(stems(comment.text))
    before = code_tokens(evidence.before or "")
    after = code_tokens(evidence.after or "")
    change: set[str] = set()
    if evidence.after is not None:
        change = {f"-{token}" for token in before - after} | {f"+{token}" for token in after - before}
    code = before.union(*(code_tokens(text) for text in shown))
    # Where nobody knows what it became, what is there may be what is wrong.
    telling = change or {token for token in before if token.startswith(_TELLING)}
    spelled = {stem for token in telling for stem in stems(token.partition(":")[2])}
    shapes = {token for token in before - after if ":" in token}
    subjects = subjects_of({*spoken, *spelled, *shapes})
    return Features(spoken, code, frozenset(change), subjects)


def vectors(features: Sequence[Features], meanings: Sequence[Sequence[float]] = ()) -> list[Vector]:
    """One vector for each comment, rare tokens weighing more than common ones.

    `meanings` are vectors of the texts from elsewhere, one for each comment and of one length, or none at all.
    """
    columns: dict[str, int] = {}
    parts: list[list[tuple[float, Vector]]] = [[] for _ in features]
    for part in _PARTS:
        rows = [_counts(getattr(each, part)) for each in features]
        rarity = _rarity(rows)
        for number, row in enumerate(rows):
            scaled = {
                columns.setdefault(f"{part} {token}", len(columns)): _kind(part, token) * rarity[token] * _damped(count)
                for token, count in row.items()
            }
            if scaled:
                # A subject that a single ambiguous word hints at is no more than a hint.
                certainty = min(1.0, max(row.values()))
                parts[number].append((_WEIGHTS[part] * certainty, unit(scaled)))
    for number, meaning in enumerate(_centred(meanings)):
        parts[number].append((_WEIGHTS["meaning"], meaning))
    return [unit(_weighted(each)) for each in parts]


def _centred(meanings: Sequence[Sequence[float]]) -> Iterator[Vector]:
    """Each vector's heaviest entries, once what all have in common is taken away."""
    if not meanings:
        return
    size = len(meanings)
    middle = [sum(column) / size for column in zip(*meanings, strict=True)]
    for meaning in meanings:
        moved = ((-1 - place, value - mean) for place, (value, mean) in enumerate(zip(meaning, middle, strict=True)))
        heaviest = sorted(moved, key=lambda entry: (-abs(entry[1]), entry[0]))[:_MOST_DIMENSIONS]
        yield unit(dict(heaviest))


def unit(vector: Mapping[int, float]) -> Vector:
    """The vector with length 1; an empty one stays empty."""
    length = math.sqrt(sum(value * value for value in vector.values()))
    return {key: value / length for key, value in vector.items()} if length else {}


def _weighted(parts: Iterable[tuple[float, Vector]]) -> Vector:
    return {key: weight * value for weight, vector in parts for key, value in vector.items()}


def _counts(tokens: Mapping[str, float] | frozenset[str]) -> Mapping[str, float]:
    return dict.fromkeys(sorted(tokens), 1.0) if isinstance(tokens, frozenset) else tokens


def _damped(count: float) -> float:
    """The tenth mention says little more than the first."""
    return 1 + math.log(count) if count > 1 else count


def _rarity(rows: Sequence[Mapping[str, float]]) -> Mapping[str, float]:
    """Inverse document frequency, smoothed as usual: log((1 + n) / (1 + df)) + 1.

    What a single comment says can bring it together with none, and would only hide what it shares: it counts half.
    """
    filled = sum(1 for row in rows if row)
    seen = Counter(token for row in rows for token in row)
    return {
        token: (math.log((1 + filled) / (1 + count)) + 1) * (_SINGLE if count == 1 else 1)
        for token, count in seen.items()
    }


def _kind(part: str, token: str) -> float:
    return 1.0 if part == "words" else _KINDS.get(token.lstrip("+-").partition(":")[0], 1.0)
