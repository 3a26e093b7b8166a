"""Titles of beliefs: without their numbers, tags and ids, and the ids that follow from them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.documents.slugs import github_slug
from gardener.documents.vocabulary import key, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gardener.core.belief import Belief

_NUMBER = re.compile(
    r"(?P<number>\d{1,3}(?:\.\d{1,3})*)(?:[.)、:\uff1a]+\s*|\s+[—\u2013-]\s+)"
    r"|#(?P<hash>\d{1,3})[:.]?\s+"
    r"|(?:principle|belief|rule|tenet|axiom|原则|原則|信念)\s*#?(?P<word>\d{1,3})\s*[.:\uff1a)—\u2013-]*\s*"
    r"|(?P<letter>[A-Z]{1,2}\d{1,2})\s*[.:\uff1a)—\u2013-]+\s+"
    r"|第\s*(?P<article>[一二三四五六七八九十\d]{1,3})\s*[条條]?\s*[:\uff1a、]?\s*"
    r"|(?P<han>[一二三四五六七八九十]{1,3})[、.\uff0e]\s*",
    re.IGNORECASE,
)
_ID = re.compile(r"(?P<id>[A-Z][A-Z0-9]{0,7}-\d{1,5})(?:\s*[:.\uff1a)—\u2013-]+)?\s+")
_TAG = re.compile(
    r"\*{0,2}\[(enforced|advisory|aspirational|draft|proposed|retired|deprecated)\]\*{0,2}", re.IGNORECASE
)
_ATTRIBUTES = re.compile(r"\s*\{:?\s*#[\w.:-]+[^}\n]*\}")
_COMMENT = re.compile(r"\s*<!--.*?-->", re.DOTALL)
_NOT_BELIEFS = re.compile(
    r"(?:overview|introduction|intro|purpose|about(?: this.*)?|context|how to (?:use|read|change|propose|add).*|"
    r"references?|see also|related(?: .*)?|links|further reading|enforcement(?: .*)?|how .* enforced|history|"
    r"revision history|change ?log|changes|table of contents|contents|toc|index|glossary|status|metadata|template|"
    r"examples?|non-?goals|open questions|owners?|review(?: cadence)?|maintenance|summary|notes?|appendix.*|"
    r"operational consequences|consequences|when beliefs? conflicts?|conflicts?|tie-?breakers?|"
    r"概要|概述|简介|目的|背景|はじめに|参考|参考文献|参照|関連.*|相关.*|目录|目次|执行|强制.*|強制.*|変更履歴|变更记录)"
)
_CONTAINERS = re.compile(
    r"(?:(?:core|golden|our|the|engineering|product|agent|design|team|guiding|operating|working)?\s*"
    r"(?:beliefs|principles|rules|values|tenets|guidelines|invariants|golden rules|commandments)(?:\s*\(.*\))?|"
    r".*\b(?:beliefs|principles|tenets|invariants)|.*(?:信念|原则|原則|理念|准则|指针|指針))"
)
_TITLE_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Title:
    """A title taken apart: what is left, its number as written, its explicit id, its tags in lower case."""

    text: str
    number: str = ""
    id: str = ""
    tags: tuple[str, ...] = ()


def read_title(source: str) -> Title:
    """Take a heading's or sentence's source text apart."""
    tags = tuple(match[1].lower() for match in _TAG.finditer(source))
    bare = plain(_COMMENT.sub("", _ATTRIBUTES.sub("", _TAG.sub("", source))))
    named = _ID.match(bare)
    number = None if named else _NUMBER.match(bare)
    rest = bare[(named or number or re.match("", bare)).end() :]  # type: ignore[union-attr] # one of them matches
    if not rest:
        return Title(bare.strip(), tags=tags)
    figure = next((group for group in number.groups() if group), "") if number else ""
    return Title(rest.strip(" :."), figure, named["id"] if named else "", tags)


def without_tags(text: str) -> str:
    """`text` without `[enforced]` and the like."""
    return _TAG.sub("", text)


def is_container(title: str) -> bool:
    """True for `Principles` and the like, under which every item is a belief."""
    return _CONTAINERS.fullmatch(key(title)) is not None


def is_no_belief(title: str) -> bool:
    """True for headings that stand around beliefs: overview, references, enforcement."""
    return _NOT_BELIEFS.fullmatch(key(title)) is not None


def slug_of(title: str) -> str:
    """The anchor of a title, as an id; long ones are cut at a word."""
    slug = github_slug(title).strip("-")
    if len(slug) > _TITLE_LENGTH:
        slug = slug[:_TITLE_LENGTH].rpartition("-")[0] or slug[:_TITLE_LENGTH]
    return slug or "belief"


def closest(title: str, number: str, beliefs: Sequence[Belief], numbers: Sequence[str]) -> int | None:
    """The index of the belief that a table or list means by a title or number; None when it is none of them."""
    from difflib import SequenceMatcher

    wanted = slug_of(title)
    for index, belief in enumerate(beliefs):
        if wanted == slug_of(belief.title) or title.casefold() == belief.id.casefold():
            return index
    scores = [SequenceMatcher(None, wanted, slug_of(belief.title)).ratio() for belief in beliefs]
    best = max(range(len(beliefs)), key=scores.__getitem__, default=None)
    if best is not None and scores[best] >= 0.75:
        return best
    inside = [index for index, belief in enumerate(beliefs) if len(wanted) > 3 and wanted in slug_of(belief.title)]
    if len(inside) == 1:
        return inside[0]
    figure = number or (title if title.isdecimal() else "")
    matching = [index for index, own in enumerate(numbers) if figure and own == figure]
    return matching[0] if len(matching) == 1 else None
