"""Named fields in prose: `**Why.** …`, `Scope: …`, `- **Enforced by:** …`, `_How_: …`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.documents.vocabulary import BELIEF_FIELDS, key

if TYPE_CHECKING:
    from collections.abc import Mapping

_MARKED = re.compile(
    r"(?P<mark>\*\*|__|\*|_)(?P<key>[^*_\n]{1,40}?)(?P<in>[.:\uff1a。?]?)(?P=mark)(?P<out>[ \t]*[.:\uff1a。—\u2013-])?"
)
_BARE = re.compile(r"^[ \t]*(?P<key>[^\W\d_][^\n:\uff1a|`*<>\[\](){}]{0,39}?)[ \t]*[:\uff1a](?=\s|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its key in the vocabulary, the key as written, its value, and the line of its value's start."""

    key: str
    written: str
    value: str
    line: int
    offset: int = 0


def split_fields(text: str, line: int, known: Mapping[str, str] = BELIEF_FIELDS) -> tuple[str, tuple[Field, ...]]:
    """What precedes the first field, and the fields. Only keys in `known` make a field."""
    marks = _starts(text, known)
    if not marks:
        return text.strip(), ()
    lead = text[: marks[0][0]].strip(" \t\n-—·|")
    ends = [*(start for start, _, _ in marks[1:]), len(text)]
    fields = [
        Field(known[key(name)], name.strip(), text[after:end].strip(), _line(text, after, line), start)
        for (start, after, name), end in zip(marks, ends, strict=True)
    ]
    return lead, tuple(fields)


def _line(text: str, after: int, line: int) -> int:
    blank = len(text[after:]) - len(text[after:].lstrip())
    return line + text.count("\n", 0, after + blank)


def _starts(text: str, known: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """Start, end and name of every key, in order."""
    found: list[tuple[int, int, str]] = []
    for match in _MARKED.finditer(text):
        at_line_start = not text[: match.start()].rpartition("\n")[2].strip(" \t-*+>")
        ended = bool(match["in"] or match["out"])
        whole_line = at_line_start and not text[match.end() :].partition("\n")[0].strip()
        strong = match["mark"] in ("**", "__")
        if key(match["key"]) in known and (ended or whole_line) and (strong or at_line_start):
            found.append((match.start(), match.end(), match["key"]))
    for match in _BARE.finditer(text):
        if key(match["key"]) in known and not any(start <= match.start() < end for start, end, _ in found):
            found.append((match.start(), match.end(), match["key"]))
    return sorted(found)
