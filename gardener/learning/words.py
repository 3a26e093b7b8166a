"""The words of a review comment that carry meaning, cut to stems."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(r"[^\W\d_](?:[^\W_]|(?<=[^\W\d_])['’](?=[^\W\d_]))+")  # noqa: RUF001
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# Longer words are told apart by their beginning: truncation serves retrieval about as well as a stemmer does.
_STEM = 6
_ENDINGS = (
    ("ings", ""), ("ing", ""), ("ies", "y"), ("ied", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"),
    ("ed", ""), ("ss", "ss"), ("s", ""),
)  # fmt: skip
_SILENT_WORDS = """
a about above actually add added adding again all almost already also always an and any anyway are aren as at avoid
away be because been before being below best better between bit both but by can can't cannot change changes code come
comes comment consider could couldn did didn do does doesn doing don done down each either else elsewhere end even
ever every everything everywhere few fine first follow followed for from further get gets getting give go goes going
good got guess guide had happen happens has have haven having he hence her here hers him his how however i if in
instead into is isn it its itself just keep kind know less let like line lines little long look looks lot made make
makes making many may maybe me mean might missing more most much must my need needed needs never new nice nit nits no
nor not nothing now of off ok okay old on once one only onto or other others otherwise ought our ours out over own
people perhaps place please possible pr prefer probably put quite rather really remember right same see seem seems she
should shouldn simply since so some someone something somewhere soon still style such suggest suggestion sure take
than that the their theirs them then there these they thing things think this those though through thus to too try two
under unless until up upon us use used uses using usually very want wants was way we well were what whatever when
where whether which while who whole whom whose why will wish with within without won work works would wouldn wrong yes
yet you your yours
"""
_SILENT = frozenset(_SILENT_WORDS.split())


def stems(text: str) -> Iterator[str]:
    """The stems of the words of `text` that are not silent, in order; names in camel or snake case fall apart."""
    for match in _WORD.finditer(_CAMEL.sub(" ", text)):
        stem = stem_of(match[0].lower())
        if stem:
            yield stem


@lru_cache(maxsize=65536)
def stem_of(word: str) -> str:
    """The stem of a word in lower case; empty for one that says nothing."""
    word = word.replace("’", "'")  # noqa: RUF001
    if word in _SILENT or word.partition("'")[0] in _SILENT:
        return ""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + instead
            break
    # `verify` and `verification` begin alike but for this.
    return f"{word[:-1]}i"[:_STEM] if word.endswith("y") else word[:_STEM]
