"""Rules over documents and over the repository as a whole: the same decorator, other things to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gardener.checking.python_code import guarded, load_function
from gardener.checking.repository import Repo
from gardener.core.errors import GardenerError, RuleError
from gardener.core.finding import Failure, Finding
from gardener.core.globs import compile_globs
from gardener.documents.document import Document, Note

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from gardener.checking.recording import RecordingTree
    from gardener.core.rule import Rule
    from gardener.core.settings import Settings
    from gardener.repo.trees import Tree

NAMES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Examined:
    """What the rules found in the documents, which rules broke, and what a person should know about the run."""

    findings: tuple[Finding, ...] = ()
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()


def run_document_rules(
    rules: Iterable[Rule], tree: Tree, settings: Settings, *, known: Sequence[Rule] = ()
) -> tuple[list[Finding], list[Failure]]:
    """Raw findings and failures of the rules whose target is a document or the repository.

    `known` are all rules of the run, for rules about rules.
    """
    examined = examine_documents(rules, Repo(tree, settings, known))
    return list(examined.findings), list(examined.failures)


def examine_documents(rules: Iterable[Rule], repo: Repo, *, only: Collection[str] | None = None) -> Examined:
    """Run rules over the documents of `repo` (those in `only`, when given) and over the repository as a whole."""
    findings: list[Finding] = []
    failures: list[Failure] = []
    for rule in rules:
        if rule.target == "python":
            continue
        try:
            findings += [_finding(rule, note, repo) for note in _notes(rule, repo, only)]
        except (GardenerError, OSError, ValueError) as error:
            failures.append(Failure(f"the rule broke: {error}", rule=rule.id))
    findings.sort(key=_order)
    return Examined(tuple(findings), tuple(failures), tuple(_remarks(repo)))


def examine_through_memory(rules: Sequence[Rule], repo: Repo, tree: RecordingTree, identity: str) -> Examined:
    """As `examine_documents` for the whole working tree, from memory where nothing has changed.

    `repo` looks at `tree`; `identity` stands for the rules and the settings.
    """
    from gardener.checking.document_memory import PATH, DocumentMemory

    if PATH in repo.files:
        return examine_documents(rules, repo)
    wide = [rule for rule in rules if rule.target != "python"]
    memory = DocumentMemory(tree, identity)
    known = memory.recall()
    missing = [rule for rule in wide if known is None or rule.id not in known.rules]
    examined = examine_documents(missing, repo)
    if known is None and not examined.failures and not repo.history_is_pending:
        memory.keep(examined, frozenset(rule.id for rule in wide) - repo.volatile)
    if known is None:
        return examined
    merged = sorted((*known.findings, *examined.findings), key=_order)
    return Examined(tuple(merged), examined.failures, tuple(dict.fromkeys((*known.notes, *examined.notes))))


def _order(finding: Finding) -> tuple[str, int, int, str]:
    return finding.path, finding.span.start, finding.span.end, finding.rule


def _notes(rule: Rule, repo: Repo, only: Collection[str] | None) -> Iterator[Note]:
    if rule.body.get("form") != "python":
        raise RuleError("only Python rules look at documents", at=rule.place)
    function = load_function(rule.body, place=rule.place)
    own = repo.settings.rules.get(rule.id)
    repo.running = rule.id
    repo.options = {**rule.body["options"], **(own.options if own else {})}
    wants_repo = function.function.__code__.co_argcount > 1
    unwanted = compile_globs(rule.exclude)
    for subject in _subjects(rule, repo, only):
        arguments: tuple[Any, ...] = (subject, repo) if wants_repo else (subject,)
        for note in guarded(function, arguments, rule.place):
            if not isinstance(note, Note):
                raise RuleError(f"it yielded {type(note).__name__}, not what `flag` returns", at=rule.place)
            if not unwanted.matches(note.path):
                yield note


def _subjects(rule: Rule, repo: Repo, only: Collection[str] | None) -> Iterable[Document | Repo]:
    if rule.target != "document":
        return (repo,)
    wanted = compile_globs(rule.paths)
    if only is not None:
        documents: Iterable[Document] = filter(None, (repo.document(path) for path in sorted(only)))
    else:
        documents = repo.documents
    return [item for item in documents if not rule.paths or wanted.matches(item.path)]


def _finding(rule: Rule, note: Note, repo: Repo) -> Finding:
    document = repo.located(note.path)
    place = document.lines.place(note.span)
    return Finding(
        rule=rule.id,
        path=note.path,
        span=note.span,
        place=place,
        message=note.message,
        severity=max(note.severity or rule.severity, rule.severity),
        certainty=note.certainty,
        origin="document",
        belief=rule.belief,
        remediation=note.fix.title if note.fix else "",
        state=rule.state,
        fix=note.fix,
        scope=document.section(place.line) if note.path.lower().endswith(".md") else "",
        text=note.label or " ".join(document.text[note.span.start : note.span.end].split()),
        reach=(place.line, place.end_line),
        facts=note.facts,
    )


def _remarks(repo: Repo) -> Iterator[str]:
    for path, reason in sorted(repo.unread.items()):
        yield f"{path}:1: the document was not checked: it {reason}"
    if repo.unsure:
        paths = sorted({path for path, _ in repo.unsure})
        shown = ", ".join(paths[:NAMES_SHOWN]) + (f" and {len(paths) - NAMES_SHOWN} more" * (len(paths) > NAMES_SHOWN))
        yield (
            f"{repo.history.gap}, so {len(repo.unsure)} references that lead nowhere cannot be told from ones "
            f"that never did ({shown}); fetch the whole history to know"
        )
