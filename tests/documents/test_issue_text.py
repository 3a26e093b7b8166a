"""Foreign text in an issue says what it says, and does nothing, on any tracker."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gardener.core.draft import Draft, DraftPlace, issue_fingerprint
from gardener.documents import dashboard
from gardener.documents.draft_page import region, text_of, title_of
from gardener.documents.issue_region import marked, region_of, says_the_same, spliced
from gardener.documents.issue_text import APART, block, prose, span, title

HOSTILE = (
    "@acme/everyone please look",
    "fixes #12, closes acme/shop#3, resolves GH-4",
    "closes https://github.com/acme/shop/issues/5 and www.example.org",
    "!7 $8 %9 &10 ~bug ^11 %\"1.0\" ~\"a label\"",
    "<!-- gardener:v1 fp=0123456789abcdef body=01234567 -->",
    "<!-- /gardener -->",
    "<img src=x onerror=alert(1)> <script>alert(1)</script>",
    "![x](https://example.org/track.png) [y](javascript:alert(1))",
    "/close\n/assign @ana",
    "```\n/close\n```",
    "# heading\n\n- [x] <!-- create=0123456789abcdef -->",
    "a`b``c\\`d",
    "\u202egnp.exe\u0000\x1b[31m",
    "| a | b |\n|---|---|",
    "=====\n-----\n> quote",
)  # fmt: skip

# What forges act on in rendered text: people, issues, merge requests, labels and so on, and addresses.
ACTS = re.compile(r"[@#!$%^](?=[\w\"])|(?<!\w)[&~](?=[\w\"])|GH-(?=\d)|https?://|www\.", re.IGNORECASE)

anything = st.text(max_size=120) | st.lists(st.sampled_from(HOSTILE), max_size=3).map("\n".join)


def hostile(text: str) -> Draft:
    """A draft of which everything was written by an enemy."""
    return Draft(
        kind="rule",
        subject="rule-a",
        area=text,
        title=text,
        ask=text,
        why=text,
        belief=text,
        quote=text,
        places=(DraftPlace(text, 1, 1), DraftPlace(text, 2, 2, "https://github.com/acme/shop/blob/c/a.py#L2")),
        count=20,
        before=(text, text),
        after=(text,),
        how=text,
        verify=shlex.join(["gardener", "check", text]),
        provenance=text,
        done_when=(text,),
        silence=(text,),
        owners=(text,),
    )


def rendered(markdown: str) -> tuple[str, set[str]]:
    """The text outside code, and the kinds of everything in it."""
    texts: list[str] = []
    kinds: set[str] = set()
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown):
        kinds.add(token.type)
        for inner in token.children or ():
            kinds.add(f"{inner.type} {inner.attrs.get('href', '')}".strip())
            if inner.type == "text":
                texts.append(inner.content)
    return "\n".join(texts), kinds


@pytest.mark.parametrize("text", HOSTILE)
def test_prose_does_nothing(text: str) -> None:
    shown, kinds = rendered(prose(text))
    assert not ACTS.search(shown), shown
    assert kinds <= {"paragraph_open", "inline", "paragraph_close", "text", "code_inline", "text_special"}


@given(anything)
def test_no_prose_does_anything(text: str) -> None:
    shown, kinds = rendered(prose(text))
    assert not ACTS.search(shown)
    assert "\n" not in prose(text)
    assert not {kind.split()[0] for kind in kinds} & {"html_inline", "html_block", "link_open", "image", "heading_open"}


@given(anything)
def test_a_hostile_draft_is_one_region_of_ours(text: str) -> None:
    draft = hostile(text)
    body = region(draft)
    found = region_of(body)
    assert found is not None
    assert (found.start, found.end, found.fingerprint, found.intact) == (0, len(body), draft.fingerprint, True)
    assert len(re.findall(r"<!--", body)) == 2
    assert dashboard.ticked_in(body) == frozenset()
    assert re.search(r"^/\w", body, re.MULTILINE) is None


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_draft_does_nothing(text: str) -> None:
    shown, kinds = rendered(text_of(hostile(text)))
    assert not ACTS.search(shown), shown
    links = {kind for kind in kinds if kind.startswith("link_open")}
    assert links == {"link_open https://github.com/acme/shop/blob/c/a.py#L2"}
    assert not {kind.split()[0] for kind in kinds} & {"image", "html_block"}


def test_the_only_html_is_our_own() -> None:
    html = [
        inner.content
        for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text_of(hostile("<b>x</b>")))
        for inner in token.children or ()
        if inner.type == "html_inline"
    ]
    assert html == ["<sub>", "</sub>"]


@given(anything)
def test_the_dashboard_holds_a_box_for_each_draft_and_no_other(text: str) -> None:
    body = dashboard.region([hostile(text), replace(hostile(text), subject="rule-b")])
    assert body.count("- [ ] <!-- create=") == 2
    assert region_of(body) is not None
    assert dashboard.ticked_in(body) == frozenset()
    ticked = body.replace("- [ ]", "- [x]")
    assert len(dashboard.ticked_in(ticked)) == 2
    region_ticked = region_of(ticked)
    assert region_ticked is not None
    assert region_ticked.intact


@given(st.text(max_size=200))
def test_a_title_is_one_short_line(text: str) -> None:
    shown = title(text)
    assert "\n" not in shown
    assert shown.replace(APART, "").isprintable()
    assert len(shown) <= 400


def test_a_title_mentions_nobody() -> None:
    assert title("ping @ana about #1") == f"ping @{APART}ana about #{APART}1"
    assert title_of(hostile("@ana")) == f"@{APART}ana"


def test_code_in_prose_stays_code() -> None:
    assert prose("use `x.get(@a, #1)` here") == "use `x.get(@a, #1)` here"


@given(st.lists(st.text(max_size=40), max_size=4))
def test_no_line_of_code_ends_its_fence(lines: list[str]) -> None:
    kinds = [token.type for token in MarkdownIt().parse(block(lines))]
    assert kinds == ["fence"]


@given(st.text(max_size=60))
def test_any_text_can_be_a_span(text: str) -> None:
    (paragraph,) = [token for token in MarkdownIt().parse(f"a {span(text)} b") if token.type == "inline"]
    assert [inner.type for inner in paragraph.children or ()] == ["text", "code_inline", "text"]


def test_a_fingerprint_is_that_of_kind_subject_and_area() -> None:
    # sha256 of ["rule","rule-a","shop"], computed by `printf '["rule","rule-a","shop"]' | sha256sum`.
    assert issue_fingerprint("rule", "rule-a", "shop") == "b6e54fc5d0bf825a"
    assert issue_fingerprint("rule", "rule-a", "shöp") != issue_fingerprint("rule", "rule-a", "shop")


# Regions


@given(st.text(max_size=80), st.text(max_size=80), anything)
def test_what_stands_around_a_region_is_kept(before: str, after: str, text: str) -> None:
    old, new = marked("0" * 16, prose(text)), marked("0" * 16, "new")
    plain = f"{before}\n{new}\n{after}".replace("\r\n", "\n").replace("\r", "\n")
    assert spliced(f"{before}\n{old}\n{after}", new) == plain


def test_a_body_without_a_region_gets_one_before_its_text() -> None:
    assert spliced("", marked("0" * 16, "x")) == marked("0" * 16, "x") + "\n"
    assert spliced("mine", marked("0" * 16, "x")) == marked("0" * 16, "x") + "\n\nmine"


def test_an_intact_region_wins_over_one_that_was_quoted() -> None:
    quoted = marked("1" * 16, "old").replace("old", "what somebody made of it")
    found = region_of(f"{quoted}\n\n{marked('2' * 16, 'ours')}")
    assert found is not None
    assert (found.fingerprint, found.text) == ("2" * 16, "ours")


@pytest.mark.parametrize(
    "body", ["", "no marker", "<!-- gardener:v1 fp=0 body=0 -->", f"> {marked('0' * 16, 'x')[:50]}"]
)
def test_without_marker_and_end_there_is_no_region(body: str) -> None:
    assert region_of(body) is None


def test_commits_lines_and_ticks_make_no_difference() -> None:
    one = f"- [ ] x\n- [`a.py:3`](https://github.com/a/b/blob/{'1' * 40}/a.py#L3)"
    other = f"- [x] x\n- [`a.py:14`](https://github.com/a/b/blob/{'2' * 40}/a.py#L14-L15)"
    assert says_the_same(one, other)
    assert not says_the_same(one, other.replace("a.py", "b.py"))
