"""Secrets taken out of text before it leaves the machine, so that the code around them can still be read.

Each becomes a placeholder such as `<SECRET:aws_key:1>`: a kind, and a number that is the same for the same secret. No
line is added or taken away, and a key of many lines has a placeholder on each.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from typing import TYPE_CHECKING

from gardener.llm.secret_names import named, unnamed
from gardener.llm.secret_shapes import shaped
from gardener.llm.secret_values import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACEHOLDER = re.compile(r"<SECRET:[a-z0-9_]+:\d+>")
_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_END = re.compile(r"[\s\"'#*bru]{0,200}-----END [A-Z0-9 ]{0,40}PRIVATE KEY")
# A line up to its end or to the dashes of the next marker: there are none in base 64.
_LINE = re.compile(r"(?P<body>(?:[^\r\n-]|-(?!-)){0,20000})(?P<line_end>\r\n?|\n)?")
_MATERIAL = re.compile(r"\\[nrt]|(?P<key>[A-Za-z0-9+/=]{4,})")
# What may stand around the lines of a key in source code. Brackets may not, or a call could pass for a key.
_AROUND = re.compile(r"(?:\\[nrt\\]|[\s\"',\\|>#*]|(?<![A-Za-z0-9])[bru](?=[\"']))+")
_KEY_HEADER = re.compile(r"[\s\"'#*]*(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset|MessageID): [^\\]*")
_BASE64 = re.compile(r"[A-Za-z0-9+/=]+")
_SHORTEST_PIECE = 16
_MOST_KEY_LINES = 250
# Secrets this long are taken out wherever else they stand in the text, whatever is beside them.
_TELLING = 12
_MOST_ELSEWHERE = 100


class Redactor:
    """Replaces secrets, and remembers them, so that the same one has the same placeholder in every text it is given.

    Numbers follow the order in which secrets are met: give it the same texts in the same order for the same bytes, or
    take a new one for every text whose result must not depend on others.
    """

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def redact(self, text: str) -> str:
        """`text` with placeholders for its secrets; as many lines, with the same line ends."""
        found = _secrets(text)
        if not found:
            return text
        parts: list[str] = []
        at = 0
        with self._lock:
            for secret in found:
                parts += [text[at : secret.start], self._placeholder(secret.kind, text[secret.start : secret.end])]
                at = secret.end
        return "".join(parts) + text[at:]

    @property
    def counts(self) -> dict[str, int]:
        """How many different secrets of each kind were replaced so far."""
        with self._lock:
            return dict(sorted(self._counts.items()))

    def _placeholder(self, kind: str, value: str) -> str:
        known = self._known.get(value)
        if known is None:
            self._counts[kind] += 1
            known = self._known[value] = f"<SECRET:{kind}:{self._counts[kind]}>"
        return known


def _secrets(text: str) -> list[Secret]:
    """The secrets of `text` in order, without overlaps; what is surer goes first."""
    free = _Free(text)
    for match in _PLACEHOLDER.finditer(text):
        free.take(*match.span())
    found = [
        secret
        for source in (_private_keys, shaped, named, unnamed)
        for secret in source(text)
        if free.take(secret.start, secret.end)
    ]
    values = {text[one.start : one.end]: one.kind for one in found if one.end - one.start >= _TELLING}
    for value, kind in list(values.items())[:_MOST_ELSEWHERE]:
        at = text.find(value)
        while at >= 0:
            if free.take(at, at + len(value)):
                found.append(Secret(kind, at, at + len(value)))
            at = text.find(value, at + len(value))
    return sorted(found, key=lambda one: one.start)


class _Free:
    """Which characters of a text belong to no secret yet."""

    def __init__(self, text: str) -> None:
        self._taken = bytearray(len(text))

    def take(self, start: int, end: int) -> bool:
        """Take what lies between, and say whether all of it was still free."""
        if start >= end or self._taken.find(1, start, end) >= 0:
            return False
        self._taken[start:end] = b"\1" * (end - start)
        return True


def _private_keys(text: str) -> Iterator[Secret]:
    """The material of private keys, line by line; the lines that say where it begins and ends stay."""
    for begin in _BEGIN.finditer(text):
        at = begin.end()
        for _ in range(_MOST_KEY_LINES):
            line = _LINE.match(text, at)
            if line is None or not _is_material(line["body"], ends=bool(_END.match(text, line.end()))):
                break
            is_header = _KEY_HEADER.fullmatch(line["body"])
            for match in _MATERIAL.finditer("" if is_header else line["body"]):
                if match["key"]:
                    yield Secret("private_key", at + match.start("key"), at + match.end("key"))
            at = line.end()
            if line["line_end"] is None:
                break


def _is_material(body: str, *, ends: bool) -> bool:
    """True for nothing, or base 64 in whatever may stand around it: prose and code end a key.

    Only the last piece before the end of the key may be short.
    """
    if _KEY_HEADER.fullmatch(body):
        return True
    pieces = [piece for piece in _AROUND.split(body) if piece not in ("", "+")]
    long = pieces[:-1] if ends else pieces
    return all(map(_BASE64.fullmatch, pieces)) and all(len(piece) >= _SHORTEST_PIECE for piece in long)
