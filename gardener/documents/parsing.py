"""One pass over the parser's tokens: blocks by their lines, then what stands inside of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from gardener.core.finding import Span
from gardener.core.lines import LineIndex
from gardener.documents.front_matter import FrontMatter, read_front_matter
from gardener.documents.inlines import Inlines
from gardener.documents.markdown import Fence, Heading, Item, Outline, Paragraph
from gardener.documents.positions import locate, locate_cell, parser
from gardener.documents.slugs import github_slugs
from gardener.documents.tables import Row, Table, split_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

_EXPLICIT = re.compile(r"[ \t]*\{:?[ \t]*#([\w.:-]+)[^}\n]*\}[ \t]*$")
_NAMED = re.compile(r"<!--[ \t]*id:[ \t]*([\w.:-]+)[ \t]*-->")
_TARGET = re.compile(r"(?m)^[ \t]*\(([\w.:-]+)\)=[ \t]*$")
_BOX = re.compile(r"\[([ xX])\](?=\s|$)\s*")
_PREFIX = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*")


def parse(text: str) -> Outline:
    """The outline of `text`."""
    front = read_front_matter(text)
    environment: dict[str, Any] = {}
    tokens = parser().parse(_masked(text, front), environment)
    walk = _Walk(text, LineIndex.of(text), Inlines(text, LineIndex.of(text), environment))
    walk.tokens(tokens)
    headings = _numbered(walk.headings)
    ids = {heading.slug: heading.line for heading in headings}
    ids |= {heading.id: heading.line for heading in headings if heading.id}
    ids |= {match[1]: text.count("\n", 0, match.start()) + 1 for match in _TARGET.finditer(text)}
    return Outline(
        headings=headings,
        fences=tuple(walk.fences),
        links=tuple(sorted(walk.inlines.links, key=lambda link: link.span.start)),
        codes=tuple(walk.inlines.codes),
        comments=tuple(sorted(walk.inlines.comments, key=lambda comment: comment.span.start)),
        tables=tuple(walk.tables),
        paragraphs=tuple(walk.paragraphs),
        items=tuple(walk.items),
        front_matter=front,
        ids=ids | walk.inlines.ids,
    )


def _masked(text: str, front: FrontMatter | None) -> str:
    """`text` with its front matter made blank, so that it is not read as a heading."""
    if front is None:
        return text
    return re.sub(r"[^\r\n]", " ", text[: front.span.end]) + text[front.span.end :]


@dataclass(slots=True)
class _Walk:
    """What was found so far."""

    text: str
    lines: LineIndex
    inlines: Inlines
    headings: list[Heading] = field(default_factory=list)
    fences: list[Fence] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    def tokens(self, tokens: Sequence[Token]) -> None:
        at = 0
        open_items: list[Token] = []
        quotes = 0
        while at < len(tokens):
            token = tokens[at]
            if token.type == "heading_open":
                self._heading(token, tokens[at + 1])
            elif token.type == "paragraph_open":
                self._paragraph(token, tokens[at + 1])
            elif token.type == "table_open":
                at = self._table(tokens, at)
            elif token.type == "list_item_open":
                open_items.append(token)
                self._item(token, tokens[at + 1 : at + 3], len(open_items), quoted=quotes > 0)
            elif token.type == "list_item_close":
                open_items.pop()
            elif token.type in ("blockquote_open", "blockquote_close"):
                quotes += token.nesting
            else:
                self._leaf(token)
            at += 1

    def _leaf(self, token: Token) -> None:
        if token.type == "fence":
            first, end = _range(token)
            code = Fence(token.info.strip(), token.content, first, end, self._span(first, end), token.level)
            self.fences.append(code)
        elif token.type == "html_block":
            first, end = _range(token)
            span = self._span(first, end)
            self.inlines.html(self.text[span.start : span.end], span.start)

    def _heading(self, token: Token, inline: Token) -> None:
        first, end = _range(token)
        raw = self.lines.line(first)
        after = 0
        if token.markup.startswith("#"):
            found = re.compile(rf"(?<!#){token.markup}(?!#)[ \t]*").search(raw)
            after = found.end() if found else 0
        located = locate(inline.content, first, self.lines, after=after)
        self.inlines.walk(inline, located)
        explicit = _EXPLICIT.search(inline.content) or _NAMED.search(inline.content)
        plain = _plain(inline.children or [])
        start, stop = located.offset(0), located.offset(len(inline.content))
        name = explicit[1] if explicit else None
        plain = _EXPLICIT.sub("", plain).strip()
        level = int(token.tag[1])
        self.headings.append(
            Heading(level, inline.content, first, end, Span(start, stop), plain, "", name, token.level)
        )

    def _paragraph(self, token: Token, inline: Token) -> None:
        first, end = _range(token)
        located = locate(inline.content, first, self.lines)
        self.inlines.walk(inline, located)
        span = Span(located.offset(0), located.offset(len(inline.content)))
        self.paragraphs.append(Paragraph(inline.content, first, end, span, token.level))

    def _item(self, token: Token, following: Sequence[Token], depth: int, *, quoted: bool) -> None:
        first, end = _range(token)
        while end > first and not self.lines.line(end).strip(" \t>"):
            end -= 1
        inner = following[-1] if following and following[-1].type == "inline" else None
        text = inner.content if inner is not None else ""
        box = _BOX.match(text)
        checked = box[1] in "xX" if box else None
        number = int(token.info) if token.info.isdecimal() else None
        text = text[box.end() :] if box else text
        self.items.append(Item(text, first, end, self._span(first, end), depth, number, checked, quoted))

    def _table(self, tokens: Sequence[Token], at: int) -> int:
        opening = tokens[at]
        first, end = _range(opening)
        rows: list[Row] = []
        cell = 0
        while tokens[at].type != "table_close":
            token = tokens[at]
            if token.type == "tr_open":
                number = _range(token)[0]
                start = self.lines.offset(number, 1)
                rows.append(split_row(self.lines.line(number), number, start, nested=opening.level > 0))
                cell = 0
            elif token.type == "inline":
                self._cell(token, rows[-1], cell)
                cell += 1
            at += 1
        self.tables.append(Table(rows[0], tuple(rows[1:]), first, end, opening.level))
        return at

    def _cell(self, token: Token, row: Row, number: int) -> None:
        if number >= len(row.cells):
            return
        span = row.cells[number].span
        located = locate_cell(self.text[span.start : span.end], span.start)
        if located.content.replace("\0", "\ufffd") == token.content:
            self.inlines.walk(token, located)

    def _span(self, first: int, end: int) -> Span:
        start = self.lines.offset(first, 1)
        return Span(start, self.lines.offset(end, 1) + len(self.lines.line(end)))


def _range(token: Token) -> tuple[int, int]:
    """The first and last line of a block."""
    first, end = token.map or [0, 1]
    return first + 1, max(end, first + 1)


def _plain(children: Sequence[Token]) -> str:
    """What a reader sees of inline content."""
    texts = {"softbreak": " ", "hardbreak": " "}
    shown = (
        texts.get(child.type, child.content if child.type in ("text", "code_inline") else "") for child in children
    )
    return "".join(shown).strip()


def _numbered(headings: Sequence[Heading]) -> tuple[Heading, ...]:
    slugs = github_slugs(heading.plain for heading in headings)
    return tuple(replace(heading, slug=slug) for heading, slug in zip(headings, slugs, strict=True))
