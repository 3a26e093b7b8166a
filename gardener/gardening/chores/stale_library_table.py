"""Does the table of network libraries describe older libraries than those installed here?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def run(installed: Callable[[str], str | None] | None = None) -> tuple[str, ...]:
    """A note for each distribution whose installed major release is newer than the one that was checked.

    `installed` gives a distribution's release, or None; by default it asks the metadata of this environment. No
    library is imported.
    """
    from gardener.checking.timeouts.table import shipped_table

    release_of = installed or _installed
    notes = []
    for name, library in sorted(shipped_table("network_calls").libraries.items()):
        found = release_of(library.distribution) if library.distribution else None
        if found and library.checked and _major(found) > _major(library.checked):
            notes.append(
                f"drift: {library.distribution} {found} is installed, and the table of network calls "
                f"describes {library.checked} (`{name}`)"
            )
    return tuple(notes)


def _major(version: str) -> int:
    found = re.match(r"\d+", version)
    return int(found[0]) if found else 0


def _installed(distribution: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
