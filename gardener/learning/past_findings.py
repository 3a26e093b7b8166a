"""What rules find in versions of files that are past. Results are kept: a version never changes."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gardener.core.lines import split_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gardener.core.rule import Rule
    from gardener.learning.ground import Ground
    from gardener.repo.merged_changes import MergedChange

NAME = "backtest.json"
_LARGEST = 64 * 1024 * 1024

# Of each finding: the rule, the line, and the code that was matched.
Found = tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Flagged:
    """A line that a change added and a rule would have flagged: `path` then, `now` today.

    `is_gone` tells that the rule does not find that code in the file any more.
    """

    change: MergedChange
    path: str
    line: int
    text: str
    line_text: str
    now: str
    is_gone: bool


class PastFindings:
    """Some rules, and the versions of files they were tried on."""

    def __init__(self, rules: Sequence[Rule], ground: Ground) -> None:
        from gardener.checking.engine import Engine
        from gardener.checking.proven import code_stamp
        from gardener.checking.selection import Selection

        settings = replace(ground.settings, rules={}, per_path=(), ignore=(), select=None)
        self._rules = rules
        self._root = ground.root
        self._engine = Engine(Selection(tuple(rules), settings, select=tuple(rule.id for rule in rules)))
        told = [code_stamp(), *sorted(f"{rule.id} {sorted(rule.body.items())!r} {rule.paths!r}" for rule in rules)]
        self._stamp = hashlib.sha256("\0".join(told).encode()).hexdigest()
        self._known: dict[str, Found] = self._remembered()
        self._used: dict[str, Found] = {}

    def added_by(
        self, changes: Sequence[tuple[MergedChange, Sequence[tuple[str | None, str]]]]
    ) -> dict[str, list[Flagged]]:
        """By rule, what the changes (the oldest first) added that it flags."""
        from gardener.repo.merged_changes import versions

        names = [change.after(new) for change, files in changes for _, new in files]
        contents = versions(self._root, names)
        hits = [
            (change, old, new, found)
            for change, files in changes
            for old, new in files
            if (found := self._found(new, contents.get(change.after(new), b"")))
        ]
        earlier = versions(self._root, [change.before(old) for change, old, _, _ in hits if old])
        today = _paths_today([change for change, _ in changes])
        left = {path: self._today(path) for path in {today(change, new) for change, _, new, _ in hits}}
        flagged: dict[str, list[Flagged]] = {}
        for change, old, new, found in hits:
            after = contents[change.after(new)].decode(errors="replace")
            before = earlier.get(change.before(old), b"").decode(errors="replace") if old else ""
            lines, now = _added(before, after), today(change, new)
            for rule, line, text in found:
                if line in lines:
                    gone = left[now][rule, text] <= 0
                    one = Flagged(change, new, line, text, lines[line], now, gone)
                    flagged.setdefault(rule, []).append(one)
        return flagged

    def remember(self) -> None:
        """Keep what was found; a cache that cannot be written is no failure."""
        from gardener.repo.cache_folder import believable, cache_folder
        from gardener.repo.files import write_atomic

        if self._used == self._known or not self._rules:
            return
        with suppress(OSError):
            if believable(self._root):
                data = json.dumps({"stamp": self._stamp, "found": self._used}, ensure_ascii=False)
                write_atomic(cache_folder(self._root) / NAME, data.encode("utf-8", "surrogatepass"))

    def _today(self, path: str) -> Counter[tuple[str, str]]:
        try:
            data = (self._root / path).read_bytes()
        except OSError:
            return Counter()
        return Counter((rule, text) for rule, _, text in self._found(path, data))

    def _found(self, path: str, data: bytes) -> Found:
        from gardener.checking.parsing import in_deep_stack

        key = hashlib.sha256(path.encode("utf-8", "surrogateescape") + b"\0" + data).hexdigest()
        if key not in self._used:
            known = self._known.get(key)
            if known is None:
                result = in_deep_stack(lambda: self._engine.examine(path, data))
                known = tuple((one.rule, one.place.line, one.text) for one in result.findings)
            self._used[key] = known
        return self._used[key]

    def _remembered(self) -> dict[str, Found]:
        from gardener.repo.cache_folder import CACHE_FOLDER, believable

        path = self._root / CACHE_FOLDER / NAME
        with suppress(OSError, ValueError, KeyError, TypeError):
            if path.stat().st_size <= _LARGEST and believable(self._root):
                stored: dict[str, Any] = json.loads(path.read_bytes())
                if stored["stamp"] == self._stamp:
                    return {
                        key: tuple((str(r), int(n), str(t)) for r, n, t in found)
                        for key, found in stored["found"].items()
                    }
        return {}


def _added(before: str, after: str) -> dict[int, str]:
    """The lines that `after` adds, by number."""
    old, new = split_lines(before), split_lines(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=len(new) > 2000)
    added: dict[int, str] = {}
    for tag, _, _, start, end in matcher.get_opcodes():
        if tag in {"insert", "replace"}:
            added.update((number + 1, new[number]) for number in range(start, end))
    return added


def _paths_today(changes: Sequence[MergedChange]) -> Callable[[MergedChange, str], str]:
    """A function from a change and a path as it left it to the path of that file today."""
    position = {change.commit: number for number, change in enumerate(changes)}
    renames = [{old: new for old, new in change.files if old and new and old != new} for change in changes]

    def today(change: MergedChange, path: str) -> str:
        for moved in renames[position[change.commit] + 1 :]:
            path = moved.get(path, path)
        return path

    return today
