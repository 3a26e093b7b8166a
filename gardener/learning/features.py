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
    from collections.abc import Iterable, Mapping, Sequence

    from gardener.core.feedback import Evidence
    from gardener.learning.comment import Comment

Vector = dict[int, float]

# How much each part weighs where all are there.
_PARTS = ("words", "code", "change", "subjects")
_WEIGHTS: Mapping[str, float] = {"words": 1.0, "code": 0.55, "change": 0.9, "subjects": 0.7}
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
    subjects: Counter[str]


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
    spelled = {stem for token in change for stem in stems(token.partition(":")[2])}
    shapes = {token for token in before - after if ":" in token}
    subjects = Counter(subjects_of({*spoken, *spelled, *shapes}))
    return Features(spoken, code, frozenset(change), subjects)


def vectors(features: Sequence[Features]) -> list[Vector]:
    """One vector for each comment, rare tokens weighing more than common ones."""
    columns: dict[str, int] = {}
    parts: list[list[tuple[float, Vector]]] = [[] for _ in features]
    for part in _PARTS:
        rows = [_counts(getattr(each, part)) for each in features]
        rarity = _rarity(rows)
        for number, row in enumerate(rows):
            scaled = {
                columns.setdefault(f"{part} {token}", len(columns)): _kind(part, token)
                * rarity[token]
                * (1 + math.log(count))
                for token, count in row.items()
            }
            if scaled:
                parts[number].append((_WEIGHTS[part], unit(scaled)))
    return [unit(_weighted(each)) for each in parts]


def unit(vector: Mapping[int, float]) -> Vector:
    """The vector with length 1; an empty one stays empty."""
    length = math.sqrt(sum(value * value for value in vector.values()))
    return {key: value / length for key, value in vector.items()} if length else {}


def _weighted(parts: Iterable[tuple[float, Vector]]) -> Vector:
    return {key: weight * value for weight, vector in parts for key, value in vector.items()}


def _counts(tokens: Counter[str] | frozenset[str]) -> Mapping[str, int]:
    return tokens if isinstance(tokens, Counter) else dict.fromkeys(sorted(tokens), 1)


def _rarity(rows: Sequence[Mapping[str, int]]) -> Mapping[str, float]:
    """Inverse document frequency, smoothed as usual: log((1 + n) / (1 + df)) + 1."""
    filled = sum(1 for row in rows if row)
    seen = Counter(token for row in rows for token in row)
    return {token: math.log((1 + filled) / (1 + count)) + 1 for token, count in seen.items()}


def _kind(part: str, token: str) -> float:
    return 1.0 if part == "words" else _KINDS.get(token.lstrip("+-").partition(":")[0], 1.0)
