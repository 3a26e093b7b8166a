"""The generated grades of a tracker, between markers: found and replaced, and nothing else touched."""

from __future__ import annotations

import re

from gardener.core.finding import Edit, Span

OPENING = "<!-- gardener:grades -->"
CLOSING = "<!-- /gardener:grades -->"
_OPEN = re.compile(r"<!--[ \t]*gardener:grades[ \t]*-->")
_CLOSE = re.compile(r"<!--[ \t]*(?:/[ \t]*gardener:grades|gardener:grades[ \t]+end|end[ \t]+gardener:grades)[ \t]*-->")
_FENCED = re.compile(r"^([ \t]*)(`{3,}|~{3,})[^\n]*\n.*?(?:^[ \t]*\2|\Z)", re.MULTILINE | re.DOTALL)


def find_block(text: str) -> Span | None:
    """The span between the markers, without them; None when they are not both there. Markers in fences do not count."""
    masked = _FENCED.sub(lambda match: re.sub(r"[^\r\n]", " ", match[0]), text)
    opening = _OPEN.search(masked)
    closing = _CLOSE.search(masked, opening.end()) if opening else None
    if opening is None:
        return None
    if closing is None:
        closing = _OPEN.search(masked, opening.end())
    return Span(opening.end(), closing.start()) if closing else None


def grades_edit(text: str, block: str) -> Edit:
    """The edit that puts `block` (Markdown, lines ended by line feeds) between the markers.

    Without markers, a section with them is added at the end.
    """
    from gardener.documents.splicing import appended, newline_of

    end = newline_of(text)
    body = end + block.strip("\n").replace("\n", end) + end
    span = find_block(text)
    if span is not None:
        return Edit(span.start, span.end, body)
    return appended(text, f"## Grades{end}{end}{OPENING}{body}{CLOSING}{end}")
