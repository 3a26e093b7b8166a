"""Which rules a file may concern, judged by its bytes alone. May pass too much, never too little.

The file's bytes are split into words once, whatever the number of rules; `benchmarks/` holds the comparison with
one big regular expression and with a search per word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gardener.core.rule import Plan

_WORD_BYTES = bytes(c if (chr(c).isalnum() and c < 128) or c == ord("_") or c > 127 else 32 for c in range(256))
_IMPORT = re.compile(rb"\b(?:import|from)\b((?:[^\n;#\\]|\\(?:\r\n?|\n))*)")


class Prefilter:
    """The words of many plans, ready to be asked of many files."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self._plans = tuple(tuple(frozenset(word.encode() for word in words) for words in plan.words) for plan in plans)
        self._always = frozenset(index for index, words in enumerate(self._plans) if not words)
        self._words = frozenset(word for plan in self._plans for words in plan for word in words)
        self._roots = tuple(_roots(plan) for plan in plans)
        # Where every alternative names a root, one look at the roots spares looking at hundreds of alternatives.
        self._leads = tuple(
            roots if all(roots & words for words in plan) else frozenset()
            for roots, plan in zip(self._roots, self._plans, strict=True)
        )

    def concerned(self, data: bytes, path: str) -> set[int]:
        """Indexes of the plans that the file `path` with content `data` may concern."""
        present = self._words.intersection(data.translate(_WORD_BYTES).split())
        if not data.isascii():
            present |= self._words.intersection(_normalised(data).translate(_WORD_BYTES).split())
        relative = _relative_words(data, path)
        present |= self._words & relative
        found = set(self._always)
        if not present:
            return found
        imported: frozenset[bytes] | None = None
        for index, alternatives in enumerate(self._plans):
            if self._leads[index] and not self._leads[index] & present:
                continue
            if any(words <= present for words in alternatives):
                roots = self._roots[index]
                if roots and imported is None:
                    imported = relative.union(*(line.translate(_WORD_BYTES).split() for line in _IMPORT.findall(data)))
                if not roots or imported is None or roots & imported or not data.isascii():
                    found.add(index)
        return found


def _roots(plan: Plan) -> frozenset[bytes]:
    """First parts of the plan's names, one of which must stand on an import line; empty when one needs no import."""
    if not all("." in name for name in plan.names):
        return frozenset()
    return frozenset(name.partition(".")[0].encode() for name in plan.names)


def _relative_words(data: bytes, path: str) -> frozenset[bytes]:
    """The parts of the file's own package, which a relative import uses without naming them."""
    if b"from ." not in data and b"from\t." not in data and b"from  " not in data:
        return frozenset()
    return frozenset(path.encode("utf-8", "surrogatepass").translate(_WORD_BYTES).split())


def _normalised(data: bytes) -> bytes:
    """Python reads identifiers in NFKC; text that is no UTF-8 is decoded well enough to find them."""
    return normalize("NFKC", data.decode("utf-8", "replace")).encode("utf-8", "surrogatepass")
