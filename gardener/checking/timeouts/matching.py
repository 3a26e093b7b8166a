"""From calls to table entries: called by name, passed to something that calls them, or made by a factory."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from gardener.checking.timeouts.case import Case, Terms
from gardener.checking.timeouts.table import Entry, Library, holding
from gardener.core.finding import CERTAINTIES, Certainty

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import libcst as cst

    from gardener.checking.hit import Resolution
    from gardener.checking.source import SourceFile


@dataclass(frozen=True, slots=True)
class Passer:
    """A function that calls another one: its 0-based argument `index`; `keywords` given to it go to that one."""

    index: int
    keywords: bool = False


# By dotted name, or by the name of a method (with a leading dot) of anything at all.
PASSERS: Mapping[str, Passer] = MappingProxyType(
    {
        "map": Passer(0),
        ".map": Passer(0),
        ".imap": Passer(0),
        ".imap_unordered": Passer(0),
        ".map_async": Passer(0),
        ".starmap": Passer(0),
        ".submit": Passer(0, keywords=True),
        ".apply_async": Passer(0),
        ".run_in_executor": Passer(1),
        "asyncio.to_thread": Passer(0, keywords=True),
        "anyio.to_thread.run_sync": Passer(0),
        "trio.to_thread.run_sync": Passer(0),
        "functools.partial": Passer(0, keywords=True),
    }
)


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything that is known by name, under the terms of a team."""

    entries: Mapping[str, tuple[Entry, ...]]
    libraries: Mapping[str, Library]
    terms: Terms
    passers: Mapping[str, Passer] = field(default_factory=lambda: PASSERS)

    def cases(self, file: SourceFile, call: cst.Call) -> Case | None:
        """The case that a call is, or None: what it calls is listed, or it is handed something that is."""
        found = self._case(file, call, call.func, file.resolve(call.func))
        if found is not None and found.entry.role not in ("attribute", "factory"):
            return found
        return self._passed(file, call)

    def _case(
        self, file: SourceFile, call: cst.Call, function: cst.BaseExpression, found: Sequence[Resolution]
    ) -> Case | None:
        hits = [item for item in found if item.name in self.entries]
        if not hits:
            return None
        best = min(hits, key=lambda item: CERTAINTIES.index(item.certainty))
        return self.case_of(file, call, function, best.name, best.certainty)

    def case_of(
        self, file: SourceFile, call: cst.Call, function: cst.BaseExpression, name: str, certainty: Certainty
    ) -> Case | None:
        """The case of a listed name, by the release in use; None when no entry holds for that release."""
        entries = self.entries[name]
        library = self.libraries.get(entries[0].library or "")
        version = file.versions.get(_normal(library.distribution)) if library and library.distribution else None
        entry, assumed = holding(entries, version, library.checked if library else None)
        if entry is None:
            return None
        return Case(file, call, function, entry, name, certainty, self.terms, assumed=assumed)

    def _passed(self, file: SourceFile, call: cst.Call) -> Case | None:
        import libcst as cst

        passer = self._passer(file, call)
        if passer is None or len(call.args) <= passer.index:
            return None
        given = call.args[passer.index]
        if given.keyword is not None or given.star or not isinstance(given.value, cst.Name | cst.Attribute):
            return None
        found = self._case(file, call, given.value, file.resolve(given.value))
        if found is None or found.entry.role not in ("call", "client", "method"):
            return None
        from dataclasses import replace

        return replace(
            found,
            passed=True,
            skip=passer.index + 1,
            keywords=passer.keywords,
            certainty=weaker(found.certainty, "likely"),
        )

    def _passer(self, file: SourceFile, call: cst.Call) -> Passer | None:
        import libcst as cst

        tail = f".{call.func.attr.value}" if isinstance(call.func, cst.Attribute) else ""
        if not tail and not isinstance(call.func, cst.Name):
            return None
        names = [item.name for item in file.resolve(call.func)]
        found = next((self.passers[name] for name in names if name in self.passers), None)
        return found or self.passers.get(tail)

    def made(self, file: SourceFile, call: cst.Call, factories: Sequence[Entry]) -> Case | None:
        """The case of a method of something that one of the `factories` of the file serves."""
        for item in file.resolve(call.func):
            for entry in factories:
                if entry.pattern and re.search(entry.pattern, item.name):
                    return Case(file, call, call.func, entry, item.name, weaker(item.certainty, "likely"), self.terms)
        return None


def weaker(*certainties: Certainty) -> Certainty:
    """The least sure of several."""
    return max(certainties, key=CERTAINTIES.index)


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()
