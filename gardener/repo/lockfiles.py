"""Which releases of distributions a repository pins: uv.lock, poetry.lock, pdm.lock and requirements files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from gardener.repo.trees import Tree

# A lock file of a megabyte takes tomllib a second; the two lines that matter stand together in all of them.
_PACKAGE = re.compile(r'^\[\[package\]\]\s*?\nname = "([^"\r\n]+)"\s*?\nversion = "([^"\r\n]+)"', re.MULTILINE)
_PIN = re.compile(r"^[ \t]*([A-Za-z0-9][\w.-]*)[ \t]*(?:\[[^\]\r\n]*\])?[ \t]*===?[ \t]*([\w.!+-]+)", re.MULTILINE)
_LOCKS = re.compile(r"(?:uv|poetry|pdm)\.lock\Z")
_REQUIREMENTS = re.compile(r"(?:requirements/[^/]+|[^/]*requirements[^/]*)\.(?:txt|in)\Z")
_LARGEST = 16 * 1024 * 1024


def pinned_versions(tree: Tree, wanted: Collection[str]) -> dict[str, str]:
    """The release that is pinned of each distribution in `wanted` (normalised names), where one is.

    Lock files at the root count before requirements files; where files disagree the oldest release counts. A file
    that cannot be read, or holds something else, pins nothing.
    """
    if not wanted:
        return {}
    paths = tree.paths()
    locks = [path for path in paths if _LOCKS.match(path)]
    requirements = [path for path in paths if _REQUIREMENTS.match(path)]
    found = _oldest(_pins(tree, requirements, _PIN), wanted)
    return found | _oldest(_pins(tree, locks, _PACKAGE), wanted)


def _pins(tree: Tree, paths: Collection[str], pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    for path in sorted(paths):
        try:
            data = tree.read(path)
        except OSError:
            continue
        if len(data) <= _LARGEST:
            yield from pattern.findall(data.decode("utf-8", "replace"))


def _oldest(pins: Iterator[tuple[str, str]], wanted: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for spelled, version in pins:
        name = normal_name(spelled)
        if name in wanted and (name not in found or _key(version) < _key(found[name])):
            found[name] = version
    return found


def _key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def normal_name(distribution: str) -> str:
    """A distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def wanted_by(parameters: Mapping[str, object]) -> frozenset[str]:
    """The distributions that a rule's parameters name as `pinned`, normalised."""
    named = parameters.get("pinned", ())
    return frozenset(normal_name(str(name)) for name in named) if isinstance(named, list | tuple) else frozenset()
