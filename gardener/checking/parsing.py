"""Parsing that survives hostile files: deep stacks, no garbage collection, and a process that can be killed.

LibCST's parser is native code: it can neither be interrupted nor caught when it exhausts the stack, and it takes
quadratic time on long chains of operators, attributes or calls. Work runs in a thread with a large stack; text that
looks dangerous goes through a separate process first, which is bounded in time and memory.
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
MEMORY_BYTES = 3 * 1024 * 1024 * 1024
# LibCST reads a megabyte in about two seconds, and a chain of 1,500 links in less than one.
LONG_TEXT = 512 * 1024
LONG_STATEMENT = 4_000
DEEP_TREE = 1_500
_BRACKET_OR_LINE_END = re.compile(r"[()\[\]{}]|\r\n?|\n")
_ERROR_PLACE = re.compile(r"error at (\d+):(\d+)")


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


def parse_module(text: str, *, time_limit: float) -> cst.Module:
    """Parse with LibCST. Raises Unparsable.

    Text that could take long, or kill the process, is first parsed in a process that is killed after half of
    `time_limit` (seconds), so that parsing it twice stays within the limit.
    """
    import libcst as cst

    if is_risky(text):
        _try_in_process(text, time_limit / 2)
    try:
        # LibCST forgets a lone carriage return at the end; as part of `\r\n` it is kept, and no offset changes.
        return cst.parse_module(text + "\n" if text.endswith("\r") else text)
    except cst.ParserSyntaxError as error:
        raise Unparsable(_reason(text, error)) from None
    except (RecursionError, MemoryError):
        raise Unparsable("nested too deeply to be parsed") from None
    except Exception as error:
        raise Unparsable(f"the parser broke: {type(error).__name__}") from None


def is_risky(text: str) -> bool:
    """True for text that LibCST may take very long to parse, or not survive."""
    if len(text) > LONG_TEXT:
        return True
    if longest_statement(text) <= LONG_STATEMENT:
        return False
    tree = parse_ast(text)
    return tree is None or depth_of(tree) > DEEP_TREE


def longest_statement(text: str) -> int:
    """The most characters between line ends outside brackets, counted without regard to strings."""
    depth = longest = start = 0
    for match in _BRACKET_OR_LINE_END.finditer(text):
        if match.group() in "([{":
            depth += 1
        elif match.group() in ")]}":
            depth = max(depth - 1, 0)
        elif depth == 0:
            longest = max(longest, match.start() - start)
            start = match.end()
    return max(longest, len(text) - start)


def depth_of(tree: ast.AST) -> int:
    """How deeply the nodes of a tree are nested."""
    deepest, level = 0, [tree]
    while level:
        deepest += 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return deepest


def _reason(text: str, error: cst.ParserSyntaxError) -> str:
    """Where the text stops being Python; what is wrong there in the words of `ast`, when it agrees on the line."""
    found = _ERROR_PLACE.search(str(error))
    place = (int(found[1]), int(found[2])) if found else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as refusal:
        line, column = refusal.lineno or 1, refusal.offset or 1
        if place is None or place[0] == line or place[0] > text.rstrip().count("\n") + 1:
            return f"syntax error at line {line}, column {column}: {refusal.msg[:1].lower()}{refusal.msg[1:]}"
    except (ValueError, RecursionError, MemoryError):
        pass
    line, column = place or (error.raw_line, error.raw_column + 1)
    return f"syntax error at line {line}, column {max(column, 1)}"


def _try_in_process(text: str, time_limit: float) -> None:
    """Parse in a fresh process; raises Unparsable when that dies or takes longer than `time_limit` seconds."""
    import multiprocessing

    process = multiprocessing.get_context("spawn").Process(target=_parse_and_forget, args=(text,), daemon=True)
    process.start()
    process.join(time_limit)
    if process.is_alive():
        process.kill()
        process.join()
        raise Unparsable(f"parsing took longer than half of the time limit ({time_limit:g} s)")
    if process.exitcode not in {0, 1}:
        raise Unparsable("nested so deeply, or so long, that the parser does not survive it")


def _parse_and_forget(text: str) -> None:
    import contextlib

    import libcst as cst

    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))

    def work() -> None:
        # gardener: allow[every-error-suppressed] only whether the process survives matters here
        with contextlib.suppress(Exception):
            cst.parse_module(text)

    in_deep_stack(work)
