"""What the document rules found, remembered as long as nothing they looked at has changed.

The rules see the repository through one tree, the log of its commits and its ignore files. A run remembers every file
it read, every question about existence and its answer, the list of all files and the last commit; the next run
believes the findings when all of that is the same. What cannot be known that way is not remembered: ruff's own
configuration, and moves that are not committed yet.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gardener.checking.cache import cache_key, decoded_finding, digest, encoded_finding
from gardener.core.errors import GardenerError
from gardener.repo.files import write_atomic

if TYPE_CHECKING:
    from pathlib import Path

    from gardener.checking.recording import RecordingTree
    from gardener.checking.repo_rules import Examined
    from gardener.core.finding import Finding

PATH = ".gardener/cache/documents.json"
_FORMAT = 1
_LARGEST = 64 * 1024 * 1024
_SETTLED_NS = 2_000_000_000
_NEVER = [-1, 0, 0, 0]


@dataclass(frozen=True, slots=True)
class Remembered:
    """Findings and notes of an earlier run, and the rules that ran."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    rules: frozenset[str]


class DocumentMemory:
    """The memory of one root for rules and settings of a given `identity`."""

    def __init__(self, tree: RecordingTree, identity: str) -> None:
        self._tree = tree
        self._file = tree.root / PATH
        self._opened = time.time_ns()
        self._key = digest("\0".join([cache_key(identity), *_state(tree)]).encode("utf-8", "surrogateescape"))

    def recall(self) -> Remembered | None:
        """What is known; None when anything has changed, or nothing is."""
        content = _read(self._file)
        try:
            if content is None or content["format"] != _FORMAT or content["key"] != self._key:
                return None
            if not all(self._same(path, row) for path, row in content["reads"].items()):
                return None
            if any(self._tree.inner.exists(path) != found for path, found in content["answers"].items()):
                return None
            findings = tuple(decoded_finding(row, path) for path, row in content["findings"])
            return Remembered(findings, tuple(map(str, content["notes"])), frozenset(content["rules"]))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            return None

    def keep(self, examined: Examined, rules: frozenset[str]) -> None:
        """Remember what `rules` found. Where that cannot be written, the next run looks again."""
        self._tree.reads.update(path for path in self._tree.paths() if path.rpartition("/")[2] == ".gitignore")
        content = {
            "format": _FORMAT,
            "key": self._key,
            "reads": {path: self._row(path) for path in sorted(self._tree.reads)},
            "answers": self._tree.answers,
            "findings": [[item.path, encoded_finding(item)] for item in examined.findings if item.rule in rules],
            "notes": examined.notes,
            "rules": sorted(rules),
        }
        folder = self._file.parent
        with suppress(OSError, UnicodeEncodeError):
            if folder.is_symlink() or folder.parent.is_symlink():
                return
            folder.mkdir(parents=True, exist_ok=True)
            if not (folder / ".gitignore").exists():
                write_atomic(folder / ".gitignore", b"*\n")
            write_atomic(self._file, json.dumps(content, separators=(",", ":")).encode("utf-8", "surrogatepass"))

    def _row(self, path: str) -> list[Any]:
        stat = self._stat(path)
        settled = stat is not None and max(stat[1:3]) < self._opened - _SETTLED_NS and os.name != "nt"
        return [stat if settled else _NEVER, self._digest(path)]

    def _same(self, path: str, row: list[Any]) -> bool:
        stat, known = row
        return bool(stat != _NEVER and self._stat(path) == stat) or bool(self._digest(path) == known)

    def _stat(self, path: str) -> list[int] | None:
        try:
            found = os.stat(os.path.join(self._tree.root, path))  # noqa: PTH116, PTH118 - one call a file
        except OSError:
            return None
        return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]

    def _digest(self, path: str) -> str:
        try:
            return digest(self._tree.inner.read(path))
        except OSError:
            return ""


def _state(tree: RecordingTree) -> list[str]:
    """All that answers depend on beside the files that were read."""
    from gardener.repo import git

    head = shallow = ""
    with suppress(GardenerError):
        if (tree.root / ".git").exists() and git.has_commit(tree.root):
            head, shallow = git.commit_of(tree.root, "HEAD"), str(git.is_shallow(tree.root))
    exclude = ""
    with suppress(OSError):
        exclude = (tree.root / ".git" / "info" / "exclude").read_text(encoding="utf-8", errors="replace")
    links = [path for path in tree.paths() if path.endswith((".md", ".MD")) and (tree.root / path).is_symlink()]
    omitted = [f"{path}:{reason}" for path, reason in tree.omitted]
    return [head, shallow, exclude, "\n".join(tree.paths()), "\n".join(omitted), "\n".join(links)]


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
