"""The code of a comment, as rules can be tried on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gardener.core.feedback import Evidence, Feedback, Theme
from gardener.learning.specimens import Specimen, specimen_between, specimen_of, specimens_of

FILE = "import os\n\n\ndef f(x):\n    return old(x)\n\n\ndef g(x):\n    return old(x)\n"
NEW = FILE.replace("def g(x):\n    return old(x)", "def g(x):\n    return new(x)")


def evidence(**fields: object) -> Evidence:
    feedback = Feedback("1", "jsonl", "why", path="a.py", line=9, before_file=FILE)
    known = {
        name: fields.pop(name)
        for name in list(fields)
        if name in Feedback.__dataclass_fields__ and name not in {"before", "after"}
    }
    return replace(Evidence(replace(feedback, **known), "why", before="    return old(x)\n"), **fields)  # type: ignore[arg-type]


def test_the_place_is_the_one_nearest_to_the_commented_line() -> None:
    assert specimen_of(evidence()) == Specimen("a.py", FILE, (9, 9), whole=True)
    assert specimen_of(evidence(line=4)) == Specimen("a.py", FILE, (5, 5), whole=True)


def test_a_suggestion_takes_the_place_of_what_was_commented_on() -> None:
    found = specimen_of(evidence(after="return new(x)\n", tier="T1"))
    assert found == Specimen("a.py", FILE, (9, 9), NEW, (9, 9), whole=True)


def test_the_file_as_it_became_is_compared_where_it_is_known() -> None:
    found = specimen_of(evidence(after="    return new(x)\n", after_file=NEW, tier="T2"))
    assert found == Specimen("a.py", FILE, (9, 9), NEW, (9, 9), whole=True)


@pytest.mark.parametrize(
    ("piece", "parsed"),
    [
        ("    return old(x)\n", "return old(x)\n"),
        ("    else:\n        y = old(x)\n", "y = old(x)\n"),
        ("    y = old(x)\n    if y:\n", "y = old(x)\n"),
        ("x = (\n", None),
        ("", None),
        ("\x0c\n", None),
    ],
)
def test_a_piece_is_cut_until_it_parses(piece: str, parsed: str | None) -> None:
    found = specimen_of(evidence(before=piece, before_file=None))
    assert (found and found.before) == parsed


def test_what_is_no_python_or_was_declined_shows_nothing() -> None:
    assert specimen_of(evidence(path="a.js")) is None
    bot = evidence(author_kind="bot")
    theme = Theme("T1", "t", (evidence(), evidence(), evidence(fate="declined", before="x = 1\n"), bot))
    assert specimens_of(theme) == (Specimen("a.py", FILE, (9, 9), whole=True),)


def test_two_states_are_about_what_differs() -> None:
    assert specimen_between(FILE, NEW) == Specimen("example.py", FILE, (9, 9), NEW, (9, 9), whole=True)
    assert specimen_between("x = 1\n", "x = 1\ny = 2\n") == Specimen(
        "example.py", "x = 1\n", (1, 1), "x = 1\ny = 2\n", (2, 2), whole=True
    )
    assert specimen_between("x = (", "x = 1") is None
