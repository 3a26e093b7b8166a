"""Gathering what grades follow from: the repository is read once, whatever number of areas it has."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from gardener.core.errors import DocumentError
from gardener.gardening.grades.parts import Sources, parts_of
from gardener.gardening.grades.records import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from gardener.checking.beliefs import Held
    from gardener.core.report import Report
    from gardener.core.settings import Settings
    from gardener.core.tracker import Tracker
    from gardener.gardening.grades.records import Part
    from gardener.repo.trees import Tree

_CODE_LINE = re.compile(rb"^[ \t\f]*[^\s#]", re.MULTILINE)
_SILENCING = re.compile(rb"#[^\r\n]*\b(?:noqa|type:\s*ignore|pyright:\s*ignore|pylint:\s*disable)\b")


@dataclass(frozen=True, slots=True)
class Head:
    """The commit that is graded: its hash, and when it was made; empty where nothing was committed."""

    commit: str = ""
    on: str = ""

    @property
    def day(self) -> date | None:
        """The day of the commit."""
        return date.fromisoformat(self.on[:10]) if self.on else None


@dataclass(frozen=True, slots=True)
class Gathered:
    """Parts and evidence of one state of a repository."""

    parts: tuple[Part, ...]
    evidence: Evidence
    head: Head = Head()


def gather(tree: Tree, settings: Settings, report: Report, *, head: Head, held: Held | None) -> Gathered:
    """Share out a checked tree among its areas. `report` is of a check of the whole of it.

    Files that could not be analysed are no evidence. Raises ConfigError, DocumentError and SourceError.
    """
    from gardener.gardening.grades.coverage import read_coverage
    from gardener.repo.discovery import discover
    from gardener.reviewing.areas import areas_of

    found = discover(tree, settings)
    failed = {failure.path for failure in report.failures if failure.path}
    lines: dict[str, int] = {}
    silenced: dict[str, int] = {}
    for path in found.python:
        with suppress(OSError):
            data = b"" if path in failed else tree.read(path).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            lines[path] = sum(1 for _ in _CODE_LINE.finditer(data))
            if comments := sum(1 for _ in _SILENCING.finditer(data)):
                silenced[path] = comments
    tracker = _tracker(tree, settings)
    known = {path: number for path, number in lines.items() if path not in failed}
    # The tracker names every area, in what we write into it not least: it is no document about any.
    documents = [path for path in found.documents if tracker is None or path != tracker.path]
    sources = Sources(known, _living(tree, documents), settings.covers, tracker)
    evidence = Evidence(report.findings, held, tracker, read_coverage(tree.root, known), silenced, head.day)
    return Gathered(parts_of(areas_of(settings, found.python), sources), evidence, head)


def head_of(root: Path) -> Head:
    """The last commit of a repository; nothing where there is none."""
    from gardener.core.errors import RepoError
    from gardener.repo import git

    if not (root / ".git").exists():
        return Head()
    try:
        header = git.log(root, "-1", "HEAD").partition("\0")[0]
    except RepoError:
        return Head()
    commit, seconds, _ = header.lstrip("\x01").split("\x02", 2)
    from datetime import UTC, datetime

    return Head(commit, datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def held_by(root: Path) -> Held | None:
    """The beliefs of a repository with what enforces them; None where it has none. Raises what reading them does."""
    from gardener.checking.beliefs import beliefs_of
    from gardener.documents.places import find_core_beliefs
    from gardener.repo.settings import read_settings
    from gardener.repo.trees import WorkingTree

    tree = WorkingTree(root)
    return None if find_core_beliefs(tree.paths(), read_settings(tree)) is None else beliefs_of(root)


def _living(tree: Tree, paths: Iterable[str]) -> Mapping[str, str]:
    """The documents that speak of the present, by path; records tell of the past, and generated ones for others."""
    from gardener.documents.tiers import tier_of
    from gardener.repo.files import decode

    found: dict[str, str] = {}
    for path in paths:
        with suppress(OSError, ValueError):
            text = decode(tree.read(path), cookie=False).text
            if tier_of(path, text) not in ("record", "generated"):
                found[path] = text
    return found


def _tracker(tree: Tree, settings: Settings) -> Tracker | None:
    from gardener.documents.places import find_tech_tracker
    from gardener.documents.tech_tracker import read_tracker
    from gardener.repo.files import decode

    path = find_tech_tracker(tree.paths(), settings)
    if path is None:
        return None
    try:
        return read_tracker(decode(tree.read(path), cookie=False).text, path)
    except (OSError, ValueError) as error:
        raise DocumentError(f"cannot be read: {error}", at=path) from None
