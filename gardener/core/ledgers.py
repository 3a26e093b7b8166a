"""Ledgers: files of one JSON object a line, committed and merged by keeping the lines of both sides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gardener.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_MERGE_MARKS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


def records(text: str, *, at: str, hint: str | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each line's object with its `file:line`; blank lines are skipped.

    Raises ConfigError for what is no object, with `hint` for what is no JSON at all.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines, start=1):
        if line.strip():
            place = f"{at}:{number}"
            yield place, _record(line, place, hint)


def refuse_missing(record: Mapping[str, Any], names: Iterable[str], at: str) -> None:
    """Raise ConfigError unless every field of `names` holds some text."""
    wrong = [name for name in names if not (isinstance(record.get(name), str) and record[name])]
    if wrong:
        raise ConfigError(f"{' and '.join(wrong)} missing or no text", at=at)


def _record(line: str, at: str, hint: str | None) -> dict[str, Any]:
    if line.startswith(_MERGE_MARKS):
        raise ConfigError(
            "an unfinished merge", at=at, hint="delete the conflict marks; keeping the lines of both sides is right"
        )
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        raise ConfigError("this line is no JSON", at=at, hint=hint) from None
    if not isinstance(data, dict):
        raise ConfigError("this line is no JSON object", at=at)
    return data
