"""Which rules apply to which file, with the severities, states and options a team has set."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gardener.core.globs import Globs, compile_globs
from gardener.core.settings import PathSettings, RuleSettings, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gardener.core.rule import Rule

ALL = "all"
FOREIGN = "ruff"


@dataclass(frozen=True, slots=True)
class Variant:
    """A rule as it applies to some files: with overrides merged in, and the options it is compiled with."""

    rule: Rule
    options: Mapping[str, Any]


@dataclass(frozen=True)
class Selection:
    """The rules of a run and the settings that say where each applies.

    `select` and `ignore` are those of the command line: `select` replaces what the settings select and ignore, but
    not what they ignore for single paths. `versions` are the releases of distributions that lock files pin, by
    normalised name: a rule may know what changed between them.
    """

    rules: tuple[Rule, ...]
    settings: Settings
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        """Every rule in every shape it takes under the settings; the order is stable."""
        found: list[Variant] = []
        for rule in self.rules:
            shapes = [self._merged(rule, ())]
            for layer in self.settings.per_path:
                if rule.id in layer.rules:
                    shapes = _distinct([*shapes, *(_overridden(shape, layer.rules[rule.id]) for shape in shapes)])
            found += shapes
        return tuple(found)

    @cached_property
    def _by_key(self) -> dict[str, int]:
        return {_key(variant): index for index, variant in enumerate(self.variants)}

    @cached_property
    def _path_globs(self) -> tuple[Globs, ...]:
        return tuple(compile_globs((item.glob,)) for item in self.settings.per_path)

    @cached_property
    def _rule_globs(self) -> dict[str, tuple[Globs | None, Globs | None]]:
        return {rule.id: self._globs_of(rule) for rule in self.rules}

    @cached_property
    def _profiles(self) -> dict[tuple[int, ...], tuple[tuple[Rule, int], ...]]:
        return {}

    @cached_property
    def chosen(self) -> tuple[Rule, ...]:
        """The rules that are selected for some file, as the settings for all files have them."""
        layers: list[tuple[PathSettings, ...]] = [(), *((item,) for item in self.settings.per_path)]
        return tuple(
            self._merged(rule, ()).rule for rule in self.rules if any(self._selected(rule, layer) for layer in layers)
        )

    def wants_foreign(self, rule: str) -> bool:
        """Whether a finding of another tool, as `ruff:S113`, is to be heard: its own settings chose it already."""
        tool = rule.partition(":")[0]
        if {rule, tool} & set(self.ignore) or {rule, tool} & set(self.settings.ignore):
            return False
        return self.select is None or bool({rule, tool, ALL} & set(self.select))

    def applying(self, path: str) -> set[int]:
        """Indexes into `variants` of the rules that apply to `path`."""
        key = tuple(number for number, glob in enumerate(self._path_globs) if glob.matches(path))
        if key not in self._profiles:
            self._profiles[key] = tuple(self._profile([self.settings.per_path[number] for number in key]))
        return {index for rule, index in self._profiles[key] if self._covers(rule.id, path)}

    def _profile(self, matching: Sequence[PathSettings]) -> list[tuple[Rule, int]]:
        chosen = []
        for rule in self.rules:
            if self._selected(rule, matching):
                layers = tuple(item for item in matching if rule.id in item.rules)
                chosen.append((rule, self._by_key[_key(self._merged(rule, layers))]))
        return chosen

    def _selected(self, rule: Rule, matching: Sequence[PathSettings]) -> bool:
        ignored = {*self.ignore, *(name for item in matching for name in item.ignore)}
        if self.select is None:
            ignored.update(self.settings.ignore)
        if rule.id in ignored or ALL in ignored:
            return False
        if self.select is not None:
            return rule.id in self.select or ALL in self.select
        chosen = self.settings.select
        for item in matching:
            chosen = item.select if item.select is not None else chosen
        if rule.id in self.settings.extend_select or ALL in self.settings.extend_select:
            return True
        return rule.default if chosen is None else rule.id in chosen or ALL in chosen

    def _covers(self, rule: str, path: str) -> bool:
        paths, exclude = self._rule_globs[rule]
        return (paths is None or paths.matches(path)) and not (exclude is not None and exclude.matches(path))

    def _globs_of(self, rule: Rule) -> tuple[Globs | None, Globs | None]:
        own = self.settings.rules.get(rule.id, RuleSettings())
        paths = rule.paths if own.paths is None else own.paths
        exclude = rule.exclude if own.exclude is None else own.exclude
        return compile_globs(paths) if paths else None, compile_globs(exclude) if exclude else None

    def _merged(self, rule: Rule, layers: Sequence[PathSettings]) -> Variant:
        variant = Variant(rule, {})
        for override in (self.settings.rules.get(rule.id), *(layer.rules[rule.id] for layer in layers)):
            variant = variant if override is None else _overridden(variant, override)
        return variant


def _overridden(variant: Variant, override: RuleSettings) -> Variant:
    rule = variant.rule
    rule = replace(rule, severity=override.severity or rule.severity, state=override.state or rule.state)
    return Variant(rule, {**variant.options, **override.options})


def _distinct(variants: Iterable[Variant]) -> list[Variant]:
    return list({_key(variant): variant for variant in variants}.values())


def _key(variant: Variant) -> str:
    rule = variant.rule
    return json.dumps([rule.id, rule.severity, rule.state, variant.options], sort_keys=True, default=str)
