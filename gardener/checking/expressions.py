"""Expressions in neutral shapes, equal whether they are read from `ast` or from LibCST.

Parentheses, quotes, implicit concatenation and the spelling of numbers leave no trace; a walrus is its value.
"""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, Any

from gardener.checking.shapes import (
    OTHER,
    Attribute,
    Await,
    Call,
    Constant,
    Either,
    Expression,
    Name,
    Other,
    Subscript,
    Tuple,
    Union,
    call_of,
    dict_of,
    identifier,
    operands,
    signed,
    tuple_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import libcst as cst

__all__ = [
    "OTHER",
    "Attribute",
    "Await",
    "Call",
    "Constant",
    "Either",
    "Expression",
    "Name",
    "Other",
    "Subscript",
    "Tuple",
    "Union",
    "from_ast",
    "from_cst",
    "from_text",
]

# Deeper nesting than this says nothing about a name, and recursion has to end somewhere.
_DEPTH = 30
_LONGEST_ANNOTATION = 1000
_ELLIPSIS = Constant(...)
_CONSTANT_NAMES = {"None": Constant(None), "True": Constant(True), "False": Constant(False)}


def from_text(text: str) -> Expression:
    """The expression written in `text`, as in a quoted annotation; `Other` when it is none."""
    if len(text) > _LONGEST_ANNOTATION:
        return OTHER
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return from_ast(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return OTHER


def from_ast(node: ast.AST, depth: int = _DEPTH) -> Expression:
    """The neutral form of an `ast` expression."""
    while type(node) is ast.NamedExpr:
        node = node.value
    build = _AST.get(type(node))
    return OTHER if build is None or depth <= 0 else build(node, depth - 1)


def from_cst(node: cst.CSTNode, depth: int = _DEPTH) -> Expression:
    """The neutral form of a LibCST expression."""
    kind = type(node).__name__
    while kind == "NamedExpr":
        node = node.value  # type: ignore[attr-defined]  # a NamedExpr, told by its class name
        kind = type(node).__name__
    build = _CST.get(kind)
    return OTHER if build is None or depth <= 0 else build(node, depth - 1)


# --- ast ---------------------------------------------------------------------------------------------------------


def _ast_call(node: Any, depth: int) -> Expression:
    return call_of(from_ast(node.func, depth), lambda: (from_ast(item, depth) for item in node.args))


def _ast_unary(node: Any, depth: int) -> Expression:
    if type(node.op) not in {ast.USub, ast.UAdd}:
        return OTHER
    return signed(from_ast(node.operand, depth), negative=type(node.op) is ast.USub)


def _ast_dict(node: Any, depth: int) -> Expression:
    if None in node.keys:
        return OTHER
    pairs = zip(node.keys, node.values, strict=True)
    return dict_of([(from_ast(key, depth), from_ast(value, depth)) for key, value in pairs])


def _ast_or(node: Any) -> Sequence[Any] | None:
    return node.values if type(node) is ast.BoolOp and type(node.op) is ast.Or else None


def _ast_pipe(node: Any) -> Sequence[Any] | None:
    return (node.left, node.right) if type(node) is ast.BinOp and type(node.op) is ast.BitOr else None


def _ast_either(node: Any, depth: int) -> Expression:
    if _ast_or(node) is None:
        return OTHER
    return Either(tuple(from_ast(item, depth) for item in operands(node, _ast_or)))


def _ast_union(node: Any, depth: int) -> Expression:
    if _ast_pipe(node) is None:
        return OTHER
    return Union(tuple(from_ast(item, depth) for item in operands(node, _ast_pipe)))


_AST: dict[type, Callable[[Any, int], Expression]] = {
    ast.Name: lambda node, _: Name(node.id),
    ast.Attribute: lambda node, depth: Attribute(from_ast(node.value, depth), node.attr),
    ast.Call: _ast_call,
    ast.Subscript: lambda node, depth: Subscript(from_ast(node.value, depth), from_ast(node.slice, depth)),
    ast.Constant: lambda node, _: Constant(node.value),
    ast.Tuple: lambda node, depth: tuple_of([from_ast(item, depth) for item in node.elts]),
    ast.Dict: _ast_dict,
    ast.Await: lambda node, depth: Await(from_ast(node.value, depth)),
    ast.UnaryOp: _ast_unary,
    ast.BoolOp: _ast_either,
    ast.BinOp: _ast_union,
    ast.IfExp: lambda node, depth: Either((from_ast(node.body, depth), from_ast(node.orelse, depth))),
}


# --- LibCST ------------------------------------------------------------------------------------------------------


def _cst_call(node: Any, depth: int) -> Expression:
    plain = (arg for arg in node.args if arg.keyword is None and arg.star != "**")
    func = from_cst(node.func, depth)
    return call_of(func, lambda: (OTHER if arg.star else from_cst(arg.value, depth) for arg in plain))


def _cst_subscript(node: Any, depth: int) -> Expression:
    base = from_cst(node.value, depth)
    first = node.slice[0]
    comma = type(first.comma).__name__ == "Comma"
    if len(node.slice) == 1 and not comma and not getattr(first.slice, "star", None):
        return Subscript(base, _cst_index(first.slice, depth))
    # Several indices are a tuple in `ast`, one level deeper.
    inner = depth - 1 if depth > 0 else 0
    return Subscript(base, tuple_of([_cst_index(item.slice, inner) for item in node.slice]) if depth > 0 else OTHER)


def _cst_index(node: Any, depth: int) -> Expression:
    is_index = type(node).__name__ == "Index" and not node.star
    return from_cst(node.value, depth) if is_index else OTHER


def _cst_tuple(node: Any, depth: int) -> Expression:
    return tuple_of([from_cst(e.value, depth) if type(e).__name__ == "Element" else OTHER for e in node.elements])


def _cst_dict(node: Any, depth: int) -> Expression:
    if any(type(item).__name__ != "DictElement" for item in node.elements):
        return OTHER
    return dict_of([(from_cst(item.key, depth), from_cst(item.value, depth)) for item in node.elements])


def _cst_unary(node: Any, depth: int) -> Expression:
    operator = type(node.operator).__name__
    if operator not in {"Minus", "Plus"}:
        return OTHER
    return signed(from_cst(node.expression, depth), negative=operator == "Minus")


def _cst_or(node: Any) -> Sequence[Any] | None:
    told = type(node).__name__ == "BooleanOperation" and type(node.operator).__name__ == "Or"
    return (node.left, node.right) if told else None


def _cst_pipe(node: Any) -> Sequence[Any] | None:
    told = type(node).__name__ == "BinaryOperation" and type(node.operator).__name__ == "BitOr"
    return (node.left, node.right) if told else None


def _cst_either(node: Any, depth: int) -> Expression:
    if _cst_or(node) is None:
        return OTHER
    return Either(tuple(from_cst(item, depth) for item in operands(node, _cst_or)))


def _cst_union(node: Any, depth: int) -> Expression:
    if _cst_pipe(node) is None:
        return OTHER
    return Union(tuple(from_cst(item, depth) for item in operands(node, _cst_pipe)))


def _cst_strings(node: Any, _: int) -> Expression:
    def split(part: Any) -> Sequence[Any] | None:
        return (part.left, part.right) if type(part).__name__ == "ConcatenatedString" else None

    parts = operands(node, split)
    if any(type(part).__name__ != "SimpleString" for part in parts):
        return OTHER
    values = [_string_value(part.value) for part in parts]
    if all(type(value) is str for value in values):
        return Constant("".join(values))
    return Constant(b"".join(values)) if all(type(value) is bytes for value in values) else OTHER


def _string_value(text: str) -> Any:
    """The value of one string literal, or None; invalid escapes are nobody's business here."""
    if "\\" not in text and text[0] in "'\"":
        width = 3 if text[:3] in {'"""', "'''"} else 1
        return text[width:-width].replace("\r\n", "\n").replace("\r", "\n")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return None


def _cst_number(node: Any, _: int) -> Expression:
    text = node.value.replace("_", "")
    try:
        if type(node).__name__ == "Integer":
            return Constant(int(text, 0))
        return Constant(float(text) if type(node).__name__ == "Float" else complex(text))
    except ValueError:  # more digits than the interpreter converts
        return OTHER


_CST: dict[str, Callable[[Any, int], Expression]] = {
    "Name": lambda node, _: _CONSTANT_NAMES.get(node.value) or Name(identifier(node.value)),
    "Attribute": lambda node, depth: Attribute(from_cst(node.value, depth), identifier(node.attr.value)),
    "Call": _cst_call,
    "Subscript": _cst_subscript,
    "SimpleString": _cst_strings,
    "ConcatenatedString": _cst_strings,
    "Integer": _cst_number,
    "Float": _cst_number,
    "Imaginary": _cst_number,
    "Ellipsis": lambda _node, _: _ELLIPSIS,
    "Tuple": _cst_tuple,
    "Dict": _cst_dict,
    "Await": lambda node, depth: Await(from_cst(node.expression, depth)),
    "UnaryOperation": _cst_unary,
    "BooleanOperation": _cst_either,
    "BinaryOperation": _cst_union,
    "IfExp": lambda node, depth: Either((from_cst(node.body, depth), from_cst(node.orelse, depth))),
}
