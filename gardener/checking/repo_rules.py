"""Rules over documents and over the repository as a whole: the same decorator, other things to look at."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from gardener.checking.python_code import guarded, load_function
from gardener.core.errors import GardenerError, RuleError
from gardener.core.finding import Certainty, Failure, Finding
from gardener.core.globs import compile_globs
from gardener.documents.document import Document, Note

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gardener.core.rule import Rule
    from gardener.core.settings import Settings
    from gardener.repo.trees import Tree


class Repo:
    """The whole tree as repository rules see it. Reads files; nothing else."""

    def __init__(self, tree: Tree, settings: Settings, rules: Sequence[Rule] = ()) -> None:
        self._tree = tree
        self._settings = settings
        self.rules = tuple(rules)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every path of the tree that the settings do not exclude, sorted."""
        excluded = compile_globs(self._settings.exclude)
        return tuple(path for path in self._tree.paths() if not excluded.matches(path))

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises OSError."""
        return self._tree.read(path)

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Every Markdown file that can be read."""
        found = (self.document(path) for path in self.paths if path.lower().endswith(".md"))
        return tuple(document for document in found if document is not None)

    def document(self, path: str) -> Document | None:
        """One Markdown file; None when it cannot be read as UTF-8."""
        from gardener.repo.files import decode

        try:
            return Document(path, decode(self.read(path), cookie=False).text)
        except (OSError, ValueError):
            return None

    def flag(self, path: str, line: int, message: str, *, certainty: Certainty = "certain") -> Note:
        """A note at a line (1-based) of a file."""
        return self._text(path).flag(line, message, certainty=certainty)

    def _text(self, path: str) -> Document:
        from gardener.repo.files import decode

        data = self.read(path)
        return Document(path, decode(data, cookie=path.endswith((".py", ".pyi"))).text)

    def located(self, note: Note) -> Document:
        """The file that a note is about."""
        return self._text(note.path)


def run_document_rules(
    rules: Iterable[Rule], tree: Tree, settings: Settings, *, known: Sequence[Rule] = ()
) -> tuple[list[Finding], list[Failure]]:
    """Raw findings and failures of the rules whose target is a document or the repository.

    `known` are all rules of the run, for rules about rules.
    """
    repo = Repo(tree, settings, known)
    findings: list[Finding] = []
    failures: list[Failure] = []
    for rule in rules:
        if rule.target == "python":
            continue
        try:
            findings += [_finding(rule, note, repo) for note in _notes(rule, repo)]
        except (GardenerError, OSError, ValueError) as error:
            failures.append(Failure(f"the rule broke: {error}", rule=rule.id))
    findings.sort(key=lambda item: (item.path, item.span.start, item.span.end, item.rule))
    return findings, failures


def _notes(rule: Rule, repo: Repo) -> Iterator[Note]:
    if rule.body.get("form") != "python":
        raise RuleError("only Python rules look at documents", at=rule.place)
    function = load_function(rule.body, place=rule.place)
    wanted, unwanted = compile_globs(rule.paths), compile_globs(rule.exclude)
    subjects: Iterable[Document | Repo] = (repo,)
    if rule.target == "document":
        subjects = [item for item in repo.documents if not rule.paths or wanted.matches(item.path)]
    for subject in subjects:
        for note in guarded(function, (subject,), rule.place):
            if not isinstance(note, Note):
                raise RuleError(f"it yielded {type(note).__name__}, not what `flag` returns", at=rule.place)
            if not unwanted.matches(note.path):
                yield note


def _finding(rule: Rule, note: Note, repo: Repo) -> Finding:
    document = repo.located(note)
    place = document.lines.place(note.span)
    return Finding(
        rule=rule.id,
        path=note.path,
        span=note.span,
        place=place,
        message=note.message,
        severity=rule.severity,
        certainty=note.certainty,
        origin="document",
        belief=rule.belief,
        remediation=note.fix.title if note.fix else rule.title,
        state=rule.state,
        fix=note.fix,
        scope=document.section(place.line) if note.path.lower().endswith(".md") else "",
        text=note.label or " ".join(document.text[note.span.start : note.span.end].split()),
        reach=(place.line, place.end_line),
    )
