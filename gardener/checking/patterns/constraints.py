"""`where`: what the code behind a metavariable must be, by its text, its name, its kind or its value.

Kinds: `name call attribute subscript string bytes fstring number int float bool none ellipsis list tuple dict set
comprehension generator lambda await yield comparison boolean not binary unary conditional assignment-expression
starred literal`. A kind matches the code as it stands; `const` also sees through names that are bound once.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any

from gardener.checking.canonical import is_formatted, string_value
from gardener.checking.patterns.sources import source_of
from gardener.checking.patterns.state import PatternTimeout, State
from gardener.core.errors import RuleError

Check = Callable[[str, State], "State | None"]
REGEX_SECONDS = 1.0

_KINDS: dict[str, frozenset[str]] = {
    "name": frozenset({"Name"}),
    "call": frozenset({"Call"}),
    "attribute": frozenset({"Attribute"}),
    "subscript": frozenset({"Subscript"}),
    "number": frozenset({"Integer", "Float", "Imaginary"}),
    "int": frozenset({"Integer"}),
    "float": frozenset({"Float"}),
    "ellipsis": frozenset({"Ellipsis"}),
    "list": frozenset({"List"}),
    "tuple": frozenset({"Tuple"}),
    "dict": frozenset({"Dict"}),
    "set": frozenset({"Set"}),
    "comprehension": frozenset({"ListComp", "SetComp", "DictComp"}),
    "generator": frozenset({"GeneratorExp"}),
    "lambda": frozenset({"Lambda"}),
    "await": frozenset({"Await"}),
    "yield": frozenset({"Yield"}),
    "comparison": frozenset({"Comparison"}),
    "boolean": frozenset({"BooleanOperation"}),
    "binary": frozenset({"BinaryOperation"}),
    "conditional": frozenset({"IfExp"}),
    "assignment-expression": frozenset({"NamedExpr"}),
    "starred": frozenset({"StarredElement"}),
}
_STRINGS = frozenset({"SimpleString", "ConcatenatedString", "FormattedString"})
_COMPARATORS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


def kind_of(node: Any) -> frozenset[str]:
    """All kinds that a node is of."""
    name = type(node).__name__
    if name in _STRINGS:
        value = None if is_formatted(node) else string_value(node)
        text = "fstring" if value is None else "bytes" if isinstance(value, bytes) else "string"
        return frozenset({text} if text == "fstring" else {text, "literal"})
    if name == "Name" and node.value in {"True", "False", "None"}:
        return frozenset({"none" if node.value == "None" else "bool", "literal"})
    if name == "UnaryOperation":
        operand = kind_of(node.expression)
        sign = type(node.operator).__name__
        if sign == "Not":
            return frozenset({"not"})
        return frozenset({"unary"}) | (operand if sign in {"Minus", "Plus"} and "number" in operand else frozenset())
    found = frozenset(kind for kind, names in _KINDS.items() if name in names)
    return found | {"literal"} if "number" in found else found


KINDS = frozenset(_KINDS) | {"string", "bytes", "fstring", "none", "bool", "literal", "not", "unary"}


def compile_check(key: str, value: Any, *, place: str) -> Check:
    """One entry of `where.X`. Raises RuleError for an unknown key or a value that cannot be used."""
    maker = _MAKERS.get(key)
    if maker is None:
        near = get_close_matches(key, _MAKERS, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"one of {', '.join(_MAKERS)}"
        raise RuleError(f"unknown key `{key}` in `where`", at=place, hint=hint)
    return maker(value, place)


def _regex(value: Any, place: str) -> Check:
    import regex

    if not isinstance(value, str):
        raise RuleError("`regex` must be a string", at=place)
    try:
        compiled = regex.compile(value)
    except regex.error as error:
        raise RuleError(f"the regular expression `{value}` does not compile: {error}", at=place) from None

    def check(name: str, state: State) -> State | None:
        text = source_of(state.bindings[name], state.file)
        try:
            return state if compiled.search(text, timeout=REGEX_SECONDS) else None
        except TimeoutError:
            raise PatternTimeout(
                f"the regular expression `{value}` took more than {REGEX_SECONDS:g} s on one match", at=place
            ) from None

    return check


def _texts(key: str, value: Any, place: str) -> list[str]:
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, (list, tuple)) or not found or not all(isinstance(item, str) for item in found):
        raise RuleError(f"`{key}` must be a string or a list of strings", at=place)
    return list(found)


def _qualname(value: Any, place: str) -> Check:
    globs = _texts("qualname", value, place)

    def check(name: str, state: State) -> State | None:
        bound = state.bindings[name]
        if bound.is_sequence or bound.text is not None:
            return None
        for resolution in state.file.resolve(bound.nodes[0]):
            if any(fnmatchcase(resolution.name, glob) for glob in globs):
                return state.at_most(resolution.certainty)
        return None

    return check


def _kind(value: Any, place: str) -> Check:
    wanted = frozenset(_texts("kind", value, place))
    for kind in sorted(wanted - KINDS):
        near = get_close_matches(kind, sorted(KINDS), n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"one of {', '.join(sorted(KINDS))}"
        raise RuleError(f"unknown kind `{kind}`", at=place, hint=hint)

    def check(name: str, state: State) -> State | None:
        bound = state.bindings[name]
        return state if not bound.is_sequence and kind_of(bound.nodes[0]) & wanted else None

    return check


def _const(value: Any, place: str) -> Check:
    accepts = _comparison(value, place) if isinstance(value, Mapping) else _membership(value)

    def check(name: str, state: State) -> State | None:
        bound = state.bindings[name]
        if bound.is_sequence or bound.text is not None:
            return None
        constant = state.file.constant(bound.nodes[0])
        return state if constant is not None and accepts(constant.value) else None

    return check


def _membership(value: Any) -> Callable[[Any], bool]:
    wanted: Sequence[Any] = value if isinstance(value, list) else [value]
    return lambda found: any(_same(found, item) for item in wanted)


def _comparison(table: Mapping[str, Any], place: str) -> Callable[[Any], bool]:
    known = [*_COMPARATORS, "eq", "ne", "none"]
    for key in table:
        if key not in known:
            raise RuleError(f"unknown comparison `{key}` in `const`", at=place, hint=f"one of {', '.join(known)}")

    def accepts(found: Any) -> bool:
        return all(_compare(key, found, wanted) for key, wanted in table.items())

    return accepts


def _compare(key: str, found: Any, wanted: Any) -> bool:
    if key == "none":
        return (found is None) is wanted
    if key in {"eq", "ne"}:
        return _same(found, wanted) is (key == "eq")
    comparable = (_is_number(found) and _is_number(wanted)) or (isinstance(found, str) and isinstance(wanted, str))
    return comparable and _COMPARATORS[key](found, wanted)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _same(found: Any, wanted: Any) -> bool:
    if _is_number(found) and _is_number(wanted):
        return bool(found == wanted)
    return type(found) is type(wanted) and bool(found == wanted)


_MAKERS: dict[str, Callable[[Any, str], Check]] = {
    "regex": _regex,
    "qualname": _qualname,
    "kind": _kind,
    "const": _const,
}
