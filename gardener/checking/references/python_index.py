"""The names that a repository's own packages define, from their source alone: nothing is imported."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gardener.checking.repository import Repo

# Packages of these names stand beside a project, not in it.
_BESIDE = frozenset(
    ["tests", "test", "docs", "doc", "docs_src", "examples", "example", "scripts", "tools", "benchmarks", "benchmark",
     "build", "dist", "ci", "utils", "app", "src", "lib", "plugins", "fixtures", "conftest", "setup", "migrations"]
)  # fmt: skip
_ASIDE = re.compile(
    r"(?:^|/)(?:tests?|testing|fixtures|examples?|docs?|docs_src|vendor|_vendor|third_party|templates?|site-packages)/"
)
MOST_STEPS = 12


@dataclass(slots=True)
class Members:
    """What a module or class defines. `open` says that there may be more than can be seen."""

    names: dict[str, ast.AST] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)
    open: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a dotted name exists: `missing` names the module file that should define it, and the part not found."""

    state: Literal["found", "missing", "no-module", "unknown"]
    path: str = ""
    module: str = ""
    name: str = ""
    owner: str = ""


class PythonIndex:
    """Modules by dotted name, and what they define. Files are parsed when they are asked for."""

    def __init__(self, repo: Repo) -> None:
        self._repo = repo
        self._members: dict[str, Members | None] = {}

    @cached_property
    def modules(self) -> Mapping[str, str]:
        """Every module of the repository's packages, by dotted name, with its path."""
        return {dotted: path for path in self._repo.files if (dotted := self._dotted(path))}

    @cached_property
    def roots(self) -> Mapping[str, str]:
        """The repository's own packages: top name to the folder that holds it."""
        packages = {path.rpartition("/")[0] for path in self._repo.files if path.endswith("/__init__.py")}
        found: dict[str, str] = {}
        for folder in sorted(packages, key=lambda item: (item.count("/"), item)):
            parent, _, name = folder.rpartition("/")
            if parent in packages or name.lower() in _BESIDE or _ASIDE.search(f"{folder}/") or not name.isidentifier():
                continue
            found.setdefault(name, f"{parent}/" if parent else "")
        return found

    def _dotted(self, path: str) -> str:
        if not path.endswith((".py", ".pyi", ".pyx", ".so")):
            return ""
        for name, base in self.roots.items():
            if path.startswith(f"{base}{name}/"):
                return dotted_of(path, base)
        return ""

    def path_of(self, dotted: str) -> tuple[str, ...]:
        """Where a module of that name would stand."""
        base = self.roots.get(dotted.partition(".")[0])
        if base is None:
            return ()
        stem = base + dotted.replace(".", "/")
        return (f"{stem}.py", f"{stem}/__init__.py", f"{stem}.pyi", f"{stem}.pyx")

    def look_up(self, dotted: str) -> Answer:
        """Whether a dotted name that starts with an own package can be imported or reached."""
        parts = dotted.split(".")
        if parts[0] not in self.roots:
            return Answer("unknown")
        size = next((n for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in self.modules), 0)
        if not size:
            return Answer("unknown")
        return self._within(".".join(parts[:size]), parts[size:], MOST_STEPS)

    def _within(self, module: str, rest: list[str], steps: int) -> Answer:
        if not rest:
            return Answer("found")
        path = self.modules[module]
        members = self._of(module)
        if members is None or steps <= 0:
            return Answer("unknown")
        name = rest[0]
        if name in members.imported:
            return self._imported(members.imported[name], rest[1:], steps)
        if name in members.names:
            return self._below(members.names[name], rest[1:], path, module, name)
        if members.open:
            return Answer("unknown")
        return Answer("no-module" if self._may_be_module(module, path) else "missing", path, module, name)

    def _may_be_module(self, module: str, path: str) -> bool:
        """True where a name that is not defined could have been a module."""
        return path.endswith("/__init__.py") and bool(module)

    def _imported(self, target: str, rest: list[str], steps: int) -> Answer:
        if target.partition(".")[0] not in self.roots:
            return Answer("found")
        answer = self.look_up(".".join([target, *rest])) if steps else Answer("unknown")
        # What cannot be followed through an import is no proof of absence.
        return (
            answer
            if answer.state == "found" or (rest and answer.state == "missing" and answer.owner)
            else Answer("unknown")
        )

    def _below(self, node: ast.AST, rest: list[str], path: str, module: str, owner: str) -> Answer:
        if not rest:
            return Answer("found")
        if not isinstance(node, ast.ClassDef):
            return Answer("unknown")
        if not self._has_attribute(node, rest[0], module, MOST_STEPS):
            return Answer("missing", path, module, rest[0], owner)
        return Answer("found")

    def _has_attribute(self, node: ast.ClassDef, name: str, module: str, steps: int) -> bool:
        """False only when a class, with all its bases, is known to have no such attribute."""
        members = class_members(node)
        if name in members.names or members.open or steps <= 0:
            return True
        if node.decorator_list or node.keywords:
            return True
        for base in node.bases:
            found = self._class(base, module)
            if found is None or self._has_attribute(found[0], name, found[1], steps - 1):
                return not (isinstance(base, ast.Name) and base.id == "object")
        return False

    def _class(self, base: ast.expr, module: str) -> tuple[ast.ClassDef, str] | None:
        """The class that a base names, when it stands in the repository."""
        members = self._of(module)
        if members is None or not isinstance(base, ast.Name):
            return None
        node = members.names.get(base.id)
        if isinstance(node, ast.ClassDef):
            return node, module
        target = members.imported.get(base.id, "")
        owner, _, name = target.rpartition(".")
        if owner in self.modules:
            inner = self._of(owner)
            node = inner.names.get(name) if inner else None
            if isinstance(node, ast.ClassDef):
                return node, owner
        return None

    def _of(self, module: str) -> Members | None:
        if module not in self._members:
            path = self.modules[module]
            text = self._repo.text(path) if path.endswith((".py", ".pyi")) else None
            self._members[module] = (
                None if text is None else module_members(text, module, is_package=path.endswith("__init__.py"))
            )
        return self._members[module]

    def sources(self) -> Mapping[str, str]:
        """The text of every own Python module outside of tests, by path."""
        paths = sorted(path for path in self.modules.values() if path.endswith(".py") and not _ASIDE.search(path))
        return {path: text for path in paths if (text := self._repo.text(path)) is not None}


def dotted_of(path: str, base: str) -> str:
    """The dotted name of a module file below `base`."""
    stem = re.sub(r"\.(?:cpython-[\w-]+\.|abi3\.)?(?:pyi?|pyx|so)$", "", path[len(base) :])
    return stem.removesuffix("/__init__").replace("/", ".")


def module_members(text: str, module: str, *, is_package: bool) -> Members | None:
    """What a module defines at its top; None when it does not parse."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    found = Members()
    package = module if is_package else module.rpartition(".")[0]
    for statement in _statements(tree.body):
        _define(statement, found, package)
    if "__getattr__" in found.names or re.search(
        r"\bglobals\(\)|sys\.modules\[|lazy_?(?:import|load)|LazyModule|attach_stub", text
    ):
        found.open = True
    return found


def class_members(node: ast.ClassDef) -> Members:
    """What a class defines, `self.x` in its methods included."""
    found = Members()
    for statement in _statements(node.body):
        _define(statement, found, "")
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store):
            found.names.setdefault(inner.attr, inner)
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str) and inner.value.isidentifier():
            found.names.setdefault(inner.value, inner)
    if found.names.keys() & {"__getattr__", "__getattribute__", "__dict__"}:
        found.open = True
    return found


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of a body, those under `if`, `try`, `with` and loops included."""
    for statement in body:
        yield statement
        for part in ("body", "orelse", "finalbody"):
            if isinstance(statement, ast.If | ast.Try | ast.With | ast.For | ast.While):
                yield from _statements(getattr(statement, part, []))
        for handler in getattr(statement, "handlers", []):
            yield from _statements(handler.body)


def _define(statement: ast.stmt, found: Members, package: str) -> None:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        found.names[statement.name] = statement
    elif isinstance(statement, ast.Import):
        for alias in statement.names:
            found.imported[alias.asname or alias.name.partition(".")[0]] = (
                alias.name if alias.asname else alias.name.partition(".")[0]
            )
    elif isinstance(statement, ast.ImportFrom):
        _import_from(statement, found, package)
    else:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.names.setdefault(node.id, node)


def _import_from(statement: ast.ImportFrom, found: Members, package: str) -> None:
    base = statement.module or ""
    if statement.level:
        parts = package.split(".")
        parts = parts[: len(parts) - statement.level + 1]
        base = ".".join([*parts, base] if base else parts)
    for alias in statement.names:
        if alias.name == "*":
            found.open = True
        else:
            found.imported[alias.asname or alias.name] = f"{base}.{alias.name}"
