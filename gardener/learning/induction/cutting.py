"""Cutting an example out of a file: the statements that matter, the definitions around them, the imports they need."""

from __future__ import annotations

import ast
import textwrap
from typing import TYPE_CHECKING

from gardener.checking.scopes import module_name, package_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gardener.learning.induction.reading import Code

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_HEADED = (*_DEFINITIONS, ast.With, ast.AsyncWith, ast.For, ast.AsyncFor, ast.While)
_NEEDS_FUNCTION = (ast.Return, ast.Await, ast.Yield, ast.YieldFrom, ast.AsyncFor, ast.AsyncWith)


def cuts(code: Code, lines: tuple[int, int], *, outermost: int | None = None) -> Iterator[tuple[int, str]]:
    """Ever larger pieces of the text around `lines`, each with the imports it needs; the whole text is the last.

    With each comes the depth of the outermost block that it shows; only those not deeper than `outermost` are given.
    """
    owners, statements = _path(code.tree.body, lines)
    texts = code.text.split("\n")
    for depth in range(len(owners), -1, -1):
        around = owners[depth:]
        if (outermost is None or depth <= outermost) and _stands_alone(statements, around):
            pieces = [_header(owner, texts) for owner in around]
            body = [_source(statement, texts) for statement in statements]
            yield depth, _with_imports(_nested(pieces, body), code)
    yield 0, code.text.strip("\n") + "\n"


def _path(block: Sequence[ast.stmt], lines: tuple[int, int]) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """The statements with headers around `lines`, outermost first, and the statements that hold the lines."""
    found = [item for item in block if _first_line(item) <= lines[1] and (item.end_lineno or item.lineno) >= lines[0]]
    if len(found) == 1 and isinstance(found[0], _HEADED) and not getattr(found[0], "orelse", None):
        inner = found[0].body
        if lines[0] >= _first_line(inner[0]):
            owners, statements = _path(inner, lines)
            return [found[0], *owners], statements
    return [], found


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(item.lineno for item in decorators)])


def _stands_alone(statements: Sequence[ast.stmt], around: Sequence[ast.AST]) -> bool:
    """Whether statements need no function around them that is not there."""
    if any(isinstance(owner, ast.FunctionDef | ast.AsyncFunctionDef) for owner in around):
        return True
    for statement in statements:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        nodes = list(ast.walk(statement))
        if any(isinstance(node, _NEEDS_FUNCTION) for node in nodes):
            return False
        if any(isinstance(node, ast.Name) and node.id in {"self", "cls"} for node in nodes):
            return False
    return True


def _header(owner: ast.AST, texts: Sequence[str]) -> str:
    body: list[ast.stmt] = owner.body  # type: ignore[attr-defined]  # only statements with a body are owners
    first = _first_line(owner)  # type: ignore[arg-type]  # a statement
    return textwrap.dedent("\n".join(texts[first - 1 : _first_line(body[0]) - 1]))


def _source(statement: ast.stmt, texts: Sequence[str]) -> str:
    return textwrap.dedent("\n".join(texts[_first_line(statement) - 1 : statement.end_lineno]))


def _nested(headers: Sequence[str], body: Sequence[str]) -> str:
    lines: list[str] = []
    for depth, header in enumerate(headers):
        kept = [line for line in header.split("\n") if line.strip()]
        lines += [f"{'    ' * depth}{line}" for line in kept]
    for piece in body:
        lines += [f"{'    ' * len(headers)}{line}" if line.strip() else "" for line in piece.split("\n")]
    return "\n".join(lines) + "\n"


def _with_imports(text: str, code: Code) -> str:
    """The text under those imports of the file that it uses."""
    try:
        used = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    except (SyntaxError, ValueError):
        return text
    lines = []
    for statement in code.tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            names = [item for item in statement.names if (item.asname or item.name.partition(".")[0]) in used]
            if names and ast.unparse(statement) not in text:
                lines.append(ast.unparse(_absolute(statement, names, code.path)))
    if not lines:
        return text
    gap = "\n\n" if text.startswith(("def ", "class ", "async def ", "@")) else "\n"
    return "\n".join(lines) + "\n" + gap + text


def _absolute(statement: ast.Import | ast.ImportFrom, names: list[ast.alias], path: str) -> ast.stmt:
    """The import of some of its names, by the full name of the module: an example stands in no package."""
    if isinstance(statement, ast.Import):
        return ast.Import(names)
    module = module_name(package_of(path), statement.level, statement.module or "")
    return ast.ImportFrom(module.lstrip("."), names, 0)
