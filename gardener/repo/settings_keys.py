"""The keys of the settings and what each accepts. A reader returns a value or says what it expected instead."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gardener.core.errors import ConfigError
from gardener.core.finding import SEVERITIES
from gardener.core.globs import problem
from gardener.core.settings import PathSettings, RuleSettings
from gardener.repo.toml_lines import Keys, line_of, spell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gardener.core.settings import GardenSettings, IssueSettings, ReviewSettings

STATES = ("shadow", "warn", "error")


class Unexpected(ValueError):
    """What a value should have been."""


@dataclass(frozen=True, slots=True)
class Problems:
    """Errors found so far in one file; `prefix` is the table the settings stand in."""

    text: str
    source: str
    prefix: Keys = ()
    found: list[ConfigError] = field(default_factory=list)

    def add(self, keys: Keys, message: str, hint: str | None = None) -> None:
        """Record an error at a key."""
        place = f"{self.source}:{line_of(self.text, (*self.prefix, *keys))}"
        self.found.append(ConfigError(message, at=place, hint=hint))

    def wrong(self, keys: Keys, expected: str) -> None:
        """Record a value that is not what it should be."""
        self.add(keys, f"`{spell(keys or self.prefix)}` must be {expected}")

    def unknown(self, keys: Keys, known: Iterable[str]) -> None:
        """Record a key that does not exist, with the nearest that does."""
        self.add(keys, f"unknown key `{spell(keys)}`", _nearest(keys[-1], tuple(known)))


def string(value: Any) -> str:
    """A string that says something."""
    if isinstance(value, str) and value.strip():
        return value
    raise Unexpected(f"a string, not {kind(value)}")


def strings(value: Any) -> tuple[str, ...]:
    """A list of strings."""
    if isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value):
        return tuple(value)
    wrong = next((item for item in value if not isinstance(item, str)), "") if isinstance(value, list) else value
    raise Unexpected(f"a list of strings, not {kind(wrong)}" + " in it" * isinstance(value, list))


def rules(value: Any) -> tuple[str, ...]:
    """A list of rule ids; `"all"` alone will do."""
    return (value,) if value == "all" else strings(value)


def globs(value: Any) -> tuple[str, ...]:
    """A list of globs."""
    for item in strings(value):
        if reason := problem(item):
            raise Unexpected(f"a list of globs: {reason}")
    return tuple(value)


def flag(value: Any) -> bool:
    """True or false."""
    if isinstance(value, bool):
        return value
    raise Unexpected(f"true or false, not {kind(value)}")


def severity(value: Any) -> str:
    """P0 to P3."""
    return _one_of(value, SEVERITIES)


def state(value: Any) -> str:
    """A state of a rule."""
    return _one_of(value, STATES)


def seconds(value: Any) -> float:
    """A positive number."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > 0:
        return float(value)
    raise Unexpected(f"a number of seconds above 0, not {kind(value)}")


def kilobytes(value: Any) -> int:
    """A positive whole number."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise Unexpected(f"a whole number of kilobytes above 0, not {kind(value)}")


def python_version(value: Any) -> str:
    """A version of Python."""
    if isinstance(value, str) and re.fullmatch(r"3\.\d{1,3}(?:\.\d{1,3})?", value):
        return value
    raise Unexpected('a Python version such as "3.11"')


def inner_path(value: Any) -> str:
    """A path that stays below the root."""
    text = string(value)
    if text.startswith("/") or "\\" in text or ".." in text.split("/") or re.match(r"[A-Za-z]:", text):
        raise Unexpected("a path below the root, with `/`")
    return text


KEYS: Mapping[str, Callable[[Any], Any]] = {
    "select": rules,
    "extend-select": rules,
    "ignore": strings,
    "exclude": globs,
    "packs": strings,
    "python-rules": flag,
    "python": python_version,
    "unparsable": globs,
    "fail-on": severity,
    "min-severity": severity,
    "time-limit": seconds,
    "max-file-kb": kilobytes,
    "ruff": flag,
    "core-beliefs": inner_path,
    "tech-tracker": inner_path,
}
RULE_KEYS: Mapping[str, Callable[[Any], Any]] = {
    "severity": severity,
    "state": state,
    "paths": globs,
    "exclude": globs,
}
PATH_KEYS: Mapping[str, Callable[[Any], Any]] = {"select": rules, "ignore": strings}
JOBS = ("review", "issues", "garden")


def read_keys(table: Any, problems: Problems) -> dict[str, Any]:
    """The values of `Settings` by field name; what is wrong is added to `problems`."""
    if not isinstance(table, dict):
        problems.wrong((), "a table")
        return {}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key == "rules":
            values["rules"] = _rules(value, ("rules",), problems)
        elif key == "per-path":
            values["per_path"] = _per_path(value, problems)
        elif key == "covers":
            values["covers"] = _covers(value, problems)
        elif key == "areas":
            values["areas"] = _areas(value, problems)
        elif key in JOBS:
            values[key] = _job(key, value, problems)
        elif key in KEYS:
            _read(KEYS[key], value, (key,), problems, values)
        else:
            problems.unknown((key,), (*KEYS, "rules", "per-path", "covers", "areas", *JOBS))
    return values


def _job(key: str, value: Any, problems: Problems) -> ReviewSettings | IssueSettings | GardenSettings:
    """The table of one of the jobs that have settings of their own."""
    if key == "review":
        from gardener.repo.settings_review import read_review

        return read_review(value, problems)
    if key == "issues":
        from gardener.repo.settings_issues import read_issues

        return read_issues(value, problems)
    from gardener.repo.settings_garden import read_garden

    return read_garden(value, problems)


def _covers(table: Any, problems: Problems) -> dict[str, tuple[str, ...]]:
    """Documents, and the globs (each perhaps with `:name`) of the code that they are about."""
    if not isinstance(table, dict):
        problems.wrong(("covers",), f"a table, not {kind(table)}")
        return {}
    found: dict[str, Any] = {}
    for document, value in table.items():
        keys = ("covers", document)
        try:
            inner_path(document)
            found[document] = strings(value)
            globs([item.partition(":")[0] for item in found[document]])
        except Unexpected as expected:
            problems.wrong(keys, str(expected))
    return found


def _areas(table: Any, problems: Problems) -> dict[str, tuple[str, ...]]:
    """The parts of the repository that are graded, each with the globs of its files."""
    if not isinstance(table, dict):
        problems.wrong(("areas",), f"a table, not {kind(table)}")
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for area, value in table.items():
        try:
            found[area] = globs(value)
        except Unexpected as expected:
            problems.wrong(("areas", area), str(expected))
    return found


def _rules(table: Any, keys: Keys, problems: Problems) -> dict[str, RuleSettings]:
    found: dict[str, RuleSettings] = {}
    for rule, content in _tables(table, keys, problems):
        found[rule] = _rule(content, (*keys, rule), problems, per_path=keys != ("rules",))
    return found


def _rule(table: Mapping[str, Any], keys: Keys, problems: Problems, *, per_path: bool) -> RuleSettings:
    values: dict[str, Any] = {}
    options: dict[str, Any] = {}
    for key, value in table.items():
        here = (*keys, key)
        if per_path and key in ("paths", "exclude"):
            problems.add(here, f"`{spell(here)}` has no place below a path", "ignore the rule there instead")
        elif key in RULE_KEYS:
            _read(RULE_KEYS[key], value, here, problems, values)
        elif _is_plain(value):
            options[key] = value
        else:
            problems.wrong(here, "plain data: text, numbers, true or false, lists and tables of them")
    return RuleSettings(**values, options=options)


def _per_path(table: Any, problems: Problems) -> tuple[PathSettings, ...]:
    found: list[PathSettings] = []
    for glob, content in _tables(table, ("per-path",), problems):
        keys = ("per-path", glob)
        if reason := problem(glob):
            problems.add(keys, reason)
        values: dict[str, Any] = {}
        for key, value in content.items():
            if key == "rules":
                values["rules"] = _rules(value, (*keys, "rules"), problems)
            elif key in PATH_KEYS:
                _read(PATH_KEYS[key], value, (*keys, key), problems, values)
            else:
                problems.unknown((*keys, key), (*PATH_KEYS, "rules"))
        found.append(PathSettings(glob, **values))
    return tuple(found)


def _tables(table: Any, keys: Keys, problems: Problems) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """The tables in a table; anything else in it is a problem."""
    if not isinstance(table, dict):
        problems.wrong(keys, f"a table, not {kind(table)}")
        return
    for name, content in table.items():
        if isinstance(content, dict):
            yield name, content
        else:
            problems.wrong((*keys, name), f"a table, not {kind(content)}")


def _read(reader: Callable[[Any], Any], value: Any, keys: Keys, problems: Problems, values: dict[str, Any]) -> None:
    try:
        values[keys[-1].replace("-", "_")] = reader(value)
    except Unexpected as expected:
        problems.wrong(keys, str(expected))


def _one_of(value: Any, allowed: tuple[str, ...]) -> str:
    if isinstance(value, str) and value in allowed:
        return value
    raise Unexpected(f"one of {', '.join(allowed)}, not {kind(value)}")


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    return isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))


def kind(value: Any) -> str:
    """A TOML value in words, for messages."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value[:40]}"' if value.strip() else "an empty string"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return "a list"
    return "a table" if isinstance(value, dict) else "a date or time"


def _nearest(name: str, known: tuple[str, ...]) -> str | None:
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), known, n=1) or get_close_matches(name.lower().replace("_", "-"), known, n=1)
    return f"did you mean `{near[0]}`?" if near else f"known are {', '.join(sorted(known))}"
