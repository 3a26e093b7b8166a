"""Parsing that survives hostile files: deep stacks, no garbage collection, and a process that can be killed.

LibCST's parser is native code: it can neither be interrupted nor caught when it exhausts the stack. Work runs in
a thread with a large stack; text that looks dangerous goes through a separate process first.
"""

from __future__ import annotations

import ast
import re
import sys
import threading
import warnings
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    import libcst as cst

Result = TypeVar("Result")

STACK_BYTES = 512 * 1024 * 1024
RECURSION_LIMIT = 60_000
RISKY_BYTES = 512 * 1024
RISKY_DEPTH = 150
_BRACKET = re.compile(r"[()\[\]{}]")


class Unparsable(Exception):
    """The text is no Python that we can read; the message says why, in lower case."""


def in_deep_stack(work: Callable[[], Result]) -> Result:
    """Run `work` in a thread whose stack holds very deep trees; returns its result or raises its exception."""
    outcome: list[Result] = []
    problem: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:  # handed to the caller's thread
            problem.append(error)

    limit = sys.getrecursionlimit()
    size = threading.stack_size(STACK_BYTES)
    try:
        sys.setrecursionlimit(max(limit, RECURSION_LIMIT))
        thread = threading.Thread(target=run, name="gardener", daemon=True)
        thread.start()
    finally:
        threading.stack_size(size)
    try:
        thread.join()
    finally:
        sys.setrecursionlimit(limit)
    if problem:
        raise problem[0]
    return outcome[0]


def parse_ast(text: str) -> ast.Module | None:
    """The `ast` of a module; None when the running interpreter cannot read it, which is no verdict on the text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def parse_module(text: str, *, time_limit: float, trusted: bool) -> cst.Module:
    """Parse with LibCST.

    `trusted` says that `ast` has read the text, which bounds its nesting. Other text, and long text, is first
    parsed in a process that is killed after `time_limit` seconds. Raises Unparsable.
    """
    import libcst as cst

    if len(text) > RISKY_BYTES or (not trusted and bracket_depth(text) > RISKY_DEPTH):
        _try_in_process(text, time_limit)
    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        raise Unparsable(_reason(error)) from None
    except (RecursionError, MemoryError):
        raise Unparsable("nested too deeply to be parsed") from None
    except Exception as error:
        raise Unparsable(f"the parser broke: {type(error).__name__}") from None


def bracket_depth(text: str) -> int:
    """The deepest nesting of brackets, counted without regard to strings: an upper bound for sane text."""
    depth = deepest = 0
    for match in _BRACKET.finditer(text):
        depth += 1 if match.group() in "([{" else -1
        deepest = max(deepest, depth)
    return deepest


def _reason(error: cst.ParserSyntaxError) -> str:
    return f"syntax error at line {error.raw_line}, column {error.raw_column + 1}"


def _try_in_process(text: str, time_limit: float) -> None:
    """Parse in a fresh process; raises Unparsable when that dies or takes longer than `time_limit` seconds."""
    import multiprocessing

    process = multiprocessing.get_context("spawn").Process(target=_parse_and_forget, args=(text,), daemon=True)
    process.start()
    process.join(time_limit)
    if process.is_alive():
        process.kill()
        process.join()
        raise Unparsable(f"parsing took longer than the limit of {time_limit:g} s")
    if process.exitcode not in {0, 1}:
        raise Unparsable("the parser crashed on it")


def _parse_and_forget(text: str) -> None:
    import contextlib

    import libcst as cst

    def work() -> None:
        with contextlib.suppress(Exception):
            cst.parse_module(text)

    in_deep_stack(work)
