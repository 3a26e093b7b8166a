"""The `ast` tier: where in a file a rule might match, so that LibCST parses only that.

Names are resolved on the facts of the whole module. This tier may only say "no candidate": everything it
lets through is judged again on the LibCST tree.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gardener.checking.expressions import from_ast
from gardener.checking.scopes_ast import walk_scopes_ast

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gardener.checking.resolve import Resolver
    from gardener.checking.scopes import Facts, Scope
    from gardener.core.rule import Plan

Lines = tuple[int, int]


@dataclass(slots=True)
class Candidates:
    """Rules (by index) that need the whole module, and the lines of candidates of all others."""

    module: set[int] = field(default_factory=set)
    lines: dict[int, set[Lines]] = field(default_factory=lambda: defaultdict(set))

    def __bool__(self) -> bool:
        return bool(self.module or self.lines)


class CandidateIndex:
    """The plans of many rules, keyed by the `ast` node types in which they can match."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self._plans = plans
        self._unnamed: dict[type[ast.AST], list[int]] = defaultdict(list)
        self._named: dict[type[ast.AST], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._tails: dict[type[ast.AST], set[str]] = defaultdict(set)
        self._anywhere = {index for index, plan in enumerate(plans) if not plan.nodes}
        for index, plan in enumerate(plans):
            for kind in filter(None, (getattr(ast, name, None) for name in plan.nodes)):
                self._add(kind, index, plan.names)
        # Where names count as such, a call is found by the name that is called.
        self._by_head = all({"Name", "Attribute"} <= set(plan.nodes) for plan in plans if "Call" in plan.nodes)

    def _add(self, kind: type[ast.AST], index: int, names: Iterable[str]) -> None:
        if not names:
            self._unnamed[kind].append(index)
        for name in names:
            self._named[kind][name].append(index)
            self._tails[kind].add(name.rpartition(".")[2])

    def find(self, tree: ast.Module, resolver: Resolver, concerned: set[int]) -> Candidates:
        """Candidates in `tree` for the plans in `concerned`."""
        found = Candidates(module=concerned & self._anywhere)
        aliases = _attribute_aliases(resolver.facts)
        seen: dict[tuple[int, str], tuple[int, ...]] = {}
        for node, scope in walk_scopes_ast(tree, resolver.facts):
            kind = type(node)
            if kind in self._unnamed:
                for index in self._unnamed[kind]:
                    self._note(found, index, node, concerned)
            if kind is ast.Name and kind in self._named:
                self._note_name(found, node, scope, resolver, concerned, seen)  # type: ignore[arg-type]  # a Name
            elif kind in self._named:
                self._note_named(found, node, scope, resolver, concerned, aliases)
        _widen_into_strings(found, tree)
        return found

    def _note_name(
        self,
        found: Candidates,
        node: ast.Name,
        scope: Scope,
        resolver: Resolver,
        concerned: set[int],
        seen: dict[tuple[int, str], tuple[int, ...]],
    ) -> None:
        """A bare name means the same everywhere in a scope."""
        if type(node.ctx) is not ast.Load:
            return
        key = (scope.index, node.id)
        if key not in seen:
            names = self._named[ast.Name]
            resolutions = resolver.resolve(scope, from_ast(node))
            seen[key] = tuple(index for item in resolutions for index in names.get(item.name, ()))
        for index in seen[key]:
            self._note(found, index, node, concerned)

    def _note_named(
        self,
        found: Candidates,
        node: ast.AST,
        scope: Scope,
        resolver: Resolver,
        concerned: set[int],
        aliases: set[str],
    ) -> None:
        kind = type(node)
        head = node.func if isinstance(node, ast.Call) else node
        if self._by_head and head is not node and isinstance(head, ast.Name | ast.Attribute):
            return
        if isinstance(head, ast.Attribute) and head.attr not in self._tails[kind] and head.attr not in aliases:
            return
        names = self._named[kind]
        for resolution in resolver.resolve(scope, from_ast(head)):
            for index in names.get(resolution.name, ()):
                self._note(found, index, node, concerned)

    def _note(self, found: Candidates, index: int, node: ast.AST, concerned: set[int]) -> None:
        if index not in concerned:
            return
        line = getattr(node, "lineno", None)
        end = getattr(node, "end_lineno", None)
        if line is None or end is None or self._plans[index].slice == "module":
            found.module.add(index)
        else:
            found.lines[index].add((line, end))


def _attribute_aliases(facts: Facts) -> set[str]:
    """Attributes of classes in this file, any of which may hold a function under another name."""
    classes = [scope for scope in facts.scopes if scope.kind == "class"]
    return {name for scope in classes for names in (scope.attributes, scope.bindings) for name in names}


def _widen_into_strings(found: Candidates, tree: ast.Module) -> None:
    """Before Python 3.12 nodes inside f-strings carry lines that cannot be trusted: the string's own lines can.

    A candidate whose lines fall outside every statement is caught by the slicer, which then takes the module;
    one that falls on a wrong line is caught here, by also taking the lines of every f-string.
    """
    if sys.version_info >= (3, 12) or not found.lines:
        return
    strings = [
        (node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and node.end_lineno != node.lineno
    ]
    for lines in found.lines.values():
        lines.update(strings)
