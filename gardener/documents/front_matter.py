"""The block of keys at the top of a document, between `---` or `+++`: read leniently, edited by line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gardener.core.finding import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPEN = re.compile(r"(---|\+\+\+)[ \t]*(?:\r\n?|\n)")
_KEY = re.compile(r"([A-Za-z_][\w.-]*)[ \t]*[:=](?:[ \t]+(.*)|[ \t]*)$")
_ENTRY = re.compile(r"[ \t]*-[ \t]+(.*)$")
_LINE_END = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Keys and values of a front matter; a value is text or a list of texts. `end` is the line of its closing mark.

    `lines` maps each key to its line.
    """

    values: Mapping[str, str | tuple[str, ...]]
    end: int
    span: Span
    lines: Mapping[str, int] = field(default_factory=dict)

    def text(self, key: str) -> str | None:
        """The value of `key` when it is one text."""
        value = self.values.get(key)
        return value if isinstance(value, str) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """The value of `key` as a list; one text counts as a list of one."""
        value = self.values.get(key, ())
        return (value,) if isinstance(value, str) and value else tuple(value)


def read_front_matter(text: str) -> FrontMatter | None:
    """The front matter that `text` starts with, or None. Two rules with prose between them are none."""
    opening = _OPEN.match(text)
    if opening is None:
        return None
    closing = re.compile(rf"^(?:{re.escape(opening[1])}|\.\.\.)[ \t]*(?=\r|\n|\Z)", re.MULTILINE)
    # `^` knows only line feeds: a lone carriage return is rare enough to be taken for one.
    found = closing.search(text.replace("\r\n", " \n").replace("\r", "\n"), opening.end())
    if found is None:
        return None
    body = _LINE_END.split(text[opening.end() : found.start()])
    values, lines, foreign = _values(body)
    if not values and (foreign or any(line.strip() for line in body)):
        return None
    end = len(_LINE_END.findall(text[: found.start()])) + 1
    return FrontMatter(values, end, Span(0, found.end()), lines)


def _values(body: list[str]) -> tuple[dict[str, str | tuple[str, ...]], dict[str, int], bool]:
    """Keys with values, keys with lines, and whether the first line is no key."""
    values: dict[str, str | tuple[str, ...]] = {}
    lines: dict[str, int] = {}
    last = ""
    foreign = False
    for number, line in enumerate(body, start=2):
        match = _KEY.match(line)
        entry = _ENTRY.match(line)
        if match:
            last = match[1]
            values[last], lines[last] = _value(match[2] or ""), number
        elif entry and last and not isinstance(values[last], str):
            values[last] = (*values[last], _scalar(entry[1]))
        elif entry and last and values[last] == "":
            values[last] = (_scalar(entry[1]),)
        elif line.strip() and not line.lstrip().startswith("#") and not line[:1].isspace() and not last:
            foreign = True
            break
    return ({} if foreign else values), lines, foreign


def _value(raw: str) -> str | tuple[str, ...]:
    raw = _scalar(raw) if not raw.lstrip().startswith(("'", '"')) else raw.strip()
    if raw.startswith("[") and raw.endswith("]"):
        return tuple(_unquoted(part) for part in raw[1:-1].split(",") if part.strip())
    return _unquoted(raw)


def _scalar(raw: str) -> str:
    """One value, without the comment behind it."""
    quoted = re.match(r"""[ \t]*("[^"]*"|'[^']*')[ \t]*(?:#.*)?$""", raw)
    return _unquoted(quoted[1] if quoted else re.sub(r"(?:^|[ \t]+)#.*$", "", raw))


def _unquoted(raw: str) -> str:
    raw = raw.strip()
    if len(raw) > 1 and raw[0] == raw[-1] and raw[0] in "'\"":
        return raw[1:-1]
    return raw
