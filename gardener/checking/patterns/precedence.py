"""When code that moves into another place needs parentheses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gardener.checking.patterns.text import tokens_of

if TYPE_CHECKING:
    from gardener.checking.source import SourceFile

STARRED, YIELD, TUPLE, WALRUS, LAMBDA, CONDITIONAL, OR, AND, NOT, COMPARISON = range(-3, 7)
BIT_OR, BIT_XOR, BIT_AND, SHIFT, SUM, PRODUCT, UNARY, POWER, AWAIT, PRIMARY = range(7, 17)
LEAST, ALWAYS = STARRED, PRIMARY + 1

_BINARY = {
    "BitOr": BIT_OR,
    "BitXor": BIT_XOR,
    "BitAnd": BIT_AND,
    "LeftShift": SHIFT,
    "RightShift": SHIFT,
    "Add": SUM,
    "Subtract": SUM,
    "Multiply": PRODUCT,
    "MatrixMultiply": PRODUCT,
    "Divide": PRODUCT,
    "FloorDivide": PRODUCT,
    "Modulo": PRODUCT,
    "Power": POWER,
}
_STRENGTHS = {
    "StarredElement": STARRED,
    "Yield": YIELD,
    "Tuple": TUPLE,
    "GeneratorExp": TUPLE,
    "NamedExpr": WALRUS,
    "Lambda": LAMBDA,
    "IfExp": CONDITIONAL,
    "Comparison": COMPARISON,
    "Await": AWAIT,
}
# What the place (parent type, field) asks for; places not named here ask for the most.
_PLACES: dict[str, dict[str, int]] = {
    "Arg": {"value": WALRUS},
    "Element": {"value": WALRUS},
    "Index": {"value": WALRUS},
    "Slice": {"lower": LAMBDA, "upper": LAMBDA, "step": LAMBDA},
    "DictElement": {"key": LAMBDA, "value": LAMBDA},
    "StarredElement": {"value": BIT_OR},
    "StarredDictElement": {"value": BIT_OR},
    "IfExp": {"body": OR, "test": OR, "orelse": LAMBDA},
    "Lambda": {"body": LAMBDA},
    "NamedExpr": {"value": LAMBDA},
    "Comparison": {"left": BIT_OR},
    "ComparisonTarget": {"comparator": BIT_OR},
    "CompFor": {"iter": OR, "target": BIT_OR},
    "CompIf": {"test": OR},
    "ListComp": {"elt": LAMBDA},
    "SetComp": {"elt": LAMBDA},
    "GeneratorExp": {"elt": LAMBDA},
    "DictComp": {"key": LAMBDA, "value": LAMBDA},
    "FormattedStringExpression": {"expression": OR},
    "Await": {"expression": PRIMARY},
    "From": {"item": LAMBDA},
    "Expr": {"value": LAMBDA},
    "Assign": {"value": LAMBDA},
    "AssignTarget": {"target": PRIMARY},
    "AnnAssign": {"value": LAMBDA},
    "AugAssign": {"value": LAMBDA},
    "Annotation": {"annotation": LAMBDA},
    "Return": {"value": LAMBDA},
    "Yield": {"value": LAMBDA},
    "Raise": {"exc": LAMBDA},
    "Assert": {"test": LAMBDA, "msg": LAMBDA},
    "Param": {"default": LAMBDA},
    "Decorator": {"decorator": LAMBDA},
    "If": {"test": LAMBDA},
    "While": {"test": LAMBDA},
    "For": {"iter": LAMBDA},
    "WithItem": {"item": LAMBDA},
    "ExceptHandler": {"type": LAMBDA},
    "Match": {"subject": LAMBDA},
    "MatchCase": {"guard": LAMBDA},
}


def strength(node: Any) -> int:
    """How tightly an expression binds; parentheses of its own make it the tightest."""
    if getattr(node, "lpar", ()):
        return PRIMARY
    return _bare_strength(node)


def _bare_strength(node: Any) -> int:
    kind = type(node).__name__
    if kind == "BinaryOperation":
        return _BINARY[type(node.operator).__name__]
    if kind == "BooleanOperation":
        return AND if type(node.operator).__name__ == "And" else OR
    if kind == "UnaryOperation":
        return NOT if type(node.operator).__name__ == "Not" else UNARY
    return _STRENGTHS.get(kind, PRIMARY)


def demand(parent: Any, node: Any) -> int:
    """How tightly an expression must bind to stand where `node` stands in `parent`."""
    kind = type(parent).__name__
    if kind == "BinaryOperation":
        return _operand_demand(parent, node)
    if kind == "BooleanOperation":
        return _bare_strength(parent) + (parent.right is node)
    if kind == "UnaryOperation":
        return _bare_strength(parent)
    if kind == "Arg" and parent.star == "*":
        return BIT_OR
    if kind == "Arg" and (parent.star or parent.keyword is not None):
        return LAMBDA
    fields = _PLACES.get(kind, {})
    return next((demanded for name, demanded in fields.items() if getattr(parent, name) is node), PRIMARY)


def _operand_demand(parent: Any, node: Any) -> int:
    own = _bare_strength(parent)
    if own == POWER:
        return AWAIT if parent.left is node else UNARY
    return own + (parent.right is node)


def breaks_line(text: str) -> bool:
    """Whether code has a line break outside brackets and strings, so that it needs parentheses around it."""
    depth = 0
    for token in tokens_of(text):
        if token.kind == "comment" and depth == 0:
            return True
        if token.kind == "space" and depth == 0 and "\n" in token.text and "\\" not in token.text:
            return True
        if token.text in {"(", "[", "{"}:
            depth += 1
        elif token.text in {")", "]", "}"}:
            depth -= 1
    return False


def fitted(text: str, binding: int, demanded: int, *, is_bracketed: bool = False) -> str:
    """`text`, in parentheses where it binds too loosely, or where its line breaks would end the statement."""
    if binding < demanded or (not is_bracketed and breaks_line(text)):
        newline = "\n" if "#" in text.rpartition("\n")[2] else ""
        return f"({text}{newline})"
    return text


def spaced(text: str, node: Any, file: SourceFile) -> str:
    """`text`, with a space where taking the place of `node` would glue it to a keyword (`in[1]`, `[1]if x`)."""
    old = file.source(node).strip()
    is_risky = (_is_word(text[:1]) and not _is_word(old[:1])) or (_is_word(text[-1:]) and not _is_word(old[-1:]))
    if not is_risky:
        return text
    from gardener.checking.positions import offsets_of

    offsets = offsets_of(file.root, [node], file.root_text)[id(node)]
    before, after = file.root_text[: offsets.start][-1:], file.root_text[offsets.end :][:1]
    lead = " " if _is_word(before) and _is_word(text[:1]) else ""
    trail = " " if _is_word(after) and _is_word(text[-1:]) else ""
    return f"{lead}{text}{trail}"


def _is_word(char: str) -> bool:
    return char.isalnum() or (char != "" and char in "_\"'")
