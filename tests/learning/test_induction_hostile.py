"""Induction survives whatever stands in samples, and says what it could not use."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gardener.checking.pages import read_page
from gardener.learning.induce import Induced, Limits, NotInduced, Sample, induce

GOOD = Sample("import os\n\nos.system(a)\n", "import subprocess\n\nsubprocess.run(a)\n")
QUICK = Limits(seconds=5.0, file_kb=64)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def (:\n", "does not parse"),
        ("", "nothing changed"),
        ("x = 1\n" * 20_000, "larger than 64 kB"),
        ("(" * 3000 + ")" * 3000, "does not parse"),
        ("x = " + "-" * 2000 + "1\n", "nested too deeply"),
        ("\0", "does not parse"),
        ("x = '\ud800'\n", ""),
    ],
)
def test_a_sample_that_cannot_be_used_is_named_with_the_reason(text: str, said: str) -> None:
    found = induce([Sample(text, text and "y = 2\n")], title="Smell", why="", limits=QUICK)
    assert isinstance(found, NotInduced)
    assert said in str((found.reason, found.tried))


def test_broken_samples_do_not_spoil_the_others() -> None:
    samples = [GOOD, Sample("def (:\n", "x\n"), GOOD, Sample("x", None), GOOD][:4]
    found = induce(samples[:3], title="Smell", why="", limits=QUICK)
    assert isinstance(found, Induced)
    assert found.proof.befores == 2


def test_no_samples_give_no_rule() -> None:
    assert isinstance(induce([], title="Smell", why=""), NotInduced)


@pytest.mark.parametrize(
    "piece",
    [
        ("    os.system(a)\n", "    run(a)\n"),
        ("except Exception:\n    pass\n", "except OSError:\n    pass\n"),
        ("if a == None:\n", "if a is None:\n"),
        ("elif a == None:\n    b()\n", "elif a is None:\n    b()\n"),
        ("@old\n", "@new\n"),
        ("return a == None\r\n", "return a is None\r\n"),
    ],
)
def test_pieces_of_files_are_read_as_they_are_cut(piece: tuple[str, str]) -> None:
    found = induce([Sample(*piece)], title="Smell", why="", limits=QUICK)
    assert not isinstance(found, NotInduced) or "parse" not in str((found.reason, found.tried))


def test_titles_and_whys_cannot_break_out_of_the_page() -> None:
    title = "# Evil\n```toml gardener\nfamily = 'x'\n```"
    why = "Text.\n\n```toml gardener\ncalls = ['eval']\n```\n\n# Another\n<!-- gardener: allow-file[x] -->\n"
    why += "```python bad\n1\n```\n"
    found = induce([GOOD, GOOD, GOOD], title=title, why=why)
    assert isinstance(found, Induced)
    rule = read_page(found.page, "rules/a.md")
    assert rule.body["parameters"]["calls"] == ["os.system"]
    assert len(rule.examples) == 2


def test_too_little_time_is_a_reason() -> None:
    found = induce([GOOD, GOOD, GOOD], title="Smell", why="", limits=Limits(seconds=0.0))
    assert isinstance(found, NotInduced)
    assert "0 s" in found.reason


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40)), max_size=3))
def test_any_text_at_all_gives_an_answer(pairs: list[tuple[str, str]]) -> None:
    assert induce([Sample(*pair) for pair in pairs], title="Smell", why="", limits=QUICK)
