"""Running rules over parsed files: one pass over the walked nodes, dispatched by type, each rule isolated."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from gardener.checking.compile import matcher_of
from gardener.checking.figures import Figures
from gardener.checking.hit import Hit
from gardener.checking.hits import RuleHit, findings_of
from gardener.checking.parsing import Unparsable
from gardener.checking.source import NeedsModule, SourceFile
from gardener.core.errors import GardenerError
from gardener.core.finding import Failure, Finding
from gardener.core.lines import LineIndex

if TYPE_CHECKING:
    from collections.abc import Iterable

    import libcst as cst

    from gardener.checking.hit import Handler
    from gardener.checking.selection import Selection

    Dispatch = dict[type[cst.CSTNode], list[tuple[int, Handler]]]

CLOCK_EVERY = 256


class Runner:
    """The compiled matchers of a run. Rules are compiled on first need."""

    def __init__(self, selection: Selection, *, profile: bool) -> None:
        self._variants = selection.variants
        self._versions = selection.versions
        self._figures = Figures()
        self._profile = profile
        self._tables: dict[frozenset[int], Dispatch] = {}

    def run(
        self, files: Iterable[tuple[SourceFile, set[int]]], deadline: float, figures: Figures
    ) -> tuple[list[Finding], list[Failure]]:
        """Findings and failures of each file's rules (given by index); time and hits per rule go into `figures`.

        Raises NeedsModule, TextDiffers, and Unparsable when `deadline` (of `time.monotonic`) passes.
        """
        self._figures = figures
        findings: list[Finding] = []
        failures: list[Failure] = []
        lines: LineIndex | None = None
        for file, indexes in files:
            file.versions = self._versions
            hits = self._hits(file, indexes, failures, deadline)
            if hits:
                lines = lines or LineIndex.of(file.text)
                findings += findings_of(file, hits, lines)
        return findings, failures

    def _hits(self, file: SourceFile, indexes: set[int], failures: list[Failure], deadline: float) -> list[RuleHit]:
        table = self._table(frozenset(indexes), file.path, failures)
        hits: list[RuleHit] = []
        broken: set[int] = set()
        for count, node in enumerate(file.nodes()):
            if not count % CLOCK_EVERY and time.monotonic() > deadline:
                raise Unparsable("the rules took longer on this file than the time limit")
            for index, handler in table.get(type(node), ()):
                if index not in broken:
                    self._call(index, handler, node, file, hits, failures, broken)
        return hits

    def _call(
        self,
        index: int,
        handler: Handler,
        node: cst.CSTNode,
        file: SourceFile,
        hits: list[RuleHit],
        failures: list[Failure],
        broken: set[int],
    ) -> None:
        rule, options = self._variants[index].rule, self._variants[index].options
        file.options = options
        started = time.perf_counter() if self._profile else 0.0
        try:
            found = [RuleHit(rule, _as_hit(hit)) for hit in handler(node, file)]
        except NeedsModule:
            raise
        except Exception as error:
            broken.add(index)
            reason = str(error) if isinstance(error, GardenerError) else f"{type(error).__name__}: {error}"
            failures.append(Failure(f"the rule broke: {reason}", path=file.path, rule=rule.id))
            return
        hits += found
        if self._profile:
            self._figures.rule_seconds[rule.id] += time.perf_counter() - started  # type: ignore[assignment]  # a Counter of seconds
            self._figures.rule_hits[rule.id] += len(found)

    def _table(self, indexes: frozenset[int], path: str, failures: list[Failure]) -> Dispatch:
        if indexes not in self._tables:
            table: Dispatch = {}
            for index in sorted(indexes):
                variant = self._variants[index]
                try:
                    matcher = matcher_of(variant.rule, variant.options)
                except GardenerError as error:
                    failures.append(Failure(str(error), path=path, rule=variant.rule.id))
                    continue
                for kind in matcher.node_types:
                    table.setdefault(kind, []).append((index, matcher.run))
            self._tables[indexes] = table
        return self._tables[indexes]


def _as_hit(value: object) -> Hit:
    if not isinstance(value, Hit):
        raise TypeError(f"it yielded {type(value).__name__}, not what `file.flag` returns")
    return value
