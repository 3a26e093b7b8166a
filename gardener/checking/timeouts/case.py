"""One call under judgement, and what is wrong with the timeout it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gardener.checking.timeouts.arguments import Argument, argument

if TYPE_CHECKING:
    import libcst as cst

    from gardener.checking.source import SourceFile
    from gardener.checking.timeouts.table import Entry
    from gardener.core.finding import Certainty

Kind = Literal["absent", "none", "part", "invalid", "unbounded", "long", "unknown", "handed"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a team has chosen: how splats count, the longest timeout, what it wraps calls in, whether to be strict."""

    splat: Literal["ignore", "maybe", "likely"] = "maybe"
    strict: bool = False
    max: int | None = None
    socket_default: bool = False
    safe_wrappers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Case:
    """A listed function, written as `function`, and the `call` that gives its arguments after the first `skip`.

    `name` is the dotted name it resolved to. `passed`: the function is not called here but handed to `call`, whose
    keywords are meant for it only if `keywords`. `assumed`: which release is in use is not known.
    """

    file: SourceFile
    call: cst.Call
    function: cst.BaseExpression
    entry: Entry
    name: str
    certainty: Certainty
    terms: Terms
    passed: bool = False
    skip: int = 0
    keywords: bool = True
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and the argument that makes it so (None: no such parameter exists)."""

    kind: Kind
    argument: Argument | None = None


def assess(case: Case) -> Problem | None:
    """What is wrong with the timeout of a call, before anything that may excuse it; None when it is bounded."""
    entry = case.entry
    if not entry.timeout:
        return _omitted(case, None)
    arguments = [
        argument(
            case.call, case.file, name, None if index else entry.position, skip=case.skip, keywords=case.keywords
        )
        for index, name in enumerate(entry.timeout)
    ]  # fmt: skip
    handed = next((item for item in arguments if item.state == "handed"), None)
    if handed is not None:
        return Problem("handed", handed)
    given = [item for item in arguments if item.state == "given"]
    kinds = [judge_value(case, item) for item in given]
    bad = [Problem(kind, item) for kind, item in zip(kinds, given, strict=True) if kind]
    if bad and (entry.every or len(bad) == len(given)):
        return bad[0] if bad[0].kind != "absent" else _omitted(case, bad[0].argument)
    if given:
        return None
    unknown = next((item for item in arguments if item.state == "unknown"), None)
    if unknown is None:
        return _omitted(case, arguments[0])
    return Problem("unknown", unknown) if case.terms.splat != "ignore" and _omitted(case, unknown) else None


def _omitted(case: Case, argument: Argument | None) -> Problem | None:
    flagged = case.entry.absent == "unbounded" or (case.entry.absent == "strict" and case.terms.strict)
    return Problem("absent", argument) if flagged else None


def judge_value(case: Case, argument: Argument) -> Kind | None:
    """What is wrong with a value that is given."""
    if argument.value is None:
        return None
    constant = case.file.constant(argument.value)
    if constant is None:
        return "part" if _part(case, argument.value) else None
    value = constant.value
    if value is None:
        return "none" if case.entry.none == "unbounded" else "absent"
    if isinstance(value, tuple):
        return "part" if case.entry.parts and None in value else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return _judge_number(case, value)


def _judge_number(case: Case, value: float) -> Kind | None:
    if value <= 0:
        kinds: dict[str, Kind | None] = {"invalid": "invalid", "unbounded": "unbounded", "fine": None}
        return kinds[case.entry.zero]
    longest = case.terms.max
    scale = 1000 if case.entry.unit == "ms" else 1
    return "long" if longest is not None and value > longest * scale else None


def _part(case: Case, value: cst.BaseExpression) -> bool:
    """Does a tuple leave one of its timeouts open?"""
    import libcst as cst

    if not case.entry.parts or not isinstance(value, cst.Tuple):
        return False
    constants = (case.file.constant(item.value) for item in value.elements if isinstance(item, cst.Element))
    return any(found is not None and found.value is None for found in constants)
