"""Inline things with exact places: code, links, images, and what stands in HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gardener.core.finding import Span
from gardener.documents.markdown import Code, Comment, Link, LinkKind
from gardener.documents.positions import AT, LABEL, Located

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markdown_it.token import Token

    from gardener.core.lines import LineIndex

_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_ID = re.compile(r"""<[a-zA-Z][^<>]*?\s(?:id|name)\s*=\s*(?:"([^"\s]+)"|'([^'\s]+)'|([^\s"'<>=`]+))""")
_REFERENCE = re.compile(
    r"""<(?:a|img|source|video|link)\s[^<>]*?\b(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>=`]+))""",
    re.IGNORECASE,
)
_DEFINITION = re.compile(r"\[(?:[^\[\]\\]|\\.)+\]:[ \t\r\n>]*(?:<([^<>\r\n]*)>|(\S+))")
_BLANKS = " \t\n"


@dataclass(slots=True)
class Inlines:
    """What was found inside of blocks so far."""

    text: str
    lines: LineIndex
    environment: Mapping[str, Any]
    links: list[Link] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)

    def walk(self, inline: Token, located: Located) -> None:
        """Take in the children of an inline block."""
        struck = linked = 0
        children = inline.children or []
        for index, child in enumerate(children):
            if child.type in ("s_open", "s_close"):
                struck += child.nesting
            elif child.type == "code_inline":
                span = located.span(*child.meta[AT])
                self.codes.append(Code(child.content, self._line(span), span, struck > 0, linked > 0))
            elif child.type in ("link_open", "image"):
                self._link(child, located, _text(child, children[index + 1 :]), struck=struck > 0)
            elif child.type == "html_inline":
                start, end = child.meta[AT]
                self.html(located.content[start:end], located.offset(start))
            linked += child.nesting if child.type in ("link_open", "link_close") else 0

    def html(self, source: str, offset: int) -> None:
        """Take in the comments, links and anchors of HTML that stands at `offset`."""
        for match in _COMMENT.finditer(source):
            span = Span(offset + match.start(), offset + match.end())
            end = self.lines.position(span.end)[0]
            self.comments.append(Comment(match[1].strip(), self._line(span), end, span))
        bare = _COMMENT.sub(lambda match: " " * len(match[0]), source)
        for match in _ID.finditer(bare):
            name = match[1] or match[2] or match[3]
            self.ids.setdefault(name, self.lines.position(offset + match.start())[0])
        for match in _REFERENCE.finditer(bare):
            group = next((number for number in (1, 2, 3) if match[number] is not None), 1)
            target = Span(offset + match.start(group), offset + match.end(group))
            whole = Span(offset + match.start(), offset + match.end())
            self.links.append(
                Link(match[group], self._line(whole), "html", "", whole, target, self.text[target.start : target.end])
            )

    def _link(self, token: Token, located: Located, text: str, *, struck: bool) -> None:
        span = located.span(*token.meta[AT])
        image = token.type == "image"
        href = str(token.attrGet("src" if image else "href") or "")
        kind: LinkKind = "image" if image else "link"
        if LABEL not in token.meta:
            kind, target = "auto", Span(span.start + 1, span.end - 1)
        else:
            target = self._target(token, located, href)
        written = self.text[target.start : target.end]
        self.links.append(Link(href, self._line(span), kind, text, span, target, written, struck))

    def _target(self, token: Token, located: Located, href: str) -> Span:
        """Where a link's target is written: in its parentheses, or in the definition it refers to."""
        from markdown_it.helpers import parseLinkDestination

        content, (start, end), label = located.content, token.meta[AT], token.meta[LABEL]
        if label + 1 < end and content[label + 1] == "(":
            at = label + 2
            while at < end and content[at] in _BLANKS:
                at += 1
            found = parseLinkDestination(content, at, end)
            stop = found.pos if found.ok else at
            if content[at : at + 1] == "<" and content[stop - 1 : stop] == ">":
                at, stop = at + 1, stop - 1
            return located.span(at, stop) if stop > at else Span(located.offset(at), located.offset(at))
        return self._definition(href) or located.span(start, end)

    def _definition(self, href: str) -> Span | None:
        for reference in self.environment.get("references", {}).values():
            if reference["href"] == href:
                first, end = reference["map"]
                start = self.lines.offset(first + 1, 1)
                stop = self.lines.offset(end, 1) + len(self.lines.line(end))
                match = _DEFINITION.search(self.text, start, stop)
                group = 1 if match and match[1] is not None else 2
                return Span(match.start(group), match.end(group)) if match else None
        return None

    def _line(self, span: Span) -> int:
        return self.lines.position(span.start)[0]


def _text(token: Token, following: Sequence[Token]) -> str:
    """What a reader sees of a link, or the text that stands for an image."""
    if token.type == "image":
        return token.content
    parts: list[str] = []
    for child in following:
        if child.type == "link_close":
            break
        parts.append(" " if child.type in ("softbreak", "hardbreak") else child.content)
    return "".join(parts)
