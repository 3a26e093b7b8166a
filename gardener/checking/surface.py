"""The surface of a Python file: a hash for each name that others see, blind to comments, layout and private parts."""

from __future__ import annotations

import ast
import hashlib
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MODULE = "(module)"


def surface(text: str) -> Mapping[str, str] | None:
    """Hashes by name (`Client`, `Client.get`); None for a text that does not parse.

    Comments, layout, docstrings and everything whose name starts with an underscore do not count.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    try:
        return dict(_surface(tree.body, ""))
    except RecursionError:
        return None


def changed(before: str, after: str) -> tuple[str, ...]:
    """The public names that differ between two texts, sorted; a file that does not parse differs as a whole."""
    if before == after:
        return ()
    old, new = surface(before), surface(after)
    if old is None or new is None:
        return (MODULE,)
    return tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))


def _surface(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, str]]:
    rest: list[str] = []
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if _is_public(statement.name):
                yield from _definition(statement, f"{prefix}{statement.name}")
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            for name, shape in _assigned(statement):
                yield f"{prefix}{name}", shape
        elif not _is_text(statement) and not isinstance(statement, ast.Import | ast.ImportFrom | ast.Pass):
            rest.append(ast.unparse(statement))
    if rest:
        yield f"{prefix}{MODULE}" if not prefix else f"{prefix[:-1]}", _hash("\n".join(rest))


def _definition(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.ClassDef):
        head = [ast.unparse(part) for part in (*node.decorator_list, *node.bases, *node.keywords)]
        inner = dict(_surface(node.body, f"{name}."))
        yield name, _hash("\n".join([*head, inner.pop(name, "")]))
        yield from inner.items()
        return
    body = [statement for statement in node.body if not _is_text(statement)]
    head = [ast.unparse(part) for part in node.decorator_list]
    returns = ast.unparse(node.returns) if node.returns else ""
    source = "\n".join(map(ast.unparse, body))
    yield name, _hash("\n".join([type(node).__name__, *head, ast.unparse(node.args), returns, source]))


def _assigned(statement: ast.Assign | ast.AnnAssign) -> Iterator[tuple[str, str]]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for target in targets:
        if isinstance(target, ast.Name) and _is_public(target.id):
            yield target.id, _hash(ast.unparse(statement))


def _is_public(name: str) -> bool:
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__"))


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _hash(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:32]
