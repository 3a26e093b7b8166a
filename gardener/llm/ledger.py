"""The ledger of every exchange with a model: what was asked where, how it ended, what it took. Never a key.

It stands in an untracked file and is for people who want to know what was spent. Bodies are kept only when that is
asked for, and then as they were sent. A ledger that cannot be written never stops a review: `notes` say it once.
What is older than KEPT_DAYS goes, and the older half of all rows when they take more than MOST_BYTES.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gardener.llm.ask import Ask, Attempt, Reply
    from gardener.llm.prices import Prices

KEPT_DAYS = 400
MOST_BYTES = 64 * 1024 * 1024
BUSY_SECONDS = 5.0
_TABLE = """
CREATE TABLE IF NOT EXISTS exchanges (
    at TEXT NOT NULL, host TEXT NOT NULL, model TEXT NOT NULL, returned TEXT NOT NULL, purpose TEXT NOT NULL,
    outcome TEXT NOT NULL, status INTEGER NOT NULL, requests INTEGER NOT NULL, tokens_in INTEGER NOT NULL,
    tokens_out INTEGER NOT NULL, cached INTEGER NOT NULL, estimated INTEGER NOT NULL, usd REAL, seconds REAL NOT NULL,
    request_hash TEXT NOT NULL, request TEXT, answer TEXT
)
"""
_SIZES = ("page_size", "page_count", "freelist_count")


class Ledger:
    """Rows in the SQLite file at `path`, one for each exchange; safe with several threads and processes.

    `host` is where requests go, `log_bodies` keeps what was sent and answered.
    """

    def __init__(
        self,
        path: Path,
        *,
        host: str = "",
        prices: Prices | None = None,
        log_bodies: bool = False,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._path = path
        self._host = host
        self._prices = prices
        self._log_bodies = log_bodies
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._broken = ""

    @property
    def notes(self) -> tuple[str, ...]:
        """Why exchanges are not on record, if they are not."""
        return (f"the ledger of costs is not kept: {self._broken}",) if self._broken else ()

    def record(self, ask: Ask, reply: Reply, seconds: float) -> None:
        """Write down an exchange. Never raises."""
        from sqlite3 import Error

        with self._lock:
            if self._broken:
                return
            try:
                self._write(self._row(ask, reply, seconds))
            except (Error, OSError) as error:
                self._broken = str(error) or type(error).__name__

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _row(self, ask: Ask, reply: Reply, seconds: float) -> tuple[Any, ...]:
        from gardener.llm.chat_request import chat_request
        from gardener.llm.prices import cost

        body = json.dumps(chat_request(ask), ensure_ascii=False, sort_keys=True)
        used = reply.usage
        price = self._prices.price(ask.model, reply.model) if self._prices is not None else None
        usd = 0.0 if not used.input and not used.output else cost(used, price)
        bodies = (body, reply.text) if self._log_bodies else (None, None)
        digest = hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()[:32]
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        told = (at, self._host, ask.model, reply.model, ask.purpose, reply.outcome, reply.status, reply.requests)
        return (*told, used.input, used.output, used.cached, used.estimated, usd, round(seconds, 3), digest, *bodies)

    def _write(self, row: Sequence[Any]) -> None:
        if self._connection is None:
            self._connection = opened(self._path)
            _prune(self._connection, self._most_bytes)
        holes = ", ".join("?" * len(row))
        self._connection.execute(f"INSERT INTO exchanges VALUES ({holes})", row)  # noqa: S608 - holes only
        self._connection.commit()


def ledgered(attempt: Attempt, ledger: Ledger, clock: Callable[[], float] = time.monotonic) -> Attempt:
    """`attempt`, one request over the wire, with every exchange written down."""

    def recorded(ask: Ask) -> Reply:
        start = clock()
        reply = attempt(ask)
        ledger.record(ask, reply, clock() - start)
        return reply

    return recorded


def opened(path: Path) -> sqlite3.Connection:
    """The ledger at `path`, made when it is not there. Raises sqlite3.Error."""
    import sqlite3

    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
    try:
        connection.execute(_TABLE)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _prune(connection: sqlite3.Connection, most_bytes: int) -> None:
    oldest = (datetime.now(UTC) - timedelta(days=KEPT_DAYS)).strftime("%Y-%m-%d")
    connection.execute("DELETE FROM exchanges WHERE at < ?", (oldest,))
    # Pages that become free are used again, so the file need not be written anew.
    size, pages, free = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in _SIZES)
    if (pages - free) * size > most_bytes:
        connection.execute("DELETE FROM exchanges WHERE rowid <= (SELECT (min(rowid) + max(rowid)) / 2 FROM exchanges)")
