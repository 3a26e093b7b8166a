"""Writing to the verdict store: shard by shard, each in one step, together with whatever others wrote meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.core.errors import RepoError
from gardener.repo.cache_folder import cache_folder
from gardener.repo.files import write_atomic
from gardener.repo.locking import locked
from gardener.reviewing.settled import Settled, canonical, line_of
from gardener.reviewing.verdict_store import FOLDER, newest_last, read_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

LOCK = "verdicts.lock"


def write_verdicts(root: Path, records: Iterable[Settled]) -> tuple[str, ...]:
    """Add records to the store under `root` and return the paths of the files that changed.

    Of two records with one key the newer stays; what is there already is not written again. Every file is whole at any
    moment. Raises RepoError when the store cannot be locked or written, ConfigError when a file in it cannot be read.
    """
    shards: dict[str, list[Settled]] = {}
    for record in records:
        shards.setdefault(f"{FOLDER}/{record.key[0]}.jsonl", []).append(record)
    if not shards:
        return ()
    try:
        lock = cache_folder(root) / LOCK
        with locked(lock):
            return tuple(path for path in sorted(shards) if _write(root, path, shards[path]))
    except OSError as error:
        raise RepoError(f"cannot write verdicts: {error.strerror or error}", at=FOLDER) from None


def _write(root: Path, path: str, records: Sequence[Settled]) -> bool:
    """Bring a shard up to date; True when that changed it."""
    file = root / path
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        data = b""
    lines = merged(data, path, records)
    if lines is None:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{line}\n" for line in lines)
    write_atomic(file, text.encode("utf-8", "surrogatepass"), root=root)
    return True


def merged(data: bytes, path: str, records: Iterable[Settled]) -> list[str] | None:
    """The lines of a shard with `records`, sorted by key, one a key; None when it has all of them already."""
    known: dict[str, tuple[Settled, str]] = {}
    for line in read_lines(data, path):
        record = line.record()
        there = known.get(record.key)
        if there is None or newest_last(there[0]) < newest_last(record):
            known[record.key] = (record, line.text)
    changed = False
    for record in records:
        there = known.get(record.key)
        if there is None or _replaces(record, there[0]):
            known[record.key] = (record, line_of(record))
            changed = True
    return [known[key][1] for key in sorted(known)] if changed else None


def _replaces(record: Settled, there: Settled) -> bool:
    """Another verdict, unless it is older; and a signature where there was another or none."""
    if canonical(record) == canonical(there):
        return bool(record.sig) and record.sig != there.sig
    return record.date >= there.date
