"""From `ast` trees to terms."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, Any

from gardener.learning.induction.terms import CONSTANT, DOTTED, INSTANCE_NAMES, KEYWORD, PARAMETER, Term, make, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gardener.learning.induction.reading import Code

_BUILTINS = frozenset(dir(builtins))
_IGNORED = frozenset({"ctx", "type_comment", "kind", "type_ignores", "is_async", "simple"})
_IDENTIFIERS = {
    **dict.fromkeys(("FunctionDef", "AsyncFunctionDef", "ClassDef", "ExceptHandler", "MatchAs", "MatchStar"), "name"),
    "Attribute": "attr",
    "Name": "id",
    "alias": "name",
}


class TermReader:
    """Turns the nodes of one text into terms. `resolving` makes imported names dotted."""

    def __init__(self, code: Code, *, resolving: bool = True) -> None:
        self._code = code
        self._resolving = resolving
        self._known: dict[int, Term] = {}

    def read(self, node: ast.AST) -> Term:
        """The term of a node; the same one each time."""
        found = self._known.get(id(node))
        if found is None:
            found = self._known[id(node)] = self._read(node)
        return found

    def all(self, nodes: Sequence[ast.AST]) -> tuple[Term, ...]:
        """The terms of several nodes."""
        return tuple(map(self.read, nodes))

    def _read(self, node: ast.AST) -> Term:
        special = _SPECIAL.get(type(node))
        term = self._generic(node) if special is None else special(self, node)
        if self._resolving and isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            return self._resolved(node, term)
        return term

    def _resolved(self, node: ast.Name | ast.Attribute, term: Term) -> Term:
        """The dotted name that a name or a chain of attributes stands for, where that is sure enough."""
        spelled = parts_of(term)
        names = self._code.names_of(node) if spelled and spelled[0] not in INSTANCE_NAMES else ()
        if not names:
            return term
        name, certainty = names[0]
        if name.startswith(".") or name.partition(".")[0] in _BUILTINS:
            return term
        owner = name.rpartition(".")[0].rpartition(".")[2]
        is_method = isinstance(node, ast.Attribute) and certainty == "likely" and owner[:1].isupper()
        return make(DOTTED, name, node=node, spelled=term) if certainty == "certain" or is_method else term

    def _generic(self, node: ast.AST) -> Term:
        kind = type(node).__name__
        identifier = _IDENTIFIERS.get(kind)
        label = "async" if getattr(node, "is_async", 0) else ""
        parts: list[tuple[str, Any]] = []
        for name in node._fields:
            value = getattr(node, name, None)
            if name in _IGNORED:
                continue
            if name == identifier:
                label = value or ""
            elif isinstance(value, ast.AST):
                parts.append((name, self.read(value)))
            elif isinstance(value, list):
                parts.append((name, tuple(self._item(item) for item in value)))
            elif value is None:
                parts.append((name, None))
            else:
                parts.append((name, make("value", repr(value), value=value)))
        return make(kind, label, tuple(parts), node=node)

    def _item(self, value: Any) -> Term:
        return self.read(value) if isinstance(value, ast.AST) else make("value", repr(value), value=value)

    def _name(self, node: ast.Name) -> Term:
        weak = node.id not in _BUILTINS or self._code.binds(node)
        return make("Name", node.id, node=node, weak=weak)

    def _constant(self, node: ast.Constant) -> Term:
        label = f"{type(node.value).__name__} {node.value!r}"
        return make(CONSTANT, label, node=node, value=node.value)

    def _call(self, node: ast.Call) -> Term:
        keywords = [self._keyword(item) for item in node.keywords]
        keywords.sort(key=lambda item: (item.label == "", item.label))
        parts = (("func", self.read(node.func)), ("args", self.all(node.args)), ("keywords", tuple(keywords)))
        return make("Call", "", parts, node=node)

    def _keyword(self, node: ast.keyword) -> Term:
        return make(KEYWORD, node.arg or "", (("value", self.read(node.value)),), node=node)

    def _class(self, node: ast.ClassDef) -> Term:
        keywords = sorted((self._keyword(item) for item in node.keywords), key=lambda item: item.label)
        parts = (
            ("decorator_list", self.all(node.decorator_list)),
            ("bases", self.all(node.bases)),
            ("keywords", tuple(keywords)),
            ("body", self.all(node.body)),
        )
        return make("ClassDef", node.name, parts, node=node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Term:
        parts = (
            ("decorator_list", self.all(node.decorator_list)),
            ("params", self._parameters(node.args)),
            ("returns", None if node.returns is None else self.read(node.returns)),
            ("body", self.all(node.body)),
        )
        return make(type(node).__name__, node.name, parts, node=node)

    def _lambda(self, node: ast.Lambda) -> Term:
        parts = (("params", self._parameters(node.args)), ("body", self.read(node.body)))
        return make("Lambda", "", parts, node=node)

    def _parameters(self, node: ast.arguments) -> tuple[Term, ...]:
        positional = [*node.posonlyargs, *node.args]
        defaults = [None] * (len(positional) - len(node.defaults)) + list(node.defaults)
        found = [self._parameter(item, default, "") for item, default in zip(positional, defaults, strict=True)]
        if node.vararg is not None:
            found.append(self._parameter(node.vararg, None, "*"))
        elif node.kwonlyargs:
            found.append(make(PARAMETER, "*"))
        named = zip(node.kwonlyargs, node.kw_defaults, strict=True)
        found += [self._parameter(item, value, "") for item, value in named]
        if node.kwarg is not None:
            found.append(self._parameter(node.kwarg, None, "**"))
        return tuple(found)

    def _parameter(self, node: ast.arg, default: ast.expr | None, star: str) -> Term:
        parts = (
            ("annotation", None if node.annotation is None else self.read(node.annotation)),
            ("default", None if default is None else self.read(default)),
        )
        return make(PARAMETER, star + node.arg, parts, node=node)

    def _dict(self, node: ast.Dict) -> Term:
        pairs = tuple(self._pair(key, value) for key, value in zip(node.keys, node.values, strict=True))
        return make("Dict", "", (("pairs", pairs),), node=node)

    def _pair(self, key: ast.expr | None, value: ast.expr) -> Term:
        parts = (("key", None if key is None else self.read(key)), ("value", self.read(value)))
        return make("Pair", "", parts, node=value)


_SPECIAL: dict[type, Callable[[TermReader, Any], Term]] = {
    ast.Name: TermReader._name,
    ast.Constant: TermReader._constant,
    ast.Call: TermReader._call,
    ast.ClassDef: TermReader._class,
    ast.FunctionDef: TermReader._function,
    ast.AsyncFunctionDef: TermReader._function,
    ast.Lambda: TermReader._lambda,
    ast.Dict: TermReader._dict,
}
