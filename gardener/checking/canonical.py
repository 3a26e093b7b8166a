"""One text for all spellings of the same code: trivia, parentheses, quotes, commas and keyword order are gone.

Used to compare metavariables and to fingerprint findings, so it must never depend on the Python that runs it.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import libcst as cst

_PUNCTUATION = frozenset(
    {"lpar", "rpar", "lbracket", "rbracket", "lbrace", "rbrace", "comma", "semicolon", "equal", "dot", "colon"}
    | {"first_colon", "second_colon", "separator", "trailing_comma", "posonly_ind"}
)
_LAYOUT = frozenset(
    {"leading_lines", "lines_after_decorators", "header", "footer", "trailing_whitespace", "leading_whitespace"}
    | {"indent", "default_indent", "default_newline", "encoding", "has_trailing_newline"}
)
_IMPLIED_STAR = frozenset({"Param", "TypeParam"})
_STRINGS = frozenset({"SimpleString", "FormattedString", "TemplatedString", "ConcatenatedString"})
_BLOCKS = frozenset({"IndentedBlock", "SimpleStatementSuite", "Module"})
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[0-7]{1,3}|[\s\S])")
_SIMPLE_ESCAPES = dict(zip("\\'\"abfnrtv", "\\'\"\a\b\f\n\r\t\v", strict=True)) | {"\n": ""}


def canonical(node: cst.CSTNode) -> str:
    """The canonical text of `node`: equal for two nodes exactly when only their layout or spelling differs."""
    written: list[str] = []
    waiting: list[cst.CSTNode | str] = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            written.append(item)
        else:
            waiting.extend(reversed(_expand(item)))
    return "".join(written)


@cache
def semantic_fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields of a node type that mean something: no white space, punctuation or parentheses."""
    from dataclasses import fields

    skipped = _PUNCTUATION | _LAYOUT | ({"star"} if kind.__name__ in _IMPLIED_STAR else set())
    names = (field.name for field in fields(kind))
    return tuple(name for name in names if name not in skipped and not name.startswith("whitespace"))


def statements(block: cst.CSTNode) -> list[cst.CSTNode]:
    """The statements of a module, an indented block or a one-line suite, those joined by `;` taken apart."""
    found: list[cst.CSTNode] = []
    for item in getattr(block, "body", ()):
        if type(item).__name__ == "SimpleStatementLine":
            found.extend(item.body)
        else:
            found.append(item)
    return found


def string_parts(node: cst.CSTNode) -> list[tuple[str, Any]]:
    """The parts of a string literal and all it is joined with: `("text" | "bytes", str)` or `("expression", node)`.

    Texts are unescaped; bytes are given as a str of the same code points.
    """
    parts: list[tuple[str, Any]] = []
    while type(node).__name__ == "ConcatenatedString":
        parts.extend(_single_string_parts(node.left))  # type: ignore[attr-defined]  # narrowed by its name
        node = node.right  # type: ignore[attr-defined]  # the same
    parts.extend(_single_string_parts(node))
    return parts


def string_value(node: cst.CSTNode) -> str | bytes | None:
    """The value of a string literal, implicit concatenation included; None for f-strings."""
    parts = string_parts(node)
    if is_formatted(node):
        return None
    text = "".join(value for _, value in parts)
    return text.encode("latin-1", "replace") if parts and parts[0][0] == "bytes" else text


def is_formatted(node: cst.CSTNode) -> bool:
    """Whether a string literal is, or is joined with, an f-string or a t-string."""
    while type(node).__name__ == "ConcatenatedString":
        if type(node.left).__name__ != "SimpleString":  # type: ignore[attr-defined]  # narrowed by its name
            return True
        node = node.right  # type: ignore[attr-defined]  # the same
    return type(node).__name__ != "SimpleString"


def number_text(node: Any) -> str:
    """A number literal in one spelling: `0X10` and `1_6` are `0x10`."""
    text = node.value.replace("_", "").lower()
    if type(node).__name__ == "Imaginary":
        return f"{float(text[:-1])!r}j"
    if type(node).__name__ == "Float":
        return repr(float(text))
    for prefix, base in (("0x", 16), ("0o", 8), ("0b", 2)):
        if text.startswith(prefix):
            return hex(int(text, base))
    # Long decimal literals are beyond what int() converts.
    return hex(int(text)) if len(text) < 1000 else text.lstrip("0") or "0"


def _expand(node: cst.CSTNode) -> Sequence[cst.CSTNode | str]:
    name = type(node).__name__
    special = _SPECIAL.get(name)
    return _generic(node, name) if special is None else special(node)


def _generic(node: cst.CSTNode, name: str) -> list[cst.CSTNode | str]:
    items: list[cst.CSTNode | str] = [name, "("]
    for field in semantic_fields(type(node)):
        value = getattr(node, field)
        if value is None or value == () or value == "" or type(value).__name__ == "MaybeSentinel":
            continue
        items += [field, "="]
        if isinstance(value, (list, tuple)):
            items += ["[", *_joined(_in_order(value)), "],"]
        else:
            items += [json.dumps(value) if isinstance(value, str) else value, ","]
    items.append(")")
    return items


def _joined(nodes: Iterable[cst.CSTNode]) -> list[cst.CSTNode | str]:
    return [item for node in nodes for item in (node, ",")]


def _in_order(values: Sequence[Any]) -> list[Any]:
    """Arguments with keywords last and sorted; everything else as it stands."""
    if not values or type(values[0]).__name__ != "Arg":
        return list(values)
    return sorted(values, key=lambda arg: (arg.star == "**", arg.keyword.value if arg.keyword else ""))


def _block(node: cst.CSTNode) -> list[cst.CSTNode | str]:
    return ["{", *_joined(statements(node)), "}"]


def _else(node: Any) -> Sequence[cst.CSTNode | str]:
    inside = statements(node.body)
    is_elif = len(inside) == 1 and type(inside[0]).__name__ == "If"
    return [inside[0]] if is_elif else _generic(node, "Else")


def _line(node: Any) -> list[cst.CSTNode | str]:
    return _joined(node.body)[:-1]


def _name(node: Any) -> list[str]:
    return [node.value if node.value.isascii() else normalize("NFKC", node.value)]


def _string(node: cst.CSTNode) -> list[cst.CSTNode | str]:
    parts = string_parts(node)
    merged: list[cst.CSTNode | str] = []
    text = ""
    for kind, value in parts:
        if kind == "expression":
            merged += [json.dumps(text), value]
            text = ""
        else:
            text += value
    merged.append(json.dumps(text))
    opening = "F[" if is_formatted(node) else "B[" if parts and parts[0][0] == "bytes" else "S["
    return [opening, *merged, "]"]


def _formatted_expression(node: Any) -> list[cst.CSTNode | str]:
    return ["=" if node.equal is not None else "", *_generic(node, "Field")]


def _expression_statement(node: Any) -> list[cst.CSTNode | str]:
    if type(node.value).__name__ in _STRINGS and not is_formatted(node.value):
        # Formatters move the lines of docstrings.
        text = "".join(value for _, value in string_parts(node.value))
        return ["Doc(", json.dumps([line.strip() for line in text.strip().splitlines()]), ")"]
    return ["Expr(", node.value, ")"]


def _subscript(node: Any) -> list[cst.CSTNode | str]:
    elements = node.slice
    is_tuple = len(elements) > 1 or type(elements[0].comma).__name__ == "Comma"
    values: list[cst.CSTNode | str] = [node.value, "["]
    if is_tuple and all(type(item.slice).__name__ == "Index" and not item.slice.star for item in elements):
        # `x[1, 2]` is `x[(1, 2)]`.
        values += ["Index(value=Tuple(elements=["]
        for item in elements:
            values += ["Element(value=", item.slice.value, ",),"]
        values += ["],),)"]
    else:
        values += ["," if is_tuple else "", *_joined(item.slice for item in elements)[:-1]]
    return ["Subscript(", *values, "])"]


def _single_string_parts(node: Any) -> list[tuple[str, Any]]:
    if type(node).__name__ == "SimpleString":
        prefix, body = _split(node.value)
        kind = "bytes" if "b" in prefix else "text"
        return [(kind, _unescape(body, prefix))]
    prefix = node.start.rstrip("'\"").lower()
    found: list[tuple[str, Any]] = []
    for part in node.parts:
        if type(part).__name__.endswith("Text"):
            found.append(("text", _unescape(part.value.replace("{{", "{").replace("}}", "}"), prefix)))
        else:
            found.append(("expression", part))
    return found


def _split(literal: str) -> tuple[str, str]:
    quote_at = next(index for index, char in enumerate(literal) if char in "'\"")
    prefix, rest = literal[:quote_at].lower(), literal[quote_at:]
    width = 3 if len(rest) >= 6 and rest[:3] in {"'''", '"""'} else 1
    return prefix, rest[width:-width]


def _unescape(body: str, prefix: str) -> str:
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    if "r" in prefix or "\\" not in body:
        return body
    is_bytes = "b" in prefix
    return _ESCAPE.sub(lambda match: _escaped(match.group(), is_bytes), body)


def _escaped(escape: str, is_bytes: bool) -> str:
    code = escape[1:]
    if code in _SIMPLE_ESCAPES:
        return _SIMPLE_ESCAPES[code]
    if code[0] == "x" and len(code) == 3:
        return chr(int(code[1:], 16))
    if code[0] in "01234567":
        return chr(int(code, 8) & (0xFF if is_bytes else 0x1FF))
    if code[0] in "uU" and len(code) > 1 and not is_bytes and int(code[1:], 16) < 0x110000:
        return chr(int(code[1:], 16))
    return escape


_SPECIAL: dict[str, Callable[[Any], Sequence[cst.CSTNode | str]]] = {
    "Name": _name,
    "Integer": lambda node: [number_text(node)],
    "Float": lambda node: [number_text(node)],
    "Imaginary": lambda node: [number_text(node)],
    "Expr": _expression_statement,
    "SimpleStatementLine": _line,
    "Else": _else,
    "Subscript": _subscript,
    "FormattedStringExpression": _formatted_expression,
    "TemplatedStringExpression": _formatted_expression,
    **dict.fromkeys(_STRINGS, _string),
    **dict.fromkeys(_BLOCKS, _block),
}
