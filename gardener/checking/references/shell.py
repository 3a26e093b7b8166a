"""Commands in documents: what stands in shell fences and in inline code that starts with a program."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.core.finding import Span
    from gardener.documents.document import Document
    from gardener.documents.markdown import Fence

SHELLS = frozenset(
    ["bash", "sh", "shell", "console", "zsh", "fish", "shell-session", "shellsession", "terminal", "sh-session"]
)
_PROMPT = re.compile(r"^[ \t]*(?:\([\w.-]+\)[ \t]*)?(?:\$|\u276f|>|%)[ \t]+")
_SPLIT = re.compile(r"&&|\|\||[;|]")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_WRAPPERS = {
    "sudo": 1,
    "time": 1,
    "uv": 2,
    "poetry": 2,
    "pdm": 2,
    "pipenv": 2,
    "rye": 2,
    "hatch": 2,
    "pixi": 2,
    "env": 1,
    "command": 1,
}
_ENDS = frozenset(["#", ">", ">>", "<", "2>&1", "\\"])


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its words, and the span of the line or inline code it stands in.

    `folder` is where it runs, relative to the document's own idea of where one starts; None when that is not known.
    """

    words: tuple[str, ...]
    span: Span
    folder: str | None = ""


def commands(document: Document) -> Iterator[Command]:
    """Every command that a document shows, without the programs that only start another."""
    for fence in document.fences:
        if fence.info.split(" ")[0].lower().strip("{}.") in SHELLS:
            yield from _in_fence(fence, document)
    for code in document.outline.codes:
        text = code.text.strip()
        if " " in text and not code.struck and "\n" not in text:
            words = _words(text.removeprefix("$ "))
            if words:
                yield Command(words, code.span)


def _in_fence(fence: Fence, document: Document) -> Iterator[Command]:
    folder: str | None = ""
    prompted = re.search(r"^[ \t]*\$ ", fence.code, re.MULTILINE) is not None
    joined = False
    for number in range(fence.line + 1, fence.end + 1):
        line = document.lines.line(number)
        bare = _PROMPT.sub("", line)
        skip = joined or (prompted and bare == line) or bare.lstrip().startswith("#") or number == fence.end
        joined = line.rstrip().endswith("\\")
        if skip:
            continue
        span = document.span_of(number)
        for part in _SPLIT.split(bare.rstrip().removesuffix("\\")):
            words = _words(part)
            if words[:1] == ("cd",):
                folder = _moved(folder, words)
            elif words:
                yield Command(words, span, folder)


def _moved(folder: str | None, words: tuple[str, ...]) -> str | None:
    """The folder after a `cd`; None when it cannot be told."""
    target = words[1] if len(words) > 1 else "~"
    if folder is None or re.search(r"[~$<{*]|^-|^/|\.\.", target):
        return None
    return f"{folder}/{target}".strip("/")


def _words(text: str) -> tuple[str, ...]:
    """The words of a command without assignments and programs that only start another; empty when it has none."""
    try:
        words = shlex.split(text, comments=True)
    except ValueError:
        return ()
    while words and (_ASSIGNMENT.match(words[0]) or words[0] in _WRAPPERS):
        words = words[1:] if _ASSIGNMENT.match(words[0]) else _unwrapped(words)
    end = next((at for at, word in enumerate(words) if word in _ENDS), len(words))
    return tuple(words[:end])


def _unwrapped(words: list[str]) -> list[str]:
    """What a program like `uv run` starts; nothing when it does something of its own."""
    name, skipped = words[0], _WRAPPERS[words[0]]
    if skipped == 2 and words[1:2] != ["run"]:
        return []
    rest = words[skipped:]
    while rest and rest[0].startswith("-"):
        takes = rest[0] in (
            "--extra",
            "--group",
            "--with",
            "--python",
            "-p",
            "--package",
            "--directory",
            "--project",
            "--env-file",
            "-e",
            "-m",
        )
        if rest[0] == "-m":
            return ["python", *rest]
        rest = rest[2:] if takes else rest[1:]
    return [] if name == "hatch" and rest and ":" in rest[0] else rest
