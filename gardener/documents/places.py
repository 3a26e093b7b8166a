"""Where the two documents stand: the path in the settings, else the first of the usual ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gardener.core.settings import Settings

BELIEF_PLACES = (
    "core-beliefs.md",
    "docs/core-beliefs.md",
    "docs/design-docs/core-beliefs.md",
    "docs/golden-principles.md",
)
TRACKER_PLACES = (
    "tech-tracker.md",
    "docs/tech-tracker.md",
    "docs/exec-plans/tech-debt-tracker.md",
    "docs/tech-debt-tracker.md",
    "tech-debt-tracker.md",
    "docs/quality_score.md",
    "quality_score.md",
)


def find_core_beliefs(paths: Iterable[str], settings: Settings) -> str | None:
    """The path of the beliefs among `paths`: the one the settings name, else the first usual one, else None.

    Raises ConfigError when the settings name a file that is not there.
    """
    return _found(paths, settings.core_beliefs, BELIEF_PLACES, "core-beliefs", settings.source)


def find_tech_tracker(paths: Iterable[str], settings: Settings) -> str | None:
    """The path of the tracker among `paths`: the one the settings name, else the first usual one, else None.

    Raises ConfigError when the settings name a file that is not there.
    """
    return _found(paths, settings.tech_tracker, TRACKER_PLACES, "tech-tracker", settings.source)


def _found(paths: Iterable[str], named: str | None, places: Sequence[str], setting: str, source: str) -> str | None:
    """`named` or the first of `places` that is among `paths`, whatever the case of its letters."""
    present = {path.lower(): path for path in paths if path[-3:].lower() == ".md"}
    if named is not None:
        if named.lower() not in present:
            raise ConfigError(f"`{setting}` names `{named}`, which is not there", at=source or None)
        return present[named.lower()]
    return next((present[place] for place in places if place in present), None)
