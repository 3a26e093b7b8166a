"""The page of a night: the same bytes for the same night, nothing loaded, nothing run, everything said in words."""

from __future__ import annotations

import hashlib
import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.documents.markdown import outline
from gardener.gardening.report import html, markdown
from gardener.gardening.report.charts import clauses_plot, debt_plot, findings_plot, sparkline
from gardener.gardening.report.content import Clauses, Content, Point
from tests.gardening.nights import SCRIPT, empty, hostile, quiet, shown

VOID = {"meta", "line", "rect", "circle", "polyline"}
ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "p", "code", "dl", "div", "dt",
    "dd", "small", "section", "table", "thead", "tbody", "tr", "th", "td", "svg", "rect", "line", "circle", "polyline",
    "ul", "ol", "li", "span", "strong", "footer",
}  # fmt: skip
COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{3,6});")


class Reader(HTMLParser):
    """Collects elements with their attributes, and refuses what is not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


NIGHTS = {"shown": shown, "hostile": hostile, "empty": empty, "quiet": quiet}


@pytest.mark.parametrize("name", NIGHTS)
def test_a_page_is_well_formed_and_loads_and_runs_nothing(name: str) -> None:
    text = html.page(NIGHTS[name]())
    page = Reader(text)
    assert {tag for tag, _ in page.found} <= ELEMENTS
    names = {attribute for _, attributes in page.found for attribute in attributes}
    assert not {attribute for attribute in names if attribute.startswith("on") or attribute in ("src", "href", "style")}
    assert "default-src 'none'" in text
    assert not re.search(r"url\(|@import|https?:", files("gardener.gardening.report").joinpath("page.css").read_text())


@pytest.mark.parametrize("name", NIGHTS)
def test_the_same_night_gives_the_same_bytes(name: str) -> None:
    content = NIGHTS[name]()
    assert html.page(content) == html.page(content)
    assert markdown.page(content) == markdown.page(content)


def test_hostile_names_are_shown_and_do_nothing() -> None:
    text = html.page(hostile())
    assert "<script" not in text
    assert "<img" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "&lt;script&gt;" in text


@given(st.text(alphabet=st.characters(), max_size=40))
def test_no_text_leaves_its_place(foreign: str) -> None:
    plain = [tag for tag, _ in Reader(html.page(hostile("name"))).found]
    found = [tag for tag, _ in Reader(html.page(hostile(foreign))).found if tag != "code"]
    assert found == [tag for tag in plain if tag != "code"]


def test_markdown_holds_no_foreign_markup() -> None:
    text = markdown.page(hostile())
    assert "<script" not in text
    assert "<img" not in text
    assert "@all" not in text
    assert "[a](http" not in text
    assert "://b" not in text
    assert len(outline(text).tables) == 2


def test_every_plot_and_table_says_what_it_shows() -> None:
    page = Reader(html.page(shown()))
    drawings = [attributes for tag, attributes in page.found if tag == "svg"]
    assert len(drawings) > 10
    assert all((one.get("role") == "img" and one.get("aria-label")) or one.get("aria-hidden") for one in drawings)
    assert all(attributes.get("scope") for tag, attributes in page.found if tag == "th")
    assert ("html", {"lang": "en"}) in page.found


def test_both_reports_say_the_same_things() -> None:
    page = "".join(Reader(html.page(shown())).texts)
    summary = markdown.page(shown())
    for said in ("shop/payments", "TD-031", "network-call-without-timeout", "stays", "14 requests", "old-session-api"):
        assert said in page, said
        assert said.replace("#", "") in summary, said


def test_lists_are_cut_and_what_is_cut_is_counted() -> None:
    many = Content("shop", failures=tuple(f"failure {number}" for number in range(40)))
    assert "and 15 more" in html.page(many)
    assert "and 15 more" in markdown.page(many)


def test_plots_are_told_in_words() -> None:
    points = [Point("2026-01-01", (1, 2, 3, 4), 0, 0, 3), Point("2026-01-02", (0, 0, 1, 0), 2, 1, 4)]
    assert 'aria-label="Open findings over 2 nights: 10 at first, 1 now, 10 at most"' in findings_plot(points)
    assert 'aria-label="Debt over 2 nights: 2 rows opened, 1 closed, 4 open now"' in debt_plot(points)
    assert 'aria-label="4 clauses: 1 proven, 2 labelled, 0 review, 1 nothing"' in clauses_plot(Clauses(1, 2, 0, 1))
    assert 'aria-label="80 at first, 85 now, over 2 nights"' in sparkline([80, None, 85])
    assert sparkline([None]) == ""


@given(st.lists(st.none() | st.integers(0, 100), min_size=1, max_size=40))
def test_a_sparkline_stays_in_its_box(values: list[int | None]) -> None:
    drawn = sparkline(values)
    places = [
        tuple(map(float, pair.split(","))) for line in re.findall(r'points="([^"]*)"', drawn) for pair in line.split()
    ]
    assert all(0 <= x <= 72 and 0 <= y <= 24 for x, y in places)


@given(st.lists(st.tuples(*[st.integers(0, 500)] * 4), min_size=1, max_size=30))
def test_bars_add_up_to_what_they_show(counts: list[tuple[int, int, int, int]]) -> None:
    drawn = findings_plot([Point("d", one) for one in counts])
    heights = [float(height) for height in re.findall(r'height="([\d.]+)"', drawn)]
    most = max(map(sum, counts)) or 1
    wanted = sum(map(sum, counts)) * 160 / most
    assert abs(sum(heights) - wanted) < 0.01 * len(heights) + 0.01


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """As WCAG 2 defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(scheme: str) -> None:
    light, dark = files("gardener.gardening.report").joinpath("page.css").read_text().split("@media (prefers-")[:2]
    colours = dict(COLOUR.findall(light)) | (dict(COLOUR.findall(dark.split("\n}\n")[0])) if scheme == "dark" else {})
    pairs = [(f"{letter}-ink", letter) for letter in "abcdf"]
    pairs += [(words, behind) for words in ("ink", "quiet", "accent", "bad") for behind in ("card", "ground")]
    weak = {pair: round(contrast(*(colours[name] for name in pair)), 2) for pair in pairs}
    assert {pair: value for pair, value in weak.items() if value < 4.5} == {}


def test_the_pictures_in_the_documentation_are_of_this_page() -> None:
    digest = hashlib.sha256(html.page(shown()).encode()).hexdigest()
    stamp = (SCRIPT.parent / "images" / "report.sha256").read_text(encoding="utf-8").strip()
    assert stamp == digest, "run docs/write_screenshots.py"
