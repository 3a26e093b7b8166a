"""Deadlines of asynchronous code: blocks and functions that end whatever is awaited in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.checking.timeouts.arguments import argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from gardener.checking.source import SourceFile
    from gardener.checking.timeouts.case import Case, Problem

_SCOPES = frozenset(
    {
        "asyncio.timeout", "asyncio.timeout_at", "async_timeout.timeout", "async_timeout.timeout_at",
        "anyio.fail_after", "anyio.move_on_after",
        "trio.fail_after", "trio.move_on_after", "trio.fail_at", "trio.move_on_at",
    }
)  # fmt: skip
_WAITERS = {"asyncio.wait_for": 1, "asyncio.wait": None}


def has_deadline(case: Case, _problem: Problem) -> bool:
    """An `async with` deadline around the call, or `wait_for` with one."""
    import libcst as cst

    inner: cst.CSTNode = case.call
    for outer in case.file.ancestors(case.call):
        if isinstance(outer, cst.FunctionDef | cst.Lambda):
            return False
        if isinstance(outer, cst.With) and any(_bounds(case.file, item) for item in _entered(outer, inner)):
            return True
        if isinstance(outer, cst.Call) and _waits(case.file, outer):
            return True
        inner = outer
    return False


def _entered(outer: cst.With, inner: cst.CSTNode) -> Iterator[cst.WithItem]:
    """The context managers of a `with` statement that are entered before a part of it runs."""
    for item in outer.items:
        if item is inner:
            return
        yield item


def _bounds(file: SourceFile, item: cst.WithItem) -> bool:
    import libcst as cst

    given = item.item
    if not isinstance(given, cst.Call) or file.name_of(given.func) not in _SCOPES:
        return False
    return is_finite(file, given.args[0].value if given.args else None)


def _waits(file: SourceFile, call: cst.Call) -> bool:
    name = file.name_of(call.func)
    if name not in _WAITERS:
        return False
    found = argument(call, file, "timeout", _WAITERS[name])
    return found.state in ("handed", "unknown") or (found.state == "given" and is_finite(file, found.value))


def is_finite(file: SourceFile, value: cst.BaseExpression | None) -> bool:
    """May a value that is given for a time end the wait? None does not."""
    if value is None:
        return False
    constant = file.constant(value)
    return constant is None or constant.value is not None
