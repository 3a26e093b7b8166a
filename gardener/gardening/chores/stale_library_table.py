"""Does the table of network libraries describe older libraries than those installed here?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gardener.gardening.chores_ground import Round
from gardener.gardening.night import Duty

if TYPE_CHECKING:
    from collections.abc import Callable

    from gardener.gardening.chores_ground import ChoreGround


def run(_: ChoreGround) -> Round:
    """A duty for each distribution of this environment that the table does not know in its present form."""
    do = "look for what its calls do without a timeout now, and say so in an issue of gardener"
    return Round(tuple(Duty("stale-library-table", what, do=do, minutes=30) for what in drifted(_installed)))


def drifted(installed: Callable[[str], str | None]) -> tuple[str, ...]:
    """A line for each distribution whose major release is newer than the one that was checked.

    `installed` gives a distribution's release, or None. No library is imported.
    """
    from gardener.checking.timeouts.table import shipped_table

    lines = []
    for name, library in sorted(shipped_table("network_calls").libraries.items()):
        found = installed(library.distribution) if library.distribution else None
        if found and library.checked and _major(found) > _major(library.checked):
            lines.append(
                f"drift: {library.distribution} {found} is installed, and the table of network calls "
                f"describes {library.checked} (`{name}`)"
            )
    return tuple(lines)


def _major(version: str) -> int:
    found = re.match(r"\d+", version)
    return int(found[0]) if found else 0


def _installed(distribution: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
