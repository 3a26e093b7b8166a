"""The table `review` of the settings: which model judges, what it may cost, and how long it may take."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gardener.core.settings import PriceSettings, ReviewSettings
from gardener.repo.settings_keys import Problems, Unexpected, flag, globs, kind, string

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gardener.repo.toml_lines import Keys


def amount(value: Any) -> float:
    """A finite number that is not negative."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0:
        return float(value)
    raise Unexpected(f"a number from 0 up, not {kind(value)}")


def duration(value: Any) -> float:
    """A number of seconds above 0."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > 0:
        return float(value)
    raise Unexpected(f"a number of seconds above 0, not {kind(value)}")


def count(value: Any) -> int:
    """A whole number that is not negative."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise Unexpected(f"a whole number from 0 up, not {kind(value)}")


def workers(value: Any) -> int:
    """How many calls may run at once."""
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_WORKERS:
        return value
    raise Unexpected(f"a whole number from 1 to {MOST_WORKERS}, not {kind(value)}")


def temperature(value: Any) -> float:
    """A sampling temperature."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= HOTTEST:
        return float(value)
    raise Unexpected(f"a number from 0 to {HOTTEST}, not {kind(value)}")


def endpoint(value: Any) -> str:
    """A URL of an endpoint, without a user or password in it."""
    from urllib.parse import urlsplit

    text = string(value)
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment:
        raise Unexpected('a URL such as "https://llm.example.com/v1", without user, password, query or fragment')
    return text


MOST_WORKERS = 64
HOTTEST = 2
KEYS: Mapping[str, Callable[[Any], Any]] = {
    "model": string,
    "verify_model": string,
    "base_url": endpoint,
    "deadline_s": duration,
    "retries": count,
    "max_usd": amount,
    "max_tokens": count,
    "max_calls": count,
    "max_seconds": duration,
    "concurrency": workers,
    "temperature": temperature,
    "show": count,
    "deny": globs,
    "log_bodies": flag,
}
PRICE_KEYS = ("input", "output", "cached", "cache_write")
_NEEDED = ("input", "output")


def read_review(table: Any, problems: Problems) -> ReviewSettings:
    """The settings of the review; what is wrong is added to `problems`. Hyphens in keys will do for underscores."""
    if not isinstance(table, dict):
        problems.wrong(("review",), f"a table, not {kind(table)}")
        return ReviewSettings()
    values: dict[str, Any] = {}
    for written, value in table.items():
        keys, name = ("review", written), written.replace("-", "_")
        if name == "prices":
            values["prices"] = _prices(value, keys, problems)
        elif name in KEYS:
            try:
                values[name] = KEYS[name](value)
            except Unexpected as expected:
                problems.wrong(keys, str(expected))
        else:
            problems.unknown(keys, (*KEYS, "prices"))
    return ReviewSettings(**values)


def _prices(table: Any, keys: Keys, problems: Problems) -> dict[str, PriceSettings]:
    """US dollars per million tokens, by model."""
    if not isinstance(table, dict):
        problems.wrong(keys, f"a table of models, not {kind(table)}")
        return {}
    found: dict[str, PriceSettings] = {}
    for model, content in table.items():
        here = (*keys, model)
        if not isinstance(content, dict):
            problems.wrong(here, f"a table such as {{ input = 0.4, output = 1.6 }}, not {kind(content)}")
            continue
        values = _price(content, here, problems)
        if values is not None:
            found[model] = PriceSettings(**values)
    return found


def _price(table: Mapping[str, Any], keys: Keys, problems: Problems) -> dict[str, float] | None:
    values: dict[str, float] = {}
    for written, value in table.items():
        name = written.replace("-", "_")
        if name not in PRICE_KEYS:
            problems.unknown((*keys, written), PRICE_KEYS)
            continue
        try:
            values[name] = amount(value)
        except Unexpected as expected:
            problems.wrong((*keys, written), str(expected))
    missing = [name for name in _NEEDED if name not in table]
    if missing:
        problems.add(keys, f"a price needs {' and '.join(f'`{name}`' for name in missing)}")
        return None
    return values if all(name in values for name in _NEEDED) else None
