"""The table `garden` of the settings: how long a night may take, what it may cost, and what it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gardener.core.settings import GardenSettings
from gardener.repo.settings_keys import Problems, Unexpected, kind, strings
from gardener.repo.settings_review import amount, count, duration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def months(value: Any) -> int:
    """A whole number of months above 0."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise Unexpected(f"a whole number of months above 0, not {kind(value)}")


KEYS: Mapping[str, Callable[[Any], Any]] = {
    "max_seconds": duration,
    "max_usd": amount,
    "max_changes": count,
    "max_patches": count,
    "idle_months": months,
    "skip": strings,
}


def read_garden(table: Any, problems: Problems) -> GardenSettings:
    """The settings of the nightly job; what is wrong is added to `problems`. Hyphens in keys will do for underscores.

    Whether a step or chore of a name exists is seen when the job runs.
    """
    if not isinstance(table, dict):
        problems.wrong(("garden",), f"a table, not {kind(table)}")
        return GardenSettings()
    values: dict[str, Any] = {}
    for written, value in table.items():
        keys, name = ("garden", written), written.replace("-", "_")
        if name not in KEYS:
            problems.unknown(keys, KEYS)
            continue
        try:
            values[name] = KEYS[name](value)
        except Unexpected as expected:
            problems.wrong(keys, str(expected))
    return GardenSettings(**values)
