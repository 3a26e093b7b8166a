"""A whole pattern: its text parsed, compiled, and the node types in which a match can be rooted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from gardener.checking.canonical import is_formatted, statements
from gardener.checking.patterns.compiler import Compiler, is_anything, spread_of
from gardener.checking.patterns.names import dotted_parts, is_resolved
from gardener.checking.patterns.sequences import sequence
from gardener.checking.patterns.statements import statement_items
from gardener.checking.patterns.text import outdented, to_python, variable_name
from gardener.core.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

    from gardener.checking.patterns.state import Match, SequenceMatch
    from gardener.checking.source import SourceFile

Form = Literal["expression", "statement", "sequence"]
BLOCKS = frozenset({"Module", "IndentedBlock", "SimpleStatementSuite"})
NUMBERS = frozenset({"Integer", "Float", "Imaginary"})
_IDENTIFIER_FIELDS = {
    "Attribute": "attr",
    "Arg": "keyword",
    "Param": "name",
    "FunctionDef": "name",
    "ClassDef": "name",
    "NameItem": "name",
    "MatchKeywordElement": "key",
    "MatchAs": "name",
    "MatchStar": "name",
    "MatchMapping": "rest",
    "TypeVar": "name",
    "TypeVarTuple": "name",
    "ParamSpec": "name",
    "TypeAlias": "name",
    "ImportAlias": "name",
    "ImportFrom": "module",
}


@dataclass(frozen=True, slots=True)
class Root:
    """A compiled pattern. `kinds` names the node types in which a match can be rooted.

    A sequence matches consecutive statements of one block: `match_statements` is set instead of `match`.
    """

    text: str
    form: Form
    nodes: tuple[Any, ...]
    kinds: frozenset[str]
    match: Match | None
    match_statements: SequenceMatch | None
    bound: frozenset[str]
    sequences: frozenset[str]


def parse(text: str, *, key: str, place: str) -> tuple[Form, tuple[Any, ...]]:
    """The nodes of a pattern's text. Raises RuleError with the line of the text that does not parse."""
    python = to_python(outdented(text), key=key, place=place)
    if not python.strip():
        raise RuleError(f"`{key}` is empty", at=place)
    is_clause = python.startswith("except")
    nodes = _parse_module(f"try:\n    pass\n{python}" if is_clause else python, key, place, shift=2 * is_clause)
    if is_clause and len(nodes) == 1 and len(nodes[0].handlers) == 1:
        return "statement", (nodes[0].handlers[0],)
    if len(nodes) > 1:
        return "sequence", tuple(nodes)
    node = nodes[0]
    return ("expression", (node.value,)) if type(node).__name__ == "Expr" else ("statement", (node,))


def _parse_module(python: str, key: str, place: str, *, shift: int) -> list[Any]:
    import libcst as cst

    try:
        nodes = statements(cst.parse_module(python))
    except cst.ParserSyntaxError as error:
        found = _header(python)
        if found is None:
            line = max(error.raw_line - shift, 1)
            raise RuleError(f"`{key}` does not parse as Python at line {line} of its text", at=place) from None
        nodes = found
    if not nodes:
        raise RuleError(f"`{key}` holds no code", at=place)
    return nodes


def _header(python: str) -> list[Any] | None:
    """The nodes of a definition without a colon and a body, which stands for one with any body."""
    import libcst as cst

    if not re.match(r"(?:async[ \t]+def|def|class)[ \t]", python.rstrip().rpartition("\n")[2]):
        return None
    try:
        return statements(cst.parse_module(f"{python.rstrip()}: ..."))
    except cst.ParserSyntaxError:
        return None


def compile_root(text: str, compiler: Compiler, *, key: str, place: str) -> Root:
    """Compile one pattern. Raises RuleError when it does not parse or would match everything."""
    form, nodes = parse(text, key=key, place=place)
    if type(nodes[0]).__name__.endswith("Handler") and not compiler.has("except-clause"):
        raise RuleError(f"`{key}` does not parse as Python", at=place)
    if form == "sequence":
        while nodes and spread_of(nodes[0]) == "_":
            nodes = nodes[1:]
        if not nodes or not compiler.has("statement-sequence"):
            raise RuleError(f"`{key}` would match everything", at=place)
        items = sequence(statement_items(nodes, compiler))
        return Root(text, form, nodes, BLOCKS, None, items, frozenset(compiler.bound), frozenset(compiler.sequences))
    node = nodes[0]
    if is_anything(node) or spread_of(node) is not None:
        raise RuleError(f"`{key}` would match everything", at=place, hint="`$X` matches any one expression")
    match = compiler.match(node)
    kinds = kinds_of(node, compiler)
    return Root(text, form, nodes, kinds, match, None, frozenset(compiler.bound), frozenset(compiler.sequences))


def kinds_of(node: Any, compiler: Compiler) -> frozenset[str]:
    """Names of the node types that a pattern node can match."""
    kind = type(node).__name__
    if kind == "Name" and variable_name(node.value) is not None:
        return expression_kinds()
    if kind == "Attribute":
        return frozenset({"Name", "Attribute"} if is_resolved(dotted_parts(node), compiler) else {"Attribute"})
    if kind in {"SimpleString", "ConcatenatedString", "FormattedString"}:
        return frozenset({"FormattedString" if is_formatted(node) else "SimpleString", "ConcatenatedString"})
    if kind in NUMBERS:
        return NUMBERS
    if kind in {"Dict", "Set"} and len(node.elements) == 1 and spread_of(node.elements[0]) is not None:
        return frozenset({"Dict", "Set"})
    return frozenset({"Assign", "AnnAssign"}) if kind == "Assign" else frozenset({kind})


@cache
def expression_kinds() -> frozenset[str]:
    """Names of all expression types of LibCST."""
    import libcst as cst

    kinds = (item for item in vars(cst).values() if isinstance(item, type) and issubclass(item, cst.BaseExpression))
    return frozenset(kind.__name__ for kind in kinds if not kind.__name__.startswith(("Base", "Starred")))


def is_rooted(node: Any, root: Root, file: SourceFile) -> bool:
    """Whether a match of `root` may be rooted in `node`: its type fits, and it is no mere part of something."""
    kind = type(node).__name__
    if kind not in root.kinds:
        return False
    if root.form != "expression":
        return True
    if kind in {"Name", "Attribute"}:
        return not is_identifier(node, file)
    if kind in {"SimpleString", "FormattedString", "ConcatenatedString"}:
        return type(file.parent(node)).__name__ != "ConcatenatedString"
    return True


def is_identifier(node: Any, file: SourceFile) -> bool:
    """Whether a name stands where no expression can: a keyword, the name of a function, an imported module."""
    parent: Any = file.parent(node)
    while type(parent).__name__ == "Attribute" and parent.value is node:
        node, parent = parent, file.parent(parent)
    kind = type(parent).__name__
    if kind == "AsName":
        return type(file.parent(parent)).__name__ != "WithItem"
    field = _IDENTIFIER_FIELDS.get(kind)
    return field is not None and getattr(parent, field) is node


def descendants(nodes: Sequence[cst.CSTNode]) -> list[Any]:
    """Everything below `nodes` that means something, in document order."""
    from gardener.checking.canonical import semantic_fields

    found: list[Any] = []
    waiting: list[Any] = [child for node in reversed(nodes) for child in reversed(_children(node, semantic_fields))]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(reversed(_children(node, semantic_fields)))
    return found


def _children(node: Any, fields: Any) -> list[Any]:
    import libcst as cst

    found: list[Any] = []
    for name in fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            found.append(value)
        elif isinstance(value, (list, tuple)):
            found.extend(value)
    return found
