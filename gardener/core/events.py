"""What a run tells whoever watches it: events with names, durations and outcomes, never source or secrets."""

from __future__ import annotations

from typing import Protocol

Field = str | int | float | bool | None


class Log(Protocol):
    """Takes one event: its name and plain fields."""

    def __call__(self, event: str, /, **fields: Field) -> None:
        """Note an event. Never raises."""


def silent(_event: str, /, **_fields: Field) -> None:
    """Note nothing."""
