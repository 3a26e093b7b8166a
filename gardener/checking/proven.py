"""The store of rules that were read, compiled and proven before, by digest of their source: one JSON file.

Restoring a rule from it needs neither a Markdown nor a syntax tree parser, which keeps runs without candidates fast.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from gardener import __version__
from gardener.core.rule import Example, Plan, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT = 1


def digest_of(data: bytes, name: str) -> str:
    """Identifies a rule's source: the bytes and file name of its page, and the version of gardener that reads it."""
    parts = (f"{__version__} {FORMAT}".encode(), name.encode(), data)
    return blake2b(b"\0".join(parts), digest_size=16).hexdigest()


def code_stamp() -> str:
    """Identifies the code that compiles rules, so that a change of it in place outdates a store on this machine."""
    folder = os.path.dirname(__file__)  # noqa: PTH120 - as fast as can be
    waiting = [folder, f"{folder}/../rules"]
    stats = []
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".toml")):
                    found = entry.stat()
                    stats.append((entry.path, found.st_size, found.st_mtime_ns))
                elif entry.name != "__pycache__" and entry.is_dir():
                    waiting.append(entry.path)
    stats.sort()
    return blake2b(repr(stats).encode(), digest_size=8).hexdigest()


class Store:
    """Rules by digest. Anything wrong with the file makes it an empty store."""

    def __init__(self, items: Mapping[str, Any], stamp: str = "") -> None:
        self._items = dict(items)
        self._stamp = stamp
        self._used: dict[str, Any] = {}
        self.changed = False

    @classmethod
    def read(cls, path: Path, stamp: str = "") -> Store:
        """The store in a file; empty when there is none that can be used, or it was written under another stamp."""
        try:
            found = json.loads(path.read_bytes())
            usable = (found["format"], found["stamp"]) == (FORMAT, stamp) and isinstance(found["rules"], dict)
        except (OSError, ValueError, RecursionError, KeyError, TypeError):
            usable = False
        return cls(found["rules"] if usable else {}, stamp)

    def get(self, digest: str, *, path: str, pack: str) -> Rule | None:
        """The rule with this digest, placed where its source stands now."""
        item = self._items.get(digest)
        if item is None:
            return None
        try:
            rule = rule_from(item, path=path, pack=pack, digest=digest)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
        self._used[digest] = item
        return rule

    def put(self, digest: str, rule: Rule) -> None:
        """Add a proven rule."""
        self._used[digest] = as_json(rule)
        self.changed = True

    def text(self) -> str:
        """What to write: the rules that were asked for or added, and nothing else."""
        content = {"format": FORMAT, "stamp": self._stamp, "rules": dict(sorted(self._used.items()))}
        return json.dumps(content, separators=(",", ":"))

    @property
    def stale(self) -> bool:
        """Is the file not what `text` says?"""
        return self.changed or len(self._used) != len(self._items)


def as_json(rule: Rule) -> dict[str, Any]:
    """A rule as plain values, without what depends on where it stands."""
    found = asdict(rule)
    for key in ("pack", "digest"):
        del found[key]
    found["place"] = rule.place.rpartition(":")[2]
    return found


def rule_from(item: Mapping[str, Any], *, path: str, pack: str, digest: str) -> Rule:
    """The rule that `as_json` gave."""
    values = dict(item)
    plan = values.pop("plan")
    shape = {key: tuple(value) for key, value in plan.items() if key in ("nodes", "names")}
    words = tuple(tuple(group) for group in plan["words"])
    examples = tuple(Example(**{**example, "marks": tuple(example["marks"])}) for example in values.pop("examples"))
    for key in ("paths", "exclude"):
        values[key] = tuple(values[key])
    values["place"] = f"{path}:{values['place']}"
    return Rule(**values, plan=Plan(words, slice=plan["slice"], **shape), examples=examples, pack=pack, digest=digest)
