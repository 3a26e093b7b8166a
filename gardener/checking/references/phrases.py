"""The words around a reference: a sentence may say that a thing is gone, absent, still to be made, or an example."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gardener.core.finding import Span

_GONE = re.compile(
    r"\b(?:remov(?:e[sd]?|al|ing)|delet(?:e[sd]?|ion|ing)|dropp?(?:ed|ing)?|no longer|any ?more|deprecat\w+|obsolete|legacy|"
    r"former(?:ly)?|previous(?:ly)?|used to (?:be|live|have|exist)|renam(?:ed?|ing)|moved|replac(?:ed?|es|ing)|"
    r"supersed\w+|retir(?:ed|ing)|gone|histor(?:y|ical(?:ly)?)|in the past|migrat\w+|originally|backwards?|"
    r"before v?\d|prior to|until v?\d|since v?\d|as of v?\d|was (?:in|at|called|named)|old(?:er)?|split (?:up|into))\b",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"\b(?:not|never|without|missing|absent|avoid|cannot|instead of|rather than|neither|nor|there is no|none|no)\b|n['’]t\b",
    re.IGNORECASE,
)
_TO_BE_MADE = re.compile(
    r"\b(?:creat(?:e[sd]?|ing)|generat(?:e[sd]?|ing|or)|will be|would|should (?:be|have) |could|planned|future|upcoming|todo|"
    r"not yet|writes?|written|outputs?|produc(?:e[sd]?|ing)|mkdir|touch|scaffold\w*|sav(?:e[sd]?|ing)|stor(?:e[sd]?|ing)|"
    r"download\w*|emit(?:s|ted)?|cop(?:y|ies|ied) (?:it |them )?(?:to|into)|optional(?:ly)?|if (?:it|they|present|there))\b",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"\b(?:e\.g\.|eg\.|for example|for instance|such as|hypothetical\w*|imagine|suppose|let'?s say|placeholder|sample|"
    r"your (?:own )?(?:project|repo(?:sitory)?|app(?:lication)?|package|code))(?:\b|(?<=\.))",
    re.IGNORECASE,
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
