"""Proofs that a rule or ruff keeps a clause, remembered as long as nothing they depend on has changed.

A proof loads LibCST or starts ruff, which a replay of stored verdicts could not afford. It is known by everything that
goes into it: gardener, the rules and settings, the examples, the file each was taken for, and for ruff its version, its
settings for that file as ruff itself resolves them, and the names of all files.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from gardener.checking.cache import cache_key, digest
from gardener.checking.memory import identity
from gardener.checking.proving_enforcement import Proof, Prover
from gardener.checking.selection import Selection
from gardener.repo.cache_folder import CACHE_FOLDER, cache_folder
from gardener.repo.files import write_atomic

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gardener.core.belief import Belief, EnforcedBy
    from gardener.core.rule import Rule
    from gardener.core.settings import Settings
    from gardener.repo.trees import Tree

PATH = f"{CACHE_FOLDER}/proofs.json"
_FORMAT = 1
_LARGEST = 4 * 1024 * 1024
_MOST = 2000


class RememberedProver:
    """Makes proofs, each once, and keeps them for the next run. `trusted` says whether the memory may be believed."""

    def __init__(self, tree: Tree, settings: Settings, rules: Sequence[Rule], *, trusted: bool) -> None:
        self._prover = Prover(tree, settings, rules)
        self._tree = tree
        self._file = tree.root / PATH
        self._trusted = trusted
        self._base = cache_key(identity(Selection(tuple(rules), settings)))
        self._known = _read(self._file) if trusted else {}
        self._used: dict[str, list[Any]] = {}
        self._stamps: dict[str, str | None] = {}
        self._fresh = False

    def prove(self, belief: Belief, by: EnforcedBy) -> Proof:
        """Whether a violation trips `by`, as `Prover.prove` says."""
        key = self._key(belief, by)
        known = (self._used.get(key) or self._known.get(key)) if key else None
        if known is not None:
            self._used[key] = known
            return Proof(known[0], known[1])
        proof = self._prover.prove(belief, by)
        # What could not be tried may go better the next time.
        if key and proof.proven is not None:
            self._used[key] = [proof.proven, proof.reason]
            self._fresh = True
        return proof

    def save(self) -> None:
        """Write what is new. Where that cannot be, the next run proves again."""
        if not (self._fresh and self._trusted):
            return
        older = {key: known for key, known in self._known.items() if key not in self._used}
        kept = dict([*older.items(), *self._used.items()][-_MOST:])
        content = {"format": _FORMAT, "proofs": kept}
        with suppress(OSError):
            cache_folder(self._tree.root)
            write_atomic(self._file, json.dumps(content, separators=(",", ":")).encode())

    def _key(self, belief: Belief, by: EnforcedBy) -> str:
        """Identifies a proof; empty for one that must be made again each time."""
        tried = self._prover.tried(belief, by)
        parts = [self._base, by.kind, by.name, repr([(place, example.code) for place, example in tried])]
        if by.kind == "ruff":
            stamps = [self._stamp(place) if place else None for place, _ in tried]
            if None in stamps:
                return ""
            parts += [repr(stamps), "\n".join(self._tree.paths())]
        return digest("\0".join(parts).encode("utf-8", "surrogatepass"))

    def _stamp(self, place: str) -> str | None:
        if place not in self._stamps:
            from gardener.repo.ruff import settings_stamp

            self._stamps[place] = settings_stamp(self._tree.root, place)
        return self._stamps[place]


def _read(file: Path) -> dict[str, list[Any]]:
    """What is remembered; nothing where the file is missing, foreign, broken or too large."""
    if file.parent.is_symlink() or file.parent.parent.is_symlink():
        return {}
    try:
        content = json.loads(file.read_bytes()) if file.stat().st_size <= _LARGEST else None
    except (OSError, ValueError, RecursionError):
        return {}
    found = content.get("proofs") if isinstance(content, dict) and content.get("format") == _FORMAT else None
    return {key: value for key, value in found.items() if _sound(value)} if isinstance(found, dict) else {}


def _sound(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and isinstance(value[0], bool) and isinstance(value[1], str)
