"""Rows that came in and do not settle their case yet, so that an interrupted review goes on where it stopped.

They wait in `.gardener/cache/pending.jsonl`, which nobody commits. Losing a row costs a question, never a verdict: what
cannot be read is dropped, and what cannot be written is asked again.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeGuard

from gardener.core.errors import RepoError
from gardener.core.review import ANSWERS, Verdict
from gardener.repo.cache_folder import CACHE_FOLDER, believable, cache_folder
from gardener.repo.files import write_atomic
from gardener.repo.locking import locked
from gardener.reviewing.deciding import STAGES, Row, Stage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

NAME = "pending.jsonl"
PATH = f"{CACHE_FOLDER}/{NAME}"
LOCK = "pending.lock"
_LARGEST = 64 * 1024 * 1024
# Rows whose code or clause has changed since are never asked for again: only so many are kept.
MOST_ROWS = 20_000
_TEXTS = ("clause", "unit", "analysis", "code_quote", "clause_quote", "message", "fix_hint")

Rows = dict[str, dict[Stage, Row]]


def read(root: Path) -> Rows:
    """The rows that wait, by the key of their case and their stage; of several for one stage the last.

    Nothing where git tracks the file: a repository could bring answers that nobody gave.
    """
    found: Rows = {}
    if believable(root):
        for line in _lines(root / PATH):
            waiting = _row(line)
            if waiting is not None:
                key, stage, row = waiting
                found.setdefault(key, {})[stage] = row
    return found


def add(root: Path, rows: Sequence[tuple[str, Stage, Row]]) -> None:
    """Let rows wait, given as (key of the case, stage, row)."""
    lines = "".join(f"{_line(key, stage, row)}\n" for key, stage, row in rows)
    if not lines:
        return
    with suppress(OSError, RepoError):
        folder = cache_folder(root)
        with locked(folder / LOCK):
            _append(folder / NAME, lines.encode())


def forget(root: Path, keys: Collection[str]) -> None:
    """Drop the rows of cases that are settled."""
    if not keys or not (root / PATH).exists():
        return
    settled = frozenset(keys)
    with suppress(OSError, RepoError):
        folder = cache_folder(root)
        with locked(folder / LOCK):
            _keep(folder / NAME, settled)


def _append(file: Path, data: bytes) -> None:
    """Add lines in one write, on a line of their own even where an earlier write broke off."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(file, flags, 0o666)
    with open(handle, "rb+", buffering=0) as stream:  # noqa: PTH123 - opened without following links
        size = stream.seek(0, os.SEEK_END)
        if size:
            stream.seek(size - 1)
            data = data if stream.read(1) == b"\n" else b"\n" + data
        stream.write(data)


def _keep(file: Path, settled: frozenset[str]) -> None:
    lines = list(_lines(file))
    waiting = [(line, row[0]) for line in lines if (row := _row(line)) is not None]
    left = [line for line, key in waiting if key not in settled][-MOST_ROWS:]
    if not left:
        file.unlink(missing_ok=True)
    elif len(left) < len(lines):
        write_atomic(file, "".join(f"{line}\n" for line in left).encode())


def _lines(file: Path) -> Iterable[str]:
    """The lines of a file that can be lines of ours; none of a file that is a link, too large or not there."""
    try:
        if file.is_symlink() or file.parent.is_symlink() or file.stat().st_size > _LARGEST:
            return []
        data = file.read_bytes()
    except OSError:
        return []
    return [line for line in data.decode("ascii", "replace").split("\n") if line.strip()]


def _line(key: str, stage: Stage, row: Row) -> str:
    verdict = {name: getattr(row.verdict, name) for name in (*_TEXTS, "verdict")}
    content = {"key": key, "stage": stage, "row": verdict} | ({"reads": dict(row.reads)} if row.reads else {})
    return json.dumps(content, separators=(",", ":"))


def _row(line: str) -> tuple[str, Stage, Row] | None:
    """The row that a line holds; None for anything else."""
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    key, stage, row = content.get("key"), content.get("stage"), content.get("row")
    reads = content.get("reads", {})
    if not isinstance(key, str) or stage not in STAGES or not _are_texts(row) or not _are_texts(reads):
        return None
    if set(row) != {*_TEXTS, "verdict"} or row["verdict"] not in ANSWERS:
        return None
    return key, stage, Row(Verdict(**row), reads)


def _are_texts(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
