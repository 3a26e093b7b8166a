"""A Markdown file as document rules see it, and what they yield."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from gardener.core.finding import Certainty, Fix, Severity, Span
from gardener.core.lines import LineIndex
from gardener.documents.markdown import Fence, Heading, Link, Outline, outline


@dataclass(frozen=True, slots=True)
class Note:
    """What a document rule says about a span of one file. `label` replaces the spanned text in the fingerprint.

    `severity` is for what is less grave than its rule; `facts` are (name, value) of all that decided.
    """

    path: str
    span: Span
    message: str
    certainty: Certainty = "certain"
    fix: Fix | None = None
    label: str | None = None
    severity: Severity | None = None
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Document:
    """A Markdown file: its `path` relative to the root, its decoded `text`, and where things stand in it."""

    path: str
    text: str

    @cached_property
    def outline(self) -> Outline:
        """Headings, fences and links together."""
        return outline(self.text)

    @cached_property
    def lines(self) -> LineIndex:
        """Offsets of lines."""
        return LineIndex.of(self.text)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """Headings in order."""
        return self.outline.headings

    @property
    def fences(self) -> tuple[Fence, ...]:
        """Fenced code in order."""
        return self.outline.fences

    @property
    def links(self) -> tuple[Link, ...]:
        """Links and images in order."""
        return self.outline.links

    def flag(
        self,
        at: int | Span,
        message: str,
        *,
        fix: Fix | None = None,
        certainty: Certainty = "certain",
        label: str | None = None,
        severity: Severity | None = None,
        facts: tuple[tuple[str, str], ...] = (),
    ) -> Note:
        """A note at a line (1-based) or a span; `severity` may only be lower than the rule's."""
        span = at if isinstance(at, Span) else self.span_of(at)
        return Note(self.path, span, message, certainty, fix, label, severity, facts)

    def span_of(self, line: int) -> Span:
        """The span of a line without its indentation and line end. Raises IndexError when there is no such line."""
        text = self.lines.line(line)
        start = self.lines.offset(line, 1)
        return Span(start + len(text) - len(text.lstrip()), start + len(text.rstrip()))

    def section(self, line: int) -> str:
        """The headings around a line, outermost first, joined by ` > `."""
        path: list[Heading] = []
        for heading in self.headings:
            if heading.line > line:
                break
            path = [outer for outer in path if outer.level < heading.level]
            path.append(heading)
        return " > ".join(heading.text for heading in path)
