"""Beliefs whose titles were reworded: their ids changed with them, unless they are written out."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gardener.core.belief import Belief, Beliefs

_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Reworded:
    """A belief that lost the id it had: writing `{#old_id}` behind its title gives it back."""

    old_id: str
    belief: Belief

    @property
    def advice(self) -> str:
        """What to do about it."""
        now = f"`{self.old_id}` is now called `{self.belief.id}`"
        return f"{now}; write {{#{self.old_id}}} behind its title to keep its id"


def reworded(old: Beliefs, new: Beliefs) -> tuple[Reworded, ...]:
    """The beliefs of `new` that seem to be beliefs of `old` under another id, the likeliest pairs first."""
    gone = [belief for belief in old.beliefs if new.find(belief.id) is None]
    come = [belief for belief in new.beliefs if not belief.explicit and old.find(belief.id) is None]
    pairs = sorted(
        ((score, one, other) for one in gone for other in come if (score := _likeness(one, other)) >= _ALIKE),
        key=lambda pair: (-pair[0], pair[2].line),
    )
    found: list[Reworded] = []
    for _, one, other in pairs:
        if one.id not in {item.old_id for item in found} and other not in [item.belief for item in found]:
            found.append(Reworded(one.id, other))
    return tuple(found)


def _likeness(one: Belief, other: Belief) -> float:
    """How much two beliefs say the same: their clauses and reasons, or their titles where they say nothing else."""
    words, others = _words(one), _words(other)
    titles = SequenceMatcher(None, one.title.lower(), other.title.lower(), autojunk=False).ratio()
    return max(titles, SequenceMatcher(None, words, others, autojunk=False).ratio() if words and others else 0.0)


def _words(belief: Belief) -> list[str]:
    texts = [clause.text for clause in belief.clauses if clause.text != belief.title]
    return " ".join([*texts, belief.why]).lower().split()
