"""Where things stand in a Markdown text: headings, fences, tables, lists, links, code, comments, each with its place.

Spans are offsets into the raw text, exact to the character: whoever edits a document splices raw text and leaves the
rest alone. Lines are 1-based, and `end` is the last line of a thing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from gardener.core.finding import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.documents.front_matter import FrontMatter
    from gardener.documents.tables import Table

LinkKind = Literal["link", "image", "auto", "html"]
_NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced code block: `line` is the line of the opening marker, `end` that of the closing one (1-based).

    `depth` is 0 at the top level and grows in lists and quotes.
    """

    info: str
    code: str
    line: int
    end: int
    span: Span = _NOWHERE
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 6: its source text without the markers, and its first and last line.

    `span` covers that text; `plain` is what a reader sees; `slug` is its anchor on GitHub; `id` is written out as
    `{#id}` or `<!-- id: x -->` beside the text.
    """

    level: int
    text: str
    line: int
    end: int
    span: Span = _NOWHERE
    plain: str = ""
    slug: str = ""
    id: str | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A link or image: its target as the parser normalises it, and the line it starts on.

    `written` is the target as it stands in the raw text at `target_span`, of a reference link in its definition;
    `span` covers the whole use. `struck` says that it is crossed out.
    """

    target: str
    line: int
    kind: LinkKind = "link"
    text: str = ""
    span: Span = _NOWHERE
    target_span: Span = _NOWHERE
    written: str = ""
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """Inline code: `text` without backticks; `span` with them. `linked` says that it is the text of a link."""

    text: str
    line: int
    span: Span
    struck: bool = False
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """An HTML comment: what stands between `<!--` and `-->`, and the span of all of it."""

    text: str
    line: int
    end: int
    span: Span


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: its source text. `depth` is 0 at the top level and grows in lists and quotes."""

    text: str
    line: int
    end: int
    span: Span
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """A list item: the source text of its first paragraph, without its marker and check-box.

    `number` is that of an ordered list; `checked` is None where there is no check-box. `depth` is 1 in an outermost
    list. `end` and `span` take in what is nested in it.
    """

    text: str
    line: int
    end: int
    span: Span
    depth: int = 1
    number: int | None = None
    checked: bool | None = None
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """What a Markdown text holds, in document order. `ids` maps every anchor to its line, heading slugs included."""

    headings: tuple[Heading, ...] = ()
    fences: tuple[Fence, ...] = ()
    links: tuple[Link, ...] = ()
    codes: tuple[Code, ...] = ()
    comments: tuple[Comment, ...] = ()
    tables: tuple[Table, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    items: tuple[Item, ...] = ()
    front_matter: FrontMatter | None = None
    ids: Mapping[str, int] = field(default_factory=dict)


def outline(text: str) -> Outline:
    """What `text` holds. Any text is Markdown: nothing raises."""
    from gardener.documents.parsing import parse

    return parse(text)
