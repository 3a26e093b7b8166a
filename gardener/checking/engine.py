"""Examining one file: bytes, then `ast`, then LibCST on as little code as will do, then one walk for all rules.

Every tier may only dismiss. Whatever is reported was matched on a LibCST tree, and the answer is the same as if
the whole module had been parsed and walked (`tiers=False` does exactly that).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gardener.checking.compile import plan_of
from gardener.checking.figures import Figures
from gardener.checking.parsing import Unparsable, parse_ast, parse_module
from gardener.checking.prefilter import Prefilter
from gardener.checking.result import CLEAN, FileResult
from gardener.checking.selection import Selection, Variant
from gardener.core.finding import Failure, Finding
from gardener.core.globs import matches
from gardener.core.settings import Settings
from gardener.repo.discovery import is_generated
from gardener.repo.files import decode

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Sequence

    from gardener.checking.candidates import CandidateIndex
    from gardener.checking.resolve import Resolver
    from gardener.checking.running import Runner
    from gardener.checking.slices import Piece
    from gardener.checking.source import SourceFile
    from gardener.core.rule import Rule

MARKER = b"gardener:"
MOST_OF_A_FILE = 0.6


@dataclass(frozen=True, slots=True)
class _Task:
    """One file under examination: what the bytes say it may concern, when time is up, and what rules note."""

    path: str
    text: str
    concerned: set[int]
    deadline: float
    notes: dict[str, None] = field(default_factory=dict)


class Engine:
    """The rules of a run, ready for many files. One per process; keeps totals in `figures`."""

    def __init__(self, selection: Selection, *, tiers: bool = True, profile: bool = False) -> None:
        code = tuple(rule for rule in selection.rules if rule.target == "python")
        self._selection = selection = replace(selection, rules=code)
        self._settings = selection.settings
        self._tiers = tiers
        self._profile = profile
        self.figures = Figures()
        self._plans = [plan_of(variant.rule, variant.options) for variant in selection.variants]
        self._prefilter = Prefilter(self._plans)
        self._candidate_index: CandidateIndex | None = None
        self._made_runner: Runner | None = None

    def examine(self, path: str, data: bytes) -> FileResult:
        """Raw findings of one Python file, in file order. Whatever the file holds, this does not raise for it."""
        skipped = skip_reason(data, self._settings)
        if skipped:
            return FileResult(skipped=skipped)
        directives = MARKER in data
        started = time.perf_counter()
        concerned = self._concerned(path, data)
        self.figures.spent("bytes", started)
        if not concerned:
            return FileResult(directives=True) if directives else CLEAN
        try:
            task = _Task(path, decode(data).text, concerned, time.monotonic() + self._settings.time_limit)
            findings, failures, parsed = self._examine(task)
        except (ValueError, Unparsable, RecursionError) as error:
            reason = "nested too deeply to be analysed" if isinstance(error, RecursionError) else str(error)
            return self._unparsable(path, reason, directives)
        findings.sort(key=lambda item: (item.span.start, item.span.end, item.rule))
        return FileResult(tuple(findings), tuple(failures), None, parsed, directives, tuple(task.notes))

    def _concerned(self, path: str, data: bytes) -> set[int]:
        if not self._tiers:
            return self._selection.applying(path)
        found = self._prefilter.concerned(data, path)
        return found & self._selection.applying(path) if found else found

    def _unparsable(self, path: str, reason: str, directives: bool) -> FileResult:
        if matches(self._settings.unparsable, path):
            return FileResult(skipped=f"{reason} (listed as unparsable)", directives=directives)
        return FileResult(failures=(Failure(reason, path=path),), parsed=True, directives=directives)

    def _examine(self, task: _Task) -> tuple[list[Finding], list[Failure], bool]:
        started = time.perf_counter()
        tree = parse_ast(task.text) if self._tiers else None
        if tree is None:
            self.figures.spent("ast", started)
            return (*self._run([self._module(task, None)], task), True)
        resolver = _resolver_of(tree, task.path)
        pieces = self._pieces(task, tree, resolver)
        self.figures.spent("ast", started)
        if pieces is not None and not pieces:
            return [], [], False
        files = self._slices(task, pieces, resolver) if pieces else None
        if files is None:
            files = [self._module(task, resolver)]
        return (*self._run(files, task), True)

    def _pieces(self, task: _Task, tree: ast.Module, resolver: Resolver) -> dict[Piece, set[int]] | None:
        """What to parse, with the rules each piece concerns; None for the whole module."""
        from gardener.checking.candidates import CandidateIndex
        from gardener.checking.slices import pieces_for

        if self._candidate_index is None:
            self._candidate_index = CandidateIndex(self._plans)
        found = self._candidate_index.find(tree, resolver, task.concerned)
        if found.module:
            return None
        levels = {index: self._plans[index].slice == "toplevel" for index in found.lines}
        pieces = pieces_for(task.text, tree, resolver.facts, found.lines, levels)
        if pieces is not None and sum(piece.end - piece.start for piece in pieces) > MOST_OF_A_FILE * len(task.text):
            return None
        return pieces

    def _module(self, task: _Task, resolver: Resolver | None) -> tuple[SourceFile, set[int]]:
        from gardener.checking.source import SourceFile

        started = time.perf_counter()
        root = parse_module(task.text, time_limit=self._settings.time_limit)
        file = SourceFile.of_module(task.path, task.text, root, resolver)
        self.figures.spent("module", started)
        return file, task.concerned

    def _slices(
        self, task: _Task, pieces: dict[Piece, set[int]], resolver: Resolver
    ) -> list[tuple[SourceFile, set[int]]] | None:
        """The parsed pieces; None when one of them cannot stand alone."""
        from gardener.checking.source import SourceFile

        started = time.perf_counter()
        files = []
        for piece, indexes in pieces.items():
            try:
                root = parse_module(piece.code(task.text), time_limit=self._settings.time_limit)
            except Unparsable:
                return None
            file = SourceFile.of_piece(task.path, task.text, root, resolver, piece)
            if file is None:
                return None
            files.append((file, indexes))
        self.figures.spent("slices", started)
        return files

    def _run(self, files: Iterable[tuple[SourceFile, set[int]]], task: _Task) -> tuple[list[Finding], list[Failure]]:
        """Run the rules; a rule that needs more than its slice sends everything to the whole module."""
        from gardener.checking.positions import TextDiffers
        from gardener.checking.running import Runner
        from gardener.checking.source import NeedsModule

        if self._made_runner is None:
            self._made_runner = Runner(self._selection, profile=self._profile)
        files = list(files)
        started = time.perf_counter()
        try:
            found = self._made_runner.run(files, task.deadline, self.figures)
        except (NeedsModule, TextDiffers):
            if not files[0][0].is_slice:
                raise Unparsable("the parser does not reproduce this text; please report it") from None
            return self._run([self._module(task, files[0][0].resolver)], task)
        finally:
            self.figures.spent("rules", started)
        task.notes.update((note, None) for file, _ in files for note in file.notes)
        return found


def examine_rule(rule: Rule, text: str, path: str = "example.py", *, tiers: bool = True) -> tuple[Finding, ...]:
    """Raw findings of one rule in one text, whatever the rule's state and paths. Raises Unparsable."""
    result = examine_variant(Variant(rule, {}), text, path, tiers=tiers)
    if result.failures:
        raise Unparsable(result.failures[0].reason)
    return result.findings


def examine_variant(variant: Variant, text: str, path: str, *, tiers: bool = True) -> FileResult:
    """What one rule, under given options, gives for one text."""
    from gardener.core.settings import RuleSettings

    rule = replace(variant.rule, paths=(), exclude=())
    settings = Settings(rules={rule.id: RuleSettings(options=variant.options)})
    selection = Selection((rule,), settings, select=(rule.id,))
    return Engine(selection, tiers=tiers).examine(path, text.encode("utf-8", "surrogatepass"))


def skip_reason(data: bytes, settings: Settings) -> str | None:
    """Why a file is left alone whatever the rules, or None."""
    if len(data) > settings.max_file_kb * 1024:
        return f"larger than {settings.max_file_kb} kB"
    return "generated" if is_generated(data) else None


def _resolver_of(tree: ast.Module, path: str) -> Resolver:
    from gardener.checking.resolve import Resolver
    from gardener.checking.scopes import package_of
    from gardener.checking.scopes_ast import facts_from_ast

    return Resolver(facts_from_ast(tree, package_of(path)))


def rules_of(variants: Sequence[Variant]) -> tuple[Rule, ...]:
    """The distinct rules of some variants."""
    return tuple({variant.rule.id: variant.rule for variant in variants}.values())
