"""The formats that people and agents read: right at any width, harmless whatever the source holds."""

from __future__ import annotations

import re
import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from sample_reports import CLIENT, EVIL, LONG, REPORTS, found

from gardener.core.finding import Edit, Failure, Finding, Fix, Span
from gardener.core.lines import LineIndex
from gardener.core.report import Counts, Report, Style
from gardener.outputs import agent, markdown, text
from gardener.outputs._changes import changes
from gardener.outputs._visible import code, crop, visible, width

ANSI = re.compile("\x1b\\[[0-9;]*m")
# Lone surrogates included: a path or a badly decoded text may hold them.
foreign = st.text(st.characters(), max_size=60)
source = st.text(st.sampled_from("ab \t\n\r\x0c(\x1b\u3042\u0301\u202e`"), max_size=80)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    body = draw(source)
    start, end = sorted(draw(st.tuples(st.integers(0, len(body)), st.integers(0, len(body)))))
    cuts = sorted(draw(st.lists(st.integers(0, len(body)), max_size=6)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    fix = Fix(draw(foreign), "safe", tuple(Edit(first, last, draw(source)) for first, last in pairs))
    path = draw(foreign)
    place = LineIndex.of(body).place(Span(start, end))
    finding = Finding(draw(foreign), path, Span(start, end), place, draw(foreign), "P2", fix=fix, gates=True)
    failure = Failure(draw(foreign), path=path, rule=draw(foreign))
    return Report((finding,), (failure,), (draw(foreign),), Counts(1, 1), (), {path: body})


# text


def test_the_summary_counts_findings_files_and_what_is_hidden() -> None:
    assert text.render(REPORTS["empty"]) == "no findings · 120 files analysed\n"
    totals = "6 findings (3 gating, 1 warning, 2 notes) in 4 files · 3 suppressed · 1 shadow · 2 fixed"
    assert f"\n{totals} · 1,201 of 1,204 files analysed\n" in text.render(REPORTS["many"])


def test_a_finding_that_does_not_gate_says_so() -> None:
    assert "broad-except catches everything (warning, likely)" in text.render(REPORTS["many"])


def test_the_span_is_underlined_under_tabs_and_wide_characters() -> None:
    body = 'x = f("\u3042\u3044",\tg(1))\n'
    lines = text.render(Report((found("a.py", body, "g(1)", "r", "no"),), texts={"a.py": body})).split("\n")
    shown, carets = lines[1:3]
    assert carets.index("^") == width(shown[: shown.index("g(1)")])
    assert carets.count("^") == 4


def test_a_long_line_is_cut_around_the_span() -> None:
    finding = found("a.py", LONG, "print(x)", "r", "no")
    shown, carets = text.render(Report((finding,), texts={"a.py": LONG}), Style(width=60)).split("\n")[1:3]
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "print(x)"
    assert width(shown) <= 60


def test_a_huge_line_costs_no_more_than_a_long_one() -> None:
    body = "x = '" + "a" * 2_000_000 + "'; print(x)\n"
    shown = text.render(Report((found("a.py", body, "print(x)", "r", "no"),), texts={"a.py": body}))
    assert "print(x)" in shown
    assert len(shown) < 1000


def test_a_long_span_is_shown_by_its_first_lines() -> None:
    body = "def f():\n" + "".join(f"    x{number} = {number}\n" for number in range(50))
    shown = text.render(Report((found("a.py", body, body.rstrip(), "r", "no"),), texts={"a.py": body}))
    assert "... 47 more lines" in shown
    assert "x30" not in shown


def test_the_reason_of_a_rule_is_given_once() -> None:
    assert text.render(REPORTS["many"]).count("will, in production, at night") == 1


def test_the_limit_keeps_what_gates_and_counts_the_rest() -> None:
    shown = text.render(REPORTS["many"], Style(limit=3))
    assert "... and 3 more, not shown" in shown
    assert "bare-print" not in shown
    assert "ruff:S113" in shown


def test_colour_changes_nothing_but_colour() -> None:
    for report in REPORTS.values():
        plain = text.render(report, Style(statistics=True))
        assert ANSI.sub("", text.render(report, Style(color=True, statistics=True))) == plain
        assert "\x1b" not in plain


@given(reports(), st.integers(1, 160))
@settings(max_examples=150, deadline=None)
def test_text_of_any_report_drives_no_terminal(report: Report, columns: int) -> None:
    shown = text.render(report, Style(color=True, width=columns, statistics=True))
    assert visible(ANSI.sub("", shown).replace("\n", "")) == ANSI.sub("", shown).replace("\n", "")


@given(source)
def test_code_keeps_one_cell_for_each_code_point(line: str) -> None:
    assert len(code(line)) == len(line)


@given(foreign, st.integers(1, 40))
def test_cropping_fits_the_room(words: str, room: int) -> None:
    assert width(crop(visible(words), room)) <= room


# fixes as changed lines


@given(reports())
@settings(deadline=None)
def test_changes_make_the_same_text_as_the_edits(report: Report) -> None:
    (finding,) = report.findings
    assert finding.fix is not None
    body = expected = report.texts[finding.path]
    for edit in reversed(finding.fix.edits):
        expected = expected[: edit.start] + edit.text + expected[edit.end :]
    for change in reversed(changes(LineIndex.of(body), finding.fix)):
        body = body[: change.start] + change.text + body[change.end :]
    assert body == expected


@pytest.mark.parametrize(
    ("edits", "line", "before", "after"),
    [
        pytest.param([(0, 0, "import x\n")], 1, (), ("import x",), id="a line inserted"),
        pytest.param([(2, 4, "")], 2, ("b",), (), id="a line deleted"),
        pytest.param([(2, 3, "B")], 2, ("b",), ("B",), id="a line replaced"),
        pytest.param([(0, 1, "A"), (1, 1, "!")], 1, ("a",), ("A!",), id="two edits of one line"),
        pytest.param([(5, 5, "\nd")], 4, (), ("d",), id="a line behind an unfinished last one"),
        pytest.param([(1, 1, "")], 2, (), (), id="nothing"),
    ],
)
def test_a_change_names_the_lines_that_differ(
    edits: list[tuple[int, int, str]], line: int, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    fix = Fix("t", "safe", tuple(Edit(*edit) for edit in edits))
    (change,) = changes(LineIndex.of("a\nb\nc"), fix)
    assert (change.line, change.before, change.after) == (line, before, after)


# markdown


def html_of(report: Report) -> str:
    return str(MarkdownIt("commonmark").enable("table").render(markdown.render(report)))


def tags_of(html: str) -> set[str]:
    return set(re.findall(r"</?([a-z0-9]+)", re.sub("<!-- -->", "", html)))


OURS = {"h3", "p", "strong", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "code", "pre", "details"}
OURS |= {"summary", "blockquote"}


def test_hostile_text_makes_no_markup_of_its_own() -> None:
    html = html_of(REPORTS["hostile"])
    assert tags_of(html) <= OURS
    assert html.count("<h3>") == 1
    assert html.count("<tr>") == 1 + len(REPORTS["hostile"].findings)


@given(reports())
@settings(max_examples=100, deadline=None)
def test_markdown_of_any_report_has_only_our_markup(report: Report) -> None:
    html = html_of(report)
    assert tags_of(html) <= OURS
    assert html.count("<h3>") == 1
    assert html.count("<tr>") == 2
    assert html.count("<li>") == 1


def test_mentions_references_and_links_are_broken_up() -> None:
    words = "ask @team about #12 and https://evil.example or www.evil.example"
    shown = markdown.render(Report((found("a.py", CLIENT, "url", "r", words),)))
    for word in ("@team", "#12", "https://", "www."):
        assert word not in shown


def test_markdown_fits_a_comment_and_counts_what_it_leaves_out() -> None:
    findings = tuple(found("a.py", CLIENT, "url", f"rule-{n}", EVIL) for n in range(3000))
    shown = markdown.render(
        Report(findings, tuple(Failure(EVIL, path="a") for _ in range(3000)), texts={"a.py": CLIENT})
    )
    assert len(shown) < 65_536
    assert len(re.findall(r"\d more not shown", shown)) == 2


# agent


def test_an_agent_gets_the_exact_edit_and_the_command_that_verifies_it() -> None:
    assert agent.render(REPORTS["one"]).split("\n\n")[1] == (
        "MUST FIX src/client.py:8 network-call-without-timeout (P1)\n"
        "problem: `requests.get` can wait forever\n"
        "why: A call that can wait forever will, in production, at night.\n"
        "do: pass `timeout=10` (may change behaviour: check it)\n"
        "at line 8:\n"
        "-     return requests.get(url)\n"
        "+     return requests.get(url, timeout=10)\n"
        "verify: gardener check src/client.py --select network-call-without-timeout\n"
    )


@pytest.mark.parametrize("path", ["a b.py", "$(touch x).py", "-rf.py", "it's.py", ";ls"])
def test_the_command_for_an_agent_is_quoted(path: str) -> None:
    shown = agent.render(Report((found(path, CLIENT, "url", "a;b", "no"),)))
    command = shlex.split(shown.split("verify: ")[1])
    assert command[:2] == ["gardener", "check"]
    assert command[2] in {path, f"./{path}"}
    assert command[3:] == ["--select", "a;b"]


@given(reports())
@settings(max_examples=100, deadline=None)
def test_foreign_text_starts_no_block_for_an_agent(report: Report) -> None:
    lines = agent.render(report).split("\n")
    assert sum(line.startswith("MUST FIX ") for line in lines) == 1
    assert sum(line.startswith("NOT ANALYSED ") for line in lines) == 1
    assert sum(line.startswith("verify: ") for line in lines) <= 1
