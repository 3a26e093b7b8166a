"""The patterns that a clause may name: only code that contains a match is asked about.

They are the patterns of rule pages, run by the engine that runs those: what cannot match by its words is not parsed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gardener.checking.engine import Engine
    from gardener.core.finding import Failure
    from gardener.core.review import Criterion, Unit
    from gardener.core.rule import Rule
    from gardener.core.settings import Settings

    # For each pattern, the lines on which its matches begin.
    Lines = Mapping[str, frozenset[int]]


class WhenPatterns:
    """The patterns of some clauses, compiled. Raises RuleError, at the clause, for a pattern that is broken."""

    def __init__(self, criteria: Iterable[Criterion], settings: Settings) -> None:
        from gardener.checking.prefilter import Prefilter

        self._settings = settings
        self._rules: dict[str, Rule] = {}
        for item in criteria:
            if item.when and item.when not in self._rules:
                self._rules[item.when] = _rule(item, len(self._rules))
        self._prefilter = Prefilter([rule.plan for rule in self._rules.values()])
        self._engine: Engine | None = None

    def possible(self, criteria: Sequence[Criterion], path: str, data: bytes) -> list[Criterion]:
        """The clauses whose patterns may match somewhere in a file, judged by its bytes."""
        if not self._rules:
            return list(criteria)
        concerned = self._prefilter.concerned(data, path)
        patterns = {pattern for number, pattern in enumerate(self._rules) if number in concerned}
        return [item for item in criteria if not item.when or item.when in patterns]

    def lines(self, criteria: Iterable[Criterion], path: str, data: bytes) -> tuple[Lines, tuple[Failure, ...]]:
        """Where the patterns of `criteria` match in a file, and what kept some of them from being tried."""
        if not any(item.when for item in criteria):
            return {}, ()
        result = self._made().examine(path, data)
        names = {rule.id: pattern for pattern, rule in self._rules.items()}
        found: dict[str, set[int]] = {pattern: set() for pattern in self._rules}
        for finding in result.findings:
            found[names[finding.rule]].add(finding.place.line)
        return {pattern: frozenset(lines) for pattern, lines in found.items()}, result.failures

    def asks(self, criterion: Criterion, unit: Unit, lines: Lines) -> bool:
        """True when a clause has no pattern, or one with a match that begins on a line the unit shows."""
        return not criterion.when or not lines.get(criterion.when, frozenset()).isdisjoint(unit.lines)

    def _made(self) -> Engine:
        from gardener.checking.engine import Engine
        from gardener.checking.selection import Selection

        if self._engine is None:
            rules = tuple(self._rules.values())
            # Every file that comes here is to be looked at, whatever rules the settings choose.
            settings = replace(self._settings, rules={}, per_path=(), unparsable=())
            self._engine = Engine(Selection(rules, settings, select=tuple(rule.id for rule in rules)))
        return self._engine


def _rule(criterion: Criterion, number: int) -> Rule:
    from gardener.checking.find import Search, rule_of
    from gardener.core.errors import RuleError

    place = f"{criterion.path}:{criterion.line}"
    try:
        return replace(rule_of(Search(criterion.when)), id=f"when-{number}", place=place)
    except RuleError as error:
        raise RuleError(f"`when` of `{criterion.id}`: {error.message}", at=place, hint=error.hint) from None
