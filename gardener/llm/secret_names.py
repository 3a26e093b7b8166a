"""Secrets that are known by the name beside them: assignments, keywords, keys, settings, and keys without a name."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from gardener.llm.secret_values import Secret, is_generated, is_mixed, is_random, is_stand_in, is_text_in_base64

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIRM = r"password|passwd|passphrase|passcode|(?<![a-z])pwd|(?<![a-z])pass(?![a-z])|(?<![a-z])pw(?![a-z])"
_LOOSE = (
    r"secret|token|api[_-]?key|apikey|access[_-]?key|auth[_-]?key|(?:private|signing|encryption|account|service|master"
    r"|license|client|storage|session|webhook|deploy)[_-]?key|credential|(?<![a-z])auth(?![a-z])|authorization|bearer"
)
_NAME = rf"(?P<name>{_FIRM}|{_LOOSE})" + r"(?P<rest>[\w-]{0,40})"
_GAP = r"[ \t]{0,20}"
_ANNOTATION = rf"(?:{_GAP}:{_GAP}" + r"[\w.\[\], |]{1,60}?)?"
_NAMED = re.compile(
    rf"{_NAME}[\"'\]]{{0,2}}{_ANNOTATION}{_GAP}(?P<sign>==|!=|:=|=>|=|:|,|\(){_GAP}(?P<prefix>[rbfu]{{0,2}})"
    r"(?P<quote>\"\"\"|'''|\\?[\"'])(?P<value>(?:(?!(?P=quote))[^\r\n]){4,500}?)(?P=quote)",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"{_NAME}{_GAP}[=:>]{_GAP}(?P<value>[^\s\"'`,;&<>(){{}}\[\]|\\]{{8,300}})",
    re.IGNORECASE,
)
_SETTING = re.compile(
    rf"^{_GAP}(?:export[ ]|ENV[ ]|-[ ])?[A-Z0-9_]*(?:PASSWORD|PASSWD|PASSPHRASE|PWD|PASS)="
    rf"(?P<value>[^\s\"'`,;(){{}}\[\]]{{4,200}})(?={_GAP}(?:#.*)?$)"
)
_IN_STRING = re.compile(
    rf"(?<=[;\"']){_GAP}(?:password|pwd|accountkey|secret){_GAP}={_GAP}"
    rf"(?P<value>[^;\"'\s]{{4,200}})(?={_GAP}[;\"'])",
    re.IGNORECASE,
)
_OPTION = re.compile(
    r"--[\w-]{0,40}(?:password|passwd|secret|token|api-?key)(?:=|[ ](?=\S*\d))(?P<value>[^\s\"'`<>\[\]]{4,200})",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"([\"'])([A-Za-z0-9+/_=.-]{20,200})\1")
_HOLE = re.compile(r"\{\{|\}\}|\{[^{}]*\}")
# A name that goes on like this is about a secret, and has none for its value.
_ABOUT = re.compile(
    r"(?:^|[_-])(?:field|url|uri|path|file|name|header|env|var|prefix|suffix|type|kind|length|format|label|help|prompt"
    r"|message|msg|error|regex|pattern|param|class|scheme|alg|algorithm|count|limit|ttl|policy|hasher|validators?|input"
    r"|placeholder|hint|description|title|endpoint|backend|provider|scope|set|get|is|min|max|size)s?$",
    re.IGNORECASE,
)
_SPOKEN = re.compile(r"\s|^[/.~][\w./~-]*$|://|^[A-Za-z_]\w{0,20}(?:\.[A-Za-z_]\w{0,30})+$|^[A-Z][A-Z_]+$|\[.+\][{+*]")
_TYPE_NAME = re.compile(r"(?=.{0,24}\Z)(?:[A-Z]+[a-z]*[0-9]*)+")
_PATH = re.compile(r"[\w.-]+/[\w./+-]+")
_TYPE = re.compile(r"::\w*\Z")
_HEADER = re.compile(r"\b(?:bearer|basic|token)[ \t]+(?P<value>[\w.~+/-]{16,}=*)", re.IGNORECASE)
# One of these, in small letters, stands on every line that is looked at. Finding them is quick, matching is not.
_HINTS = (
    "pass", "pwd", "pw", "secret", "token", "_key", "-key", "credential", "auth", "bearer", "basic ", *(
        f"{of}key" for of in (
            "api", "access", "auth", "private", "signing", "encryption", "account", "service", "master", "license",
            "client", "storage", "session", "webhook", "deploy",
        )
    ),
)  # fmt: skip
_SIGN = re.compile(r"[=:(,>]|--|[Bb]asic |[Bb]earer |[Tt]oken ")
_ASCII_LOWER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def named(text: str) -> Iterator[Secret]:
    """The values in `text` whose name says that they are secret, and that look like one."""
    for start, end in _hinted_lines(text):
        line = text[start:end]
        if not _SIGN.search(line):
            continue
        for secret in _on_line(line):
            yield Secret(secret.kind, start + secret.start, start + secret.end)


def _hinted_lines(text: str) -> list[tuple[int, int]]:
    lower = text.lower()
    if len(lower) != len(text):
        lower = text.translate(_ASCII_LOWER)
    lines: dict[int, int] = {}
    for hint in _HINTS:
        at = lower.find(hint)
        while at >= 0:
            start = lower.rfind("\n", 0, at) + 1
            start = lower.rfind("\r", start, at) + 1 or start
            end = _found(lower.find("\n", at), len(text))
            lines[start] = end = _found(lower.find("\r", at, end), end)
            at = lower.find(hint, end)
    return sorted(lines.items())


def _found(at: int, otherwise: int) -> int:
    return otherwise if at < 0 else at


def _on_line(line: str) -> Iterator[Secret]:
    for match in _NAMED.finditer(line):
        for start, end in _literal_parts(match):
            if _is_secret(match, line[start:end]):
                yield Secret(_kind(match["name"]), start, end)
    yield from _unquoted(line)


def _unquoted(line: str) -> Iterator[Secret]:
    """Settings, parts of connection strings, options of commands, and headers."""
    for match in _BARE.finditer(line):
        value = match["value"]
        if is_generated(value) and not _is_excused(match, value) and not _TYPE_NAME.fullmatch(value):
            yield Secret(_kind(match["name"]), *match.span("value"))
    for pattern in (_SETTING, _IN_STRING, _OPTION):
        for match in pattern.finditer(line):
            if not is_stand_in(match["value"]) and not _SPOKEN.search(match["value"]):
                yield Secret("password", *match.span("value"))
    for match in _HEADER.finditer(line):
        value = match["value"]
        if (is_generated(value) and is_mixed(value)) or _is_user_and_password(value):
            yield Secret("token", *match.span("value"))


def unnamed(text: str) -> Iterator[Secret]:
    """The quoted words of `text` that are as random as a key, and nothing says what they are."""
    for match in _QUOTED.finditer(text):
        if is_random(match[2]) and not match[2].startswith("sha"):
            yield Secret("key", *match.span(2))


def _literal_parts(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Where the value stands; of an f-string, what is around its replacement fields."""
    start, end = match.span("value")
    if "f" not in match["prefix"].lower():
        yield start, end
        return
    at = start
    for hole in _HOLE.finditer(match["value"]):
        yield at, start + hole.start()
        at = start + hole.end()
    yield at, end


def _is_secret(match: re.Match[str], value: str) -> bool:
    if _is_excused(match, value):
        return False
    is_weak_sign = match["sign"] in {",", "("}
    name = match["name"].lower()
    if re.fullmatch(_FIRM, name) and not match["rest"].strip("_0123456789") and not is_weak_sign:
        return len(value) >= 4
    if name == "secret" and not match["rest"].strip("_0123456789") and not is_weak_sign:
        return len(value) >= 8
    return is_generated(value)


def _is_excused(match: re.Match[str], value: str) -> bool:
    """True for values that only stand in for a secret, and for names that are about one or name a type (`A::Key`)."""
    if is_stand_in(value) or _SPOKEN.search(value) or _ABOUT.search(match["rest"]):
        return True
    if _PATH.fullmatch(value) and not is_random(value):
        return True
    return _TYPE.search(match.string, max(match.start() - 60, 0), match.start()) is not None


def _is_user_and_password(value: str) -> bool:
    try:
        return b":" in base64.b64decode(value, validate=True) and is_text_in_base64(value)
    except ValueError:
        return False


def _kind(name: str) -> str:
    lower = name.lower().replace("-", "_")
    if re.fullmatch(_FIRM, lower):
        return "password"
    return lower if lower in {"secret", "token"} else "key"
