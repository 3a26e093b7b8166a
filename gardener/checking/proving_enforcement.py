"""Proof that what a clause names enforces it: its bad example goes through everything, with and without the enforcer.

Nothing of the repository runs: gardener's rules and ruff look at the example as if it stood in a file of the scope.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gardener.core.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gardener.checking.engine import Engine
    from gardener.core.belief import Belief, EnforcedBy
    from gardener.core.rule import Example, Rule
    from gardener.core.settings import Settings
    from gardener.repo.trees import Tree

MOST_PLACES = 40


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a violation trips the enforcer: None where that cannot be tried. `reason` says why it does not.

    `where` is the file the example was taken for; `others` are what else flags it.
    """

    proven: bool | None
    reason: str = ""
    where: str = ""
    others: tuple[str, ...] = ()


class Prover:
    """Tries bad examples on the rules and settings of a repository."""

    def __init__(self, tree: Tree, settings: Settings, rules: Sequence[Rule]) -> None:
        self._tree = tree
        self._settings = settings
        self._rules = tuple(rules)

    def prove(self, belief: Belief, by: EnforcedBy) -> Proof:
        """Take the bad examples of a belief, else those of the rule it names, through the whole pipeline."""
        if by.kind == "rule":
            return self._rule(belief, by.name)
        if by.kind == "ruff":
            return self._ruff(belief, by.name)
        return Proof(None, f"a {by.kind} is not tried: that would run the repository's code")

    def tried(self, belief: Belief, by: EnforcedBy) -> tuple[tuple[str | None, Example], ...]:
        """What a proof is made of: the examples, each with the file it is taken for (None: there is none)."""
        rule = next((rule for rule in self._rules if rule.id == by.name), None) if by.kind == "rule" else None
        if rule is None:
            places = ((next(self._places(belief, example), None), example) for example in _bad(belief.examples))
            return tuple(places) if by.kind == "ruff" else ()
        if rule.target != "python":
            return ()
        examples = _bad(belief.examples) or _bad(rule.examples)
        return tuple((self._place(belief, example, rule), example) for example in examples)

    def _rule(self, belief: Belief, name: str) -> Proof:
        from gardener.checking.prove import holds

        rule = next((rule for rule in self._rules if rule.id == name), None)
        if rule is None:
            return Proof(False, f"there is no rule `{name}`")
        if rule.target != "python":
            return Proof(holds(rule), "" if holds(rule) else "the rule fails its own examples")
        examples = _bad(belief.examples) or _bad(rule.examples)
        if not examples:
            return Proof(None, "there is no bad example to try")
        reasons: list[str] = []
        for example in examples:
            proof = self._try_rule(belief, rule, example)
            if proof.proven:
                return proof
            reasons.append(proof.reason)
        return Proof(False, reasons[0])

    def _try_rule(self, belief: Belief, rule: Rule, example: Example) -> Proof:
        place = self._place(belief, example, rule)
        if place is None:
            return Proof(False, f"`{rule.id}` runs on no file of the belief's scope")
        found = self._flagged(self._engine(()), place, example)
        if rule.id not in found:
            others = tuple(sorted(found))
            said = f"only {_listed(others)} flags it" if others else "nobody flags it"
            return Proof(False, f"the bad example goes unnoticed by `{rule.id}`: {said}", place, others)
        left = self._flagged(self._engine((rule.id,)), place, example)
        if rule.id in left:
            return Proof(False, f"`{rule.id}` still flags the bad example when it is switched off", place)
        return Proof(True, "", place, tuple(sorted(left)))

    def _flagged(self, engine: Engine, place: str, example: Example) -> frozenset[str]:
        """The rules that flag an example and are heard: not in shadow, not allowed away."""
        from gardener.checking.parsing import in_deep_stack
        from gardener.documents.examples import unmarked

        data = unmarked(example.code).encode()
        result = in_deep_stack(lambda: engine.examine(place, data))
        return frozenset(finding.rule for finding in result.findings if finding.state != "shadow")

    def _engine(self, ignore: tuple[str, ...]) -> Engine:
        from gardener.checking.engine import Engine
        from gardener.checking.selection import Selection

        return Engine(Selection(self._rules, self._settings, ignore=ignore))

    def _place(self, belief: Belief, example: Example, rule: Rule) -> str | None:
        """A file of the scope on which the rule runs, for the example to be taken for."""
        from gardener.checking.selection import Selection

        selection = Selection((rule,), self._settings)
        return next((path for path in self._places(belief, example) if selection.applying(path)), None)

    def _places(self, belief: Belief, example: Example) -> Iterator[str]:
        if example.path:
            yield example.path
        try:
            scope = compile_globs(belief.scope or ("**",))
        except ValueError:
            return
        yield from (path for path in self._python if scope.matches(path))
        if not belief.scope:
            yield "example.py"

    @cached_property
    def _python(self) -> tuple[str, ...]:
        return tuple(path for path in self._tree.paths() if path.endswith(".py"))

    def _ruff(self, belief: Belief, code: str) -> Proof:
        from gardener.documents.examples import unmarked
        from gardener.repo.ruff import codes_for

        examples = _bad(belief.examples)
        if not examples:
            return Proof(None, "the belief has no bad example to try")
        for example in examples:
            for place in list(self._places(belief, example))[:1]:
                data = unmarked(example.code).encode()
                found = codes_for(self._tree.root, place, data)
                left = codes_for(self._tree.root, place, data, ignore=(code,))
                if found is None or left is None:
                    return Proof(None, "ruff cannot say what it finds")
                if not any(one.startswith(code) for one in found):
                    continue
                if any(one.startswith(code) for one in left):
                    return Proof(False, f"ruff {code} still flags the bad example when it is switched off", place)
                return Proof(True, "", place, tuple(sorted(left)))
        return Proof(False, f"the bad example goes unnoticed by ruff {code}")


def _bad(examples: Sequence[Example]) -> list[Example]:
    return [example for example in examples if example.kind == "bad"]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names[:3])
