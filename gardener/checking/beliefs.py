"""The beliefs of a repository with what enforces each clause, and what is worth saying about the document."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gardener.checking.enforcers import Coverage, Enforcers, coverage
from gardener.checking.proving_enforcement import Proof, Prover
from gardener.core.errors import ConfigError, DocumentError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gardener.core.belief import Belief, Beliefs, Enforcement
    from gardener.core.settings import Settings
    from gardener.repo.trees import Tree


@dataclass(frozen=True, slots=True)
class Held:
    """Beliefs, what enforces each clause by its id, and notes on what could not be read or lost its id."""

    beliefs: Beliefs
    enforcement: Mapping[str, tuple[Enforcement, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def coverage(self) -> Coverage:
        """How many clauses are enforced."""
        return coverage(self.beliefs, self.enforcement)

    def only(self, chosen: tuple[Belief, ...]) -> Held:
        """The same for some of the beliefs."""
        return replace(self, beliefs=replace(self.beliefs, beliefs=chosen))


class _Tried:
    """Proofs, each made once: clauses of one belief share its enforcers."""

    def __init__(self, prover: Prover) -> None:
        self._prover = prover
        self._known: dict[tuple[str, str, str], Proof] = {}

    def proven(self, belief: Belief, one: Enforcement) -> Enforcement:
        """`one` with whether a violation trips it; what does not hold, and what cannot be tried, stays as it is."""
        if not one.resolved or one.by.kind not in ("rule", "ruff"):
            return one
        key = (belief.id, one.by.kind, one.by.name)
        if key not in self._known:
            self._known[key] = self._prover.prove(belief, one.by)
        proof = self._known[key]
        return replace(one, proven=proof.proven, reason=proof.reason if proof.proven is False else one.reason)


def beliefs_of(root: Path) -> Held:
    """What the repository at `root` believes. Raises ConfigError, DocumentError, RuleError or ManyErrors."""
    from gardener.checking.load import load
    from gardener.repo.settings import read_settings
    from gardener.repo.trees import WorkingTree

    tree = WorkingTree(root)
    settings = read_settings(tree)
    path = document_path(tree, settings)
    beliefs = read_document(tree, path)
    loaded = load(settings, tree, python_rules=settings.python_rules, prove=False)
    enforcers = Enforcers(tree, settings, loaded.rules)
    tried = _Tried(Prover(tree, settings, loaded.rules))
    found = {
        clause.id: tuple(tried.proven(belief, one) for one in enforcers.of(belief, clause))
        for belief, clause in beliefs.clauses
    }
    notes = [f"{path}:{problem.line}: {problem.reason}" for problem in beliefs.unread]
    return Held(beliefs, found, (*notes, *_reworded(root, beliefs)))


def document_path(tree: Tree, settings: Settings) -> str:
    """The path of the beliefs. Raises DocumentError when there are none, ConfigError when the named file is missing."""
    from gardener.documents.places import BELIEF_PLACES, find_core_beliefs

    path = find_core_beliefs(tree.paths(), settings)
    if path is None:
        hint = f"write {BELIEF_PLACES[0]}, or name the file with `core-beliefs` in the settings"
        raise DocumentError("this repository has no core beliefs", hint=hint)
    return path


def read_document(tree: Tree, path: str) -> Beliefs:
    """The beliefs in the file at `path`. Raises DocumentError when it cannot be read."""
    from gardener.documents.core_beliefs import read_beliefs
    from gardener.repo.files import decode

    try:
        text = decode(tree.read(path), cookie=False).text
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}", at=path) from None
    except ValueError as error:
        raise DocumentError(str(error), at=path) from None
    return read_beliefs(text, path)


def pick(held: Held, name: str) -> Belief:
    """The belief with an id, or with a clause of that id. Raises ConfigError with the nearest id."""
    found = held.beliefs.find(name)
    if found is None:
        import difflib

        near = difflib.get_close_matches(name, [belief.id for belief in held.beliefs.beliefs], n=1)
        hint = f"did you mean `{near[0]}`?" if near else "see `gardener beliefs list`"
        raise ConfigError(f"there is no belief `{name}`", hint=hint)
    return found


def applying_to(held: Held, path: str, tree: Tree) -> tuple[Belief, ...]:
    """The beliefs that hold for a file, or for something in a folder; one without a scope holds everywhere."""
    from gardener.core.globs import compile_globs

    folder = f"{path.rstrip('/')}/" if path else ""
    below = [other for other in tree.paths() if other.startswith(folder)]
    subjects = below or [path]
    chosen = []
    for belief in held.beliefs.beliefs:
        globs = compile_globs(belief.scope)
        if belief.status != "retired" and (not belief.scope or any(globs.matches(subject) for subject in subjects)):
            chosen.append(belief)
    return tuple(chosen)


def _reworded(root: Path, beliefs: Beliefs) -> list[str]:
    """Notes on beliefs that lost the ids they have in HEAD; nothing where there is no HEAD to compare with."""
    from gardener.core.errors import GardenerError
    from gardener.documents.rewording import reworded
    from gardener.repo.trees import GitTree

    try:
        tree = GitTree(root, "HEAD")
        old = read_document(tree, beliefs.path)
    except GardenerError:
        return []
    return [f"{beliefs.path}:{item.belief.line}: {item.advice}" for item in reworded(old, beliefs)]
