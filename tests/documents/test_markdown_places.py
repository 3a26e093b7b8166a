"""Everything the model finds stands in the raw text exactly where it says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gardener.core.lines import LineIndex
from gardener.documents.markdown import Outline, outline
from gardener.documents.sections import sections
from gardener.documents.slugs import github_slug, mkdocs_slug

SAMPLE = """\
---
title: "Sample"
covers: [src/**, "a b"]
owners:
  - ada
  - bob # the second
---
# Top `x` {#top}

A [link](docs/a.md#b "t") and `code` and ![img](x.png) <a href="k.md">x</a> <https://e.org>
> quote `two
> lines` [ref][r] and ~~`gone`~~ [`c`](<d e.md>)

- [x] item `a`
  1. nested `b` | c
- two

  <!-- hi -->

| a | b\\|c `x\\|y` |
|---|---|
| 1 | `q` [l](m) | extra |
| short |

Setext *head*
======

<!-- several

lines -->
<div id="here"></div>

[r]: <there.md> "T"

```py bad
# no heading, no `code`
```
"""
ENDS = ["\n", "\r\n", "\r"]


def read(end: str) -> tuple[str, Outline]:
    text = SAMPLE.replace("\n", end)
    return text, outline(text)


@pytest.mark.parametrize("end", ENDS)
def test_inline_code_stands_where_it_says(end: str) -> None:
    text, shape = read(end)
    assert [code.text for code in shape.codes] == ["x", "code", "two lines", "gone", "c", "a", "b", "x|y", "q"]
    for code in shape.codes:
        raw = text[code.span.start : code.span.end]
        assert raw.startswith("`")
        assert raw.endswith("`")
    assert [code.text for code in shape.codes if code.struck] == ["gone"]
    assert [code.text for code in shape.codes if code.linked] == ["c"]


@pytest.mark.parametrize("end", ENDS)
def test_links_know_their_targets_as_written_and_where(end: str) -> None:
    text, shape = read(end)
    found = [(link.kind, link.written, link.text) for link in shape.links]
    assert found == [
        ("link", "docs/a.md#b", "link"),
        ("image", "x.png", "img"),
        ("html", "k.md", ""),
        ("auto", "https://e.org", "https://e.org"),
        ("link", "there.md", "ref"),
        ("link", "d e.md", "c"),
        ("link", "m", "l"),
    ]
    assert all(text[link.target_span.start : link.target_span.end] == link.written for link in shape.links)


@pytest.mark.parametrize("end", ENDS)
def test_tables_are_split_as_written(end: str) -> None:
    text, shape = read(end)
    (table,) = shape.tables
    assert table.header.texts == ("a", "b|c `x|y`")
    assert [row.texts for row in table.rows] == [("1", "`q` [l](m)", "extra"), ("short",)]
    raw = [text[cell.span.start : cell.span.end] for cell in table.header.cells]
    assert raw == ["a", "b\\|c `x\\|y`"]


@pytest.mark.parametrize("end", ENDS)
def test_headings_have_the_anchors_that_github_gives_them(end: str) -> None:
    text, shape = read(end)
    assert [(heading.plain, heading.slug, heading.id, heading.line) for heading in shape.headings] == [
        ("Top x", "top-x", "top", 8),
        ("Setext head", "setext-head", None, 25),
    ]
    assert [text[heading.span.start : heading.span.end] for heading in shape.headings] == [
        "Top `x` {#top}",
        "Setext *head*",
    ]
    assert shape.ids == {"top-x": 8, "top": 8, "setext-head": 25, "here": 31}


@pytest.mark.parametrize("end", ENDS)
def test_front_matter_is_read_and_makes_no_heading(end: str) -> None:
    _, shape = read(end)
    front = shape.front_matter
    assert front is not None
    assert front.values == {"title": "Sample", "covers": ("src/**", "a b"), "owners": ("ada", "bob")}
    assert (front.end, front.lines["owners"]) == (7, 4)


@pytest.mark.parametrize("end", ENDS)
def test_comments_and_items_are_found(end: str) -> None:
    text, shape = read(end)
    assert [(comment.line, comment.end) for comment in shape.comments] == [(18, 18), (28, 30)]
    assert [(item.text, item.depth, item.number, item.checked, item.end) for item in shape.items] == [
        ("item `a`", 1, None, True, 15),
        ("nested `b` | c", 2, 1, None, 15),
        ("two", 1, None, None, 18),
    ]
    assert all(text[comment.span.start : comment.span.end].startswith("<!--") for comment in shape.comments)


@pytest.mark.parametrize("text", ["---\nnot keys\n---\n", "---\n\nprose\n\n---\n", "--- x\n", "---\nopen: yes\n"])
def test_rules_across_the_page_are_no_front_matter(text: str) -> None:
    assert outline(text).front_matter is None


def test_sections_reach_to_the_next_heading_that_is_as_high() -> None:
    text = "before\n\n# A\n\n## B\n\nx\n\n### C\n\n## D\n\n# E\n"
    found = sections(outline(text).headings, len(LineIndex.of(text)))
    assert [(part.heading.plain if part.heading else "", part.line, part.own_end, part.end) for part in found] == [
        ("", 1, 2, 2),
        ("A", 3, 4, 12),
        ("B", 5, 8, 10),
        ("C", 9, 10, 10),
        ("D", 11, 12, 12),
        ("E", 13, 14, 14),
    ]


@pytest.mark.parametrize(
    ("heading", "github", "mkdocs"),
    [
        ("Why we do it", "why-we-do-it", "why-we-do-it"),
        ("A — b: c_d (e)", "a--b-c_d-e", "a-b-c_d-e"),
        ("Über alles", "über-alles", "uber-alles"),
        ("🚀 Ship it", "-ship-it", "ship-it"),
        ("用户 数据", "用户-数据", ""),
    ],
)
def test_slugs_follow_their_dialect(heading: str, github: str, mkdocs: str) -> None:
    assert github_slug(heading) == github
    assert mkdocs_slug(heading) == mkdocs


def test_repeated_headings_are_numbered() -> None:
    shape = outline("# A\n# A\n# A-1\n# A\n")
    assert [heading.slug for heading in shape.headings] == ["a", "a-1", "a-1-1", "a-2"]


PIECES = st.sampled_from(
    (
        *(
            "# h\n",
            "- ",
            "> ",
            "1. ",
            "\t",
            "  ",
            "`c`",
            "``a`b``",
            "[l](t.md)",
            "![i](x)",
            "<!-- c -->",
            "| a | b |\n",
        ),
        *("|---|---|\n", "```\n", "~~~ py\n", "\n", "\r\n", "\r", "中文", "\\|", "|", "*b*", "[x]", "[r]: t\n", "[r]"),
        *("<a id='q'>", "---\n", "\0", "\x0c", "é"),
    )
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=25).map("".join)))
def test_any_text_is_markdown_and_every_place_is_right(text: str) -> None:
    shape = outline(text)
    for code in shape.codes:
        raw = text[code.span.start : code.span.end]
        assert raw[:1] == raw[-1:] == "`"
    for link in shape.links:
        assert text[link.target_span.start : link.target_span.end] == link.written
        assert LineIndex.of(text).position(link.span.start)[0] == link.line
    for comment in shape.comments:
        assert text[comment.span.start : comment.span.end].startswith("<!--")
    for table in shape.tables:
        for row in (table.header, *table.rows):
            assert "\n" not in text[row.span.start : row.span.end]
            for cell in row.cells:
                assert text[cell.span.start : cell.span.end].replace("\\|", "|") == cell.text
