"""Whether tests that a document names exist: looked up in the source, nothing is imported or run."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gardener.repo.trees import Tree

_TEST_FILE = re.compile(r"(?:.*/)?(?:test_[^/]*|[^/]*_test|conftest|tests?)\.py|(?:.*/)?tests?/.+\.py")
_ANY_TEST = re.compile(r"(?:.*/)?[^/]*(?:test|spec)[^/]*\.[a-z]+|(?:.*/)?(?:tests?|specs?)/.+")
_LARGEST = 2_000_000


def problem_of(node_id: str, tree: Tree) -> str:
    """Why there is no such test, or the empty text. `node_id` is as pytest spells it, or a bare name of a test."""
    bare = re.sub(r"\[.*\]$", "", node_id.strip())
    path, _, inner = bare.partition("::")
    if path.endswith(".py") or "/" in path:
        return _in_file(path.removeprefix("./"), inner, tree)
    return _anywhere(bare.replace("::", "."), tree)


def _in_file(path: str, inner: str, tree: Tree) -> str:
    if not tree.exists(path):
        return f"there is no file `{path}`"
    if not inner or not path.endswith(".py"):
        return ""
    names = inner.split("::")
    text = _text(path, tree)
    try:
        body: list[ast.stmt] = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return f"`{path}` cannot be parsed"
    inherits = False
    for number, name in enumerate(names):
        found = _definition(body, name, last=number == len(names) - 1)
        if found is None and inherits:
            return ""
        if found is None:
            return f"`{path}` has no `{'::'.join(names[: number + 1])}`"
        inherits = any(isinstance(node, ast.ClassDef) and node.name == name and node.bases for node in _flat(body))
        body = found
    return ""


def _definition(body: list[ast.stmt], name: str, *, last: bool) -> list[ast.stmt] | None:
    """The body of a class or function; nothing, where the last name is bound by an assignment or import."""
    for node in _flat(body):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            return node.body
        if last and isinstance(node, ast.Assign | ast.ImportFrom | ast.Import) and _binds(node, name):
            return []
    return None


def _flat(body: list[ast.stmt]) -> list[ast.stmt]:
    """Statements and those in `if`, `try` and `with` around them."""
    found: list[ast.stmt] = []
    for node in body:
        found.append(node)
        for part in ("body", "orelse", "finalbody"):
            if isinstance(node, ast.If | ast.Try | ast.With):
                found += _flat(getattr(node, part, []))
    return found


def _binds(node: ast.Assign | ast.ImportFrom | ast.Import, name: str) -> bool:
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
    return any((alias.asname or alias.name) == name for alias in node.names)


def _anywhere(name: str, tree: Tree) -> str:
    """Look a bare name up in every test file, whatever its language."""
    leaf = name.rpartition(".")[2]
    if not re.fullmatch(r"\w+", leaf):
        return f"`{name}` is no name of a test"
    defined = re.compile(rf"\b(?:def|class|func|function|fn|void)\s+{leaf}\b|[\"'`]{leaf}[\"'`]")
    for path in tree.paths():
        if (_TEST_FILE if path.endswith(".py") else _ANY_TEST).fullmatch(path) and defined.search(_text(path, tree)):
            return ""
    return f"no test is called `{name}`"


def _text(path: str, tree: Tree) -> str:
    try:
        return tree.read(path)[:_LARGEST].decode("utf-8", "replace")
    except OSError:
        return ""
