"""Is every condition of a rule needed by one of its examples? Delete one at a time and see whether all still hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gardener.core.errors import GardenerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gardener.core.rule import Rule

_WORDING = ("message", "value", "instead", "pinned")


def survivors(rule: Rule) -> list[str]:
    """The conditions of `rule` without which all its examples still hold, each described in a few words."""
    return [description for description, mutant in mutants(rule) if _survives(mutant)]


def mutants(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """`rule` without one of its conditions, for each of them. Python rules have none that can be deleted."""
    for key in ("paths", "exclude"):
        globs: tuple[str, ...] = getattr(rule, key)
        for glob in globs:
            rest = tuple(item for item in globs if item != glob)
            if rest or key == "exclude" or len(globs) == 1:
                yield f"{key}: {glob}", replace(rule, **{key: rest})  # type: ignore[arg-type]  # a field's name
    for description, body in _bodies(rule.body):
        yield description, replace(rule, body=body)


def _bodies(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if body["form"] == "family":
        for description, parameters in _without_one(body["parameters"], body["family"]):
            yield description, {**body, "parameters": parameters}
    elif body["form"] == "pattern":
        from gardener.checking.patterns.body import mutants as of_pattern

        keys = {key: value for key, value in body.items() if key != "form"}
        for description, rest in of_pattern(keys):
            yield description, {"form": "pattern", **rest}


def _without_one(values: Mapping[str, Any], where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, value in values.items():
        if key in _WORDING:
            continue
        if key == "entries":
            yield from _without_entry(values, value, where)
            continue
        if isinstance(value, list) and len(value) > 1:
            for index, item in enumerate(value):
                yield f"{where}: {key}: {item}", {**values, key: _but(value, index)}
        else:
            yield f"{where}: {key}", {name: item for name, item in values.items() if name != key}


def _without_entry(
    values: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], where: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    for index, entry in enumerate(entries):
        name = f"{where}: entry {index + 1}"
        if len(entries) > 1:
            yield name, {**values, "entries": _but(entries, index)}
        for description, rest in _without_one(entry, name):
            yield description, {**values, "entries": [*entries[:index], rest, *entries[index + 1 :]]}


def _but(items: Sequence[Any], index: int) -> list[Any]:
    return [*items[:index], *items[index + 1 :]]


def _survives(mutant: Rule) -> bool:
    """Do all examples hold? A rule that no longer compiles needed what it lost."""
    from gardener.checking.compile import compile_rule
    from gardener.checking.prove import holds

    try:
        plan = compile_rule(mutant).plan
    except GardenerError:
        return False
    return holds(replace(mutant, plan=plan))
