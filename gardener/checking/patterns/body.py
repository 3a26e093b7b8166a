"""The keys of a pattern rule as a record, each checked; and the rule with one condition less, for mutation tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from gardener.core.errors import RuleError

if TYPE_CHECKING:
    from gardener.core.finding import Safety

KEYS = (
    "pattern",
    "any",
    "not",
    "inside",
    "outside",
    "contains",
    "where",
    "fix",
    "safety",
    "syntactic",
    "imports",
    "message",
)
_SAFETIES: tuple[Safety, ...] = ("safe", "unsafe", "shown")
_CONDITIONS = ("not", "inside", "outside", "contains")


@dataclass(frozen=True, slots=True)
class Body:
    """What a pattern rule says. `patterns` are the alternatives; each of the four conditions is a list of patterns."""

    patterns: tuple[str, ...]
    excluded: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    where: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    fix: str | None = None
    safety: Safety = "unsafe"
    syntactic: bool = False
    imports: tuple[str, ...] = ()
    message: str | None = None


def read_body(body: Mapping[str, Any], *, place: str) -> Body:
    """Check the keys of a pattern rule. Raises RuleError for the first that cannot be used."""
    for key in body:
        if key not in KEYS:
            near = get_close_matches(key, KEYS, n=1)
            raise RuleError(f"unknown key `{key}`", at=place, hint=f"did you mean `{near[0]}`?" if near else None)
    if ("pattern" in body) == ("any" in body):
        raise RuleError("a pattern rule has either `pattern` or `any`", at=place)
    safety = body.get("safety", "unsafe")
    if safety not in _SAFETIES:
        raise RuleError(f"`safety` must be one of {', '.join(_SAFETIES)}", at=place)
    return Body(
        patterns=_texts(body, "pattern" if "pattern" in body else "any", place),
        excluded=_texts(body, "not", place),
        inside=_texts(body, "inside", place),
        outside=_texts(body, "outside", place),
        contains=_texts(body, "contains", place),
        where=_where(body.get("where", {}), place),
        fix=_optional(body, "fix", str, place),
        safety=safety,
        syntactic=bool(_optional(body, "syntactic", bool, place)),
        imports=_texts(body, "imports", place),
        message=_optional(body, "message", str, place),
    )


def _texts(body: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
    value = body.get(key, ())
    is_list = isinstance(value, (list, tuple)) and key != "pattern"
    if not isinstance(value, str) and not (is_list and all(isinstance(item, str) for item in value)):
        raise RuleError(f"`{key}` must be a string{'' if key == 'pattern' else ' or a list of strings'}", at=place)
    found = (value,) if isinstance(value, str) else tuple(value)
    if key in body and not found:
        raise RuleError(f"`{key}` is empty", at=place)
    return found


def _optional(body: Mapping[str, Any], key: str, kind: type, place: str) -> Any:
    value = body.get(key)
    if value is not None and not isinstance(value, kind):
        raise RuleError(f"`{key}` must be a {'string' if kind is str else 'boolean'}", at=place)
    return value


def _where(value: Any, place: str) -> Mapping[str, Mapping[str, Any]]:
    if not isinstance(value, Mapping):
        raise RuleError("`where` must be a table", at=place)
    for name, entry in value.items():
        if name.startswith("$"):
            raise RuleError(f"`where` takes `{name[1:]}`, without the `$`", at=place)
        if not isinstance(entry, Mapping) or not entry:
            raise RuleError(f'`where.{name}` must be a table such as `{{kind = "string"}}`', at=place)
    return value


def mutants(body: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every condition of a pattern rule by name, with the body that lacks it.

    A rule's examples should fail for each of these bodies; a condition for which they do not is not needed.
    """
    for key in ("any", *_CONDITIONS):
        value = body.get(key)
        entries: list[str] = [value] if isinstance(value, str) else list(value or ())
        for index, entry in enumerate(entries):
            rest = entries[:index] + entries[index + 1 :]
            if rest or key != "any":
                yield f"{key}: {_first_line(entry)}", _with(body, key, rest)
    for name, entry in body.get("where", {}).items():
        for key in entry:
            others = {other: value for other, value in entry.items() if other != key}
            where = {**body["where"], name: others}
            yield f"where.{name}.{key}", _with(body, "where", {left: item for left, item in where.items() if item})


def _with(body: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    return {**body, key: value} if value else {name: item for name, item in body.items() if name != key}


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
