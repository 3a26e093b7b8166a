"""What a finding says, and the edit that it offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.checking.hit import NodeEdit, PendingFix
from gardener.checking.timeouts.variables import line_of, variable_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from gardener.checking.hit import ImportRequest
    from gardener.checking.timeouts.case import Case, Problem

_NO_FIX = ("unknown", "handed")
_SUBJECTS = {"client": "what it does", "deadline": "what it bounds"}


def message(case: Case, problem: Problem, value: str) -> str:
    """Why the call can hang, and what to write instead."""
    reason = f"{_reason(case, problem)}{_circumstance(case, problem)}"
    advice = _advice(case, problem, value)
    return f"{reason}: {_consequence(case, problem)}{f'; {advice}' if advice else ''}"


def _reason(case: Case, problem: Problem) -> str:
    given = case.file.source(problem.argument.value) if problem.argument and problem.argument.value else "None"
    named = f"`{problem.argument.name}={given}`" if problem.argument else ""
    has = _has(case)
    reasons = {
        "absent": has,
        "none": f"{named} {_undoes(case)}",
        "part": f"{named} leaves a part without limit",
        "invalid": f"{named} is no timeout that `{case.entry.title}` accepts",
        "unbounded": f"{named} switches the timeout off",
        "long": f"{named} is longer than the {case.terms.max} s that are allowed",
        "unknown": f"`{problem.argument.through if problem.argument else ''}` may hold no timeout, and {has}",
    }
    return reasons[problem.kind]


def _has(case: Case) -> str:
    entry = case.entry
    if entry.wraps:
        return f"`{entry.names[0]}` hands its timeout to `{entry.wraps}`, which has {entry.default}"
    return f"`{entry.title}` has {entry.default}"


def _undoes(case: Case) -> str:
    entry = case.entry
    if entry.absent == "unbounded":
        return f"sets none, and {_has(case)}"
    return f"switches off what `{entry.title}` has, {entry.default}" if entry.role != "deadline" else "sets none"


def _circumstance(case: Case, problem: Problem) -> str:
    """Where the client was made, and what had to be assumed."""
    said = ""
    line = _line_of_client(case) if problem.kind in ("absent", "unknown") else None
    if line is not None:
        said += f", nor has the client made on line {line}" if case.entry.default.startswith("no ") else ""
    if case.assumed and case.entry.until:
        said += f" before release {case.entry.until}"
    return said


def _line_of_client(case: Case) -> int | None:
    import libcst as cst

    if case.entry.role not in ("method", "factory") or not isinstance(case.function, cst.Attribute):
        return None
    found = variable_of(case.file, case.function.value)
    return line_of(case.file, found[1]) if found else None


def _consequence(case: Case, problem: Problem) -> str:
    subject = _SUBJECTS.get(case.entry.role, "each call that is made of it" if case.passed else "this call")
    if problem.kind == "invalid":
        return f"{subject} fails"
    return f"{subject} can hang for {'long' if problem.kind == 'long' else 'ever'}"


def _advice(case: Case, problem: Problem, value: str) -> str:
    entry = case.entry
    if entry.instead is not None:
        return entry.instead.replace("$VALUE", value)
    if not entry.timeout:
        return ""
    wanted = _wanted(case, problem, value)
    return f"say `{wanted}`" if problem.argument and problem.argument.value else f"add `{wanted}`"


def _wanted(case: Case, problem: Problem, value: str) -> str:
    name = problem.argument.name if problem.argument else case.entry.timeout[0]
    return f"{name}={_written(case, value)}"


def _written(case: Case, value: str, local: str | None = None) -> str:
    entry = case.entry
    scaled = value
    if entry.unit == "ms":
        scaled = f"{value}000" if value.isdecimal() else f"1000 * {value}"
    if entry.object is None:
        return scaled
    inside = "total" if entry.object.endswith("ClientTimeout") else "read_timeout"
    return f"{local or entry.object}({inside}={scaled})"


def fix_of(case: Case, problem: Problem, value: str) -> PendingFix | None:
    """The edit that bounds the call; None where only a person can say what it should be."""
    from gardener.checking.families._arguments import add_argument

    if problem.kind in _NO_FIX:
        return None
    if not case.entry.timeout:
        return _inside_wait_for(case, value)
    if case.entry.instead is not None and case.entry.object is None and problem.kind == "absent":
        return None
    requests = [case.file.add_import(case.entry.object)] if case.entry.object else []
    text = _written(case, value, str(requests[0]) if requests else None)
    if problem.argument is not None and problem.argument.value is not None:
        return _replacing(case, problem, text, requests)
    name = problem.argument.name if problem.argument else case.entry.timeout[0]
    if case.passed and not case.keywords:
        return _as_partial(case, f"{name}={text}")
    if problem.kind != "absent":
        return None
    added = add_argument(case.call, case.file, f"{name}={text}")
    edits = (*added.edits, *(edit for request in requests for edit in request.edits))
    return PendingFix(f"add `{name}={text}`", "unsafe", edits)


def _replacing(case: Case, problem: Problem, text: str, requests: list[ImportRequest]) -> PendingFix | None:
    import libcst as cst

    value = problem.argument.value if problem.argument else None
    if value is None:
        return None
    if problem.kind == "part" and isinstance(value, cst.Tuple):
        edits = tuple(NodeEdit(node, text) for node in _open_parts(case, value))
        return PendingFix(f"say `{text}` in place of `None`", "unsafe", edits)
    return case.file.replace(value, text, *requests, title=f"say `{text}`")


def _open_parts(case: Case, value: cst.Tuple) -> Iterator[cst.BaseExpression]:
    for item in value.elements:
        constant = case.file.constant(item.value)
        if constant is not None and constant.value is None:
            yield item.value


def _as_partial(case: Case, text: str) -> PendingFix:
    partial = case.file.add_import("functools.partial")
    wrapped = f"{partial}({case.file.source(case.function)}, {text})"
    return case.file.replace(case.function, wrapped, partial, title=f"pass `{wrapped}`")


def _inside_wait_for(case: Case, value: str) -> PendingFix | None:
    """`await asyncio.wait_for(call, timeout=…)`, shown: a deadline around more than this call may be meant."""
    import libcst as cst

    if not isinstance(case.file.parent(case.call), cst.Await) or case.passed:
        return None
    wait_for = case.file.add_import("asyncio.wait_for")
    text = f"{wait_for}({case.file.source(case.call)}, timeout={value})"
    return case.file.replace(case.call, text, wait_for, title=f"await `{text}`", safety="shown")
