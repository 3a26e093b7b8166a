"""A log of events: one JSON object a line, added to a file as they happen, for those who operate a job."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING

from gardener.core.errors import RepoError

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from gardener.core.events import Field

LONGEST_TEXT = 300


class EventLog:
    """Appends to the file at `path`; safe with several threads. Raises RepoError when it cannot be opened.

    A line that cannot be written later (a full disk) is lost: a log must not stop what it tells of.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            self._file: IO[str] = path.open("a", encoding="utf-8", newline="\n")
        except OSError as error:
            raise RepoError(f"the log cannot be written: {error.strerror}", at=str(path)) from None

    def __call__(self, event: str, /, **fields: Field) -> None:
        """Note an event with the time in UTC; texts are cut, so that nothing large gets in by accident."""
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        told = {name: value[:LONGEST_TEXT] if isinstance(value, str) else value for name, value in fields.items()}
        line = json.dumps({"at": at, "event": event, **told})
        with self._lock:
            try:
                self._file.write(f"{line}\n")
                self._file.flush()
            except (OSError, ValueError):
                return

    def __enter__(self) -> EventLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._file.close()
