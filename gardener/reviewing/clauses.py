"""The clauses that go to a judge: what the beliefs ask for, and no rule, test or person is known to keep."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gardener.core.review import Criterion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gardener.core.belief import Belief, Beliefs, Clause, Enforcement
    from gardener.core.rule import Example
    from gardener.core.settings import Settings
    from gardener.repo.trees import Tree
    from gardener.reviewing.proof_memory import RememberedProver

_STATIC = ("rule", "ruff")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Compiled:
    """The clauses to judge, in the order of the document.

    `kept_elsewhere` are the ids of those that need no judge, each with what keeps it. `notes` say what could not be
    read, or is not as it seems.
    """

    beliefs: Beliefs
    criteria: tuple[Criterion, ...] = ()
    kept_elsewhere: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def compile_clauses(tree: Tree, settings: Settings, *, python_rules: bool | None = None) -> Compiled:
    """The clauses of the beliefs in `tree`, which holds the policy: the working tree, or the base of a change.

    `settings` are those of that tree; `python_rules` (by default as they say) allows its rules in Python to run.
    Raises DocumentError when there are no beliefs or they cannot be read, and ConfigError, RuleError or ManyErrors for
    settings and rules that cannot be used.
    """
    from gardener.checking.beliefs import document_path, read_document
    from gardener.checking.enforcers import Enforcers
    from gardener.checking.load import load
    from gardener.repo.cache_folder import believable
    from gardener.reviewing.guardrails import column_notes
    from gardener.reviewing.proof_memory import RememberedProver

    beliefs = read_document(tree, document_path(tree, settings))
    beliefs, notes = _with_distinct_ids(beliefs)
    trusted = believable(tree.root)
    allowed = settings.python_rules if python_rules is None else python_rules
    rules = load(settings, tree, python_rules=allowed, trust_cache=trusted).rules
    enforcers = Enforcers(tree, settings, rules)
    proofs = _Proofs(tree, RememberedProver(tree, settings, rules, trusted=trusted))
    criteria: list[Criterion] = []
    kept: list[tuple[str, str]] = []
    for belief, clause in _asked_for(beliefs):
        keeper = kept_by([proofs.proven(belief, one) for one in enforcers.of(belief, clause)])
        if keeper:
            kept.append((clause.id, keeper))
        else:
            criteria.append(_criterion(belief, clause))
    proofs.save()
    unread = [f"{beliefs.path}:{problem.line}: {problem.reason}" for problem in beliefs.unread]
    when = [note for belief in beliefs.beliefs for note in _when_notes(belief)]
    columns = column_notes(tree, settings, beliefs)
    return Compiled(beliefs, tuple(criteria), tuple(kept), (*unread, *notes, *when, *proofs.notes, *columns))


def stated_clauses(tree: Tree, settings: Settings) -> Compiled:
    """Every clause of the beliefs that asks for something, also those that need no judge; nothing is proven.

    Raises DocumentError when there are no beliefs or they cannot be read, ConfigError when the file named is missing.
    """
    from gardener.checking.beliefs import document_path, read_document

    beliefs, notes = _with_distinct_ids(read_document(tree, document_path(tree, settings)))
    return Compiled(beliefs, tuple(_criterion(*one) for one in _asked_for(beliefs)), notes=tuple(notes))


def kept_by(found: Sequence[Enforcement]) -> str:
    """What keeps a clause, so that no judge is needed; empty where one is.

    A rule counts only where a violation was seen to trip it. Tests, jobs and people count where nothing else is named.
    """
    proven = next((one for one in found if one.by.kind in _STATIC and one.resolved and one.proven), None)
    if proven is not None:
        return f"{proven.by.kind} `{proven.by.name}` flags its bad example"
    if any(one.by.kind in (*_STATIC, "review") for one in found):
        return ""
    holding = next((one for one in found if one.resolved), None)
    if holding is None:
        return ""
    return "it is left to people" if holding.by.kind == "human" else f"{holding.by.kind} `{holding.by.name}` keeps it"


class _Proofs:
    """Proofs for the clauses of a policy. Ruff is believed only where the policy has the settings that ruff reads."""

    def __init__(self, tree: Tree, prover: RememberedProver) -> None:
        self._tree = tree
        self._prover = prover
        self._same: bool | None = None
        self.notes: tuple[str, ...] = ()

    def proven(self, belief: Belief, one: Enforcement) -> Enforcement:
        """`one` with whether a violation trips it. What is no rule, or does not hold, stays as it is."""
        if not one.resolved or one.by.kind not in _STATIC:
            return one
        if one.by.kind == "ruff" and not self._ruff_is_the_policys():
            return one
        return replace(one, proven=self._prover.prove(belief, one.by).proven)

    def save(self) -> None:
        """Keep the proofs for the next run."""
        self._prover.save()

    def _ruff_is_the_policys(self) -> bool:
        if self._same is None:
            from gardener.reviewing.ruff_policy import same_on_disk

            self._same = same_on_disk(self._tree)
            if not self._same:
                note = "ruff's settings are not those of the policy: what it enforces is judged in review, too"
                self.notes = (note,)
        return self._same


def _asked_for(beliefs: Beliefs) -> Iterator[tuple[Belief, Clause]]:
    """The clauses that ask for something, of beliefs that are held now."""
    for belief, clause in beliefs.clauses:
        if belief.status == "active" and clause.normative and clause.text.strip():
            yield belief, clause


def _criterion(belief: Belief, clause: Clause) -> Criterion:
    return Criterion(
        id=clause.id,
        text=clause.text,
        severity=belief.severity,
        belief=belief.id,
        path=belief.path,
        line=clause.line,
        scope=belief.scope,
        examples=_examples(belief, clause),
        when=next(iter(_patterns(belief)), ""),
        guardrail=belief.guardrail,
    )


def _examples(belief: Belief, clause: Clause) -> tuple[Example, ...]:
    """The examples that stand inside of a clause; for one without any, those that stand inside of none."""
    own = _inside(belief.examples, clause)
    if own:
        return own
    taken = {id(example) for other in belief.clauses for example in _inside(belief.examples, other)}
    return tuple(example for example in belief.examples if id(example) not in taken)


def _inside(examples: Iterable[Example], clause: Clause) -> tuple[Example, ...]:
    return tuple(example for example in examples if clause.line < example.line <= clause.end)


def _patterns(belief: Belief) -> list[str]:
    """The patterns in code spans of the field `When`."""
    return [" ".join(match[2].split("\n")).strip() for match in _CODE.finditer(_when(belief))]


def _when(belief: Belief) -> str:
    from gardener.documents.vocabulary import is_nothing, key

    said = "\n".join(value for name, value in belief.fields.items() if key(name) == "when")
    return "" if is_nothing(said) else said


def _when_notes(belief: Belief) -> Iterator[str]:
    number = len(_patterns(belief))
    if _when(belief) and number != 1:
        held = "no pattern in backticks" if not number else f"{number} patterns, of which only the first counts"
        yield f"{belief.path}:{belief.line}: `When` of belief `{belief.id}` holds {held}"


def _with_distinct_ids(beliefs: Beliefs) -> tuple[Beliefs, list[str]]:
    """The beliefs with an id of its own for every clause: a repeated one is numbered, as repeated beliefs are."""
    seen: set[str] = set()
    notes: list[str] = []
    found: list[Belief] = []
    for belief in beliefs.beliefs:
        clauses: list[Clause] = []
        for clause in belief.clauses:
            name, number = clause.id, 0
            while name in seen:
                number += 1
                name = f"{clause.id}-{number}"
            if number:
                where = f"{belief.path}:{clause.line}"
                notes.append(f"{where}: `{clause.id}` is the id of two clauses; this one counts as `{name}`")
            seen.add(name)
            clauses.append(replace(clause, id=name))
        found.append(replace(belief, clauses=tuple(clauses)))
    return replace(beliefs, beliefs=tuple(found)), notes
