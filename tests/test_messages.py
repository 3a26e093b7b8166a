"""Messages follow one convention: lower case, no full stop, the culprit in backticks."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parent.parent / "gardener"
MODULES = sorted(PACKAGE.rglob("*.py"))
ERRORS = {"GardenerError", "ConfigError", "RuleError", "DocumentError", "RepoError", "SourceError", "ModelError"}
PROPER = ("Python", "HEAD", "LibCST", "P0", "P1", "P2", "P3", "UTF-8", "BOM", "TOML", "Markdown", "H1", "JSON")


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of every message of an error raised in a file; holes of f-strings read as `{}`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS and node.args:
            text = literal(node.args[0])
            if text is not None:
                yield node.lineno, text


def literal(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def well_put(text: str) -> bool:
    opening = not text[:1].isupper() or text.startswith(PROPER)
    return bool(text) and opening and not re.search(r"[^.]\.$|!$", text) and "\n" not in text


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_messages_are_lower_case_without_a_full_stop(path: Path) -> None:
    assert [f"{line}: {text}" for line, text in texts(path) if not well_put(text)] == []


@pytest.mark.parametrize("text", ["No such file", "no such file.", "stop!", ""])
def test_the_convention_refuses(text: str) -> None:
    assert not well_put(text)


def test_shipped_rules_speak_the_same_way() -> None:
    from gardener.checking.describe import rules_of

    spoken = [(rule.id, rule.message) for rule in rules_of(PACKAGE.parent) if rule.message]
    assert spoken
    assert [(name, text) for name, text in spoken if not well_put(text)] == []


def test_rules_name_the_smell_so_that_they_read_after_allow() -> None:
    from gardener.checking.describe import rules_of

    cures = re.compile(r"^(no|use|prefer|require|avoid|ban|disallow|forbid|enforce)-")
    assert [rule.id for rule in rules_of(PACKAGE.parent) if cures.match(rule.id)] == []
