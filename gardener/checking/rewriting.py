"""Changing files on request: applying fixes, writing allow comments. Files are written whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from gardener.checking.allowing import add_allow
from gardener.checking.engine import Engine
from gardener.checking.fixing import fix_text
from gardener.checking.grouping import by_path
from gardener.checking.parsing import in_deep_stack
from gardener.checking.verdict import report_of
from gardener.core.edits import apply_edits
from gardener.core.finding import Failure, Finding, Suppression
from gardener.repo import git
from gardener.repo.files import Decoded, decode, encode, write_atomic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gardener.checking.run import Outcome, Run
    from gardener.core.report import Report

_ELSEWHERE = Suppression("baseline", "not among the findings to fix")


@dataclass(frozen=True, slots=True)
class _Rewritten:
    """What became of one file: its new text, how many findings that settled, and what went wrong."""

    text: str
    settled: int = 0
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()


def rewrite(run: Run) -> Report:
    """Fix what the run finds, or allow it, then say what is left.

    Only selected findings that nothing suppresses are touched. Standard input is not written anywhere: its new text
    is in the report's `texts`.
    """
    from gardener.checking.check import examine

    outcome = examine(run)
    change = _allowing(run) if run.request.add_allow else _fixing(run)
    done: dict[str, _Rewritten] = {}
    failures: list[Failure] = []
    barred = set(git.unstaged(run.tree.root)) if run.request.staged else set()
    for path, findings in by_path(item for item in outcome.findings if _open(item)).items():
        if path in barred:
            failures.append(Failure("has unstaged changes too: not fixed, so that they are not mixed in", path=path))
            continue
        try:
            decoded = decode(run.tree.read(path), cookie=path.endswith((".py", ".pyi")))
            done[path] = in_deep_stack(partial(change, path, decoded, findings))
            _write(run, path, decoded, done[path].text)
        except (OSError, ValueError, RecursionError) as error:
            failures.append(Failure(f"cannot be rewritten: {error}", path=path))
    return _report(run, done, failures)


def _open(finding: Finding) -> bool:
    return finding.suppressed is None and finding.state != "shadow" and finding.origin != "ruff"


def _fixing(run: Run) -> Callable[[str, Decoded, Sequence[Finding]], _Rewritten]:
    engine = Engine(run.selection)

    def change(path: str, decoded: Decoded, findings: Sequence[Finding]) -> _Rewritten:
        if not any(finding.fix and finding.fix.edits for finding in findings):
            return _Rewritten(decoded.text)
        if path not in run.python:
            return _fix_once(decoded.text, findings, unsafe=run.request.unsafe_fixes)
        wanted = {finding.fingerprint for finding in findings}
        everything = {finding.fingerprint for finding in run.judge_text(path, decoded.text, decoded, engine)}

        def find(text: str) -> list[Finding]:
            found = run.judge_text(path, text, decoded, engine)
            return [_only(item, wanted, everything) for item in found]

        fixed = fix_text(decoded.text, find, unsafe=run.request.unsafe_fixes)
        broken = [f"{path}:{item.place.line}: the fix of `{item.rule}` would not parse" for item in fixed.broken]
        stopped = [f"{path}: {fixed.stopped}"] if fixed.stopped else []
        return _Rewritten(fixed.text, fixed.applied, notes=(*broken, *stopped))

    return change


def _only(finding: Finding, wanted: set[str], everything: set[str]) -> Finding:
    """Leave alone what stood there from the start and was not to be fixed (the baseline, or the base of a diff)."""
    if finding.suppressed is None and finding.fingerprint in everything - wanted:
        return replace(finding, suppressed=_ELSEWHERE)
    return finding


def _fix_once(text: str, findings: Sequence[Finding], *, unsafe: bool) -> _Rewritten:
    """Fixes of documents: their findings come from the whole tree, so that one round is applied."""
    fixed = fix_text(text, lambda now: findings if now == text else (), unsafe=unsafe, parses=lambda _: True)
    return _Rewritten(fixed.text, fixed.applied)


def _allowing(run: Run) -> Callable[[str, Decoded, Sequence[Finding]], _Rewritten]:
    reason = run.request.add_allow or ""

    def change(path: str, decoded: Decoded, findings: Sequence[Finding]) -> _Rewritten:
        if not path.lower().endswith((".py", ".pyi", ".md")) and path not in run.python:
            return _Rewritten(decoded.text, notes=(f"{path}: no comment of ours can stand there",))
        edits = add_allow(decoded.text, findings, reason, markdown=path.lower().endswith(".md"))
        return _Rewritten(apply_edits(decoded.text, edits))

    return change


def _write(run: Run, path: str, decoded: Decoded, text: str) -> None:
    if text != decoded.text and run.request.stdin_filename is None:
        write_atomic(run.tree.root / path, encode(text, decoded), root=run.tree.root)


def _report(run: Run, done: dict[str, _Rewritten], failures: Iterable[Failure]) -> Report:
    """What is left, from a fresh look at the changed files; on standard input, from the new text."""
    from gardener.checking.check import examine, prepare

    changed = {path: item.text for path, item in done.items()}
    request = replace(run.request, fix=False, add_allow=None, tree=None)
    if request.stdin_filename is not None:
        text = next(iter(changed.values()), None)
        changed = {}
        if text is not None:
            decoded = decode(request.stdin or b"")
            request = replace(request, stdin=encode(text, decoded))
            changed = {request.stdin_filename or "": decoded.bom * "\ufeff" + text}
    else:
        changed = {}
    after = prepare(request)
    outcome: Outcome = examine(after)
    notes = [note for item in done.values() for note in item.notes]
    if request.staged and any(item.settled for item in done.values()):
        notes.append("fixed in the working tree, not in the index: `git add` what was fixed")
    outcome = replace(outcome, failures=(*outcome.failures, *failures))
    return report_of(after, outcome, fixed=sum(item.settled for item in done.values()), notes=notes, texts=changed)
