"""What enforces each clause of the beliefs: what a document names is looked up, and whether it is switched on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gardener.checking.ci_jobs import CiJobs
from gardener.core.belief import Enforcement
from gardener.core.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gardener.core.belief import Belief, Beliefs, Clause, EnforcedBy
    from gardener.core.rule import Rule
    from gardener.core.settings import Settings
    from gardener.repo.ruff import RuffRules
    from gardener.repo.trees import Tree


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many clauses there are, and how many of them are enforced, proven, left to review, left to nobody."""

    clauses: int = 0
    enforced: int = 0
    proven: int = 0
    review: int = 0
    nothing: int = 0


class Enforcers:
    """Looks up what beliefs name, in the rules, the settings of ruff, the tests and the jobs of a repository."""

    def __init__(self, tree: Tree, settings: Settings, rules: Iterable[Rule]) -> None:
        self._tree = tree
        self._settings = settings
        self._rules = {rule.id: rule for rule in rules}
        self._jobs = CiJobs(tree)

    def of(self, belief: Belief, clause: Clause) -> tuple[Enforcement, ...]:
        """What `clause` names, each with whether it holds: the rules that name the belief are counted, too."""
        named = {by.name for by in clause.enforced_by if by.kind == "rule"}
        found = [self.resolve(by, belief.scope) for by in clause.enforced_by]
        found += [self.resolve(by, belief.scope) for by in self._linked(belief, clause) if by.name not in named]
        return tuple(found)

    def resolve(self, by: EnforcedBy, scope: tuple[str, ...] = ()) -> Enforcement:
        """Whether a named enforcer exists and is switched on for the files in `scope`."""
        look: Mapping[str, Callable[[str, tuple[str, ...]], str]] = {
            "rule": self._rule,
            "ruff": self._ruff,
            "test": self._test,
            "ci": self._ci,
        }
        if by.kind not in look:
            return Enforcement(by, resolved=True)
        if not by.name:
            return Enforcement(by, resolved=False, reason=f"it names no {_NOUNS[by.kind]}")
        reason = look[by.kind](by.name, scope)
        return Enforcement(by, resolved=not reason, reason=reason)

    def _linked(self, belief: Belief, clause: Clause) -> list[EnforcedBy]:
        """The rules that say they belong to a belief or one of its clauses."""
        from gardener.core.belief import EnforcedBy

        meant = {belief.id, clause.id}
        return [EnforcedBy("rule", rule.id) for rule in self._rules.values() if rule.belief in meant]

    def _rule(self, name: str, scope: tuple[str, ...]) -> str:
        rule = self._rules.get(name)
        if rule is None:
            return f"there is no rule `{name}`{_near(name, self._rules)}"
        state = (self._settings.rules[name].state if name in self._settings.rules else None) or rule.state
        if state == "shadow":
            return f"rule `{name}` is in shadow, where it only counts"
        settings = self._settings
        chosen = (*(settings.select or ()), *settings.extend_select)
        if name in settings.ignore:
            return f"rule `{name}` is ignored by the settings"
        if "all" in chosen or name in chosen or (rule.default and settings.select is None):
            return self._ignored_in(name, scope)
        return f"rule `{name}` does not run unless it is selected"

    def _ignored_in(self, name: str, scope: tuple[str, ...]) -> str:
        globs = tuple(item.glob for item in self._settings.per_path if name in item.ignore)
        return f"rule `{name}` is ignored in all of its scope" if globs and self._all_in(globs, scope) else ""

    def _ruff(self, name: str, scope: tuple[str, ...]) -> str:
        known = self._ruff_rules
        if known is None:
            return "ruff cannot say which rules are on"
        whole = re.fullmatch(r"[A-Z]+\d{3,4}", name)
        codes = {code for code in known.enabled if code == name or (not whole and code.startswith(name))}
        if not codes:
            return f"ruff rule `{name}` is not switched on"
        globs = tuple(glob for glob, ignored in known.ignored if codes <= ignored)
        return f"ruff rule `{name}` is ignored in all of its scope" if globs and self._all_in(globs, scope) else ""

    @cached_property
    def _ruff_rules(self) -> RuffRules | None:
        from gardener.repo.ruff import enabled_rules

        path = next((path for path in self._tree.paths() if path.endswith(".py")), None)
        return enabled_rules(self._tree.root, path) if path else None

    def _all_in(self, globs: tuple[str, ...], scope: tuple[str, ...]) -> bool:
        """True when every Python file of a scope (by default of the tree) matches one of `globs`."""
        try:
            wanted, ignored = compile_globs(scope or ("**",)), compile_globs(globs)
        except ValueError:
            return False
        files = [path for path in self._tree.paths() if path.endswith(".py") and wanted.matches(path)]
        return bool(files) and all(ignored.matches(path) for path in files)

    def _test(self, name: str, _: tuple[str, ...]) -> str:
        from gardener.checking.node_ids import problem_of

        return problem_of(name, self._tree)

    def _ci(self, name: str, _: tuple[str, ...]) -> str:
        return "" if self._jobs.runs(name) else f"no job, hook, target or script is called `{name}`, and none runs it"


_NOUNS = {"rule": "rule", "ruff": "rule of ruff", "test": "test", "ci": "job"}


def _near(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), n=1)
    return f"; did you mean `{near[0]}`?" if near else ""


def coverage(beliefs: Beliefs, enforcement: Mapping[str, tuple[Enforcement, ...]]) -> Coverage:
    """Count the clauses that ask for something, of beliefs that are not retired; `enforcement` is by clause id."""
    counts = {"clauses": 0, "enforced": 0, "proven": 0, "review": 0, "nothing": 0}
    for belief, clause in beliefs.clauses:
        if belief.status == "retired" or not clause.normative:
            continue
        found = [one for one in enforcement.get(clause.id, ()) if one.resolved]
        mechanical = [one for one in found if one.by.kind in _NOUNS]
        counts["clauses"] += 1
        counts["proven"] += any(one.proven for one in mechanical)
        counts["enforced" if mechanical else "review" if found else "nothing"] += 1
    return Coverage(**counts)
