"""What is worth saying about the clauses of the beliefs: who enforces them, and whether that holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.checking.enforcers import Enforcers
from gardener.checking.proving_enforcement import Proof, Prover

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.checking.repository import Repo
    from gardener.core.belief import Belief, Clause, EnforcedBy, Enforcement


@dataclass(frozen=True, slots=True)
class Kept:
    """A clause with one of its enforcers, and what became of it. `line` is where the enforcer is named."""

    belief: Belief
    clause: Clause
    enforcement: Enforcement
    line: int


def open_clauses(repo: Repo) -> Iterator[tuple[Belief, Clause]]:
    """The clauses that ask for something, of beliefs that are held now."""
    if repo.beliefs is None:
        return
    for belief, clause in repo.beliefs.clauses:
        if belief.status == "active" and clause.normative:
            yield belief, clause


def unenforced(repo: Repo) -> Iterator[tuple[Belief, Clause]]:
    """The clauses for which neither a tool nor a person is named."""
    linked = {rule.belief for rule in repo.rules if rule.belief}
    for belief, clause in open_clauses(repo):
        if not clause.enforced_by and not {belief.id, clause.id} & linked:
            yield belief, clause


def kept(repo: Repo) -> Iterator[Kept]:
    """Every enforcer that a belief names, each once, and whether it is there."""
    enforcers = Enforcers(repo.tree, repo.settings, repo.rules)
    seen: set[tuple[str, str, int]] = set()
    for belief, clause in open_clauses(repo):
        for by in clause.enforced_by:
            line = by.line or clause.line
            if (key := (by.kind, by.name, line)) not in seen:
                seen.add(key)
                if by.kind == "ruff":
                    # What ruff does depends on settings that may stand outside of the repository.
                    repo.volatile.add(repo.running)
                yield Kept(belief, clause, enforcers.resolve(by, belief.scope), line)


def proofs(repo: Repo) -> Iterator[tuple[Kept, Proof]]:
    """Every enforcer that is there, and whether a violation trips it."""
    prover = Prover(repo.tree, repo.settings, repo.rules)
    for one in kept(repo):
        if one.enforcement.resolved:
            yield one, prover.prove(one.belief, one.enforcement.by)


def named(by: EnforcedBy) -> str:
    """An enforcer in a sentence."""
    return f"{by.kind} `{by.name}`" if by.name else by.kind
