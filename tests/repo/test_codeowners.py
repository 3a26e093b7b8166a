"""Who owns a file, as the forges say."""

from __future__ import annotations

import pytest

from gardener.repo.codeowners import owners_of, read_owners
from gardener.repo.trees import WorkingTree
from tests.conftest import Garden

TEXT = """\
# The last pattern that matches wins.
*       @acme/all

*.js    @js-owner  # the front end
/build/logs/ @doctocat
docs/*  docs@example.com
apps/   @octocat
/apps/github
\\[strange] @odd
with\\ space.md @spaced
[Section] @default-owner
lib/
lib/own @lib-owner
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("a.py", ("@acme/all",)),
        ("deep/down/a.js", ("@js-owner",)),
        ("build/logs/a.log", ("@doctocat",)),
        ("other/build/logs/a.log", ("@acme/all",)),
        ("docs/start.md", ("docs@example.com",)),
        ("docs/build/trouble.md", ("@acme/all",)),
        ("deep/apps/a.py", ("@octocat",)),
        ("apps/github/a.py", ()),
        ("with space.md", ("@spaced",)),
        ("lib/a.py", ("@default-owner",)),
        ("lib/own/a.py", ("@lib-owner",)),
    ],
)
def test_the_last_pattern_that_matches_wins(path: str, owners: tuple[str, ...]) -> None:
    assert read_owners(TEXT).of(path) == owners


def test_what_makes_no_sense_is_left_out() -> None:
    assert read_owners("* @all\n!a.py @x\nb[ @y\n../c @z\n* not-an-owner\n").of("a.py") == ()
    assert read_owners("* @all\n!a.py @x\n../c @z\n").of("a.py") == ("@all",)


def test_it_is_found_where_the_forges_look(garden: object, tmp_path: object) -> None:
    made: Garden = garden({".github/CODEOWNERS": "* @first\n", "docs/CODEOWNERS": "* @last\n"})  # type: ignore[operator] # a fixture
    assert owners_of(WorkingTree(made.root)).of("a.py") == ("@first",)
