"""A document as its rules see it."""

from __future__ import annotations

import pytest

from gardener.core.finding import Span
from gardener.documents.document import Document, Note

TEXT = (
    "# Guide\r\n\r\nIntro.\r\n\r\n## Setup\r\n\r\n  Run [it](run.md).  \r\n\r\n```sh\r\nrun\r\n```\r\n\r\n# Other\r\n"
)


@pytest.fixture
def document() -> Document:
    """A guide with two chapters."""
    return Document("docs/guide.md", TEXT)


def test_it_knows_its_parts(document: Document) -> None:
    assert [(heading.level, heading.text, heading.line) for heading in document.headings] == [
        (1, "Guide", 1),
        (2, "Setup", 5),
        (1, "Other", 13),
    ]
    assert [(fence.info, fence.code, fence.line) for fence in document.fences] == [("sh", "run\n", 9)]
    assert [(link.target, link.line) for link in document.links] == [("run.md", 7)]


@pytest.mark.parametrize(
    ("line", "section"), [(1, "Guide"), (3, "Guide"), (7, "Guide > Setup"), (11, "Guide > Setup"), (14, "Other")]
)
def test_every_line_has_a_section(document: Document, line: int, section: str) -> None:
    assert document.section(line) == section


def test_a_line_is_flagged_without_what_surrounds_it(document: Document) -> None:
    note = document.flag(7, "say how")
    assert TEXT[note.span.start : note.span.end] == "Run [it](run.md)."
    assert (note.path, note.message, note.certainty, note.fix) == ("docs/guide.md", "say how", "certain", None)


def test_a_span_is_flagged_as_it_is(document: Document) -> None:
    assert document.flag(Span(2, 7), "no", label="title") == Note("docs/guide.md", Span(2, 7), "no", label="title")


@pytest.mark.parametrize("line", [0, 99])
def test_a_line_that_is_not_there_cannot_be_flagged(document: Document, line: int) -> None:
    with pytest.raises(IndexError):
        document.flag(line, "no")
