"""Where rules come from: the shipped pack, the repository's `rules/`, and packs that the settings name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gardener.core.errors import ConfigError, RuleError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.core.settings import Settings
    from gardener.repo.trees import Tree

SHIPPED = Path(__file__).parent.parent / "rules"
SHIPPED_PACK, OWN_PACK = "gardener", "rules"
GROUP = "gardener.rules"
_FENCE = re.compile(rb"^ {0,3}(?:```+|~~~+)[ \t]*toml[ \t]+gardener\b", re.MULTILINE)
_RADAR = re.compile(
    rb"(?i)kind:\s*(?:tech(?:nology)?-)?radar|\|?[ \t]*(?:technology|tech|library|package|dependency|framework)[ \t]*\|"
)


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A file that may hold a rule; `trusted` tells that it came with an installed package, not with the repository.

    `radar` marks the tech tracker, whose forbidden technologies are a rule.
    """

    path: str
    data: bytes
    pack: str
    trusted: bool
    radar: bool = False

    @property
    def may_hold_rule(self) -> bool:
        """Is this a rule page, or perhaps a Python rule? Judged by the bytes alone."""
        if self.radar:
            return _RADAR.search(self.data) is not None
        if self.path.endswith(".md"):
            return _FENCE.search(self.data) is not None
        return b"rule(" in self.data and b"gardener" in self.data

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.path.rpartition("/")[2]


def rule_files(settings: Settings, tree: Tree) -> Iterator[RuleFile]:
    """Every `.md` and `.py` file of every pack, shipped first. Raises ConfigError for a pack that is not there."""
    yield from folder_files(SHIPPED, SHIPPED_PACK)
    paths = tree.paths()
    yield from _tree_files(tree, paths, "rules", OWN_PACK)
    yield from _radar_files(settings, tree, paths)
    for pack in settings.packs:
        prefix = pack.removeprefix("./").strip("/")
        if any(path.startswith(f"{prefix}/") for path in paths):
            yield from _tree_files(tree, paths, prefix, prefix)
        else:
            yield from folder_files(_installed(pack), pack)


def folder_files(folder: Path, pack: str) -> Iterator[RuleFile]:
    """The rule files directly in a folder of an installed package."""
    for path in sorted(folder.glob("*")):
        if path.suffix in (".md", ".py") and path.name != "__init__.py":
            yield RuleFile(f"{folder.name}/{path.name}", path.read_bytes(), pack, trusted=True)


def _tree_files(tree: Tree, paths: tuple[str, ...], prefix: str, pack: str) -> Iterator[RuleFile]:
    for path in paths:
        folder, _, name = path.rpartition("/")
        if folder == prefix and name.endswith((".md", ".py")) and name != "__init__.py":
            try:
                yield RuleFile(path, tree.read(path), pack, trusted=False)
            except OSError as error:
                raise RuleError(f"the rule cannot be read: {error.strerror or error}", at=path) from None


def _radar_files(settings: Settings, tree: Tree, paths: tuple[str, ...]) -> Iterator[RuleFile]:
    from gardener.documents.places import find_tech_tracker

    path = find_tech_tracker(paths, settings)
    if path is None:
        return
    try:
        yield RuleFile(path, tree.read(path), OWN_PACK, trusted=False, radar=True)
    except OSError as error:
        raise RuleError(f"the tracker cannot be read: {error.strerror or error}", at=path) from None


def _installed(pack: str) -> Path:
    """The folder of an installed pack: the entry point of that name names a module whose folder holds the rules."""
    from importlib.metadata import entry_points
    from importlib.util import find_spec

    found = [point for point in entry_points(group=GROUP) if point.name == pack]
    if not found:
        hint = f"a folder of this repository, or an installed package's entry point in the group `{GROUP}`"
        raise ConfigError(f"there is no pack `{pack}`", hint=hint)
    spec = find_spec(found[0].module)
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise ConfigError(f"pack `{pack}` names `{found[0].module}`, which is no installed package")
    return Path(places[0])
