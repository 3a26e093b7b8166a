"""Text of strangers in a tracker says what it says, and does nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gardener.checking.directives import read_directives
from gardener.core.edits import apply_edits
from gardener.documents.escaping import inert
from gardener.documents.tech_tracker import read_tracker
from gardener.documents.tracker_edits import add_row

TRACKER = """# Debt

| ID | Area | Debt | Severity | Status | Evidence |
|---|---|---|---|---|---|
| D1 | core | slow | P2 | open | |
"""
PIECES = [
    "<!--",
    "-->",
    "gardener: allow-file[x] y",
    "<script>",
    "|",
    "\\",
    "`",
    "``",
    "[x]",
    "(http://a.b)",
    "![",
    "~~",
]
HOSTILE = st.lists(st.sampled_from([*PIECES, "\n", "✅", "word", " ", "&#60;", "\u202e", "```", "# "])).map("".join)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("`old` forgets the tenant", "`old` forgets the tenant"),
        ("`a | b` and a | b", "\\`a &#124; b\\` and a &#124; b"),
        ("two\r\n  lines\u2028more", "two lines more"),
        ("<!-- gardener: allow[x] y -->", "&lt;!-- gardener: allow\\[x\\] y --&gt;"),
        ("\x1b[31mred", "\\[31mred"),
        ("✅ done", "done"),
        ("a" * 400, "a" * 299 + "…"),
    ],
)
def test_it_reads_as_it_was_written(text: str, shown: str) -> None:
    assert inert(text) == shown


@given(HOSTILE | st.text())
@example("`<!-- ` gardener: allow-file[x] y -->")
@example("a\\`|`b")
def test_a_row_stays_one_open_row_without_links_html_or_comments_of_ours(text: str) -> None:
    edit = add_row(TRACKER, "tech-tracker.md", {"title": f"x {inert(text)} x", "evidence": inert(text)})
    after = apply_edits(TRACKER, [edit])
    tracker = read_tracker(after, "tech-tracker.md")
    assert [(row.id, row.status, row.conflict) for row in tracker.rows] == [("D1", "open", ""), ("D2", "open", "")]
    assert tracker.unread == ()
    assert read_directives(after, markdown=True) == ()
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(after)
    kinds = {child.type for token in tokens for child in (token, *(token.children or ()))}
    assert kinds.isdisjoint({"html_block", "html_inline", "link_open", "image", "s_open", "fence"})
    rows = after.split("\n")[4:-1]
    cells = [token.type for token in tokens].count("td_open")
    assert (len(rows), cells) == (2, 12)
