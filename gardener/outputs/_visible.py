"""Foreign text made harmless for a terminal, and how many columns it takes.

Source code, paths and messages may hold control characters, escape sequences and bidirectional overrides.
They are written as the escapes Python would use, so that what a reader sees is what the file holds.
"""

from __future__ import annotations

import re
import unicodedata

_PLAIN = re.compile(r"[ -~]*")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_ZERO_WIDTH = frozenset({"Mn", "Me"})
TAB = 4


def visible(text: str) -> str:
    """`text` on one line, with every invisible or steering character written as its escape."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(map(_shown, text))


def sentence(text: str) -> str:
    """`text` as one visible line, with runs of white space as one space."""
    return visible(" ".join(text.split()))


def paragraph(text: str) -> str:
    """`text` with its lines kept, joined by newlines, and everything else in it visible."""
    return "\n".join(visible(line) for line in _NEWLINE.split(text))


def code(line: str) -> list[str]:
    """What is shown for each code point of a line of code: tabs become spaces up to the next tab stop."""
    shown: list[str] = []
    column = 0
    for character in line:
        cell = " " * (TAB - column % TAB) if character == "\t" else _shown(character)
        shown.append(cell)
        column += width(cell)
    return shown


def width(text: str) -> int:
    """Terminal columns that visible text takes."""
    if _PLAIN.fullmatch(text):
        return len(text)
    return sum(map(_columns, text))


def crop(text: str, room: int) -> str:
    """Visible text cut to `room` columns, with an ellipsis where something was cut."""
    if width(text) <= room:
        return text
    taken = 0
    for index, character in enumerate(text):
        taken += _columns(character)
        if taken >= room:
            return text[:index] + "…"
    return text


def _columns(character: str) -> int:
    if unicodedata.category(character) in _ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _HIDDEN:
        return character
    number = ord(character)
    if character in "\t\n\r":
        return {"\t": r"\t", "\n": r"\n", "\r": r"\r"}[character]
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
