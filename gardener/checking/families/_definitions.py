"""Functions, methods and classes: which is which, and what their fingerprint says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    import libcst as cst

    from gardener.checking.source import SourceFile

Kind = Literal["function", "method", "class"]
AST_NODES: Mapping[Kind, tuple[str, ...]] = {
    "function": ("FunctionDef", "AsyncFunctionDef"),
    "method": ("FunctionDef", "AsyncFunctionDef"),
    "class": ("ClassDef",),
}
_LINE_END = re.compile(r"\r\n?|\n")


def kind_of(node: cst.CSTNode, file: SourceFile) -> Kind | None:
    """What a definition is; None for any other node. A function in a function in a class is a function."""
    import libcst as cst

    if isinstance(node, cst.ClassDef):
        return "class"
    if not isinstance(node, cst.FunctionDef):
        return None
    outer = next((item for item in file.ancestors(node) if isinstance(item, cst.FunctionDef | cst.ClassDef)), None)
    return "method" if isinstance(outer, cst.ClassDef) else "function"


def node_type(kind: Kind) -> type[cst.FunctionDef | cst.ClassDef]:
    """The syntax node of a kind of definition."""
    import libcst as cst

    return cst.ClassDef if kind == "class" else cst.FunctionDef


def own_lines(node: cst.FunctionDef | cst.ClassDef, file: SourceFile) -> int:
    """Lines from `def` or `class` to the end of the body, without decorators and what trails the body."""
    bare = node.with_changes(leading_lines=(), lines_after_decorators=(), decorators=())
    return count_lines(file.source(bare).rstrip())


def count_lines(text: str) -> int:
    """Physical lines of a text; a last line without line end counts."""
    return len(_LINE_END.findall(text)) + (not text.endswith(("\n", "\r")) and bool(text))
