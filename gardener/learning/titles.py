"""A title for a theme: what its most typical comment says, in one line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gardener.learning.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST_TITLE = 90
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\s.])")
_POLITE = re.compile(r"^(?:please|pls|kindly)[,:]?\s+|,?\s+(?:please|pls)$", re.IGNORECASE)
_PLAIN_WORD = re.compile(r"[a-z]+(?=[\s,;:!?-]|$)")


def title_of(text: str, spoken: Mapping[str, int]) -> str:
    """The sentence of `text` that says most of what is `spoken` of in the theme (stems and how many use them).

    It is plain text on one line, of at most 90 characters.
    """
    sentences = _SENTENCE.split(text)
    best = max(range(len(sentences)), key=lambda number: (_weight(stems(sentences[number]), spoken), -number))
    title = _POLITE.sub("", sentences[best].rstrip(" .!:;,"))
    if len(title) > LONGEST_TITLE:
        title = title[: LONGEST_TITLE - 1].rpartition(" ")[0].rstrip(" .,;:(`") + "…"
    if _PLAIN_WORD.match(title):
        title = title[0].upper() + title[1:]
    return title or "What the code shows"


def _weight(words: Iterable[str], spoken: Mapping[str, int]) -> float:
    """Long sentences say more, but not in proportion."""
    found = set(words)
    return sum(max(spoken.get(word, 0) - 1, 0.2) for word in found) / (len(found) + 3) if found else 0.0
