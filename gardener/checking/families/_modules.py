"""Which modules an import statement imports, with relative imports resolved by the file's path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.checking.families._matching import spelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import libcst as cst

    from gardener.checking.source import SourceFile


def module_of(path: str) -> str:
    """The dotted module name of a file: `src/a/b.py` is `a.b`, `a/__init__.py` is `a`."""
    from gardener.checking.scopes import package_of

    stem = path.rpartition("/")[2].rpartition(".")[0]
    package = package_of(path)
    return package if stem == "__init__" else f"{package}.{stem}".lstrip(".")


def imported(node: cst.CSTNode, file: SourceFile) -> Iterator[tuple[str, cst.CSTNode]]:
    """Each thing that an import statement imports: its dotted name, and the node that says so.

    `from a import b` gives `a.b`, which may be a module or a name in one; `from a import *` gives `a`.
    """
    import libcst as cst

    from gardener.checking.scopes import joined, module_name, package_of

    if isinstance(node, cst.Import):
        for alias in node.names:
            yield spelled(alias.name) or "", alias
    elif isinstance(node, cst.ImportFrom):
        named = spelled(node.module) if node.module else None
        base = module_name(package_of(file.path), len(node.relative), named or "")
        if isinstance(node.names, cst.ImportStar):
            yield base, node
            return
        for alias in node.names:
            yield joined(base, spelled(alias.name) or ""), alias


def below(module: str, roots: Sequence[str]) -> str | None:
    """The first of `roots` that is `module` or a package around it."""
    return next((root for root in roots if module == root or module.startswith(f"{root}.")), None)


def for_types_only(node: cst.CSTNode, file: SourceFile) -> bool:
    """Does the node stand under `if TYPE_CHECKING:`?"""
    import libcst as cst

    inner: cst.CSTNode = node
    for outer in file.ancestors(node):
        if isinstance(outer, cst.If) and inner is outer.body and (spelled(outer.test) or "").endswith("TYPE_CHECKING"):
            return True
        inner = outer
    return False


def at_module_level(node: cst.CSTNode, file: SourceFile) -> bool:
    """Does the node run when the module is imported?"""
    import libcst as cst

    return not any(isinstance(outer, cst.FunctionDef | cst.Lambda) for outer in file.ancestors(node))
