"""The parts of a repository that are graded as one, and the sample of each that is judged."""

from __future__ import annotations

import hashlib
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING

from gardener.core.belief import Area
from gardener.core.globs import matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gardener.core.review import Pair
    from gardener.core.settings import Settings

MOST_UNITS = 40


def areas_of(settings: Settings, files: Iterable[str]) -> tuple[Area, ...]:
    """The areas that the settings name; without any, the outermost packages among the Python `files`.

    A single package with several packages in it is divided into those, and what stands beside them. Where there is no
    package either, the whole repository is one area.
    """
    if settings.areas:
        return tuple(Area(name, globs) for name, globs in settings.areas.items())
    folders = {path.rpartition("/")[0] for path in files if path.endswith("/__init__.py")}
    packages = sorted(folder for folder in folders if folder.rpartition("/")[0] not in folders)
    if len(packages) == 1:
        (whole,) = packages
        parts = sorted(folder for folder in folders if folder.rpartition("/")[0] == whole)
        if len(parts) > 1:
            return (Area(whole, (f"{whole}/*",)), *(Area(folder, (f"{folder}/**",)) for folder in parts))
    return tuple(Area(folder, (f"{folder}/**",)) for folder in packages) or (Area("all", ("**",)),)


def sampled(pairs: Iterable[Pair], area: Area, most: int = MOST_UNITS) -> tuple[Pair, ...]:
    """For each clause at most `most` units of an area, spread over its files.

    Which ones depends on their names alone, the same for every clause: a change elsewhere leaves the sample as it is,
    and what was judged stays judged.
    """
    by_clause: dict[str, list[Pair]] = {}
    for pair in pairs:
        if matches(area.globs, pair.unit.path):
            by_clause.setdefault(pair.criterion.id, []).append(pair)
    return tuple(pair for some in by_clause.values() for pair in _spread(some, most))


def _spread(pairs: Sequence[Pair], most: int) -> list[Pair]:
    by_file: dict[str, list[Pair]] = {}
    for pair in pairs:
        by_file.setdefault(pair.unit.path, []).append(pair)
    ordered: Mapping[str, list[Pair]] = {
        path: sorted(by_file[path], key=lambda pair: _rank(pair.unit.path, pair.unit.name, str(pair.unit.ordinal)))
        for path in sorted(by_file, key=_rank)
    }
    in_turn = chain.from_iterable(zip_longest(*ordered.values()))
    return list(islice((pair for pair in in_turn if pair is not None), most))


def _rank(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()
