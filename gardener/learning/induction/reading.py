"""Reading the sides of samples: whole files and pieces of them, as `ast` trees whose names are known.

The tree is that of `ast`, which reads ten times as fast as LibCST; whatever is learned from it is judged by the
engine, which matches on LibCST trees.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.checking.expressions import from_ast
from gardener.checking.parsing import DEEP_TREE, depth_of, parse_ast

if TYPE_CHECKING:
    import ast

    from gardener.checking.resolve import Resolver
    from gardener.checking.scopes import Scope

_CLAUSE = re.compile(r"(?:except|finally)\b")
_ALTERNATIVE = re.compile(r"(?:elif|else)\b")
_HEADER = re.compile(r"(?:async\s|def\s|class\s|for\s|while\s|with\s|if\s|try\s*:|@)")


@dataclass(frozen=True, slots=True, eq=False)
class Code:
    """One side of a sample: the text as it is examined, its tree, and what its names mean."""

    text: str
    path: str
    tree: ast.Module
    resolver: Resolver
    scopes: dict[int, Scope]

    def names_of(self, node: ast.AST) -> tuple[tuple[str, str], ...]:
        """The dotted names that a node may stand for, each with its certainty, the surest first."""
        scope = self.scopes.get(id(node))
        if scope is None:
            return ()
        return tuple((item.name, item.certainty) for item in self.resolver.resolve(scope, from_ast(node)))

    def binds(self, node: ast.Name) -> bool:
        """Whether the text itself gives this name a value."""
        scope = self.scopes.get(id(node))
        return scope is not None and self.resolver.home(scope, node.id) is not None


def read(text: str, path: str) -> Code | str:
    """One side of a sample; a str says why it cannot be read."""
    from gardener.checking.resolve import Resolver
    from gardener.checking.scopes import package_of
    from gardener.checking.scopes_ast import facts_from_ast, walk_scopes_ast

    for attempt in _attempts(text):
        tree = parse_ast(attempt)
        if tree is None:
            continue
        if depth_of(tree) > DEEP_TREE // 10:
            return "nested too deeply to be generalised"
        facts = facts_from_ast(tree, package_of(path))
        scopes = {id(node): scope for node, scope in walk_scopes_ast(tree, facts)}
        return Code(attempt, path, tree, Resolver(facts), scopes)
    return f"does not parse as Python ({_first_line(text)})"


def _attempts(text: str) -> list[str]:
    """The text, then what a piece of a file may have been cut from."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    outdented = textwrap.dedent(text).strip("\n") + "\n"
    attempts = [text, outdented]
    if _CLAUSE.match(outdented):
        attempts.append(f"try:\n    pass\n{outdented}")
    if _ALTERNATIVE.match(outdented):
        attempts.append(f"if condition:\n    pass\n{outdented}")
    if _HEADER.match(outdented):
        attempts.append(f"{outdented.rstrip()}\n    ...\n")
        attempts.append(f"{outdented.rstrip()}\ndef function(): ...\n")
    return attempts


def _first_line(text: str) -> str:
    line = text.strip().partition("\n")[0][:60]
    return f"`{line}`" if line else "it is empty"
