"""Violations put into clean code on purpose: where they are is known exactly, without asking anybody.

Each is made by running a rule's fix backwards, and kept only when the rule then flags that very place, and flagged
nothing in the file before.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING

from gardener.checking.engine import Engine
from gardener.checking.selection import Selection
from gardener.core.edits import apply_edits, fits, merge, with_newline
from gardener.core.finding import Span
from gardener.core.globs import matches
from gardener.repo.files import decode, newline_of
from gardener.reviewing.labels import smallest_around

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gardener.core.finding import Edit, Finding
    from gardener.core.review import Unit
    from gardener.core.rule import Rule
    from gardener.core.settings import Settings
    from gardener.reviewing.selection import Selected

UnitKey = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Injection:
    """One violation of `rule`: the edits that make it, and the unit (`key_of`) it is made in.

    `main` is the edit that makes it; the others add imports.
    """

    rule: Rule
    unit: UnitKey
    edits: tuple[Edit, ...]
    main: Edit

    @property
    def path(self) -> str:
        """The file it is made in."""
        return self.unit[0]


def key_of(unit: Unit) -> UnitKey:
    """Identifies a unit in one tree."""
    return unit.path, unit.name, unit.ordinal


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A file with violations: its text, and for each violation that stands in it the lines it covers."""

    text: str
    lines: Mapping[UnitKey, tuple[int, int]]


class Injector:
    """Finds places for violations in the files of `selected`; `seed` chooses among them."""

    def __init__(self, selected: Selected, settings: Settings, seed: int) -> None:
        self._selected = selected
        # Rules are tried wherever they may apply, whatever rules the settings choose.
        self._settings = replace(settings, rules={}, per_path=(), unparsable=())
        self._seed = seed
        self._taken: set[UnitKey] = set()

    def probe(self, rule: Rule, backwards: Sequence[Rule]) -> Probe:
        """The rule and its reversals, ready to be tried."""
        return Probe(rule, tuple(backwards), self._settings)

    def injections(self, probe: Probe, scope: tuple[str, ...], most: int) -> tuple[Injection, ...]:
        """At most `most` violations of a rule in files of `scope` (globs; none: everywhere), spread over them.

        A unit gets at most one, in all calls together.
        """
        inside = [path for path in self._selected.texts if not scope or matches(scope, path)]
        files = sorted(inside, key=lambda path: self._rank(probe.rule.id, path))
        in_turn = chain.from_iterable(zip_longest(*(self._in_file(probe, path) for path in files)))
        return tuple(islice((one for one in in_turn if one is not None), most))

    def _in_file(self, probe: Probe, path: str) -> Iterator[Injection]:
        text, units = self._selected.texts[path], self._selected.units[path]
        if not _reads_as_written(text):
            return
        for finding in sorted(probe.places(path, text), key=lambda one: self._rank(path, str(one.span.start))):
            unit = smallest_around(units, finding.place.line)
            if unit is None or key_of(unit) in self._taken or finding.fix is None:
                continue
            newline = newline_of(text)
            edits = tuple(with_newline(edit, newline) for edit in finding.fix.edits)
            made = Injection(probe.rule, key_of(unit), edits, _main_edit(edits, finding))
            if made.unit in self.spoilt(path, [made], {probe.rule.id: probe}).lines:
                self._taken.add(made.unit)
                yield made

    def spoilt(self, path: str, injections: Sequence[Injection], probes: Mapping[str, Probe]) -> Spoilt:
        """The file at `path` with `injections`; those that cannot stand together, or trip nothing, are left out."""
        text = self._selected.texts[path]
        edits: list[Edit] = []
        kept: list[Injection] = []
        for made in injections:
            merged = merge(edits, made.edits)
            if merged is not None and fits(merged, len(text)):
                edits, kept = merged, [*kept, made]
        changed = apply_edits(text, edits)
        found: dict[UnitKey, tuple[int, int]] = {}
        for made in kept:
            finding = probes[made.rule.id].flagged(path, changed, _moved(made.main, edits))
            if finding is not None:
                found[made.unit] = (finding.place.line, finding.place.end_line)
        return Spoilt(changed, found)

    def _rank(self, *parts: str) -> bytes:
        return hashlib.sha256("\0".join((str(self._seed), *parts)).encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True)
class Probe:
    """A rule and its reversals, ready to be tried on texts."""

    rule: Rule
    backwards: tuple[Rule, ...]
    settings: Settings

    @cached_property
    def _forwards(self) -> Engine:
        return Engine(Selection((self.rule,), self.settings, select=(self.rule.id,)))

    @cached_property
    def _reversed(self) -> Engine:
        return Engine(Selection(self.backwards, self.settings, select=tuple(one.id for one in self.backwards)))

    def places(self, path: str, text: str) -> list[Finding]:
        """Where the fix stands in a file in which nothing is to be fixed."""
        found = [one for one in self._reversed.examine(path, _encoded(text)).findings if one.fix and one.fix.edits]
        return [] if not found or self._forwards.examine(path, _encoded(text)).findings else found

    def flagged(self, path: str, text: str, span: Span) -> Finding | None:
        """The first finding of the rule that touches a span of a text."""
        found = self._forwards.examine(path, _encoded(text)).findings
        return next((one for one in found if one.span.start < span.end and span.start < one.span.end), None)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _reads_as_written(text: str) -> bool:
    """False for a text whose first lines name another encoding than the one that spoilt files are written in."""
    try:
        return decode(_encoded(text)).text == text
    except ValueError:
        return False


def _main_edit(edits: Iterable[Edit], finding: Finding) -> Edit:
    """The edit that changes what was found."""
    return max(edits, key=lambda edit: min(edit.end, finding.span.end) - max(edit.start, finding.span.start))


def _moved(edit: Edit, edits: Iterable[Edit]) -> Span:
    """Where the text of an edit stands when all `edits` are made."""
    shift = sum(len(one.text) - (one.end - one.start) for one in edits if one.start < edit.start)
    return Span(edit.start + shift, edit.start + shift + len(edit.text))
