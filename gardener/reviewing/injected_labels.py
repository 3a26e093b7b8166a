"""Labels from violations that are put into the repository's own clean code, and from the same code untouched.

The code is judged in two sittings: what is spoilt in one is clean in the other, so that no request holds both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gardener.repo.overlay import PatchedTree
from gardener.reviewing.injection import Injection, Injector, Spoilt, UnitKey, key_of
from gardener.reviewing.labels import Label, Sitting, counts_for
from gardener.reviewing.reversal import reversed_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from gardener.core.belief import Beliefs
    from gardener.core.review import Criterion, Pair
    from gardener.core.rule import Rule
    from gardener.core.settings import Settings
    from gardener.repo.trees import Tree
    from gardener.reviewing.injection import Probe
    from gardener.reviewing.selection import Selected

SITTINGS = 2


@dataclass(frozen=True, slots=True)
class _Target:
    """A rule that can be run backwards, with the clauses its violations break: any of them."""

    probe: Probe
    criteria: tuple[Criterion, ...]


def injected_sittings(
    beliefs: Beliefs,
    criteria: Sequence[Criterion],
    rules: Iterable[Rule],
    tree: Tree,
    settings: Settings,
    *,
    limit: Callable[[str], int],
    seed: int,
) -> tuple[Sitting, ...]:
    """Violations, at most `limit` for each clause, and the clean code each was made from."""
    from gardener.reviewing.selection import select

    known = [(rule, broken) for rule in rules if (broken := _clauses_of(rule, beliefs, criteria))]
    kept = [(rule, broken) for rule, broken in known if limit(counts_for(broken)) > 0]
    reversible = [(rule, broken, backwards) for rule, broken in kept if (backwards := reversed_rules(rule))]
    if not reversible:
        return ()
    asked = tuple({criterion.id: criterion for _, broken, _ in reversible for criterion in broken}.values())
    # Whatever a clause's `when` says, its files are read: what it keeps from being asked is a miss, too.
    clean = select(tree, settings, [replace(criterion, when="") for criterion in asked])
    injector = Injector(clean, settings, seed)
    targets = {rule.id: _Target(injector.probe(rule, backwards), broken) for rule, broken, backwards in reversible}
    chosen = list(_chosen(injector, targets, limit))
    turns = {made.unit: number % SITTINGS for number, made in enumerate(chosen)}
    made = [
        _Turn.of([one for one in chosen if turns[one.unit] == turn], chosen, injector, targets, tree, settings)
        for turn in range(SITTINGS)
    ]
    originals = {key_of(unit): unit.text for units in clean.units.values() for unit in units}
    return tuple(
        Sitting(tuple(labels), turn.tree)
        for turn, other in ((made[0], made[1]), (made[1], made[0]))
        if (labels := [*turn.violations(targets), *turn.controls(other, targets, originals)])
    )


def _clauses_of(rule: Rule, beliefs: Beliefs, criteria: Sequence[Criterion]) -> tuple[Criterion, ...]:
    """The clauses that a violation of `rule` breaks: those that name it, else those of the belief that does."""
    known = {criterion.id: criterion for criterion in criteria}
    for belief in beliefs.beliefs:
        own = [known[clause.id] for clause in belief.clauses if clause.id in known]
        naming = {
            clause.id
            for clause in belief.clauses
            if any(one.kind == "rule" and one.name == rule.id for one in clause.enforced_by)
        }
        named = any(one.kind == "rule" and one.name == rule.id for one in belief.enforced_by)
        if own and (naming or named or rule.belief == belief.id):
            return tuple(one for one in own if one.id in naming) or tuple(own)
    return ()


def _chosen(injector: Injector, targets: Mapping[str, _Target], limit: Callable[[str], int]) -> Iterator[Injection]:
    left: dict[str, int] = {}
    for target in targets.values():
        name = counts_for(target.criteria)
        for made in injector.injections(target.probe, target.criteria[0].scope, left.setdefault(name, limit(name))):
            left[name] -= 1
            yield made


@dataclass(frozen=True, slots=True)
class _Turn:
    """The repository with half of the violations in it. `spoilt` is by path, `injections` by unit."""

    tree: PatchedTree
    spoilt: Mapping[str, Spoilt]
    injections: Mapping[UnitKey, Injection]
    selected: Selected

    @classmethod
    def of(
        cls,
        injections: Sequence[Injection],
        everywhere: Sequence[Injection],
        injector: Injector,
        targets: Mapping[str, _Target],
        tree: Tree,
        settings: Settings,
    ) -> _Turn:
        from gardener.reviewing.selection import Selected, select

        probes = {name: target.probe for name, target in targets.items()}
        spoilt = {
            path: injector.spoilt(path, [one for one in injections if one.path == path], probes)
            for path in sorted({one.path for one in injections})
        }
        patched = PatchedTree(tree, {path: one.text.encode("utf-8", "surrogatepass") for path, one in spoilt.items()})
        standing = {one.unit: one for one in injections if one.unit in spoilt[one.path].lines}
        criteria = {criterion.id: criterion for target in targets.values() for criterion in target.criteria}
        paths = sorted({one.path for one in everywhere})
        selected = select(patched, settings, tuple(criteria.values()), paths=paths) if paths else Selected()
        return cls(patched, spoilt, standing, selected)

    def violations(self, targets: Mapping[str, _Target]) -> Iterator[Label]:
        """A label for each violation that stands."""
        for unit, made in self.injections.items():
            first, last = self.spoilt[made.path].lines[unit]
            lines = frozenset((made.path, line) for line in range(first, last + 1))
            criteria = targets[made.rule.id].criteria
            at = f"{made.path}:{first}"
            yield Label(counts_for(criteria), "violation", self._pairs(unit, criteria), "injected", at, lines)

    def controls(
        self, other: _Turn, targets: Mapping[str, _Target], originals: Mapping[UnitKey, str]
    ) -> Iterator[Label]:
        """A label for each unit that is spoilt in the other half and is here as it was."""
        here = {key_of(unit): unit for units in self.selected.units.values() for unit in units}
        for unit, made in other.injections.items():
            criteria = targets[made.rule.id].criteria
            clean = here.get(unit)
            if clean is None or clean.text != originals[unit]:
                continue
            at = f"{made.path}:{next((line for line in clean.lines if line), 0)}"
            yield Label(counts_for(criteria), "ok", self._pairs(unit, criteria), "injected", at)

    def _pairs(self, unit: UnitKey, criteria: Sequence[Criterion]) -> tuple[Pair, ...]:
        names = {criterion.id for criterion in criteria}
        return tuple(pair for pair in self.selected.pairs if key_of(pair.unit) == unit and pair.criterion.id in names)
