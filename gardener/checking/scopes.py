"""Scopes and what they bind, in one form whichever tree they were read from.

Scopes are numbered in the order of one walk, so that the scopes of a slice of a file line up with those of the
whole file. The walk goes through a file in document order, parents first, and

- a function is entered after its decorators, type parameters, parameters' annotations and defaults, and its return
  annotation, all of which stand in the enclosing scope;
- a class is entered after its decorators, type parameters, bases and keywords;
- a lambda is entered after its parameters' defaults;
- a comprehension is entered at its first character; its first iterable stands in the enclosing scope.

A scope's number is the count of scopes entered before it; the module is 0. The definition's own node, its name and
its parameters' nodes stand in the enclosing scope. Type parameters are bound in the scope of their definition.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gardener.checking.shapes import Expression

ScopeKind = Literal["module", "class", "function", "lambda", "comprehension"]
BindingKind = Literal[
    "import", "star", "assign", "parameter", "for", "with", "definition", "except", "delete", "augmented", "other"
]


class ScopesDiffer(Exception):
    """The scopes of a slice are not those of the file it was cut from."""


class Binding(NamedTuple):
    """One place that gives a name a value.

    `target` is the dotted name an import stands for. `value` and `annotation` are nodes of the tree that was read
    (`Facts.expression` reads them), to be understood in the scope numbered `site`. A `with` binding's value is the
    context manager, an `except` binding's the exception type. `conditional`: not on every path through the scope.
    `definition` is the number of a defined function's or class's own scope, else -1.
    """

    kind: BindingKind
    target: str | None = None
    value: Any = None
    annotation: Any = None
    order: int = 0
    conditional: bool = False
    site: int = 0
    definition: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """One namespace. `qualname` joins the names of the enclosing definitions by dots (empty for the module).

    `attributes` of a class are bound through a method's first parameter (`self.x = …`); `receiver` is the name of
    that parameter. `redirects` are the names declared `global` or `nonlocal` here, with the scopes they live in.
    `bases`, `decorators` and `returns` are nodes that stand in the parent scope.
    """

    kind: ScopeKind
    name: str
    parent: Scope | None
    index: int
    qualname: str
    bases: tuple[Any, ...] = ()
    decorators: tuple[Any, ...] = ()
    returns: Any = None
    receiver: str | None = None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    attributes: dict[str, list[Binding]] = field(default_factory=dict)
    redirects: dict[str, Scope] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """All scopes of a file by number; `scope_of` finds them by the `id` of the node that opens them."""

    scopes: list[Scope]
    package: str
    expression: Callable[[Any], Expression]
    scope_of: dict[int, Scope] = field(default_factory=dict)


def package_of(path: str) -> str:
    """The dotted package of the module at `path` (relative to the root); `src/` and all before it is dropped."""
    parts = [part for part in path.replace("\\", "/").split("/")[:-1] if part not in {"", "."}]
    if "src" in parts:
        parts = parts[len(parts) - parts[::-1].index("src") :]
    return ".".join(parts)


def module_name(package: str, level: int, module: str) -> str:
    """The absolute name of what `from <dots><module> import` names; keeps its dots when it leaves the known package."""
    if level == 0:
        return module
    parts = package.split(".") if package else []
    if level > len(parts):
        return "." * level + module
    return ".".join([*parts[: len(parts) - level + 1], *([module] if module else [])])


def joined(module: str, name: str) -> str:
    """`module.name`, where a module of dots only takes no further dot."""
    return module + name if module.endswith(".") or not module else f"{module}.{name}"


class Builder:
    """Collects scopes and bindings in walk order; both readers of trees feed it the same events."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.scopes: list[Scope] = [Scope("module", "", None, 0, "")]
        self.scope_of: dict[int, Scope] = {}
        self._declared: list[tuple[Scope, str, bool]] = []
        self._order = 0

    def open(self, node: Any, kind: ScopeKind, name: str, parent: Scope, **more: Any) -> Scope:
        """Enter the scope that `node` opens."""
        qualname = parent.qualname
        if kind in {"function", "class"}:
            qualname = f"{qualname}.{name}" if qualname else name
        scope = Scope(kind, name, parent, len(self.scopes), qualname, **more)
        self.scopes.append(scope)
        self.scope_of[id(node)] = scope
        return scope

    def define(self, scope: Scope, name: str, definition: Scope, *, conditional: bool) -> None:
        """Bind a function's or class's name in the scope around it."""
        self._order += 1
        binding = Binding("definition", None, None, None, self._order, conditional, scope.index, definition.index)
        scope.bindings.setdefault(name, []).append(binding)

    def bind(
        self,
        scope: Scope,
        name: str,
        kind: BindingKind,
        *,
        target: str | None = None,
        value: Any = None,
        annotation: Any = None,
        conditional: bool = False,
        site: Scope | None = None,
    ) -> None:
        """Bind `name` in `scope`; `site` is where value and annotation stand when that is another scope."""
        self._order += 1
        at = (site or scope).index
        binding = Binding(kind, target, value, annotation, self._order, conditional, at)
        scope.bindings.setdefault(name, []).append(binding)

    def bind_attribute(
        self, scope: Scope, base: str, name: str, kind: BindingKind, value: Any, annotation: Any, conditional: bool
    ) -> None:
        """Bind `base.name` in the enclosing class when `base` is the first parameter of the method around."""
        owner = _owner(scope, base)
        if owner is None or kind == "delete":
            return
        self._order += 1
        binding = Binding(kind, None, value, annotation, self._order, conditional, scope.index)
        owner.attributes.setdefault(name, []).append(binding)

    def bind_imported(self, scope: Scope, name: str, alias: str | None, *, conditional: bool) -> None:
        """`import name` or `import name as alias`."""
        top = name.partition(".")[0]
        self.bind(scope, alias or top, "import", target=name if alias else top, conditional=conditional)

    def bind_from(self, scope: Scope, module: str, name: str, alias: str | None, *, conditional: bool) -> None:
        """`from module import name`, also with `as alias` and for `*`; `module` is absolute."""
        if name == "*":
            self.bind(scope, "*", "star", target=module, conditional=conditional)
        else:
            self.bind(scope, alias or name, "import", target=joined(module, name), conditional=conditional)

    def declare(self, scope: Scope, names: Iterable[str], *, to_module: bool) -> None:
        """`global` or `nonlocal` names."""
        if scope.kind != "module":
            self._declared.extend((scope, name, to_module) for name in names)

    def finish(self, expression: Callable[[Any], Expression]) -> Facts:
        """Move what `global` and `nonlocal` names are bound to into the scopes they live in."""
        for scope, name, to_module in sorted(self._declared, key=lambda item: item[0].index):
            home = self.scopes[0] if to_module else _home_of(scope, name)
            if home is None or home is scope:
                continue
            scope.redirects[name] = home
            moved = [binding._replace(conditional=True) for binding in scope.bindings.pop(name, ())]
            if moved:
                merged = [*home.bindings.get(name, ()), *moved]
                home.bindings[name] = sorted(merged, key=lambda binding: binding.order)
        return Facts(self.scopes, self.package, expression, self.scope_of)


def function_around(scope: Scope) -> Scope:
    """The scope in which a walrus inside `scope` binds."""
    while scope.kind == "comprehension" and scope.parent is not None:
        scope = scope.parent
    return scope


def class_around(scope: Scope) -> Scope | None:
    """The innermost class that `scope` is, or stands in."""
    here: Scope | None = scope
    while here is not None and here.kind != "class":
        here = here.parent
    return here


def _owner(scope: Scope | None, base: str) -> Scope | None:
    while scope is not None and scope.kind not in {"class", "module"}:
        if scope.receiver == base:
            return scope.parent
        if base in scope.bindings:
            return None
        scope = scope.parent
    return None


def _home_of(scope: Scope, name: str) -> Scope | None:
    outer = scope.parent
    while outer is not None and outer.kind != "module":
        if name in outer.redirects:
            return outer.redirects[name]
        if outer.kind != "class" and name in outer.bindings:
            return outer
        outer = outer.parent
    return None
