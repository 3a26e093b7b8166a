"""Every tracker has the same shape, and the folder stays where it is."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from gardener.core import family
from gardener.core.errors import TrackerError
from gardener.core.issue import Tracker
from gardener.trackers.folder import Folder

NAMES = family.names("gardener.trackers")
METHODS = [name for name, _ in inspect.getmembers(Tracker, inspect.isfunction) if not name.startswith("_")]


def test_the_family_is_complete() -> None:
    assert NAMES == ["folder", "github", "gitlab"]
    assert METHODS == ["close", "create", "find", "listing", "prepare", "recent", "reopen", "update"]


@pytest.mark.parametrize("name", NAMES)
def test_a_tracker_connects_and_says_what_it_is(name: str) -> None:
    module = family.load("gardener.trackers", name)
    assert list(inspect.signature(module.connect).parameters) == ["root", "settings"]
    assert module.__doc__
    kind = next(one for _, one in inspect.getmembers(module, inspect.isclass) if one.__module__ == module.__name__)
    for method in METHODS:
        mine, protocol = getattr(kind, method), getattr(Tracker, method)
        assert list(inspect.signature(mine).parameters) == list(inspect.signature(protocol).parameters)
        assert mine.__doc__


@pytest.mark.parametrize("link", [".gardener", ".gardener/drafts"])
def test_a_link_that_leads_away_is_not_followed(tmp_path: Path, link: str) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / link).parent.mkdir(parents=True)
    outside.mkdir()
    (root / link).symlink_to(outside, target_is_directory=True)
    with pytest.raises(TrackerError, match="is a link"):
        Folder(root).prepare("gardener")
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("name", ["../../x.md", "/etc/passwd", "X.md", "a.txt", ""])
def test_only_names_of_drafts_are_looked_up(tmp_path: Path, name: str) -> None:
    assert Folder(tmp_path).find(name) is None


def test_a_draft_without_a_head_is_read_as_it_is(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.prepare("gardener")
    (tmp_path / ".gardener/drafts/a.md").write_text("---\nno head")
    assert folder.listing("gardener").issues == ()
    (issue,) = folder.recent("").issues
    assert (issue.title, issue.body, issue.state) == ("", "---\nno head", "open")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / ".gardener").write_text("a file")
    with pytest.raises(TrackerError, match="cannot be made"):
        Folder(tmp_path).prepare("gardener")
