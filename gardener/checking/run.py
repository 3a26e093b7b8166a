"""One run over one tree: which rules and files, what was found, and what people have said about it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from gardener.checking import baseline, deferrals, suppressions
from gardener.checking.directives import read_directives
from gardener.checking.engine import MARKER, Engine
from gardener.checking.figures import Figures
from gardener.checking.fingerprints import assign, order
from gardener.checking.grouping import by_path
from gardener.checking.jobs import Job, examine_all
from gardener.checking.memory import through_cache
from gardener.checking.parsing import in_deep_stack
from gardener.checking.result import CLEAN, FileResult
from gardener.core.globs import matches
from gardener.repo.files import Decoded, decode, encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gardener.checking.repo_rules import Examined
    from gardener.checking.repository import Repo
    from gardener.checking.request import CheckRequest
    from gardener.checking.selection import Selection
    from gardener.core.finding import Failure, Finding
    from gardener.core.rule import Rule
    from gardener.core.settings import RuleSettings
    from gardener.repo.trees import Tree


@dataclass(frozen=True)
class Outcome:
    """All findings of a run, with fingerprints and push-back marked, in file order; nothing is gated yet.

    `ended` are deferrals and disputes whose date is past, though their finding is there.
    """

    findings: tuple[Finding, ...] = ()
    failures: tuple[Failure, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    figures: Figures = field(default_factory=Figures)
    stale: tuple[baseline.Entry, ...] = ()
    outside: tuple[baseline.Entry, ...] = ()
    ended: tuple[deferrals.Record, ...] = ()


@dataclass(frozen=True)
class Base:
    """The state that a change is compared with: its tree and the paths to examine there.

    `commit` is None where nothing was committed yet.
    """

    tree: Tree
    commit: str | None = None
    python: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Run:
    """A tree under a selection of rules: `python` and `documents` are the paths to look at.

    `resting` are the repository's Python rules, which the settings do not let run.

    `entries` is the baseline to apply, None for none; `deferred` is what was deferred and disputed by command. With a
    `base`, only what is new against it is wanted; `renames` maps new paths to those of the base. `cached`: the tree is
    the working tree, results may be kept.
    """

    request: CheckRequest
    tree: Tree
    selection: Selection
    python: tuple[str, ...]
    documents: tuple[str, ...] = ()
    resting: tuple[Rule, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    entries: tuple[baseline.Entry, ...] | None = None
    deferred: tuple[deferrals.Record, ...] = ()
    base: Base | None = None
    renames: Mapping[str, str] = field(default_factory=dict)
    cached: bool = True
    notes: tuple[str, ...] = ()
    today: date = field(default_factory=date.today)

    @cached_property
    def known_rules(self) -> frozenset[str]:
        """Ids of all rules, selected or not, those about suppressions included."""
        return frozenset(rule.id for rule in (*self.selection.rules, *self.resting, *suppressions.HYGIENE_RULES))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of this run, those about suppressions included."""
        about = (rule for rule in suppressions.HYGIENE_RULES if self._speaks(rule.id))
        return (*self.selection.chosen, *about)

    @property
    def files(self) -> tuple[str, ...]:
        """Every path looked at."""
        return (*self.python, *self.documents)

    def outcome(self) -> Outcome:
        """Examine every file, then apply what people have said: comments, commands, then the baseline."""
        results, figures = self._results()
        wide = self._document_results()
        for path, found in by_path(wide.findings).items():
            text_has_directives = path.lower().endswith(".md") or path in self.python
            known = results.get(path, CLEAN)
            merged = tuple(sorted((*known.findings, *found), key=order))
            results[path] = replace(known, findings=merged, directives=known.directives or text_has_directives)
        for path in self._documents_with_comments(results):
            results[path] = replace(results.get(path, CLEAN), directives=True)
        broken = frozenset(failure.rule for failure in wide.failures if failure.rule)
        judged = [self._judged(path, result, broken) for path, result in self._noteworthy(results)]
        findings = [item for marked in judged for item in marked]
        failures = [*(item for result in results.values() for item in result.failures), *wide.failures]
        skipped = [(path, result.skipped) for path, result in results.items() if result.skipped]
        notes = dict.fromkeys(note for result in (*results.values(), wide) for note in result.notes)
        outcome = Outcome(
            tuple(sorted(findings, key=order)), tuple(failures), (*self.skipped, *skipped), tuple(notes), figures
        )
        outcome = self._with_deferrals(self._with_ruff(outcome), results)
        return outcome if self.entries is None else self._with_baseline(outcome, results)

    def ran_on(self, path: str) -> frozenset[str]:
        """Ids of the rules that apply to a path, as far as this run looks at what they are about."""
        rules = (self.selection.variants[index].rule for index in self.selection.applying(path))
        chosen = frozenset(rule.id for rule in rules if rule.target in self._targets)
        return chosen | {rule.id for rule in suppressions.HYGIENE_RULES if self._speaks(rule.id)}

    @cached_property
    def _targets(self) -> frozenset[str]:
        """What this run looks at. Where paths were named, no rule about the whole repository runs."""
        code = {"python"} if self.request.code else set()
        documents = {"document"} if self.request.documents else set()
        whole = {"repo"} if documents and not self._named else set()
        return frozenset(code | documents | whole)

    @property
    def _named(self) -> bool:
        return bool(self.request.paths or self.request.stdin_filename)

    def judge_text(self, path: str, text: str, decoded: Decoded, engine: Engine) -> tuple[Finding, ...]:
        """Findings of a text in place of a file's content (which was `decoded`), with comments applied.

        Raises ValueError when the file's encoding cannot spell the text.
        """
        data = encode(text, decoded)
        result = in_deep_stack(lambda: engine.examine(path, data))
        return self._pushed_back(path, assign(result.findings), text, self._finished_on(path, result))

    def _finished_on(self, path: str, result: FileResult) -> frozenset[str]:
        """Ids of the rules that looked at a file and did not break: only they can say that nothing is there."""
        if result.skipped or any(failure.rule is None for failure in result.failures):
            return frozenset()
        return self.ran_on(path) - {failure.rule for failure in result.failures}

    def _results(self) -> tuple[dict[str, FileResult], Figures]:
        if not self.request.code:
            return {}, Figures()
        job = Job(self.tree, self.selection, self.request.tiers, self.request.profile)
        if self.cached and self.request.cache and not self.request.profile and self.request.tiers and self.python:
            return through_cache(job, self.python, self.request)
        found, figures = examine_all(job, self.python, jobs=self.request.jobs, progress=self.request.progress)
        return {path: item.result or CLEAN for path, item in found.items()}, figures

    def _document_results(self) -> FileResult:
        """What the rules about documents and about the whole repository find, with failures that name no file.

        Where paths were named, only the documents among them are looked at, and no rule about the whole.
        """
        named = self._named
        rules = [rule for rule in self.selection.chosen if rule.target in self._targets - {"python"}]
        if not rules or (named and not self.documents):
            return CLEAN
        from gardener.checking.repo_rules import examine_documents

        if self._remembers and not named:
            examined = self._from_memory(rules)
        else:
            repo = self._repo(self.tree)
            examined = examine_documents(rules, repo, only=self.documents if named else None)
        kept = [
            self._as_set_for_path(item)
            for item in examined.findings
            if (not named or item.path in self.documents) and item.rule in self.ran_on(item.path)
        ]
        return FileResult(tuple(kept), examined.failures, notes=examined.notes)

    @property
    def _remembers(self) -> bool:
        """True when results of the whole working tree may be kept from run to run."""
        return self.cached and self.request.cache and not self.request.profile and self.base is None

    def _from_memory(self, rules: list[Rule]) -> Examined:
        from gardener.checking.memory import identity
        from gardener.checking.recording import RecordingTree
        from gardener.checking.repo_rules import examine_documents, examine_through_memory
        from gardener.repo.trees import WorkingTree

        if not isinstance(self.tree, WorkingTree):
            return examine_documents(rules, self._repo(self.tree))
        tree = RecordingTree(self.tree)
        return examine_through_memory(rules, self._repo(tree), tree, identity(self.selection))

    def _repo(self, tree: Tree) -> Repo:
        from gardener.checking.repository import Repo

        repo = Repo(tree, self.selection.settings, self.selection.rules)
        if self.base is not None:
            repo.compare_with(self.base.tree, self.base.commit if not self.request.staged else None)
        return repo

    def _noteworthy(self, results: Mapping[str, FileResult]) -> Iterable[tuple[str, FileResult]]:
        return (
            (path, result)
            for path, result in results.items()
            if result is not CLEAN and (result.findings or result.directives)
        )

    def _documents_with_comments(self, results: Mapping[str, FileResult]) -> Iterable[str]:
        """Documents that may hold comments of ours, though no rule found anything in them."""
        if not self.request.documents or not any(self._speaks(rule.id) for rule in suppressions.HYGIENE_RULES):
            return
        for path in self.documents:
            if not results.get(path, CLEAN).directives:
                with suppress(OSError):
                    if MARKER in self.tree.read(path):
                        yield path

    def _judged(self, path: str, result: FileResult, broken: frozenset[str]) -> tuple[Finding, ...]:
        findings = assign(result.findings)
        if not result.directives:
            return findings
        try:
            text = decode(self.tree.read(path)).text
        except (OSError, ValueError):
            return findings
        return self._pushed_back(path, findings, text, self._finished_on(path, result) - broken)

    def _pushed_back(
        self, path: str, findings: tuple[Finding, ...], text: str, ran: frozenset[str]
    ) -> tuple[Finding, ...]:
        if MARKER.decode() not in text:
            return findings
        marked, about = suppressions.apply(
            findings,
            read_directives(text, markdown=path.lower().endswith(".md")),
            known=self.known_rules,
            ran=ran,
            today=self.today,
            path=path,
        )
        return (*marked, *(self._as_set(finding) for finding in about if self._speaks(finding.rule)))

    def _as_set(self, finding: Finding) -> Finding:
        """A finding about a suppression, with the severity and state that the settings give its rule there."""
        own = self.selection.settings.rules.get(finding.rule)
        return self._as_set_for_path(finding if own is None else _overridden(finding, own))

    def _as_set_for_path(self, finding: Finding) -> Finding:
        """A finding with what the settings say about its rule for its path alone."""
        for layer in self.selection.settings.per_path:
            if finding.rule in layer.rules and matches((layer.glob,), finding.path):
                finding = _overridden(finding, layer.rules[finding.rule])
        return finding

    def _speaks(self, rule: str) -> bool:
        """True when a rule about suppressions is to be heard: unless ignored, or others were selected."""
        chosen = self.selection.select
        if rule in self.selection.ignore or (chosen is None and rule in self.selection.settings.ignore):
            return False
        return True if chosen is None else bool({rule, "all"} & set(chosen))

    def _with_ruff(self, outcome: Outcome) -> Outcome:
        wanted = self.selection.settings.ruff if self.request.ruff is None else self.request.ruff
        if not wanted or not self.python or not self.cached:
            return outcome
        from gardener.repo.ruff import run_ruff

        found, failures = run_ruff(self.tree.root, self.python)
        findings = [finding for finding in found if self.selection.wants_foreign(finding.rule)]
        merged = sorted((*outcome.findings, *assign(findings)), key=order)
        return replace(outcome, findings=tuple(merged), failures=(*outcome.failures, *failures))

    def _with_deferrals(self, outcome: Outcome, results: Mapping[str, FileResult]) -> Outcome:
        if not self.deferred:
            return outcome
        scope = self._scope(outcome, results)
        known = deferrals.followed(outcome.findings, self.deferred, scope=scope, renames=self.renames)
        findings = deferrals.apply(outcome.findings, known, self.today)
        return replace(outcome, findings=findings, ended=deferrals.ended(findings, known, self.today))

    def _with_baseline(self, outcome: Outcome, results: Mapping[str, FileResult]) -> Outcome:
        if not self.entries:
            return outcome
        scope = self._scope(outcome, results)
        applied = baseline.apply(outcome.findings, self.entries, scope=scope, renames=self.renames)
        return replace(outcome, findings=applied.findings, stale=applied.stale, outside=applied.outside)

    def _scope(self, outcome: Outcome, results: Mapping[str, FileResult]) -> baseline.Scope:
        failed = {failure.path for failure in outcome.failures}
        ran = {path: self.ran_on(path) for path in self.files if path not in failed and not _skipped(results, path)}
        return baseline.Scope(ran=ran, rules={rule.id for rule in self.selection.rules}, exists=self.tree.exists)


def _overridden(finding: Finding, own: RuleSettings) -> Finding:
    return replace(finding, severity=own.severity or finding.severity, state=own.state or finding.state)


def _skipped(results: Mapping[str, FileResult], path: str) -> bool:
    return results.get(path, CLEAN).skipped is not None
