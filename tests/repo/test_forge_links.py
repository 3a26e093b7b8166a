"""Links to code, from the address of `origin` in all its spellings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from gardener.repo.forge_links import Origin, head_of, origin_of, project_at, unpublished
from tests.conftest import Garden

Make = Callable[[Mapping[str, str | bytes]], Garden]


@pytest.mark.parametrize(
    ("address", "host", "path"),
    [
        ("https://github.com/acme/shop.git", "github.com", "acme/shop"),
        ("https://user:secret@github.com/acme/shop", "github.com", "acme/shop"),
        ("git@github.com:acme/shop.git", "github.com", "acme/shop"),
        ("ssh://git@gitlab.example.org:2222/group/sub/shop.git/", "gitlab.example.org", "group/sub/shop"),
        ("/srv/git/shop.git", "", ""),
        ("../shop", "", ""),
        ("https://github.com/acme/shop\nhttps://example.org", "", ""),
    ],
)
def test_the_address_of_origin_is_read(garden: Make, address: str, host: str, path: str) -> None:
    made = garden({})
    made.git("config", "remote.origin.url", address)
    assert origin_of(made.root) == Origin(host, path)


def test_links_lead_to_lines_of_a_commit() -> None:
    assert Origin("github.com", "a/b").link("c", "x y.py", 3, 5) == "https://github.com/a/b/blob/c/x%20y.py#L3-L5"
    assert Origin("gitlab.com", "a/b").link("c", "x.py", 3, 5) == "https://gitlab.com/a/b/-/blob/c/x.py#L3-5"
    assert Origin("github.com", "a/b").link("c", "x)](y.py", 3, 3).endswith("/x%29%5D%28y.py#L3")
    assert Origin("github.com", "a/b").link("", "x.py", 3, 3) == ""
    assert Origin().link("c", "x.py", 3, 3) == ""


def test_a_project_is_named_for_the_host_it_is_on(garden: Make) -> None:
    made = garden({})
    made.git("config", "remote.origin.url", "git@github.com:acme/shop.git")
    public = "https://api.github.com"
    assert project_at(made.root, public, public) == "acme/shop"
    assert project_at(made.root, "https://github.example.org/api/v3", public) == ""


def test_a_folder_without_history_has_no_head(garden: Make) -> None:
    made = garden({"a.py": ""})
    assert head_of(made.root) == ""
    assert head_of(made.root.parent) == ""
    assert head_of(made.root) != made.commit() == head_of(made.root)


def test_what_is_not_on_the_main_branch_of_origin_is_not_published(garden: Make) -> None:
    made = garden({"a.py": ""})
    made.commit()
    assert unpublished(made.root) == ""
    made.git("update-ref", "refs/remotes/origin/main", "HEAD")
    assert unpublished(made.root) == ""
    made.commit()
    assert unpublished(made.root) == "HEAD holds commits that are not on `origin/main`"
    made.git("checkout", "-q", "--detach", "HEAD~1")
    assert unpublished(made.root) == ""
