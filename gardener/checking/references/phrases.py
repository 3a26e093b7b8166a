"""The words around a reference: a sentence may say that a thing is gone, absent, still to be made, or an example."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gardener.core.finding import Span


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})(?!\w)", re.IGNORECASE)


_GONE = _words(
    r"remov(?:e[sd]?|al|ing)|delet(?:e[sd]?|ion|ing)|dropp?(?:ed|ing)?|no longer|any ?more|deprecat\w+|obsolete|legacy",
    r"former(?:ly)?|previous(?:ly)?|used to (?:be|live|have|exist)|renam(?:ed?|ing)|moved|replac(?:ed?|es|ing)",
    r"supersed\w+|retir(?:ed|ing)|gone|histor(?:y|ical(?:ly)?)|in the past|migrat\w+|originally|backwards?|prior to",
    r"(?:before|until|since|as of) v?\d[\w.]*|was (?:in|at|called|named)|old(?:er)?|split (?:up|into)",
)
_ABSENT = _words(
    r"not|never|without|missing|absent|avoid|cannot|instead of|rather than|neither|nor|there is no|none|no",
    r"\w+n['\u2019]t",
)
_TO_BE_MADE = _words(
    r"creat(?:e[sd]?|ing)|generat(?:e[sd]?|ing|or)|will be|would|should (?:be|have)|could|planned|future|upcoming",
    r"todo|not yet|writes?|written|outputs?|produc(?:e[sd]?|ing)|mkdir|touch|scaffold\w*|sav(?:e[sd]?|ing)",
    r"stor(?:e[sd]?|ing)|download\w*|emit(?:s|ted)?|cop(?:y|ies|ied) (?:it |them )?(?:to|into)|optional(?:ly)?",
    r"if (?:it|they|present|there)",
)
_EXAMPLE = _words(
    r"e\.g\.|eg\.|for example|for instance|such as|hypothetical\w*|imagine|suppose|let'?s say|placeholder|sample",
    r"your (?:own )?(?:project|repo(?:sitory)?|app(?:lication)?|package|code)",
)
_BREAK = re.compile(r"\n[ \t]*\n|[.!?][)\"'”*_]*\s+(?=[A-Z`*_\[(])|\n[ \t]*(?:[-*+]|\d+[.)]|\||#+|>)[ \t]|\|")
_READ_BACK, _READ_ON = 600, 400
_KINDS = (
    ("gone", _GONE, "the sentence says that it is gone or has changed"),
    ("absent", _ABSENT, "the sentence says that something is absent"),
    ("made", _TO_BE_MADE, "the sentence speaks of something that is made"),
    ("example", _EXAMPLE, "the sentence gives an example"),
)


def sentence_around(text: str, span: Span) -> str:
    """The sentence, list item or table cell that holds a span."""
    start = max(span.start - _READ_BACK, 0)
    before = text[start : span.start]
    breaks = [match.end() for match in _BREAK.finditer(before)]
    after = text[span.end : span.end + _READ_ON]
    stop = _BREAK.search(after)
    return before[breaks[-1] if breaks else 0 :] + text[span.start : span.end] + after[: stop.start() if stop else None]


def excuse(text: str, span: Span) -> str | None:
    """What the words around a reference say that makes it less than a claim; None for a plain claim."""
    sentence = sentence_around(text, span)
    around = sentence.replace(text[span.start : span.end], " ")
    return next((said for _, words, said in _KINDS if words.search(around)), None)
