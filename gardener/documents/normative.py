"""Which sentences ask for something, and which only tell."""

from __future__ import annotations

import re

from gardener.documents.vocabulary import plain

_WORDS = re.compile(
    r"^(?:no|all)\b|\b(?:nothing|none|no \w+) may\b|\b(?:must|never|always|only|shall|should|cannot|can't|may not|"
    r"do not|don't|does not|every|each|required|requires|forbidden|carries|prefer(?:red)?|belongs?|over|mandatory)\b"
    r"|必须|必需|禁止|不得|不要|不能|不可|应该|应当|应|总是|始终|只能|只|一律|优先|所有|每个|每次|"
    r"必ず|べき|しない|してはならない|ならない|のみ|こと|すべて|常に|優先|する。?$",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    r"(?:add|aim|allow|annotate|ask|assume|automate|avoid|ban|batch|be|bound|break|build|cache|capture|catch|change|check|"
    r"choose|clean|close|commit|compose|configure|copy|declare|default|define|delete|depend|describe|design|document|"
    r"encapsulate|encode|encrypt|enforce|ensure|expect|expose|extend|fail|favou?r|fix|follow|forbid|format|give|"
    r"guard|handle|hide|import|inject|isolate|keep|leave|let|limit|link|log|make|measure|merge|minimi[sz]e|mock|model|"
    r"move|name|optimi[sz]e|own|parse|pass|pin|prefer|promote|prove|provide|publish|put|raise|read|record|reduce|refuse|"
    r"reject|rely|remove|report|require|respect|return|reuse|review|run|say|separate|ship|show|simplify|split|start|"
    r"stop|store|strive|test|think|track|treat|trust|try|type|update|use|validate|verify|version|wait|wrap|write)\b",
    re.IGNORECASE,
)
_VISION = re.compile(
    r"(?:our|the|product|company|team)?\s*(?:vision|mission|strategy|story|team|customers|users|goals?|values|"
    r"who we are|about us|product)(?: statement)?|(?:我们的)?(?:愿景|使命|团队)|ビジョン|ミッション|チーム",
    re.IGNORECASE,
)


def is_normative(text: str) -> bool:
    """True when a sentence of `text` says what must, may or must not be done."""
    bare = plain(text)
    sentences = re.split(r"(?<=[.!?。\uff01\uff1f])\s*|\n", bare)
    return any(_WORDS.search(sentence) or _IMPERATIVE.match(sentence.strip()) for sentence in sentences if sentence)


def is_vision(heading: str) -> bool:
    """True for the heading of a section that tells where a team is going, which nothing can enforce."""
    return _VISION.fullmatch(plain(heading)) is not None


def first_sentence(text: str) -> str:
    """The bold opening of a text, else its first sentence, without marks and the full stop."""
    bold = re.match(r"\s*(?:\*\*|__)(.+?)(?:\*\*|__)", text, re.DOTALL)
    sentence = bold[1] if bold else re.split(r"(?<=[.!?])\s|(?<=[。\uff01\uff1f])|\s[—\u2013]\s|\n", text.strip())[0]
    return plain(sentence).strip(" .:。\uff1a;")
