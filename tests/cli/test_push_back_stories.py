"""Stories of comments that push back: which of them are judged, and by which runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Garden


def test_comments_in_documents_are_judged_though_nothing_was_found_there(ruled: Callable[..., Garden]) -> None:
    made = ruled(
        {
            "none.md": "<!-- gardener: allow[broken-link] -->\n",
            "unknown.md": "<!-- gardener: allow[brokn-link] the page comes later -->\n",
            "unused.md": "<!-- gardener: allow[broken-link] the page comes later -->\n",
            "quoted.md": "Write `<!-- gardener: allow[brokn-link] why -->`:\n\n```\n<!-- gardener: allow[x] -->\n```\n",
        }
    )
    done = made.run("check", "--format", "json")
    assert done.hits == [
        ("suppression-without-reason", "none.md", 1),
        ("unused-suppression", "none.md", 1),
        ("unknown-rule-in-suppression", "unknown.md", 1),
        ("unused-suppression", "unused.md", 1),
    ]


def test_an_allow_is_unused_only_where_its_rule_could_look(ruled: Callable[..., Garden]) -> None:
    allow = "# gardener: allow[old-call] the tenant is known\n"
    made = ruled({"broken.py": f"{allow}old(\n", "sample.py": f"{allow}old(\n", "a.py": f"{allow}x = 1\n"})
    made.write({"gardener.toml": 'unparsable = ["sample.py"]\n'})
    done = made.run("check", "--format", "json")
    assert done.hits == [("unused-suppression", "a.py", 1)]
    assert [item["path"] for item in done.json["failures"]] == ["broken.py"]


REPO_RULE = '''
from gardener import Repo, rule


@rule(Repo)
def never_found(repo):
    """Never found.

    ~~~text bad
    === a.md
    x <!-- here -->
    ~~~

    ~~~text good
    === a.md
    x
    ~~~
    """
    return iter(())
'''


def test_rules_about_the_whole_repository_judge_no_comment_where_paths_are_named(ruled: Callable[..., Garden]) -> None:
    allow = "gardener: allow[never-found] it is meant so"
    made = ruled({"rules/never_found.py": REPO_RULE, "a.py": f"# {allow}\nx = 1\n", "a.md": f"<!-- {allow} -->\n"})
    made.write({"gardener.toml": "python-rules = true\n"})
    assert len(made.run("check", "--format", "json").hits) == 2
    assert made.run("check", "a.py", "a.md", "--format", "json").hits == []
    assert made.run("check", "--only", "code", "--format", "json").hits == []


def test_a_python_rule_that_may_not_run_says_what_lets_it(ruled: Callable[..., Garden]) -> None:
    made = ruled({"rules/never_found.py": REPO_RULE})
    done = made.run("check", "--select", "never-found")
    assert (done.code, "python-rules = true" in done.err) == (2, True)
    assert made.run("check", "--ignore", "never-found").code == 0
    assert "python-rules = true" in made.run("rules", "test", "never-found").err
    assert "python-rules = true" in made.run("rules", "new", "other-smell", "--python").out
