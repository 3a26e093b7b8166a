"""From pattern text to Python that LibCST can parse: `$X`, `$...X` and `...` become legal names.

`...` is already an expression, so it is only replaced where Python has no place for an expression: among
parameters, after keyword arguments, in dicts and among imported names.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gardener.core.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Sequence

VARIABLE = "_gardener_variable_"
SPREAD = "_gardener_spread_"
ANYTHING = "_"

_TOKEN = re.compile(
    r"""
      (?P<string>(?<![\w$])[rRbBuUfFtT]{0,2}(?:'''(?:\\[\s\S]|[^\\])*?'''|\"{3}(?:\\[\s\S]|[^\\])*?\"{3}
               |'(?:\\[\s\S]|[^\\'\n])*'|"(?:\\[\s\S]|[^\\"\n])*"))
    | (?P<comment>\#[^\n]*)
    | (?P<spread>\$\.\.\.[A-Z_][A-Z0-9_]*(?!\w))
    | (?P<variable>\$[A-Z_][A-Z0-9_]*(?!\w))
    | (?P<broken>\$[.\w]*)
    | (?P<dots>\.\.\.)
    | (?P<name>[^\W\d]\w*)
    | (?P<space>[ \t\r\n\f\\]+)
    | (?P<operator>\*\*|[=!<>:+\-*/%&|^@]=|->|[\s\S])
    """,
    re.VERBOSE,
)
_IN_STRING = re.compile(r"\$([A-Z_][A-Z0-9_]*)")
METAVARIABLE = re.compile(r"\$(?:\.\.\.)?([A-Z_][A-Z0-9_]*)(?!\w)")
_FORMATTED = re.compile(r"[rR]?[fFtT][rR]?['\"]")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_BEFORE_GROUP = frozenset(
    {"in", "return", "and", "or", "not", "if", "elif", "else", "while", "with", "assert", "yield", "await", "raise"}
    | {"del", "for", "is", "lambda", "from", "import", "except", "as", "match", "case"}
)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of pattern text; `kind` names the group of the token grammar that matched."""

    kind: str
    text: str


@dataclass(slots=True)
class _Bracket:
    kind: str
    seen_equal: bool = False
    seen_double_star: bool = False
    is_dict: bool = False


@dataclass(slots=True)
class _Reader:
    """Walks over the tokens that matter and says how a wildcard must be written where it stands."""

    tokens: Sequence[Token]
    stack: list[_Bracket] = field(default_factory=list)
    pending: str = ""

    def write(self, at: int) -> str:
        token = self.tokens[at]
        if token.kind == "variable":
            return VARIABLE + token.text[1:]
        if token.kind in {"dots", "spread"}:
            return self._wildcard(at)
        if token.kind == "string" and _FORMATTED.match(token.text):
            return _IN_STRING.sub(lambda match: VARIABLE + match.group(1), token.text)
        self._follow(at)
        return token.text

    def _follow(self, at: int) -> None:
        token = self.tokens[at]
        if token.text in _CLOSING:
            self.stack.append(_Bracket(self._bracket_kind(at), is_dict=_is_dict(self.tokens, at)))
            self.pending = ""
        elif token.text in _CLOSING.values() and self.stack:
            self.stack.pop()
        elif token.text in {"def", "class"}:
            self.pending = token.text
        elif token.text == "lambda":
            self.stack.append(_Bracket("lambda"))
        elif self.stack:
            self._inside(token)

    def _inside(self, token: Token) -> None:
        bracket = self.stack[-1]
        if token.text == ":" and bracket.kind == "lambda":
            self.stack.pop()
        elif token.text == "=":
            bracket.seen_equal = True
        elif token.text == "**":
            bracket.seen_double_star = True

    def _bracket_kind(self, at: int) -> str:
        opening = self.tokens[at].text
        if opening == "{":
            return "braces"
        if opening == "(" and self.pending:
            return self.pending
        before = self.tokens[at - 1] if at else None
        follows_value = before is not None and (
            (before.kind in {"name", "variable", "string"} and before.text not in _BEFORE_GROUP)
            or before.text in {")", "]", "}"}
        )
        if opening == "[":
            return "index" if follows_value else "list"
        return "call" if follows_value else "group"

    def _wildcard(self, at: int) -> str:
        token = self.tokens[at]
        plain = SPREAD + (token.text[4:] if token.kind == "spread" else ANYTHING)
        as_value = "..." if token.kind == "dots" else plain
        before = self.tokens[at - 1].text if at else ""
        after = self.tokens[at + 1].text if at + 1 < len(self.tokens) else ""
        if before in {"for", "del", "as"}:
            return VARIABLE + ANYTHING
        if not self.stack:
            return plain if before == "import" else as_value
        bracket = self.stack[-1]
        separated = before in {"(", "[", "{", ",", "lambda"} and after in {")", "]", "}", ",", ":"}
        if not separated or bracket.kind == "index":
            return as_value
        return _STYLES.get(bracket.kind, _in_list)(plain, as_value, bracket, before + after)


def _as_parameter(plain: str, _: str, bracket: _Bracket, __: str) -> str:
    return f"{plain}={plain}" if bracket.seen_equal else plain


def _in_braces(plain: str, _: str, bracket: _Bracket, around: str) -> str:
    return f"**{plain}" if bracket.is_dict or around == "{}" else f"*{plain}"


def _in_group(plain: str, as_value: str, _: _Bracket, around: str) -> str:
    return as_value if around == "()" else f"*{plain}"


def _in_list(plain: str, _: str, bracket: _Bracket, __: str) -> str:
    return f"**{plain}" if bracket.seen_double_star else f"*{plain}"


_STYLES = {
    "def": _as_parameter,
    "lambda": _as_parameter,
    "braces": _in_braces,
    "group": _in_group,
}


def _is_dict(tokens: Sequence[Token], opening: int) -> bool:
    """Whether the braces that open here hold `key: value` or `**mapping`."""
    depth = 0
    for token in tokens[opening:]:
        if token.text in _CLOSING:
            depth += 1
        elif token.text in _CLOSING.values():
            depth -= 1
            if depth == 0:
                return False
        elif depth == 1 and token.text in {":", "**"}:
            return True
    return False


def outdented(text: str) -> str:
    """Pattern text as it is read from a page: without common indentation, outer line breaks and carriage returns."""
    return textwrap.dedent(text.replace("\r\n", "\n")).strip("\n")


def tokens_of(text: str) -> list[Token]:
    """The text as tokens, nothing left out."""
    return [Token(str(match.lastgroup), match.group()) for match in _TOKEN.finditer(text)]


def to_python(text: str, *, key: str, place: str) -> str:
    """Pattern text as Python. Raises RuleError for a `$` that starts no metavariable."""
    tokens = tokens_of(text)
    significant = [token for token in tokens if token.kind not in {"space", "comment"}]
    reader = _Reader(significant)
    written: list[str] = []
    at = 0
    for token in tokens:
        if token.kind == "broken":
            raise RuleError(
                f"`{key}`: `{token.text}` is no metavariable",
                at=place,
                hint="metavariables are written `$NAME`, in capitals",
            )
        if token.kind in {"space", "comment"}:
            written.append(token.text)
        else:
            written.append(reader.write(at))
            at += 1
    return "".join(written)


def variable_name(identifier: str) -> str | None:
    """`X` for the Python name that stands for `$X` (`_` for `$_`), else None."""
    return identifier.removeprefix(VARIABLE) if identifier.startswith(VARIABLE) else None


def spread_name(identifier: str) -> str | None:
    """`X` for the Python name that stands for `$...X` (`_` for `...`), else None."""
    return identifier.removeprefix(SPREAD) if identifier.startswith(SPREAD) else None


def variables_in(text: str) -> list[str]:
    """Names of the metavariables in a message or template, `$...X` given as `X`, each once, in order."""
    found = METAVARIABLE.findall(text)
    return [name for name in dict.fromkeys(found) if name != ANYTHING]
