"""The outline of a file from its `ast`."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from gardener.reviewing.outline import Block, Import, Statement, end_of_block

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gardener.reviewing.source_lines import SourceLines

    Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_PARTS = ("body", "handlers", "orelse", "finalbody", "cases")
_COMMENT_OR_COLON = re.compile(r"#[^\r\n]*|:")


def module_from_ast(tree: ast.Module, lines: SourceLines) -> Block:
    """The block of a whole module."""
    blocks, statements = _contents(tree.body, lines)
    return Block("module", "", 1, 1, (1, 0), len(lines), _docstring(tree.body), blocks, statements)


def statement_from_ast(node: ast.stmt, shift: int = 0) -> Statement:
    """What a simple statement binds; `shift` is added to its line numbers."""
    first, last = node.lineno + shift, (node.end_lineno or node.lineno) + shift
    if isinstance(node, ast.Import | ast.ImportFrom):
        return Statement(first, last, imports=tuple(_imports(node)))
    if isinstance(node, ast.Assign):
        return Statement(first, last, tuple(name for target in node.targets for name in _names(target)))
    if isinstance(node, ast.AnnAssign):
        return Statement(first, last, tuple(_names(node.target)))
    alias = getattr(node, "name", None)
    return Statement(first, last, tuple(_names(alias)) if isinstance(alias, ast.AST) else ())


def _contents(body: Sequence[ast.stmt], lines: SourceLines) -> tuple[tuple[Block, ...], tuple[Statement, ...]]:
    """Definitions and simple statements of a body, in file order; a chain of `elif` is as deep as it is long."""
    blocks: list[Block] = []
    statements: list[Statement] = []
    waiting: list[ast.AST] = list(reversed(body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, _DEFINITIONS):
            blocks.append(_block(node, lines))
        elif parts := [part for name in _PARTS for part in getattr(node, name, ())]:
            waiting.extend(reversed(parts))
        elif isinstance(node, ast.stmt):
            statements.append(statement_from_ast(node))
    return tuple(blocks), tuple(statements)


def _block(node: Definition, lines: SourceLines) -> Block:
    header = node.lineno
    last = end_of_block(lines, header, node.end_lineno or header)
    colon = lines.index.position(_after_colon(node, lines))
    where = (_first_line(node, lines), header, (colon[0], colon[1] - 1), last, _docstring(node.body))
    if isinstance(node, ast.ClassDef):
        return Block("class", node.name, *where, *_contents(node.body, lines))
    return Block("function", node.name, *where)


def _first_line(node: Definition, lines: SourceLines) -> int:
    if not node.decorator_list:
        return node.lineno
    line = node.decorator_list[0].lineno
    while line > 1 and not lines.raw[line - 1].lstrip().startswith("@"):
        line -= 1
    return line


def _after_colon(node: Definition, lines: SourceLines) -> int:
    """The offset after the colon of a header: the first one after the last expression in it."""
    line, column = max(_ends(node), default=(node.lineno, node.col_offset))
    raw = lines.raw[line - 1]
    at = lines.index.starts[line - 1] + (column if raw.isascii() else len(raw.encode()[:column].decode()))
    for match in _COMMENT_OR_COLON.finditer(lines.index.text, at):
        if match.group() == ":":
            return match.end()
    return at


def _ends(node: Definition) -> Iterator[tuple[int, int]]:
    parts: list[ast.expr | ast.arg | ast.keyword | ast.AST | None] = [*getattr(node, "type_params", ())]
    if isinstance(node, ast.ClassDef):
        parts += [*node.bases, *node.keywords]
    else:
        args = node.args
        parts += [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
        parts += [*args.defaults, *args.kw_defaults, node.returns]
    for part in parts:
        end = getattr(part, "end_lineno", None)
        if end is not None:
            yield end, getattr(part, "end_col_offset", 0)


def _docstring(body: Sequence[ast.stmt]) -> tuple[int, int]:
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return first.lineno, first.end_lineno or first.lineno
    return 0, 0


def _imports(node: ast.Import | ast.ImportFrom) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for item in node.names:
            yield Import(item.asname or item.name.partition(".")[0], item.name, alias=item.asname or "")
        return
    module = "." * node.level + (node.module or "")
    for item in node.names:
        yield Import(item.asname or item.name, module, item.name, item.asname or "")


def _names(target: ast.AST) -> Iterator[str]:
    waiting = [target]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Tuple | ast.List):
            waiting.extend(reversed(node.elts))
        elif isinstance(node, ast.Starred):
            waiting.append(node.value)
