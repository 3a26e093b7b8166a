from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.checking.directives import lex, read_directives
from gardener.checking.suppressions import HYGIENE_RULES, apply
from gardener.core.finding import Finding, Place, Span

Examine = Callable[..., tuple[Finding, ...]]

TODAY = date(2026, 6, 15)
KNOWN = {"shell-call", "spawn-call", "other-rule", *(rule.id for rule in HYGIENE_RULES)}
RAN = {"shell-call", "spawn-call"}


def judged(examine: Examine, text: str, ran: set[str] = RAN) -> tuple[list[str | None], list[str]]:
    """How each finding is suppressed, and the rules of the findings about the directives."""
    marked, about = apply(
        examine(text), read_directives(text), known=KNOWN, ran=ran, today=TODAY, path="a.py"
    )  # fmt: skip
    return [found.suppressed.by if found.suppressed else None for found in marked], [found.rule for found in about]


CALL = "import os\nos.system(x)"

COVERED = [
    pytest.param(f"{CALL}  # gardener: allow[shell-call] why\n", id="at the end of the line"),
    pytest.param(f"{CALL}  # noqa: S605  # gardener: allow[shell-call] why\n", id="after noqa"),
    pytest.param(f"{CALL}  # gardener: allow[shell-call] why  # noqa: S605\n", id="before noqa"),
    pytest.param(f"{CALL}  # we know, gardener: allow[shell-call] why\n", id="anywhere in a comment"),
    pytest.param(f"{CALL}  #gardener:allow[shell-call]why\n", id="without blanks"),
    pytest.param(f"{CALL}  # gardener: allow[other-rule, shell-call] why\n", id="one of several ids"),
    pytest.param("import os\n# gardener: allow[shell-call] why\nos.system(x)\n", id="on the line above"),
    pytest.param(
        "import os\n# gardener: allow[shell-call] why\n# and\nos.system(x)\n", id="on the comment lines above"
    ),
    pytest.param("import os\nos.system(  # gardener: allow[shell-call] why\n    x,\n)\n", id="on the first line"),
    pytest.param("import os\nos.system(\n    x,  # gardener: allow[shell-call] why\n)\n", id="on an inner line"),
    pytest.param("import os\nos.system(\n    x,\n)  # gardener: allow[shell-call] why\n", id="on the last line"),
    pytest.param("import os\nos.system(\n    # gardener: allow[shell-call] why\n    x,\n)\n", id="alone inside"),
    pytest.param("import os\nif os.system(x):  # gardener: allow[shell-call] why\n    pass\n", id="on the header"),
    pytest.param(
        "import os\nif (\n    os.system(x)\n):  # gardener: allow[shell-call] why\n    y\n", id="header's end"
    ),
    pytest.param("import os\ny = 1; os.system(x)  # gardener: allow[shell-call] why\n", id="after a semicolon"),
    pytest.param("import os\r\n# gardener: allow[shell-call] why\r\nos.system(x)\r\n", id="CRLF"),
    pytest.param("import os\nos.system(x)\n# gardener: allow-file[shell-call] why\n", id="for the file, anywhere"),
    pytest.param(f"{CALL}  # gardener: allow[shell-call] until=2026-06-15 why\n", id="on its last day"),
    pytest.param(f"{CALL}  # gardener: allow[shell-call] #123 says so\n", id="an issue number is a reason"),
]

UNCOVERED = [
    pytest.param("import os\n# gardener: allow[shell-call] why\n\nos.system(x)\n", id="a blank line between"),
    pytest.param("import os\ny = 1  # gardener: allow[shell-call] why\nos.system(x)\n", id="other statement above"),
    pytest.param("import os\nif y:  # gardener: allow[shell-call] why\n    os.system(x)\n", id="header, not body"),
    pytest.param("import os\nos.system(x)\n# gardener: allow[shell-call] why\n", id="below"),
    pytest.param("import os\nos.system('# gardener: allow[shell-call] why')\n", id="in a string"),
    pytest.param('import os\n"""\n# gardener: allow[shell-call] why\n"""\nos.system(x)\n', id="in a long string"),
    pytest.param(f"{CALL}  # gardener: allow[spawn-call] why\n", id="another rule"),
    pytest.param(f"{CALL}  # noqa: shell-call\n", id="noqa is not ours"),
]


@pytest.mark.parametrize("text", COVERED)
def test_a_directive_covers_its_statement(examine: Examine, text: str) -> None:
    suppressed, about = judged(examine, text)
    assert suppressed == ["inline"]
    assert about == []


@pytest.mark.parametrize("text", UNCOVERED)
def test_a_directive_covers_nothing_else(examine: Examine, text: str) -> None:
    assert judged(examine, text)[0] == [None]


@pytest.mark.parametrize(
    ("verb", "by"), [("allow", "inline"), ("allow-file", "inline"), ("defer", "deferral"), ("wrong", "dispute")]
)
def test_the_verb_says_why_it_does_not_gate(examine: Examine, verb: str, by: str) -> None:
    assert judged(examine, f"{CALL}  # gardener: {verb}[shell-call] why\n") == ([by], [])


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("gardener: allow[a] it is  slow", "it is slow"),
        ("gardener: allow[a]: it is slow", "it is slow"),
        ("gardener: allow[a] -- it is slow", "it is slow"),
        ("gardener: allow[a] see #12 # noqa", "see #12"),
        ("gardener: allow[a] until=2027-01-31 it is slow", "it is slow"),
        ("gardener: allow[a] it is slow until=2027-01-31", "it is slow"),
        ("gardener: allow[a]", ""),
    ],
)
def test_the_reason_is_what_follows(comment: str, reason: str) -> None:
    [directive] = read_directives(f"x  # {comment}\n")
    assert (directive.reason, directive.problem) == (reason, "")
    assert directive.until in {None, date(2027, 1, 31)}


@pytest.mark.parametrize(
    ("comment", "suppressed", "about"),
    [
        pytest.param("allow[shell-call]", "inline", "suppression-without-reason", id="no reason"),
        pytest.param("allow[shell-call] # noqa", "inline", "suppression-without-reason", id="only noqa"),
        pytest.param("defer[shell-call] until=2026-06-14 later", None, "expired-suppression", id="a past date"),
        pytest.param("allow[shel-call] why", None, "unknown-rule-in-suppression", id="an unknown rule"),
        pytest.param("allow[spawn-call] why", None, "unused-suppression", id="another rule that ran"),
        pytest.param("alow[shell-call] why", None, "malformed-suppression", id="an unknown verb"),
        pytest.param("allow[] why", None, "malformed-suppression", id="no id"),
        pytest.param("allow[shell-call why", None, "malformed-suppression", id="an open bracket"),
        pytest.param("allow shell-call why", None, "malformed-suppression", id="no bracket"),
        pytest.param("allow", None, "malformed-suppression", id="nothing"),
        pytest.param("allow[shell call] why", None, "malformed-suppression", id="no id of a rule"),
        pytest.param("allow[shell-call] until=soon why", None, "malformed-suppression", id="no date"),
        pytest.param("allow[shell-call] until=2026-02-30 why", None, "malformed-suppression", id="no day"),
    ],
)
def test_push_back_that_is_not_sound_is_a_finding(
    examine: Examine, comment: str, suppressed: str | None, about: str
) -> None:
    text = f"{CALL}  # gardener: {comment}\n"
    assert judged(examine, text) == ([suppressed], [about])
    _, findings = apply(examine(text), read_directives(text), known=KNOWN, ran=RAN, today=TODAY, path="a.py")
    assert text[findings[0].span.start : findings[0].span.end].startswith("gardener:")
    assert findings[0].severity == "P2"
    assert findings[0].fingerprint


def test_an_unknown_rule_or_verb_is_answered_with_the_nearest(examine: Examine) -> None:
    text = "# gardener: allow[shel-call] why\n# gardener: defr[shell-call] why\n"
    _, about = apply((), read_directives(text), known=KNOWN, ran=RAN, today=TODAY, path="a.py")
    assert "did you mean `shell-call`?" in about[0].message
    assert "did you mean `defer`?" in about[1].message


@pytest.mark.parametrize("comment", ["see gardener: it is a tool", "gardener: allow me to explain", "gardener: x[1]y"])
def test_prose_about_gardener_suppresses_nothing(comment: str) -> None:
    assert all(directive.problem for directive in read_directives(f"# {comment}\n"))


def test_a_rule_that_did_not_run_makes_nothing_unused(examine: Examine) -> None:
    text = "x = 1  # gardener: allow[other-rule, spawn-call] why\n"
    assert judged(examine, text, ran={"shell-call"})[1] == []
    assert judged(examine, text, ran={"other-rule"})[1] == ["unused-suppression"]


def test_ids_of_other_tools_are_not_judged(examine: Examine) -> None:
    assert judged(examine, "x = 1  # gardener: allow[ruff:S605, bounded-calls.1] why\n") == ([], [])


def test_each_id_must_be_used(examine: Examine) -> None:
    text = f"{CALL}  # gardener: allow[shell-call, spawn-call] why\n"
    assert judged(examine, text) == (["inline"], ["unused-suppression"])


def test_a_finding_about_a_directive_can_be_allowed_too(examine: Examine) -> None:
    text = (
        "# gardener: allow-file[suppression-without-reason] generated from a template\n"
        f"{CALL}  # gardener: allow[shell-call]\n"
    )
    _, about = apply(examine(text), read_directives(text), known=KNOWN, ran=RAN, today=TODAY, path="a.py")
    assert [(found.rule, found.suppressed is not None) for found in about] == [("suppression-without-reason", True)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("x = (\n# gardener: allow[a] why\n", 1, id="an open bracket"),
        pytest.param("  x = 1\n y = 2  # gardener: allow[a] why\n", 1, id="a broken indentation"),
        pytest.param("x = '# gardener: allow[a] why\ny = (\n", 0, id="an open string"),
        pytest.param('x = """\n# gardener: allow[a] why\n', 0, id="an open long string"),
    ],
)
def test_comments_are_read_where_the_file_does_not_parse(text: str, count: int) -> None:
    assert len(read_directives(text)) == count


@pytest.mark.parametrize(
    ("text", "over"),
    [
        pytest.param("<!-- gardener: allow[stale-path] why -->\nSee `a.py`.\n", (2, 2), id="above a line"),
        pytest.param("<!-- gardener: allow[stale-path] why -->\n\n# Title\n", (3, 3), id="a blank line between"),
        pytest.param("<!-- gardener: allow[stale-path] why\nand more -->\ntext\n", (3, 3), id="over two lines"),
        pytest.param("<!-- gardener: allow[stale-path] why -->\n```sh\nls\n```\n", (2, 4), id="above a fence"),
        pytest.param("text <!-- gardener: allow[stale-path] why -->\n", (0, 0), id="beside text"),
        pytest.param("| a | <!-- gardener: allow[stale-path] why --> b |\n", (0, 0), id="in a table"),
    ],
)
def test_in_markdown_directives_stand_in_html_comments(text: str, over: tuple[int, int]) -> None:
    [directive] = read_directives(text, markdown=True)
    assert (directive.rules, directive.over) == (("stale-path",), over)
    assert directive.reason in {"why", "why and more"}


@pytest.mark.parametrize(
    "text",
    [
        "```\n<!-- gardener: allow[a] why -->\n```\n",
        "~~~~\n~~~\n<!-- gardener: allow[a] why -->\n",
        "Write `<!-- gardener: allow[a] why -->`.\n",
        "gardener: allow[a] why\n",
        "# gardener: allow[a] why\n",
    ],
)
def test_in_markdown_examples_are_no_directives(text: str) -> None:
    assert read_directives(text, markdown=True) == ()


def test_a_directive_above_a_fence_covers_the_block() -> None:
    text = "<!-- gardener: allow[stale-path] why -->\n```sh\ncat a.py\n```\n"
    found = Finding("stale-path", "a.md", Span(53, 57), Place(3, 5, 3, 9), "m", "P2", reach=(3, 3))
    directives = read_directives(text, markdown=True)
    [marked], about = apply([found], directives, known={"stale-path"}, ran=(), today=TODAY, path="a.md")
    assert marked.suppressed is not None
    assert about == ()


def test_every_rule_about_suppressions_is_told_apart_by_its_examples(examine: Examine) -> None:
    for rule in (rule for rule in HYGIENE_RULES if "suppression" in rule.id):
        bad, good = rule.examples
        assert rule.id in judged(examine, bad.code)[1], rule.id
        assert judged(examine, good.code)[1] == [], rule.id


@given(st.text(alphabet="gardener: allow[]#'\"\\\n-x,=until2027", max_size=60))
def test_reading_never_fails(text: str) -> None:
    for markdown in (False, True):
        for directive in read_directives(f"gardener:{text}# gardener: allow{text}", markdown=markdown):
            assert directive.source.startswith("gardener:")


@given(
    st.lists(st.sampled_from(["'a'", '"#"', "# c", "\n", "x", "'''\n#'''", "\\", "f'{x}'", "\r\n", " "]), max_size=12)
)
def test_comments_and_strings_never_overlap(pieces: list[str]) -> None:
    text = "".join(pieces)
    lexed = lex(text)
    spans = sorted((span.start, span.end) for span in (*lexed.comments, *lexed.strings))
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert all(text[span.start] == "#" for span in lexed.comments)
