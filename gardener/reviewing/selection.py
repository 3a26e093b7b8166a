"""From a tree of files to the pairs of clause and code that a judge is to be asked about."""

from __future__ import annotations

import gc
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gardener.checking.parsing import Unparsable, in_deep_stack
from gardener.core.finding import Failure
from gardener.core.globs import matches
from gardener.core.review import Pair, Unit
from gardener.repo.discovery import discover, is_generated
from gardener.repo.files import decode
from gardener.reviewing.changes import EVERYTHING
from gardener.reviewing.context import with_context
from gardener.reviewing.outline import outline_of
from gardener.reviewing.units import units_in
from gardener.reviewing.when import WhenPatterns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from gardener.core.review import Criterion
    from gardener.core.settings import Settings
    from gardener.repo.trees import Tree
    from gardener.reviewing.changes import Changes

_VENDORED = re.compile(r"(?:^|/)(?:vendor|vendored|_vendor|_vendored|third[-_]party|thirdparty|node_modules)/")


@dataclass(frozen=True, slots=True)
class Selected:
    """What is to be judged: `pairs` by path and line, then in the order of the clauses.

    `units` are all units of each file that was read, with their contexts where they are in a pair; `texts` what these
    files hold. `files` are the Python files looked at, `analysed` those of them that were read or could be passed
    over, `skipped` (path, reason) what was left out on purpose.
    """

    pairs: tuple[Pair, ...] = ()
    units: Mapping[str, tuple[Unit, ...]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    analysed: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()


def select(
    tree: Tree,
    settings: Settings,
    criteria: Sequence[Criterion],
    changes: Changes = EVERYTHING,
    paths: Sequence[str] = (),
    *,
    cwd: Path | None = None,
) -> Selected:
    """Everything under `paths` (as a person names them, relative to `cwd`; none: all) that a clause asks about.

    Only units that `changes` touches are asked about; files without a change are not read. What cannot be read is a
    Failure, unless the settings list it as unparsable. Raises ConfigError for paths that are not there, and RuleError
    for a broken `when` of a clause.
    """
    patterns = WhenPatterns(criteria, settings)
    found = discover(tree, settings, paths, cwd=cwd)
    selector = _Selector(tree, settings, criteria, changes, patterns)
    collecting = gc.isenabled()
    gc.disable()
    try:
        in_deep_stack(lambda: selector.read_all(found.python))
    finally:
        if collecting:
            gc.enable()
    return selector.selected(found.python, found.skipped)


class _LeftOut(Exception):
    """A file is not judged on purpose; the message says why."""


@dataclass(slots=True)
class _Selector:
    """One selection under way."""

    tree: Tree
    settings: Settings
    criteria: Sequence[Criterion]
    changes: Changes
    patterns: WhenPatterns
    pairs: list[Pair] = field(default_factory=list)
    units: dict[str, tuple[Unit, ...]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)

    def selected(self, files: tuple[str, ...], skipped: Iterable[tuple[str, str]]) -> Selected:
        left_out = {path for path, _ in self.skipped} | {failure.path for failure in self.failures}
        return Selected(
            tuple(self.pairs),
            self.units,
            self.texts,
            files,
            tuple(path for path in files if path not in left_out),
            tuple(self.failures),
            tuple(sorted((*skipped, *self.skipped))),
        )

    def read_all(self, files: Iterable[str]) -> None:
        for path in files:
            try:
                self._read(path)
            except _LeftOut as why:
                self.skipped.append((path, str(why)))
            except (ValueError, Unparsable, RecursionError) as error:
                reason = "nested too deeply to be analysed" if isinstance(error, RecursionError) else str(error)
                self._refuse(path, reason)

    def _refuse(self, path: str, reason: str) -> None:
        if matches(self.settings.unparsable, path):
            self.skipped.append((path, f"{reason} (listed as unparsable)"))
        else:
            self.failures.append(Failure(reason, path=path))

    def _read(self, path: str) -> None:
        asked = [item for item in self.criteria if not item.scope or matches(item.scope, path)]
        if not asked or not self.changes.concerns(path):
            return
        if self._is_denied(path):
            raise _LeftOut("never read: it may hold secrets")
        if _VENDORED.search(path):
            raise _LeftOut("vendored")
        data = self._content(path)
        if data is None:
            return
        if is_generated(data):
            raise _LeftOut("generated")
        asked = self.patterns.possible(asked, path, data)
        if asked:
            self._pair(path, data, asked)

    def _is_denied(self, path: str) -> bool:
        """True when a file, or what it is a link to, must not be read for a model."""
        from gardener.llm.denied import is_denied

        deny = self.settings.review.deny
        if is_denied(path, deny):
            return True
        real = os.path.relpath(os.path.realpath(self.tree.root / path), os.path.realpath(self.tree.root))
        return is_denied(real.replace(os.sep, "/"), deny)

    def _content(self, path: str) -> bytes | None:
        """The bytes of a file; None, and a failure, when there are none or too many."""
        limit = self.settings.max_file_kb * 1024
        try:
            data = self.tree.head(path, limit + 1)
        except OSError as error:
            self.failures.append(Failure(f"cannot be read: {error.strerror or error}", path=path))
            return None
        if len(data) > limit:
            self._refuse(path, f"larger than {self.settings.max_file_kb} kB")
            return None
        return data

    def _pair(self, path: str, data: bytes, asked: Sequence[Criterion]) -> None:
        text = decode(data).text
        outline = outline_of(text, time_limit=self.settings.time_limit)
        units = units_in(path, outline)
        matched, failures = self.patterns.lines(asked, path, data)
        for failure in failures:
            self._refuse(path, failure.reason)
        touched = [unit for unit in units if self.changes.touches(unit)]
        wanted = {
            id(unit): criteria
            for unit in touched
            if (criteria := [item for item in asked if self.patterns.asks(item, unit, matched)])
        }
        complete = iter(with_context([unit for unit in touched if id(unit) in wanted], outline))
        self.texts[path] = text
        judged = {key: next(complete) for key in wanted}
        self.units[path] = tuple(judged.get(id(unit), unit) for unit in units)
        self.pairs += [Pair(item, judged[key]) for key, criteria in wanted.items() for item in criteria]
