"""Typed parameters: a family's frozen dataclass filled from plain values, with every mistake reported at once.

Hints understood: str, int, bool, Any, Literal, `tuple[X, ...]`, `Mapping[str, X]`, `X | None`, Regex, Source
(Python source of a value), Dotted (a dotted name, `a.b.*` for all below) and Module (one without star).
"""

from __future__ import annotations

import ast
import dataclasses
import difflib
import types
from collections.abc import Callable, Mapping
from typing import Any, Literal, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

from gardener.core.errors import GardenerError, ManyErrors, RuleError

Regex = NewType("Regex", str)
Source = NewType("Source", str)
Dotted = NewType("Dotted", str)
Module = NewType("Module", str)
ANY_NAME = Regex(".*")
Record = TypeVar("Record")


class Unfit(Exception):
    """A value that does not fit its hint; the text says what is expected."""


def read_parameters(kind: type[Record], values: Mapping[str, Any], *, at: Callable[[str], str]) -> Record:
    """An instance of the dataclass `kind` from `values`; `at` gives the place of a key, for messages.

    Raises RuleError, or ManyErrors for several mistakes.
    """
    values = {key if key in kind.__dict__ else key.replace("-", "_"): value for key, value in values.items()}
    hints = get_type_hints(kind)
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]  # a dataclass
    errors: list[GardenerError] = [unknown_key(key, fields, at(key)) for key in values if key not in fields]
    found: dict[str, Any] = {}
    for name, field in fields.items():
        if name not in values:
            if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
                errors.append(RuleError(f"`{name}` is missing", at=at(name)))
            continue
        try:
            found[name] = fit(values[name], hints[name])
        except Unfit as reason:
            errors.append(RuleError(f"`{name}` must be {reason}", at=at(name)))
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    return _checked(kind(**found), at)


def _checked(made: Record, at: Callable[[str], str]) -> Record:
    problems: list[tuple[str, str]] = made.problems() if hasattr(made, "problems") else []
    errors: list[GardenerError] = [RuleError(f"`{key}` {reason}", at=at(key)) for key, reason in problems]
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    return made


def unknown_key(key: str, known: Mapping[str, Any], at: str) -> RuleError:
    """The error for a key that does not exist, with the nearest that does."""
    near = difflib.get_close_matches(key, list(known), n=1, cutoff=0.5)
    hint = f"did you mean `{near[0]}`?" if near else f"known keys: {', '.join(known)}"
    return RuleError(f"unknown key `{key}`", at=at, hint=hint)


def fit(value: Any, hint: Any) -> Any:
    """`value` as the type `hint`, lists as tuples; a lone value stands for a list of one. Raises Unfit."""
    origin = get_origin(hint)
    if hint is Any:
        return value
    if origin is Literal:
        return _one_of(value, get_args(hint))
    if origin in (Union, types.UnionType):
        return fit(value, next(part for part in get_args(hint) if part is not type(None)))
    if origin is tuple:
        return _several(value, get_args(hint)[0])
    if origin is Mapping:
        return _table(value, get_args(hint)[1])
    return _scalar(value, hint)


def _one_of(value: Any, choices: tuple[Any, ...]) -> Any:
    if value not in choices:
        raise Unfit("one of " + ", ".join(f"`{choice}`" for choice in choices))
    return value


def _several(value: Any, hint: Any) -> tuple[Any, ...]:
    items = value if isinstance(value, list | tuple) else [value]
    if not items:
        raise Unfit("a list that is not empty")
    try:
        return tuple(fit(item, hint) for item in items)
    except Unfit as reason:
        raise Unfit(f"a list, each item {reason}") from None


def _table(value: Any, hint: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise Unfit("a table")
    return {str(key): fit(item, hint) for key, item in value.items()}


def _scalar(value: Any, hint: Any) -> Any:
    if hint is Source:
        return source_of(value)
    if hint is int and (not isinstance(value, int) or isinstance(value, bool)):
        raise Unfit("a whole number")
    if hint is bool and not isinstance(value, bool):
        raise Unfit("true or false")
    if hint in (str, Regex, Dotted, Module) and not isinstance(value, str):
        raise Unfit("a string")
    if hint in (Dotted, Module) and not _is_dotted(value, star=hint is Dotted):
        raise Unfit(f"a dotted name, which `{value}` is not")
    if hint is Regex:
        _check_regex(value)
    return value


def _is_dotted(value: str, *, star: bool) -> bool:
    name = value.removesuffix(".*") if star else value
    return all(part.isidentifier() for part in name.split("."))


def source_of(value: Any) -> str:
    """Python source of a value: text is source already, numbers and booleans are spelled. Raises Unfit."""
    if not isinstance(value, str):
        return repr(value)
    try:
        ast.parse(value, mode="eval")
    except (SyntaxError, ValueError):
        raise Unfit("a Python expression (a string needs quotes of its own: \"'utf-8'\")") from None
    return value


def _check_regex(pattern: str) -> None:
    import regex

    try:
        regex.compile(pattern)
    except regex.error as error:
        raise Unfit(f"a regular expression: {error}") from None
