"""Which core belief a theme is about, judged by the words that both use."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from gardener.learning.words import stems

if TYPE_CHECKING:
    from gardener.core.belief import Belief, Beliefs
    from gardener.core.feedback import Theme

# Below this a belief shares some everyday word with the theme, and nothing more.
LEAST_LIKENESS = 0.25


def belief_for(theme: Theme, beliefs: Beliefs | None) -> Belief | None:
    """The active belief that a theme is most like; None where none is much like it."""
    active = [belief for belief in beliefs.beliefs if belief.status == "active"] if beliefs else []
    said = Counter(stem for each in theme.evidence for stem in set(stems(each.text)))
    # What one person said once says little about what all of them mean.
    shared = {stem: count / len(theme.evidence) for stem, count in said.items() if count > 1}
    held = [set(stems(_text(belief))) for belief in active]
    scores = [_likeness(shared, words, held) for words in held]
    best = max(range(len(active)), key=lambda number: (scores[number], -number), default=None)
    return active[best] if best is not None and scores[best] >= LEAST_LIKENESS else None


def _text(belief: Belief) -> str:
    return " ".join([belief.title, *(clause.text for clause in belief.clauses)])


def _likeness(said: dict[str, float], words: set[str], held: list[set[str]]) -> float:
    """The cosine of both, words that few beliefs use counting more."""
    rarity = {word: math.log((1 + len(held)) / (1 + sum(word in other for other in held))) + 1 for word in words}
    inner = sum(said[word] * rarity[word] for word in words & said.keys())
    lengths = math.hypot(*said.values()) * math.hypot(*rarity.values())
    return inner / lengths if lengths else 0.0
