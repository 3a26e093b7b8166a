"""The Markdown parser, taught to remember where inline things stand, and offsets from its blocks to the raw text."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from gardener.core.finding import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

    from gardener.core.lines import LineIndex

    InlineRule = Callable[[StateInline, bool], bool]

# Token metadata: where in its block's content an inline thing starts and ends, and where a link's text ends.
AT = "at"
LABEL = "label"


@cache
def parser() -> MarkdownIt:
    """CommonMark with tables and strike-through, whose inline tokens say where they stand."""
    from markdown_it import MarkdownIt, rules_inline

    made = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    ruler = made.inline.ruler
    ruler.at("backticks", _remembering(rules_inline.backtick, "code_inline"))
    ruler.at("link", _remembering(rules_inline.link, "link_open"))
    ruler.at("image", _remembering(rules_inline.image, "image"))
    ruler.at("autolink", _remembering(rules_inline.autolink, "link_open"))
    ruler.at("html_inline", _remembering(rules_inline.html_inline, "html_inline"))
    return made


def _remembering(rule: InlineRule, kind: str) -> InlineRule:
    def remembered(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        made = None if silent else next((token for token in state.tokens[count:] if token.type == kind), None)
        if made is not None:
            made.meta[AT] = (start, state.pos)
            if state.src[start] in "[!":
                made.meta[LABEL] = _label_end(state, start)
        return True

    return remembered


def _label_end(state: StateInline, start: int) -> int:
    """The position of the `]` that ends the text of a link or image."""
    after = state.pos
    state.pos = start
    bracket = start + (state.src[start] == "!")
    end = state.md.helpers.parseLinkLabel(state, bracket, state.src[start] == "[")
    state.pos = after
    return int(end)


@dataclass(frozen=True, slots=True)
class Located:
    """The content of one inline block, and from its characters back to the raw text."""

    content: str
    starts: tuple[int, ...]
    offsets: tuple[int, ...]

    def offset(self, position: int) -> int:
        """The raw offset of a character of the content."""
        part = max(bisect_right(self.starts, position) - 1, 0)
        return self.offsets[part] + position - self.starts[part]

    def span(self, start: int, end: int) -> Span:
        """The raw span of a stretch of the content that is not empty."""
        return Span(self.offset(start), self.offset(end - 1) + 1)


def locate(content: str, first: int, lines: LineIndex, *, after: int = 0) -> Located:
    """Find each line of an inline block in the raw lines from `first` (1-based) on; `after` skips columns of the first.

    Containers strip prefixes of lines, never their middle or end, so what is left is a suffix.
    """
    starts: list[int] = []
    offsets: list[int] = []
    at = 0
    # The parser strips more than Markdown calls blank, so that a line of a lone form feed is not in the content.
    while first < len(lines) and not lines.line(first).strip():
        first += 1
    for number, piece in enumerate(content.split("\n")):
        line = min(first + number, len(lines))
        raw = lines.line(line).replace("\0", "\ufffd")
        skipped = after if number == 0 else 0
        core = piece.strip()
        left = len(piece) - len(piece.lstrip())
        column = len(raw.rstrip()) - len(core)
        if column < skipped or not raw.startswith(core, column):
            column = max(raw.find(core, skipped), 0)
        starts.append(at)
        offsets.append(lines.offset(line, 1) + column - left)
        at += len(piece) + 1
    return Located(content, tuple(starts), tuple(offsets))


def locate_cell(raw: str, offset: int) -> Located:
    """The content of a table cell, in which `\\|` stands for `|`, whose trimmed raw text starts at `offset`."""
    starts, offsets = [0], [offset]
    escapes = 0
    at = raw.find("\\|")
    while at >= 0:
        escapes += 1
        starts.append(at + 1 - escapes)
        offsets.append(offset + at + 1)
        at = raw.find("\\|", at + 2)
    return Located(raw.replace("\\|", "|"), tuple(starts), tuple(offsets))
