"""What a secret looks like that has no shape: how mixed its letters are, and what only stands in for one."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

_SEPARATORS = re.compile(r"[-_./+=:]+")
_RUNS = re.compile(r"[a-z]+|[A-Z]+|[0-9]+|[^A-Za-z0-9]+")
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_HEX = re.compile(r"(?:0[xX])?[0-9a-fA-F-]+")
# What is written where a secret would stand, and words that only name one.
_STAND_IN = re.compile(
    r"(?:<.*>|\{.*\}|\$\{.*\}|\$\(.*\)|\$[A-Z_][A-Z0-9_]*|%\(.*\)s|%[srd]|\W*)\Z"
    r"|.*(?:example|changeme|change[-_]me|placeholder|redacted|\byour|xxxx|\*\*\*|\.\.\.|\{\}|123456789|abcdef(?:gh|\Z)"
    r"|insert[-_]|replace[-_]?me|dummy)",
    re.IGNORECASE,
)
_NAMING = frozenset(
    [
        "access", "admin", "api", "app", "apikey", "auth", "authorization", "bad", "bar", "basic", "bearer", "client",
        "code", "confirm", "confirmation", "cookie", "correct", "credential", "credentials", "csrf", "current", "data",
        "database", "db", "default", "email", "empty", "error", "fake", "false", "field", "file", "foo", "form",
        "format", "get", "grant", "hash", "header", "hidden", "id", "ignored", "input", "invalid", "key", "keys",
        "login", "md", "missing", "mock", "my", "name", "new", "no", "none", "not", "null", "oauth", "old", "one",
        "optional", "param", "pass", "passphrase", "passwd", "password", "passwords", "pat", "plain", "private",
        "prompt", "public", "pw", "pwd", "refresh", "required", "reset", "root", "sample", "secret", "secrets",
        "self", "server", "service", "session", "set", "sha", "some", "string", "test", "testing", "text", "token",
        "tokens", "true", "two", "type", "unknown", "unset", "unused", "url", "user", "username", "valid", "value",
        "wrong", "x",
    ]
)  # fmt: skip
LEAST_ENTROPY = 3.0
_SHORTEST, _LONGEST = 20, 200
# The part of neighbouring letters that differ in kind: random base 62 has about 0.45, CamelCase names below 0.2.
_LEAST_CHANGES = 0.28


@dataclass(frozen=True, slots=True, order=True)
class Secret:
    """A secret of a kind, and where it stands in the text."""

    kind: str
    start: int
    end: int


def entropy(text: str) -> float:
    """Bits per letter, from how often each occurs in `text`."""
    counts = Counter(text).values()
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts) if text else 0.0


def is_mixed(text: str) -> bool:
    """True when the letters after a prefix such as `ghp_` are as mixed as those of a real token."""
    return entropy(re.sub(r"^[A-Za-z]{1,12}[-_.]", "", text)) >= LEAST_ENTROPY


def is_stand_in(text: str) -> bool:
    """True for `<password>`, `changeme`, `{token}`, `xxxx`, and for words that only name a secret."""
    if len(set(text)) <= 2 or _STAND_IN.match(text):
        return True
    words = [word.lower() for word in _WORDS.findall(text)]
    return bool(words) and all(word in _NAMING for word in words)


def is_generated(text: str) -> bool:
    """True when `text` looks made by a machine: what a key or token that has a name must look like at least."""
    if len(text) < 8 or not text.isascii() or re.search(r"\s", text):
        return False
    plain = _SEPARATORS.sub("", text)
    if len(plain) >= 32 and _HEX.fullmatch(plain):
        return entropy(plain) >= LEAST_ENTROPY
    changes = _changes(text)
    if len(plain) >= _SHORTEST and changes >= _LEAST_CHANGES * len(plain):
        return True
    others = sum(not letter.isalpha() for letter in plain)
    return 2 <= others < len(plain) and changes >= 3 and any(map(str.isdigit, plain)) and entropy(plain) >= 2.5


def is_random(text: str) -> bool:
    """True when `text` is most likely a key although nothing says so.

    Hashes, UUIDs, numbers, names, texts in base 64 and long data are none.
    """
    if not _SHORTEST <= len(text) <= _LONGEST or _HEX.fullmatch(text) or is_stand_in(text):
        return False
    if any(
        len(part) >= 4 and part.isalpha() and part in (part.lower(), part.upper()) for part in _SEPARATORS.split(text)
    ):
        return False
    plain = _SEPARATORS.sub("", text)
    digits = sum(map(str.isdigit, plain))
    if digits < 2 or digits > len(plain) * 0.7 or _changes(text) < _LEAST_CHANGES * len(plain):
        return False
    return entropy(plain) >= min(4.0, math.log2(len(plain)) - 0.7) and not is_text_in_base64(text)


def _changes(text: str) -> int:
    """How often the kind of letter changes; a capital before small letters starts a word, and is no change."""
    count = 0
    for part in _SEPARATORS.split(text):
        runs = _RUNS.findall(part)
        for left, right in pairwise(runs):
            count += not (len(left) == 1 and left.isupper() and right.islower())
    return count


def is_text_in_base64(text: str) -> bool:
    """True when `text` is base 64 of something that people can read."""
    try:
        data = base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    printable = sum(32 <= byte < 127 or byte in b"\t\r\n" for byte in data)
    return printable >= len(data) * 0.95
