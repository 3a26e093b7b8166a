"""A glance at a document sees everything that a parse sees, and anchors of every dialect."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.documents.glance import glance_anchors, glance_blocks, glance_codes, glance_targets
from gardener.documents.markdown import outline

PIECES = st.sampled_from(
    [
        "word",
        " ",
        "\n",
        "\n\n",
        "`a/b.py`",
        "``x ` y``",
        "`",
        "``",
        "[t](docs/a.md)",
        "[t](<b c.md> 'T')",
        "![i](x.png)",
        "[r]",
        "[r]: docs/r.md\n",
        "[t]( ../u.md#v )",
        '<img src="w.png">',
        "<a href='z.md'>z</a>",
        "```python\nx = 1\n```\n",
        "~~~\ny\n~~~\n",
        "```\n",
        "- ",
        "> ",
        "    ",
        "# H\n",
        "| a | `b` |\n| - | - |\n| `c` | [d](e.md) |\n",
        "\\",
        "*",
        "~~",
        "<!-- `c` [l](m.md) -->",
        "\r\n",
        "\t",
        "1. ",
        "---\n",
        "](",
        ")",
        "[",
        "]",
        "\u4e2d",
    ]
)
TEXTS = st.lists(PIECES, max_size=14).map("".join)


@given(TEXTS)
def test_no_code_is_overlooked(text: str) -> None:
    seen = glance_codes(text)
    for code in outline(text).codes:
        if "\n" not in code.text and "|" not in code.text and ">" not in code.text:
            assert " ".join(code.text.split()) in seen


@given(TEXTS)
def test_no_link_is_overlooked(text: str) -> None:
    seen = glance_targets(text)
    for link in outline(text).links:
        if link.kind != "auto" and link.written and " " not in link.written:
            assert link.written in seen


@given(TEXTS)
def test_no_fence_is_overlooked(text: str) -> None:
    seen = {info for info, _ in glance_blocks(text)}
    for fence in outline(text).fences:
        assert not fence.info or fence.info in seen


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("# Set up\n", "set-up"),
        ("Set up\n======\n", "set-up"),
        ("## A & B\n", "a--b"),
        ("## A & B\n", "a-b"),
        ("# A\n# A\n", "a-1"),
        ("# A\n# A\n", "a_1"),
        ("# `x.y` [z](u)\n", "xy-z"),
        ("# T {#own}\n", "own"),
        ('<a name="here"></a>\n', "here"),
        ("<h2 align=center>Big title</h2>\n", "big-title"),
        ("(label)=\n# T\n", "label"),
        ("- # In a list\n", "in-a-list"),
    ],
)
def test_anchors_of_all_dialects_are_seen(text: str, anchor: str) -> None:
    assert anchor in glance_anchors(text)
