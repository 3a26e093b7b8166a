"""Reading a source into the store, on from where it was read to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.core import family
from gardener.core.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from gardener.learning.feedback_store import FeedbackStore, Ingested

SOURCES = "gardener.sources"


def collect(store: FeedbackStore, source: str, root: Path, *, place: str = "", since: str = "") -> Ingested:
    """Read `source` at `place` (a file, a repository, a revision; what it is without one is the source's to say).

    What comes before `since` is left out. Raises ConfigError for a source that is none, SourceError when it cannot be
    read at all; whatever was read until then is kept.
    """
    try:
        member = family.load(SOURCES, source)
    except KeyError:
        known = ", ".join(family.names(SOURCES))
        raise ConfigError(f"`{source}` is no source of feedback", hint=f"known are {known}") from None
    return store.ingest(member.read(place, root, since, store.cursor(source, place)), source, place)
