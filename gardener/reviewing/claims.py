"""Claims that something is missing, as judges word them: "missing `timeout`", "no `@login_required` decorator".

Whether it really is missing is asked of the syntax tree by `gardener.reviewing.presence`. A wording that is not
understood in full makes a claim of which nothing is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

ClaimKind = Literal[
    "argument", "parameter", "decorator", "call", "clause", "docstring", "returns", "annotation", "file", "name",
    "unclear",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claim:
    """Something of which a message says that it is not there.

    A `clause` is a part of a statement (`finally`, `from`, `with`, `await`), `returns` the annotation of a return
    value. A `name` may be an argument, a decorator or anything; `unclear` is what cannot be looked for. `value` is the
    one an argument is said to need.
    """

    kind: ClaimKind
    name: str
    value: str = ""


_LACK = (
    r"(?:(?<!not )(?<!no )(?<!nothing )missing|lacks?|lacking|without|omits?|omitting|no"
    r"|(?:does not|doesn't|do not|don't|never|fails to|not) "
    r"(?:have|has|having|us(?:e|es|ing)|pass(?:es|ing)?|set(?:s|ting)?|gives?|specif(?:y|ies)|call(?:s|ing)?|includes?"
    r"|provides?|defines?))"
)
_GONE = r"(?:is |are |was )?(?:missing|absent|omitted|not (?:given|set|passed|specified|used|called|provided|present))"
_KINDS: dict[str, ClaimKind] = {
    "keyword argument": "argument", "argument": "argument", "keyword": "argument", "parameter": "parameter",
    "decorator": "decorator", "call": "call", "clause": "clause", "block": "clause", "statement": "clause",
    "type annotation": "annotation", "annotation": "annotation", "type hint": "annotation", "test file": "file",
    "file": "file",
}  # fmt: skip
_KIND = "|".join(_KINDS)
_SMALL = r"(?: (?:a|an|the|any|its|explicit))*"
_ITEM = rf"`(?P<item>[^`]{{1,80}})`(?: (?P<kind>{_KIND}))?"
# Another noun makes something else of it: what lacks `timeout` handling may well pass a `timeout`. And a list of things
# is missing as a whole.
_TAIL = r"(?P<tail>\s*(?:$|[.,;:)!](?! ?`))| (?:on|in|for|to|at|from|of|here|so|which|around|(?:and|or|nor)(?! `))\b|)"
_BEFORE = re.compile(
    rf"\b{_LACK}{_SMALL}(?: (?P<lead>{_KIND})(?: to| for| of| named)?)?{_SMALL} {_ITEM}{_TAIL}", re.IGNORECASE
)
_AFTER = re.compile(rf"{_ITEM} {_GONE}\b{_TAIL}", re.IGNORECASE)
_DOCSTRING = re.compile(rf"\b{_LACK}{_SMALL} docstring\b", re.IGNORECASE)
_RETURNS = re.compile(rf"\b{_LACK}{_SMALL} return (?:type\b|annotation\b)", re.IGNORECASE)
_UNTYPED = re.compile(rf"`(\w+)` (?:has |is )?(?:{_LACK}{_SMALL}(?: type)? (?:annotation|hint)\b|not annotated\b)")
_UNAWAITED = re.compile(r"\b(?:is|are) (?:not|never) awaited\b", re.IGNORECASE)

_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_DOTTED = re.compile(r"@?([^\W\d]\w*(?:\.[^\W\d]\w*)*)(?P<call>\((?P<arguments>.*)\))?")
_ARGUMENT = re.compile(r"([^\W\d]\w*)\s*=(?!=)\s*(?:\.\.\.)?(.*)")
_FROM = re.compile(r"(?:raise\b.*\s)?from\b.*")
_PATH = re.compile(r"[\w./-]*(?:/[\w.-]+|\.(?:py|pyi|md|toml))")
_CLAUSES = re.compile(r"(?:async )?(with|try|except|finally|await|async)\b.*")
_QUOTED = re.compile(r"`([^`]{1,80})`")


def claims_in(message: str) -> tuple[Claim, ...]:
    """Everything that a message says is missing."""
    text = " ".join(message.split())
    return tuple(dict.fromkeys(_claims(text)))


def named_in(message: str) -> frozenset[str]:
    """The dotted names a message puts between backticks, without what it says is missing."""
    found = {match[1] for item in _QUOTED.findall(message) if (match := _DOTTED.fullmatch(item.strip()))}
    return frozenset(found - {claim.name for claim in claims_in(message)})


def _claims(text: str) -> Iterator[Claim]:
    for pattern in (_BEFORE, _AFTER):
        for match in pattern.finditer(text):
            words = match.groupdict()
            kind = _KINDS.get((words.get("lead") or words["kind"] or "").lower(), "name")
            if words["tail"] or match.end() == len(text):
                yield _read(words["item"].strip(), kind)
            elif pattern is _BEFORE:
                yield Claim("unclear", "")
    if _DOCSTRING.search(text):
        yield Claim("docstring", "docstring")
    if _RETURNS.search(text):
        yield Claim("returns", "return")
    if _UNAWAITED.search(text):
        yield Claim("clause", "await")
    yield from (Claim("annotation", name) for name in _UNTYPED.findall(text))


def _read(item: str, kind: ClaimKind) -> Claim:
    """What is meant by the words between backticks, given the kind of thing they are said to be."""
    if item == "docstring":
        return Claim("docstring", item)
    if item.startswith("->") or (item == "return" and kind == "annotation"):
        return Claim("returns", "return")
    if kind in {"file", "annotation"}:
        return Claim(kind, item)
    if _FROM.fullmatch(item):
        return Claim("clause", "from")
    if match := _CLAUSES.fullmatch(item):
        return Claim("clause", match[1])
    return _read_name(item, kind)


def _read_name(item: str, kind: ClaimKind) -> Claim:
    if match := _ARGUMENT.fullmatch(item):
        return Claim("argument", match[1], match[2])
    if _PATH.fullmatch(item) and ("/" in item or item.endswith((".py", ".pyi", ".md", ".toml"))):
        return Claim("file", item)
    dotted = _DOTTED.fullmatch(item)
    # What is there with other arguments may be what is missing with these.
    if dotted is None or (dotted["arguments"] or "...") != "...":
        return Claim("unclear", "")
    if kind == "decorator" or item.startswith("@"):
        return Claim("decorator", dotted[1])
    if kind == "call" or dotted["call"]:
        return Claim("call", dotted[1])
    if _IDENTIFIER.fullmatch(item) and kind in {"argument", "parameter", "name"}:
        return Claim(kind, item)
    return Claim("unclear", "")
