"""Feedback in our own format, one JSON object a line: what every source comes to, and what other tools can write."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from gardener.core.errors import SourceError
from gardener.core.feedback import Batch, Feedback, Skipped
from gardener.sources._records import WrongRecord, feedback_from, start_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST_LINE = 8 * 1024 * 1024
_TOGETHER = 1000


def read(place: str, root: Path, since: str = "", cursor: str = "") -> Iterator[Batch]:  # noqa: ARG001 - read anew
    """The records of the file `place` (relative to the root), what is older than `since` left out.

    A line that cannot be used is skipped with its reason; of records with the same id the last one counts. Raises
    SourceError when the file cannot be read.
    """
    path = root / place
    since = start_of(since)
    try:
        with path.open("rb") as file:
            yield from _batches(place, file, since)
    except OSError as error:
        raise SourceError(f"`{place}` cannot be read: {error.strerror or error}") from error


def _batches(place: str, lines: Any, since: str) -> Iterator[Batch]:
    found: list[Feedback] = []
    skipped: list[Skipped] = []
    seen: dict[str, int] = {}
    # A day is what clocks and time zones may differ by.
    latest = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for number, line in _lines(lines):
        record = _record(line, f"{place}:{number}", skipped)
        if record is not None and _is_wanted(record, since):
            if record.id in seen:
                skipped.append(Skipped(f"{place}:{seen[record.id]}", f"line {number} has the same id and counts"))
            seen[record.id] = number
            if record.created_at > latest:
                skipped.append(Skipped(f"{place}:{number}", "its date lies in the future and does not count"))
                record = replace(record, created_at="")
            found.append(record)
        if len(found) + len(skipped) >= _TOGETHER:
            yield Batch(tuple(found), skipped=tuple(skipped))
            found, skipped = [], []
    yield Batch(tuple(found), skipped=tuple(skipped))


def _lines(file: Any) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines that are not blank; None for one that is too long, which is never held in memory."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            yield number, None
        elif line.strip():
            yield number, line


def _record(line: bytes | None, at: str, skipped: list[Skipped]) -> Feedback | None:
    try:
        return feedback_from(_decoded(line))
    except WrongRecord as error:
        skipped.append(Skipped(at, str(error)))
        return None


def _decoded(line: bytes | None) -> Any:
    if line is None:
        raise WrongRecord(f"longer than {LONGEST_LINE} bytes")
    try:
        return json.loads(line.removeprefix(b"\xef\xbb\xbf").decode())
    except UnicodeDecodeError as error:
        raise WrongRecord(f"not UTF-8 at byte {error.start}") from None
    except RecursionError:
        raise WrongRecord("nested too deep") from None
    except ValueError as error:
        raise WrongRecord(f"no JSON: {error}") from None


def _is_wanted(record: Feedback, since: str) -> bool:
    """False for what is older than `since`; what has no date may be new."""
    return not since or not record.created_at or record.created_at >= since
