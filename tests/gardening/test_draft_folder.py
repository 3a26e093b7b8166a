"""Drafts in a folder: the same issues without a tracker."""

from __future__ import annotations

import re
from pathlib import Path

from gardener.documents.issue_region import region_of
from gardener.trackers.folder import Folder
from tests.gardening.syncing import Nights, draft, drafts


def test_drafts_live_in_the_folder(tmp_path: Path) -> None:
    nights = Nights(tmp_path, Folder(tmp_path))
    (name,) = (one.removeprefix("create ") for one in nights.actions(drafts("a")))
    path = tmp_path / ".gardener/drafts" / name
    assert re.fullmatch(r"resolve-rule-a-in-shop-[0-9a-f]{8}\.md", name)
    assert region_of(path.read_text()) is not None
    before = path.read_bytes()
    assert nights.actions(drafts("a")) == []
    assert path.read_bytes() == before
    nights.pass_()
    assert nights.actions() == [f"close {name}"]
    assert "state: closed\n" in path.read_text()
    assert nights.actions(drafts("a")) == [f"reopen {name}"]


def test_a_draft_that_was_deleted_comes_back(tmp_path: Path) -> None:
    nights = Nights(tmp_path, Folder(tmp_path))
    nights.pass_(drafts("ab"))
    for path in (tmp_path / ".gardener/drafts").iterdir():
        path.unlink()
    assert len(nights.actions(drafts("ab"))) == 2
    assert nights.actions(drafts("ab")) == []


def test_a_draft_that_is_not_planned_stays_so(tmp_path: Path) -> None:
    nights = Nights(tmp_path, Folder(tmp_path))
    nights.pass_(drafts("a"))
    (path,) = (tmp_path / ".gardener/drafts").iterdir()
    path.write_text(path.read_text().replace("state: open", "state: not planned"))
    assert [nights.actions([draft("rule-a", count=count)]) for count in (1, 2)] == [[], []]


def test_a_draft_with_windows_line_ends_is_the_same(tmp_path: Path) -> None:
    nights = Nights(tmp_path, Folder(tmp_path))
    nights.pass_(drafts("a"))
    (path,) = (tmp_path / ".gardener/drafts").iterdir()
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert nights.actions(drafts("a")) == []
