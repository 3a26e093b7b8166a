"""What people write about who keeps a belief, as kinds and names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gardener.core.belief import EnforcedBy, EnforcerKind
from gardener.documents.vocabulary import is_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS: dict[str, EnforcerKind] = {
    **dict.fromkeys(("rule", "rules", "gardener", "gardener rule", "custom rule", "lint rule"), "rule"),
    **dict.fromkeys(("ruff", "ruff rule", "flake8", "ruff rules"), "ruff"),
    **dict.fromkeys(("test", "tests", "pytest", "unit test", "structural test", "テスト", "测试"), "test"),
    **dict.fromkeys(
        ("ci", "job", "ci job", "workflow", "pipeline", "pre-commit", "hook", "script", "command", "mypy", "check"),
        "ci",
    ),
    **dict.fromkeys(
        ("review", "llm", "code review", "reviewer", "pr review", "コードレビュー", "レビュー", "代码审查", "评审"),
        "review",
    ),
    **dict.fromkeys(("human", "manual", "people", "manually", "team", "人工", "手动", "手動", "人手"), "human"),
}
_KIND = re.compile(
    "(" + "|".join(sorted((re.escape(word) for word in _KINDS), key=len, reverse=True)) + r")(?![\w-])[ \t]*:?[ \t]*",
    re.IGNORECASE,
)
_RUFF_CODE = re.compile(r"(?!TD-?\d)[A-Z]{1,5}\d{1,4}")
_TEST = re.compile(
    r"\S+\.py::\S+|(?:Test[A-Z]\w*|test_\w+)(?:(?:::|\.)\w+)*|(?:\S*/)?test_\w+\.py|(?:\S*/)?\w+_test\.py"
)
_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_COMMAND = re.compile(
    r"(?:make|just|nox|tox|npm|pnpm|yarn|uv|poetry|hatch|python3?|bash|sh|pre-commit|mypy|pyright|ruff|pytest|lint-imports|"
    r"import-linter|bandit|semgrep|rg|grep|tach|deptry|vulture|interrogate)\b|(?:\.?\S*/)?\S+\.(?:sh|py|ya?ml|toml|js|ts)\b"
)
_REASON = re.compile(r"[ \t]*\(([^()]*)\)[ \t]*[.。]?$")


def read_enforcers(text: str, line: int = 0) -> tuple[EnforcedBy, ...]:
    """The enforcers that a field or cell names: `rule `x`; ruff `S113`; review`, and freer forms.

    `line` is the line of the text's start. What names no known kind counts as a human, with the text as its reason.
    """
    found: list[EnforcedBy] = []
    kind: EnforcerKind | None = None
    for part, offset in _parts(text):
        enforcer = _read(part, kind, line + text.count("\n", 0, offset))
        if enforcer is not None and (not found or enforcer not in found):
            found.append(enforcer)
            kind = enforcer.kind if enforcer.name else None
    return tuple(found)


def _parts(text: str) -> Iterator[tuple[str, int]]:
    """The pieces between `;`, `|`, `,`, ` / `, `+`, `and`, bullets and lines, outside of code and brackets."""
    start = depth = at = 0
    code = False
    separator = re.compile(r"[;|,、;,。]|\n[ \t]*(?:[-*+][ \t]+)?|[ \t]+(?:and|\+|&|/)[ \t]+", re.IGNORECASE)
    while at < len(text):
        char = text[at]
        code ^= char == "`"
        depth += (char in "(([") - (char in "))]")
        cut = None if code or depth > 0 else separator.match(text, at)
        if cut is not None:
            yield text[start:at], start
            start = at = cut.end()
        else:
            at += 1
    yield text[start:], start


def _read(part: str, before: EnforcerKind | None, line: int) -> EnforcedBy | None:
    part = re.sub(r"^[\s*_-]+(?=[^\s*_-])|[\s*_]+$", "", part)
    if is_nothing(part) or not part.strip("`"):
        return None
    reason = _REASON.search(part)
    body = (part[: reason.start()] if reason else part).strip().rstrip(".。")
    why = reason[1].strip() if reason else ""
    bare = body.lstrip("`")
    named = _KIND.match(bare)
    if named is not None and not _is_command(bare, named.end()):
        kind = _KINDS[named[1].lower()]
        rest = bare[named.end() :]
        if kind in ("review", "human"):
            return EnforcedBy(kind, "", why or rest.strip("`:. "), line)
        name = _name(rest)
        known = re.search(r"[!-~]", name) is not None
        return EnforcedBy(kind, name if known else "", why if known else name, line)
    name = _name(body)
    kind = _guess(name, coded="`" in body or " " not in body, before=before)
    if kind == "human":
        return EnforcedBy("human", "", " ".join(part.split()), line)
    return EnforcedBy(kind, name, why, line)


def _is_command(text: str, after: int) -> bool:
    """True for `ruff check` and `make lint`, which are commands; not for `ruff S113`, which names a rule of ruff."""
    labelled = ":" in text[:after]
    return not labelled and _COMMAND.match(text) is not None and not _RUFF_CODE.fullmatch(_name(text[after:]))


def _name(text: str) -> str:
    """The first code span of a text, else its words."""
    code = re.search(r"`+([^`]+)`+", text)
    return (code[1] if code else text).strip(" \t`*_:。").rstrip(".")


def _guess(name: str, *, coded: bool, before: EnforcerKind | None) -> EnforcerKind:
    if _TEST.fullmatch(name):
        return "test"
    if _RUFF_CODE.fullmatch(name):
        return "ruff"
    if _COMMAND.match(name):
        return "ci"
    if coded and before is not None:
        return before
    if coded and _KEBAB.fullmatch(name):
        return "rule"
    return "ci" if coded and re.search(r"[\s/.]", name) else "human"
