"""Adding an import to a file: through a name that is bound already where there is one, else by one new line."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from gardener.checking.hit import ImportRequest
from gardener.checking.parsing import parse_ast
from gardener.core.finding import Edit
from gardener.core.lines import LineIndex

if TYPE_CHECKING:
    from gardener.checking.scopes import Facts


def import_request(facts: Facts, text: str, name: str) -> ImportRequest:
    """The local name for the imported thing `name` (`json.loads`), and the edit that imports it where needed.

    An import that binds a longer or equal part of `name` is used; a new one imports the module and is placed after
    the last top-level import. Only unconditional imports at module level count as there.
    """
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        local = _bound_to(facts, ".".join(parts[:length]))
        if local is not None:
            return ImportRequest(".".join([local, *parts[length:]]))
    module = ".".join(parts[:-1]) or name
    taken = facts.scopes[0].bindings
    if module.partition(".")[0] not in taken:
        return ImportRequest(name, (_insertion(text, f"import {module}"),))
    alias = "_" + module.replace(".", "_")
    local = ".".join([alias, *parts[-1:]]) if len(parts) > 1 else alias
    return ImportRequest(local, (_insertion(text, f"import {module} as {alias}"),))


def _bound_to(facts: Facts, target: str) -> str | None:
    for local, bindings in facts.scopes[0].bindings.items():
        if len(bindings) == 1 and bindings[0].kind == "import" and bindings[0].target == target:
            return None if bindings[0].conditional else local
    return None


def _insertion(text: str, line: str) -> Edit:
    newline = "\r\n" if "\r\n" in text else "\n"
    tree = parse_ast(text)
    offset = _after_header(text, tree.body if tree else [])
    before = "" if offset == 0 or text[:offset].endswith(("\n", "\r")) else newline
    return Edit(offset, offset, f"{before}{line}{newline}")


def _after_header(text: str, body: list[ast.stmt]) -> int:
    """After the last import of the leading imports, else after docstring, else after the leading comments."""
    lines = LineIndex.of(text)
    last = 0
    for position, statement in enumerate(body):
        is_docstring = position == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not is_docstring and not isinstance(statement, (ast.Import, ast.ImportFrom)):
            break
        last = statement.end_lineno or statement.lineno
    if last == 0:
        while last < len(lines) and lines.line(last + 1).startswith("#"):
            last += 1
    return lines.offset(last + 1, 1) if last < len(lines) else len(text)
