"""What belongs to which area: code by its globs, documents by what they are about, debt by the area it names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gardener.core.globs import compile_globs, matches
from gardener.gardening.grades.records import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gardener.core.belief import Area
    from gardener.core.tracker import Tracker, TrackerRow

_TOKEN = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")


@dataclass(frozen=True, slots=True)
class Sources:
    """What is shared out: lines of code by Python file, the text of each living document, and rows of debt.

    `covers` maps documents to globs of what they are about, as the settings say.
    """

    lines: Mapping[str, int]
    documents: Mapping[str, str] = field(default_factory=dict)
    covers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tracker: Tracker | None = None


def parts_of(areas: Iterable[Area], sources: Sources) -> tuple[Part, ...]:
    """Every area with what belongs to it, in order. A file in several areas counts in each."""
    listed = tuple(areas)
    files = {area.name: _matching(area.globs, sources.lines) for area in listed}
    documents = _documents(files, listed, sources)
    rows = _rows(files, sources.tracker)
    return tuple(
        Part(
            area.name,
            area.globs,
            files[area.name],
            sum(sources.lines[path] for path in files[area.name]),
            frozenset(documents[area.name]),
            tuple(rows[area.name]),
        )
        for area in listed
    )


def _matching(globs: tuple[str, ...], paths: Iterable[str]) -> frozenset[str]:
    compiled = compile_globs(globs)
    return frozenset(path for path in paths if compiled.matches(path))


def _documents(files: Mapping[str, frozenset[str]], areas: Iterable[Area], sources: Sources) -> dict[str, set[str]]:
    """By area: the documents that lie in it, that the settings tie to it, and that name a file or folder of it."""
    areas_of: dict[str, set[str]] = {}
    for name, some in files.items():
        for path in some:
            areas_of.setdefault(path, set()).add(name)
            folder = path.rpartition("/")[0]
            if "/" in folder:
                areas_of.setdefault(folder, set()).add(name)
    found: dict[str, set[str]] = {name: set() for name in files}
    for path, text in sources.documents.items():
        named = {token.rstrip("/.") for token in _TOKEN.findall(text) if "/" in token}
        owners = {name for token in named & areas_of.keys() for name in areas_of[token]}
        owners |= {area.name for area in areas if matches(area.globs, path)}
        tied = tuple(glob.partition(":")[0] for glob in sources.covers.get(path, ()))
        if tied:
            owners |= {name for name, some in files.items() if any(matches(tied, one) for one in some)}
        for name in owners:
            found[name].add(path)
    return found


def _rows(files: Mapping[str, frozenset[str]], tracker: Tracker | None) -> dict[str, list[TrackerRow]]:
    """By area: the open rows that name it, in full or by its last part, else those whose evidence lies in it."""
    found: dict[str, list[TrackerRow]] = {name: [] for name in files}
    for row in tracker.rows if tracker else ():
        if row.status != "resolved":
            for name in _owners(row, files):
                found[name].append(row)
    return found


def _owners(row: TrackerRow, files: Mapping[str, frozenset[str]]) -> list[str]:
    wanted = row.area.strip().strip("`/").lower()
    exact = [name for name in files if name.lower() == wanted]
    if exact or not wanted:
        return exact or _holding(row, files)
    last = [name for name in files if name.lower().rpartition("/")[2] == wanted]
    return last or _holding(row, files)


def _holding(row: TrackerRow, files: Mapping[str, frozenset[str]]) -> list[str]:
    """The areas that hold a file or folder which the row's area or evidence names."""
    tokens = {token.rstrip("/.") for token in _TOKEN.findall(f"{row.area} {row.evidence}") if "/" in token}
    return [
        name
        for name, some in files.items()
        if any(path in tokens or any(path.startswith(f"{token}/") for token in tokens) for path in some)
    ]
