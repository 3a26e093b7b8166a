"""Changing a document by raw lines: everything outside of them keeps its bytes."""

from __future__ import annotations

import re

from gardener.core.finding import Edit

_LINE_END = re.compile(r"\r\n?|\n")


def newline_of(text: str) -> str:
    """The line end a text uses: its first one, or a line feed."""
    match = _LINE_END.search(text)
    return match[0] if match else "\n"


def appended(text: str, block: str) -> Edit:
    """The edit that adds `block` at the end, after an empty line."""
    end = newline_of(text)
    ended = not text or text.endswith(("\n", "\r"))
    gap = "" if not text.strip() else (end if ended else end + end)
    if ended and re.search(r"(?:\r\n|\r(?!\n)|\n)[ \t]*(?:\r\n?|\n)\Z", text):
        gap = ""
    return Edit(len(text), len(text), gap + block)


def after_line(text: str, offset: int, line: str) -> Edit:
    """The edit that adds a whole line after the one that ends at `offset` (where its line end begins)."""
    end = newline_of(text)
    match = _LINE_END.match(text, offset)
    if match is None:
        return Edit(offset, offset, end + line)
    return Edit(match.end(), match.end(), line + match[0])
