"""By what a file is dismissed before a pattern sees its tree. Every answer here may only err towards looking."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from gardener.checking.patterns.compiler import spread_of
from gardener.checking.patterns.names import INSTANCE_NAMES, dotted_parts
from gardener.checking.patterns.roots import Root, descendants, expression_kinds
from gardener.checking.patterns.text import spread_name, variable_name
from gardener.core.rule import Plan, Slice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gardener.checking.patterns.body import Body

MOST_ALTERNATIVES = 64
_GLOB = frozenset("*?[")
_COMPOUND = frozenset(
    {"If", "For", "While", "With", "Try", "TryStar", "ExceptHandler", "ExceptStarHandler"}
    | {"FunctionDef", "ClassDef", "Match"}
)
_KEYWORDS = {
    "Try": "try",
    "TryStar": "try",
    "ExceptHandler": "except",
    "ExceptStarHandler": "except",
    "Finally": "finally",
    "Raise": "raise",
    "With": "with",
    "While": "while",
    "For": "for",
    "CompFor": "for",
    "Lambda": "lambda",
    "Yield": "yield",
    "Await": "await",
    "Asynchronous": "async",
    "Global": "global",
    "Nonlocal": "nonlocal",
    "Assert": "assert",
    "Del": "del",
    "ClassDef": "class",
    "FunctionDef": "def",
    "Return": "return",
    "Import": "import",
    "ImportFrom": "import",
    "Match": "match",
    "IfExp": "else",
    "Pass": "pass",
    "Break": "break",
    "Continue": "continue",
    "Is": "is",
    "IsNot": "is",
    "In": "in",
    "NotIn": "in",
    "Not": "not",
    "And": "and",
    "Or": "or",
}
_AST_NAMES: dict[str, tuple[str, ...]] = {
    "Name": ("Name", "Constant"),
    "Integer": ("Constant",),
    "Float": ("Constant",),
    "Imaginary": ("Constant",),
    "Ellipsis": ("Constant",),
    "SimpleString": ("Constant",),
    "ConcatenatedString": ("Constant", "JoinedStr", "TemplateStr"),
    "FormattedString": ("JoinedStr",),
    "TemplatedString": ("TemplateStr",),
    "UnaryOperation": ("UnaryOp",),
    "BinaryOperation": ("BinOp",),
    "BooleanOperation": ("BoolOp",),
    "Comparison": ("Compare",),
    "Yield": ("Yield", "YieldFrom"),
    "Del": ("Delete",),
    "For": ("For", "AsyncFor"),
    "With": ("With", "AsyncWith"),
    "FunctionDef": ("FunctionDef", "AsyncFunctionDef"),
    "ExceptStarHandler": ("ExceptHandler",),
    "StarredDictComp": ("DictComp",),
}


def plan_of(body: Body, roots: Sequence[Root], inside: Sequence[Root], contained: Sequence[Root]) -> Plan:
    """The plan of a pattern rule, from its compiled patterns."""
    nodes, names = _nodes(roots), _names(roots, body)
    if not names and (anchors := _anchors(roots, body)):
        nodes, names = ("Attribute", "Name"), anchors
    return Plan(_words(body, roots, inside, contained), nodes, names, _slice(body, roots, inside))


def _words(
    body: Body, roots: Sequence[Root], inside: Sequence[Root], contained: Sequence[Root]
) -> tuple[tuple[str, ...], ...]:
    choices = [[_words_of(root) for root in group] for group in (roots, inside, contained) if group]
    for entry in body.where.values():
        globs = entry.get("qualname", ())
        names = [globs] if isinstance(globs, str) else globs
        if names and not any(_GLOB & set(name) for name in names):
            choices.append([frozenset(name.split(".")) for name in names])
    while len(choices) > 1 and _product_size(choices) > MOST_ALTERNATIVES:
        choices.pop()
    found = {frozenset().union(*words) for words in product(*choices)}
    if frozenset() in found:
        return ()
    return tuple(sorted(tuple(sorted(words)) for words in found))


def _product_size(choices: Iterable[Sequence[Any]]) -> int:
    size = 1
    for choice in choices:
        size *= len(choice)
    return size


def _words_of(root: Root) -> frozenset[str]:
    """Identifiers and keywords that stand in every piece of code that the pattern matches, or in its imports."""
    found: set[str] = set()
    for node in [*root.nodes, *descendants(root.nodes)]:
        kind = type(node).__name__
        if kind in _KEYWORDS:
            found.add(_KEYWORDS[kind])
        elif kind == "Name" and variable_name(node.value) is None and spread_name(node.value) is None:
            found.add(node.value)
    return frozenset(found)


def _nodes(roots: Sequence[Root]) -> tuple[str, ...]:
    found: set[str] = set()
    for root in roots:
        kinds = _first_kinds(root)
        if kinds >= expression_kinds():
            return ()
        found.update(name for kind in kinds for name in _AST_NAMES.get(kind, (kind,)))
    return tuple(sorted(found))


def _first_kinds(root: Root) -> frozenset[str]:
    """Types of the node, or for a sequence of its first statement, that must be there; all types when any may be."""
    if root.form != "sequence":
        return root.kinds
    first = next((node for node in root.nodes if spread_of(node) is None), None)
    kind = type(first).__name__
    if kind in {"Expr", "NoneType"}:
        return expression_kinds()
    return frozenset({"Assign", "AnnAssign"}) if kind == "Assign" else frozenset({kind})


def _names(roots: Sequence[Root], body: Body) -> tuple[str, ...]:
    names = [_name_of(root) for root in roots]
    return () if body.syntactic or None in names else tuple(sorted({name for name in names if name is not None}))


def _name_of(root: Root) -> str | None:
    """The dotted name that the candidate must resolve to, when there is exactly one."""
    if root.form != "expression":
        return None
    node = root.nodes[0]
    return _imported(node.func if type(node).__name__ == "Call" else node)


def _imported(node: Any) -> str | None:
    """The dotted name of something imported, free of metavariables."""
    parts = dotted_parts(node)
    if parts is None or len(parts) < 2 or parts[0] in INSTANCE_NAMES:
        return None
    return None if any(variable_name(part) is not None for part in parts) else ".".join(parts)


def _anchors(roots: Sequence[Root], body: Body) -> tuple[str, ...]:
    """For each pattern a function or decorator that every match names somewhere; empty when one has none."""
    found = {_anchor_of(root) for root in roots}
    return () if body.syntactic or None in found else tuple(sorted(name for name in found if name is not None))


def _anchor_of(root: Root) -> str | None:
    # The last name is in the body of a pattern that has one, and rarer than what its header asks for.
    for node in reversed([*root.nodes, *descendants(root.nodes)]):
        head = {"Call": "func", "Decorator": "decorator"}.get(type(node).__name__)
        name = _imported(getattr(node, head)) if head else None
        if name is not None:
            return name
    return None


def _slice(body: Body, roots: Sequence[Root], inside: Sequence[Root]) -> Slice:
    if any(root.form == "sequence" for root in inside) or _has_sequence(body.outside):
        return "module"
    in_definition = bool(inside) and all(root.kinds <= {"FunctionDef", "ClassDef"} for root in inside)
    if any(root.form == "sequence" for root in roots):
        return "toplevel" if in_definition or all(_only_in_functions(root) for root in roots) else "module"
    if inside or body.outside or any(root.kinds & _COMPOUND for root in roots):
        return "toplevel"
    return "statement"


def _has_sequence(texts: Sequence[str]) -> bool:
    from gardener.checking.patterns.roots import parse

    return any(parse(text, key="outside", place="")[0] == "sequence" for text in texts)


def _only_in_functions(root: Root) -> bool:
    kinds = {type(node).__name__ for node in root.nodes}
    return bool(kinds & {"Return"})
