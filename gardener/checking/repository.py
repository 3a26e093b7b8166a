"""The whole tree as rules over documents and over the repository see it: files, documents, settings, and the past."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from gardener.core.globs import compile_globs
from gardener.documents.document import Document, Note
from gardener.repo.history import History, read_history

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from gardener.checking.references.python_index import PythonIndex
    from gardener.core.belief import Beliefs
    from gardener.core.finding import Certainty, Fix, Severity, Span
    from gardener.core.rule import Rule
    from gardener.core.settings import Settings
    from gardener.core.tracker import Tracker
    from gardener.documents.tiers import Tier
    from gardener.repo.trees import Tree

Answer = TypeVar("Answer")


class Repo:
    """The whole tree as repository rules see it. Reads files; nothing else.

    `options` are those of the rule that runs. With a `base`, the state that a change is compared with, `trailers` gives
    the messages of its commits. `unsure` collects (path, reference) of what does not resolve and cannot
    be compared with history; `volatile` the rules whose answers depend on more than the tree and its past.
    """

    def __init__(
        self, tree: Tree, settings: Settings, rules: Sequence[Rule] = (), *, history: History | None = None
    ) -> None:
        self.tree = tree
        self.settings = settings
        self.rules = tuple(rules)
        self.options: Mapping[str, Any] = {}
        self.base: Repo | None = None
        self.trailers: Callable[[], str] = str
        self.running = ""
        self.volatile: set[str] = set()
        self.unread: dict[str, str] = {}
        self.unsure: set[tuple[str, str]] = set()
        self._answers: dict[Hashable, Any] = {}
        self._history = history
        self._texts: dict[str, Document] = {}
        self._tiers: dict[str, Tier] = {}

    def compare_with(self, tree: Tree, commit: str | None) -> None:
        """Set the base; the messages of the commits since `commit` may excuse what changed."""
        from gardener.repo import git

        self.base = Repo(tree, self.settings, self.rules, history=History())
        if commit is not None:
            self.trailers = lambda: git.messages(self.tree.root, commit)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every path of the tree that the settings do not exclude, sorted."""
        from gardener.repo.discovery import is_skipped

        excluded = compile_globs(self.settings.exclude)
        return tuple(path for path in self.tree.paths() if not excluded.matches(path) and not is_skipped(path))

    @cached_property
    def files(self) -> frozenset[str]:
        """Every file there is, excluded or not."""
        return frozenset(self.tree.paths())

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a file."""
        found: set[str] = set()
        for path in self.files:
            folder = path.rpartition("/")[0]
            while folder and folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(found)

    @cached_property
    def by_folder(self) -> Mapping[str, tuple[str, ...]]:
        """The files directly in each folder."""
        found: dict[str, list[str]] = defaultdict(list)
        for path in self.tree.paths():
            found[path.rpartition("/")[0]].append(path)
        return {folder: tuple(paths) for folder, paths in found.items()}

    @cached_property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """Files and folders by their own name."""
        found: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self.files | self.folders):
            found[path.rpartition("/")[2]].append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    def below(self, folder: str) -> tuple[str, ...]:
        """The files in a folder and the folders in it."""
        return tuple(path for path in self.tree.paths() if path.startswith(f"{folder}/"))

    @cached_property
    def labels(self) -> frozenset[str]:
        """Names that MyST documents give to places: `(name)=`, and `:name: x` in directives."""
        import re

        shape = re.compile(r"^[ \t]*(?:\(([\w.:/ -]+)\)=|:name:[ \t]+([\w.:/-]+))", re.MULTILINE)
        found = (shape.finditer(document.text) for document in self.documents)
        return frozenset(match[1] or match[2] for matches in found for match in matches)

    @cached_property
    def changed(self) -> frozenset[str]:
        """The paths that differ from the base: changed, new and deleted ones."""
        from gardener.core.errors import RepoError
        from gardener.repo import git
        from gardener.repo.trees import GitTree, IndexTree

        if self.base is None:
            return frozenset()
        commit = self.base.tree.ref if isinstance(self.base.tree, GitTree) else None
        if commit is not None:
            try:
                found = git.changes(self.tree.root, commit, staged=isinstance(self.tree, IndexTree))
            except RepoError:
                return frozenset()
            return frozenset(path for change in found for path in (change.path, change.old) if path)
        both = self.files | self.base.files
        return frozenset(path for path in both if self.text(path) != self.base.text(path))

    @cached_property
    def left_out(self) -> tuple[str, ...]:
        """Submodules, links and nested repositories: what lies below them is not known."""
        return tuple(path.rstrip("/") for path, _ in self.tree.omitted)

    @cached_property
    def history(self) -> History:
        """What the tree once held."""
        if self._history is not None:
            return self._history
        return read_history(self.tree.root, present=self.tree.paths)

    @property
    def history_is_pending(self) -> bool:
        """True when a rule asked for the past, and something is gone that is not committed yet."""
        return "history" in self.__dict__ and self.history.is_pending

    @cached_property
    def beliefs(self) -> Beliefs | None:
        """The core beliefs; None when there are none, or they cannot be read."""
        from gardener.documents.core_beliefs import read_beliefs
        from gardener.documents.places import find_core_beliefs

        document = self._own(find_core_beliefs(self.paths, self.settings))
        return read_beliefs(document.text, document.path) if document else None

    @cached_property
    def tracker(self) -> Tracker | None:
        """The tech tracker; None when there is none, or it cannot be read."""
        from gardener.documents.places import find_tech_tracker
        from gardener.documents.tech_tracker import read_tracker

        document = self._own(find_tech_tracker(self.paths, self.settings))
        return read_tracker(document.text, document.path) if document else None

    def _own(self, path: str | None) -> Document | None:
        return self.document(path) if path is not None else None

    @cached_property
    def python(self) -> PythonIndex:
        """The names that the repository's own packages define."""
        from gardener.checking.references.python_index import PythonIndex

        return PythonIndex(self)

    def once(self, question: Hashable, answer: Callable[[], Answer]) -> Answer:
        """The answer to a question that several documents ask, found once."""
        if question not in self._answers:
            self._answers[question] = answer()
        known: Answer = self._answers[question]
        return known

    def holds(self, path: str) -> bool:
        """True for a file or folder of the tree, and for what lies in a submodule."""
        path = path.rstrip("/")
        if path in self.files or path in self.folders:
            return True
        return any(path == place or path.startswith(f"{place}/") for place in self.left_out)

    def exists(self, path: str) -> bool:
        """True for what the tree holds, and for what is there but ignored."""
        return self.holds(path) or self.tree.exists(path.rstrip("/"))

    def ignored(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of `paths` that the repository's ignore files cover."""
        from gardener.core.errors import RepoError
        from gardener.repo import git

        if self._history is not None or not (self.tree.root / ".git").exists():
            return frozenset()
        try:
            return git.ignored(self.tree.root, paths)
        except RepoError:
            return frozenset()

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises OSError."""
        return self.tree.read(path)

    def text(self, path: str) -> str | None:
        """The text of a file; None when there is no such file, or it is no text."""
        try:
            return self.located(path).text
        except (OSError, ValueError):
            return None

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Every Markdown file that can be read, links left out."""
        from gardener.repo.discovery import kind_of

        paths = [path for path in self.paths if kind_of(self.tree, path) == "document" and not self._is_link(path)]
        self._preload(paths)
        found = (self.document(path) for path in paths)
        return tuple(document for document in found if document is not None)

    def document(self, path: str) -> Document | None:
        """One Markdown file; None when it is not there, too large, or not UTF-8."""
        try:
            return self._sized(self.located(path))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            self.unread[path] = str(error)
            return None

    def tier(self, document: Document) -> Tier:
        """For whom a document is written."""
        from gardener.documents.tiers import tier_of

        if document.path not in self._tiers:
            self._tiers[document.path] = tier_of(document.path, document.text)
        return self._tiers[document.path]

    def flag(
        self,
        path: str,
        at: int | Span,
        message: str,
        *,
        fix: Fix | None = None,
        certainty: Certainty = "certain",
        label: str | None = None,
        severity: Severity | None = None,
        facts: tuple[tuple[str, str], ...] = (),
    ) -> Note:
        """A note at a line (1-based) or a span of a file; `severity` may only be lower than the rule's."""
        document = self.located(path)
        return document.flag(at, message, fix=fix, certainty=certainty, label=label, severity=severity, facts=facts)

    def located(self, path: str) -> Document:
        """A file with its lines. Raises OSError, or ValueError for what is no text."""
        from gardener.repo.files import decode

        if path not in self._texts:
            data = self.read(path)
            self._texts[path] = Document(path, decode(data, cookie=path.endswith((".py", ".pyi"))).text)
        return self._texts[path]

    def _sized(self, document: Document) -> Document:
        if len(document.text) > self.settings.max_file_kb * 1024:
            raise ValueError(f"is larger than {self.settings.max_file_kb} kB")
        return document

    def _is_link(self, path: str) -> bool:
        from gardener.checking.recording import RecordingTree
        from gardener.repo.trees import WorkingTree

        return isinstance(self.tree, WorkingTree | RecordingTree) and (self.tree.root / path).is_symlink()

    def _preload(self, paths: Sequence[str]) -> None:
        from gardener.repo.trees import GitTree, IndexTree

        if isinstance(self.tree, GitTree | IndexTree):
            self.tree.preload(paths)
