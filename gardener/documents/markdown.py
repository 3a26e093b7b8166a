"""Where things stand in a Markdown text: headings, fenced code, links, each with its line.

Only line ranges are taken from the parser: whoever edits a document splices raw lines and leaves the rest alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced code block: `line` is the line of the opening marker, `end` that of the closing one (1-based)."""

    info: str
    code: str
    line: int
    end: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 6: its source text without the markers, and its first and last line."""

    level: int
    text: str
    line: int
    end: int


@dataclass(frozen=True, slots=True)
class Link:
    """A link or image: its target as the parser normalises it, and the first line of the block it stands in."""

    target: str
    line: int


@dataclass(frozen=True, slots=True)
class Outline:
    """What a Markdown text holds, in document order."""

    headings: tuple[Heading, ...]
    fences: tuple[Fence, ...]
    links: tuple[Link, ...]


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")


def outline(text: str) -> Outline:
    """The headings, fences and links of `text`. Any text is Markdown: nothing raises."""
    tokens = _parser().parse(text)
    headings: list[Heading] = []
    fences: list[Fence] = []
    links: list[Link] = []
    for index, token in enumerate(tokens):
        first, end = token.map or [0, 0]
        if token.type == "heading_open":
            headings.append(Heading(int(token.tag[1]), tokens[index + 1].content, first + 1, end))
        elif token.type == "fence":
            fences.append(Fence(token.info.strip(), token.content, first + 1, end))
        elif token.type == "inline":
            links.extend(Link(target, first + 1) for target in _targets(token))
    return Outline(tuple(headings), tuple(fences), tuple(links))


def _targets(inline: Token) -> list[str]:
    attributes = {"link_open": "href", "image": "src"}
    children = inline.children or []
    return [str(child.attrGet(attributes[child.type])) for child in children if child.type in attributes]
