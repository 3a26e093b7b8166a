"""From terms to text: patterns and templates of fixes, in the words of the pattern language."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from gardener.checking.patterns.text import SPREAD as SPREAD_TOKEN
from gardener.checking.patterns.text import VARIABLE, tokens_of
from gardener.learning.induction.terms import CONSTANT, DOTTED, HOLE, KEYWORD, SEQUENCE, SPREAD, Term, is_statement

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MORE = "_gardener_more_"
_PARAMETERS = "_gardener_parameters_"
_GENERATOR = "_gardener_generator_"
_BODY = "_gardener_body_"
_ONLY_BODY = re.compile(rf":\n[ ]*{_BODY}")
_SPREAD = re.compile(rf"\*{{0,2}}{SPREAD_TOKEN}(\w*)")


class Unwritable(Exception):
    """A term that no text stands for."""


def pattern_text(term: Term) -> str:
    """The pattern that a term with holes is. Raises Unwritable."""
    return _Writer(in_pattern=True).write(term)


def code_text(term: Term) -> str:
    """The template, or the code, that a term is. Raises Unwritable."""
    return _Writer(in_pattern=False).write(term)


class _Writer:
    def __init__(self, *, in_pattern: bool) -> None:
        self._in_pattern = in_pattern
        self._signatures: list[str] = []
        self._generators: list[str] = []

    def write(self, term: Term) -> str:
        try:
            items = term.terms("items") if term.kind == SEQUENCE else (term,)
            text = "\n".join(ast.unparse(ast.fix_missing_locations(self._node(item))) for item in items)
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
            raise Unwritable(f"{term.kind} cannot be written: {error}") from None
        for token, written in ((_GENERATOR, self._generators), (_PARAMETERS, self._signatures)):
            for number in range(len(written) - 1, -1, -1):
                text = text.replace(f"{token}{number}_", written[number])
        return _finished(text)

    def _node(self, term: Term) -> Any:
        special = _SPECIAL.get(term.kind)
        return self._generic(term) if special is None else special(self, term)

    def _generic(self, term: Term) -> Any:
        kind = getattr(ast, term.kind)
        fields: dict[str, Any] = {name: self._part(value, name) for name, value in term.parts}
        own = next((name for name in kind._fields if name in _LABELS and name not in fields), None)
        if own is not None:
            fields[own] = _identifier(term.label) or None
        if "ctx" in kind._fields:
            fields["ctx"] = ast.Load()
        if "is_async" in kind._fields:
            fields["is_async"] = int(term.label == "async")
        if "simple" in kind._fields:
            fields["simple"] = 1
        return kind(**fields)

    def _part(self, value: Any, name: str) -> Any:
        if isinstance(value, tuple):
            if name in {"body", "orelse", "finalbody"}:
                return self._block(value)
            return [self._node(item) for item in value]
        return None if value is None else self._node(value)

    def _block(self, items: Sequence[Term]) -> list[Any]:
        if len(items) == 1 and items[0].kind == SPREAD and not items[0].label:
            return [ast.Expr(ast.Name(_BODY))]
        return [self._statement(item) for item in items]

    def _statement(self, term: Term) -> Any:
        node = self._node(term)
        return node if is_statement(term) else ast.Expr(node)

    def _hole(self, term: Term) -> Any:
        if self._in_pattern and term.value == "str":
            return ast.Constant("..." if term.label == "_" else f"${term.label}")
        return ast.Name(VARIABLE + term.label)

    def _spread(self, term: Term) -> Any:
        return ast.Name(SPREAD_TOKEN + term.label)

    def _dotted(self, term: Term) -> Any:
        first, *rest = term.label.split(".")
        node: Any = ast.Name(_identifier(first))
        for part in rest:
            node = ast.Attribute(node, _identifier(part))
        return node

    def _constant(self, term: Term) -> Any:
        return ast.Constant(term.value)

    def _value(self, term: Term) -> Any:
        return term.value

    def _call(self, term: Term) -> Any:
        args = [self._node(item) for item in term.terms("args")]
        if len(args) == 1 and isinstance(args[0], ast.GeneratorExp) and not term.terms("keywords"):
            self._generators.append(ast.unparse(args[0])[1:-1])
            args = [ast.Name(f"{_GENERATOR}{len(self._generators) - 1}_")]
        keywords = [self._node(item) for item in term.terms("keywords")]
        if keywords and any(item.kind == SPREAD and not item.label for item in term.terms("args")):
            keywords.append(ast.keyword(_MORE, ast.Constant(0)))
        return ast.Call(self._node(term.part("func")), args, keywords)

    def _keyword(self, term: Term) -> Any:
        return ast.keyword(_identifier(term.label) or None, self._node(term.part("value")))

    def _definition(self, term: Term) -> Any:
        kind: Any = getattr(ast, term.kind)
        more: dict[str, Any] = {"type_params": []} if "type_params" in kind._fields else {}
        return kind(
            name=_identifier(term.label),
            args=self._signature(term),
            body=self._block(term.terms("body")),
            decorator_list=[self._node(item) for item in term.terms("decorator_list")],
            returns=None if term.part("returns") is None else self._node(term.part("returns")),
            **more,
        )

    def _class(self, term: Term) -> Any:
        kind: Any = ast.ClassDef
        more: dict[str, Any] = {"type_params": []} if "type_params" in kind._fields else {}
        return kind(
            name=_identifier(term.label),
            bases=[self._node(item) for item in term.terms("bases")],
            keywords=[self._node(item) for item in term.terms("keywords")],
            body=self._block(term.terms("body")),
            decorator_list=[self._node(item) for item in term.terms("decorator_list")],
            **more,
        )

    def _lambda(self, term: Term) -> Any:
        return ast.Lambda(self._signature(term), self._node(term.part("body")))

    def _signature(self, term: Term) -> ast.arguments:
        written = ", ".join(self._parameter(item) for item in term.terms("params"))
        if not written:
            return _arguments([])
        self._signatures.append(written)
        return _arguments([ast.arg(f"{_PARAMETERS}{len(self._signatures) - 1}_")])

    def _parameter(self, term: Term) -> str:
        if term.kind == SPREAD:
            return f"$...{term.label}" if term.label else "..."
        text = term.label
        annotation, default = term.part("annotation"), term.part("default")
        if annotation is not None:
            text += f": {ast.unparse(self._node(annotation))}"
        if default is not None:
            text += f" = {ast.unparse(self._node(default))}" if annotation else f"={ast.unparse(self._node(default))}"
        return text

    def _dict(self, term: Term) -> Any:
        keys, values = [], []
        for item in term.terms("pairs"):
            key = None if item.kind == SPREAD else item.part("key")
            keys.append(None if key is None else self._node(key))
            values.append(self._node(item if item.kind == SPREAD else item.part("value")))
        return ast.Dict(keys, values)

    def _joined(self, term: Term) -> Any:
        values = [ast.Constant("...") if item.kind == SPREAD else self._node(item) for item in term.terms("values")]
        return ast.JoinedStr(values)


_LABELS = ("name", "attr", "id", "arg")
_SPECIAL: dict[str, Callable[[_Writer, Term], Any]] = {
    HOLE: _Writer._hole,
    SPREAD: _Writer._spread,
    DOTTED: _Writer._dotted,
    CONSTANT: _Writer._constant,
    KEYWORD: _Writer._keyword,
    "value": _Writer._value,
    "Call": _Writer._call,
    "FunctionDef": _Writer._definition,
    "AsyncFunctionDef": _Writer._definition,
    "ClassDef": _Writer._class,
    "Lambda": _Writer._lambda,
    "Dict": _Writer._dict,
    "JoinedStr": _Writer._joined,
}


def _identifier(label: str) -> str:
    return VARIABLE + label[1:] if label.startswith("$") else label


def _arguments(args: list[ast.arg]) -> ast.arguments:
    return ast.arguments(posonlyargs=[], args=args, kwonlyargs=[], kw_defaults=[], defaults=[])


def _finished(text: str) -> str:
    text = _ONLY_BODY.sub(": ...", text)
    text = text.replace(f"{_MORE}=0", "...").replace(_BODY, "...")
    text = _SPREAD.sub(lambda found: f"$...{found[1]}" if found[1] else "...", text)
    text = text.replace(VARIABLE, "$")
    return "".join(_quoted(token.text) if token.kind == "string" else token.text for token in tokens_of(text))


def _quoted(literal: str) -> str:
    """The literal in double quotes, where that changes nothing else."""
    prefix = literal[: len(literal) - len(literal.lstrip("rRbBuUfFtT"))]
    body = literal[len(prefix) :]
    if body[:1] != "'" or body[:3] == "'''" or '"' in body or "\\" in body:
        return literal
    return f'{prefix}"{body[1:-1]}"'
