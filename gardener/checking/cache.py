"""Results of earlier runs in one file, read once at the start and written once at the end. Data only, never code.

A result is used when everything it depends on is the same: gardener, Python, LibCST, rules and settings (the key of
the whole cache), the path, and the content. The content is known by its hash or, quicker, by the file's size, times
and inode. Those are believed only where both times were more than two seconds old when the run that stored them
began: a file changed twice within one tick of the clock looks unchanged. On Windows they are never believed.

A cache that is missing, foreign, broken, too large or not writable is no cache; that is never an error. A cache that
came with the repository could claim anything: `open` is told when git tracks the file, and then starts empty.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gardener
from gardener.checking.result import CLEAN, FileResult
from gardener.core.finding import Edit, Failure, Finding, Fix, Place, Span
from gardener.repo.files import write_atomic

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

PATH = ".gardener/cache/check.json"

_FORMAT = 1
_LARGEST = 64 * 1024 * 1024
_SETTLED_NS = 2_000_000_000
_UNKNOWN_STAT = [0, 0, 0, 0]
_CLEAN = -1

# size, mtime, ctime, inode (all 0: unknown), digest of the content, index of the result
Row = list[Any]
_ROW_LENGTH = 6


class Cache:
    """The results of one root. Look up by `lookup` first, then by `lookup_content`; `store` what is new; `save`."""

    def __init__(self, file: Path, key: str, *, trusted: bool, rows: dict[str, Any], results: list[Any]) -> None:
        self._file = file
        self._key = key
        self._trusted = trusted and os.name != "nt"
        self._opened = time.time_ns()
        self._rows = rows
        self._results = results
        self._changed = False

    @classmethod
    def open(cls, root: Path, key: str, *, trusted: bool = True, tracked: bool = False) -> Cache:
        """The cache of `root`, empty when there is none that fits `key`.

        `trusted` allows to recognise a file by its size, times and inode; `tracked` says that git tracks `PATH`.
        """
        file = root / PATH
        read = None if tracked else _read(file)
        fits = read is not None and read.get("format") == _FORMAT and read.get("key") == key
        rows, results = (read.get("files"), read.get("results")) if read and fits else ({}, [])
        if not isinstance(rows, dict) or not isinstance(results, list):
            rows, results = {}, []
        return cls(file, key, trusted=trusted, rows=rows, results=results)

    def lookup(self, path: str, stat: os.stat_result) -> FileResult | None:
        """The result for a file, judged by size, times and inode; None when that does not suffice."""
        row = self._rows.get(path) if self._trusted else None
        if not isinstance(row, list) or row[:4] != _stat(stat):
            return None
        return self._result(path, row)

    def lookup_content(self, path: str, digest: str, stat: os.stat_result | None = None) -> FileResult | None:
        """The result for a file with this content (see `digest`). A `stat` from before reading is remembered."""
        row = self._rows.get(path)
        if not isinstance(row, list) or len(row) != _ROW_LENGTH or row[4] != digest:
            return None
        result = self._result(path, row)
        if result is not None and stat is not None:
            self._remember(path, [*self._settled(stat), digest, row[5]])
        return result

    def digests(self, paths: Iterable[str]) -> dict[str, str]:
        """The digest of the content of each path whose result is known."""
        known: dict[str, str] = {}
        for path in paths:
            row = self._rows.get(path)
            if isinstance(row, list) and len(row) == _ROW_LENGTH and self._result(path, row) is not None:
                known[path] = str(row[4])
        return known

    def store(self, path: str, digest: str, result: FileResult, stat: os.stat_result | None = None) -> None:
        """Keep a result. `stat` must have been taken before the content was read."""
        index = _CLEAN
        if result != CLEAN:
            index = len(self._results)
            self._results.append(_encoded(result))
        self._remember(path, [*(self._settled(stat) if stat else _UNKNOWN_STAT), digest, index])

    def save(self, paths: Collection[str] | None = None) -> str | None:
        """Write the cache if it changed. With `paths`, other paths are forgotten. Returns a note when it cannot."""
        if paths is not None:
            kept = {path: row for path, row in self._rows.items() if path in paths}
            self._changed = self._changed or len(kept) < len(self._rows)
            self._rows = kept
        if not self._changed:
            return None
        rows, results = self._compact()
        content = {"format": _FORMAT, "key": self._key, "files": rows, "results": results}
        data = json.dumps(content, separators=(",", ":")).encode()
        try:
            _make_folder(self._file.parent)
            write_atomic(self._file, data)
        except OSError as error:
            return f"the cache could not be written: {error.strerror or error}"
        self._changed = False
        return None

    def _remember(self, path: str, row: Row) -> None:
        if self._rows.get(path) != row:
            self._rows[path] = row
            self._changed = True

    def _settled(self, stat: os.stat_result) -> list[int]:
        newest = max(stat.st_mtime_ns, stat.st_ctime_ns)
        return _stat(stat) if newest < self._opened - _SETTLED_NS else _UNKNOWN_STAT

    def _result(self, path: str, row: Row) -> FileResult | None:
        try:
            return CLEAN if row[5] == _CLEAN else _decoded(self._results[row[5]], path)
        except (TypeError, ValueError, KeyError, IndexError):
            return None

    def _compact(self) -> tuple[dict[str, Row], list[Any]]:
        """Only sound rows, only results in use, equal ones once."""
        index_of: dict[str, int] = {}
        results: list[Any] = []
        rows: dict[str, Row] = {}
        for path in sorted(self._rows):
            row = self._rows[path]
            if not isinstance(row, list) or len(row) != _ROW_LENGTH or row[5] not in range(_CLEAN, len(self._results)):
                continue
            index = row[5]
            if index != _CLEAN:
                result = self._results[index]
                index = index_of.setdefault(json.dumps(result), len(results))
                if index == len(results):
                    results.append(result)
            rows[path] = [*row[:5], index]
        return rows, results


def digest(data: bytes) -> str:
    """32 hex digits that stand for a file's content."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def cache_key(rules_and_settings: str) -> str:
    """The key of a cache: what every result depends on beside the file. The argument is a digest of the caller's."""
    parts = [gardener.__version__, _source_stamp(), sys.implementation.name, sys.version, _libcst_version()]
    return digest("\0".join([*parts, rules_and_settings]).encode())


def _read(file: Path) -> dict[str, Any] | None:
    if file.parent.is_symlink() or file.parent.parent.is_symlink():
        return None
    try:
        if file.stat().st_size > _LARGEST:
            return None
        content = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _make_folder(folder: Path) -> None:
    for place in (folder.parent, folder):
        if place.is_symlink():
            raise OSError(0, f"{place.name} is a link")
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        write_atomic(ignore, b"*\n")


def _stat(stat: os.stat_result) -> list[int]:
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]


def _source_stamp() -> str:
    """Tells an edited installation from the one that filled the cache, which have the same version."""
    folders = [str(Path(gardener.__file__).parent)]
    seen: list[str] = []
    while folders:
        for entry in os.scandir(folders.pop()):
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            elif entry.name.endswith((".py", ".md", ".json", ".toml")):
                stat = entry.stat()
                seen.append(f"{entry.name}:{stat.st_size}:{stat.st_mtime_ns}")
    return ",".join(sorted(seen))


def _libcst_version() -> str:
    """From the name of the installed distribution: importing libcst or importlib.metadata would cost more."""
    from importlib.util import find_spec

    spec = find_spec("libcst")
    if spec is None or spec.origin is None:
        return ""
    package = Path(spec.origin).parent
    names = (entry.name for entry in os.scandir(package.parent))
    return ",".join(sorted(name for name in names if name.lower().startswith("libcst-"))) or str(package)


def _encoded(result: FileResult) -> list[Any]:
    findings = [encoded_finding(finding) for finding in result.findings]
    failures = [[failure.reason, failure.path, failure.rule] for failure in result.failures]
    return [findings, failures, result.skipped, result.parsed, result.directives, list(result.notes)]


def _decoded(data: list[Any], path: str) -> FileResult:
    findings, failures, skipped, parsed, directives, notes = data
    return FileResult(
        tuple(decoded_finding(item, path) for item in findings),
        tuple(Failure(reason, at, rule) for reason, at, rule in failures),
        skipped,
        parsed,
        directives,
        tuple(notes),
    )


def encoded_finding(finding: Finding) -> list[Any]:
    """A raw finding as JSON values, without its path."""
    fix = finding.fix
    return [
        finding.rule,
        [finding.span.start, finding.span.end],
        list(astuple(finding.place)),
        finding.message,
        finding.severity,
        finding.certainty,
        finding.origin,
        finding.belief,
        finding.remediation,
        finding.state,
        fix and [fix.title, fix.safety, [[edit.start, edit.end, edit.text] for edit in fix.edits]],
        finding.scope,
        finding.text,
        list(finding.reach),
        finding.fingerprint,
        finding.facts,
    ]


def decoded_finding(data: list[Any], path: str) -> Finding:
    """The finding in `path` that was encoded. Raises ValueError, TypeError or IndexError for anything else."""
    rule, span, place, message, severity, certainty, origin, belief, *rest = data
    remediation, state, fix, scope, text, reach, fingerprint, facts = rest
    return Finding(
        rule,
        path,
        Span(*span),
        Place(*place),
        message,
        severity,
        certainty,
        origin,
        belief,
        remediation,
        state,
        Fix(fix[0], fix[1], tuple(Edit(*edit) for edit in fix[2])) if fix else None,
        scope,
        text,
        (reach[0], reach[1]),
        fingerprint,
        facts=tuple((str(name), str(value)) for name, value in facts),
    )
