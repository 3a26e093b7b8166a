"""The read-only tools of the refuter: four ways to look at tracked files, and nothing else.

What a model asks for is validated as data: a path must be one that git tracks and that may be read, a search is for
literal text. Nothing is executed. What goes back is bounded, without orders to its reader, and redacted like everything
that leaves: by the whole file, since a line of a private key says nothing about itself.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gardener.core.globs import compile_globs
from gardener.core.lines import split_lines
from gardener.llm.ask import Tool
from gardener.llm.fencing import attribute
from gardener.llm.tokens import estimate_tokens
from gardener.reviewing.orders import without_orders
from gardener.reviewing.settled import content_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gardener.core.settings import Settings
    from gardener.repo.trees import Tree

MOST_LINES = 200
MOST_HITS = 40
LONGEST_LINE = 300
MOST_TOKENS = 3_000
LARGEST_FILE = 512 * 1024
# What gardener keeps: verdicts change with every review, and say what others thought.
_OWN = ".gardener/"
_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


def _tool(name: str, description: str, /, **parameters: Mapping[str, Any]) -> Tool:
    schema = {
        "type": "object",
        "properties": dict(parameters),
        "required": list(parameters),
        "additionalProperties": False,
    }
    return Tool(name, description, schema)


_TEXT = {"type": "string"}
_PATH = {"type": "string", "description": "path of a tracked file, relative to the root, with /"}
_LINE = {"type": "integer", "description": "1-based line"}
TOOLS: tuple[Tool, ...] = (
    _tool(
        "read_lines",
        f"Read lines of one file, at most {MOST_LINES}.",
        path=_PATH,
        first=_LINE,
        last=_LINE,
    ),
    _tool(
        "grep",
        "Find a literal text (no regular expression) in tracked files.",
        text=_TEXT,
        glob={"type": "string", "description": "which files, such as src/**/*.py; empty for all"},
    ),
    _tool("find_symbol", "Find where a function, class or variable is defined.", name=_TEXT),
    _tool("find_callers", "Find the lines that call or use a name.", name=_TEXT),
)


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool returns: text for the model, the files it shows, by path with hashes, and whether it refused."""

    text: str
    reads: Mapping[str, str] = field(default_factory=dict)
    error: bool = False


class Refused(ValueError):
    """A call that is not carried out; the message is for the model."""


class Toolbox:
    """The tools over one tree. Every answer depends on the tree alone."""

    def __init__(self, tree: Tree, settings: Settings) -> None:
        self._tree = tree
        self._settings = settings

    @cached_property
    def _files(self) -> tuple[str, ...]:
        """The files that may be read, in order."""
        from gardener.llm.denied import is_denied

        excluded = compile_globs(self._settings.exclude)
        deny = self._settings.review.deny
        return tuple(
            path
            for path in _tracked(self._tree)
            if not (path.startswith(_OWN) or is_denied(path, deny) or excluded.matches(path))
        )

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self._files)

    def call(self, name: str, arguments: str) -> ToolResult:
        """Carry out one call as the model wrote it. Never raises for what a model can write."""
        tools: Mapping[str, Callable[..., ToolResult]] = {
            "read_lines": self._read_lines,
            "grep": self._grep,
            "find_symbol": self._find_symbol,
            "find_callers": self._find_callers,
        }
        if name not in tools:
            return ToolResult(f"error: there is no tool `{name[:40]}`; there are {', '.join(tools)}", error=True)
        try:
            return tools[name](**_arguments(name, arguments))
        except Refused as refused:
            return ToolResult(f"error: {refused}", error=True)

    def _read_lines(self, path: str, first: int, last: int) -> ToolResult:
        data = self._read(path)
        lines = _shown(data)
        if lines is None:
            raise Refused("that file is no text")
        if not 1 <= first <= last or first > len(lines):
            raise Refused(f"the file has lines 1 to {len(lines)}")
        chosen = without_orders(lines[first - 1 : last][:MOST_LINES])
        rows = [f"{number}: {line}" for number, line in enumerate(chosen, first)]
        return ToolResult(_bounded(rows), {path: content_hash(data)})

    def _grep(self, text: str, glob: str) -> ToolResult:
        if len(text.strip()) < 2 or "\n" in text:
            raise Refused("the text must be at least two characters of one line")
        try:
            globs = compile_globs((glob,) if glob.strip() else ("**",))
        except ValueError as error:
            raise Refused(f"the glob cannot be used: {error}") from None
        return self._search(lambda line: text in line, text, globs.matches)

    def _find_symbol(self, name: str) -> ToolResult:
        last = re.escape(_name(name).rpartition(".")[2])
        defined = re.compile(rf"^\s*(?:(?:async\s+)?def|class|type)\s+{last}\b|^\s*{last}\s*(?::[^=]+)?=(?!=)")
        return self._search(lambda line: defined.match(line) is not None, name.rpartition(".")[2], _is_python)

    def _find_callers(self, name: str) -> ToolResult:
        last = re.escape(_name(name).rpartition(".")[2])
        used = re.compile(rf"(?<!\bdef )(?<!\bclass )(?<!\w){last}(?!\w)")
        return self._search(lambda line: used.search(line) is not None, name.rpartition(".")[2], _is_python)

    def _search(self, hit: Callable[[str], bool], word: str, wanted: Callable[[str], bool]) -> ToolResult:
        found: list[tuple[str, str]] = []
        reads: dict[str, str] = {}
        needle = word.encode("utf-8", "surrogatepass")
        for path, data in self._candidates(needle, wanted):
            if not any(map(hit, split_lines(_decoded(data) or ""))):
                continue
            # Nothing is found by what is hidden: that would tell it bit by bit.
            for number, line in enumerate(_shown(data) or (), 1):
                if not hit(line):
                    continue
                if len(found) == MOST_HITS:
                    return ToolResult(_bounded([*_places(found), "... more places, not shown"]), reads)
                found.append((f"{attribute(path)}:{number}", line.strip()[:LONGEST_LINE]))
                reads[path] = content_hash(data)
        return ToolResult(_bounded(_places(found) or ["nothing was found"]), reads)

    def _candidates(self, needle: bytes, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
        for path in self._files:
            if not wanted(path):
                continue
            try:
                data = self._tree.head(path, LARGEST_FILE + 1)
            except OSError:
                continue
            if len(data) <= LARGEST_FILE and needle in data:
                yield path, data

    def _read(self, path: str) -> bytes:
        if path not in self._known:
            raise Refused("that is no tracked file that may be read")
        try:
            data = self._tree.head(path, LARGEST_FILE + 1)
        except OSError:
            raise Refused("that file cannot be read") from None
        if len(data) > LARGEST_FILE:
            raise Refused("that file is too large")
        return data


def _tracked(tree: Tree) -> Iterator[str]:
    """The files git tracks, all of them where there is no git; no links, whose targets could be anything."""
    from gardener.repo import git
    from gardener.repo.trees import WorkingTree

    if not isinstance(tree, WorkingTree):
        yield from tree.paths()
        return
    root = os.path.realpath(tree.root)
    tracked = frozenset(git.tracked(tree.root)) if (tree.root / ".git").exists() else None
    for path in tree.paths():
        full = os.path.join(root, path)  # noqa: PTH118 - joined for every file
        if (tracked is None or path in tracked) and os.path.realpath(full) == full:
            yield path


def _arguments(name: str, raw: str) -> dict[str, Any]:
    """The arguments of a call, when they are exactly those of the tool's schema."""
    properties = next(tool.parameters["properties"] for tool in TOOLS if tool.name == name)
    try:
        given = json.loads(raw or "{}")
    except (ValueError, RecursionError):
        raise Refused("the arguments are no JSON") from None
    if not isinstance(given, dict) or set(given) != set(properties):
        raise Refused(f"the arguments must be {', '.join(properties)}")
    for key, value in given.items():
        kind = properties[key]["type"]
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not (isinstance(value, str) if kind == "string" else whole):
            raise Refused(f"`{key}` must be a {kind}")
    return given


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise Refused("the name must be an identifier, perhaps dotted")
    return text


def _is_python(path: str) -> bool:
    return path.endswith((".py", ".pyi"))


def _decoded(data: bytes) -> str | None:
    from gardener.repo.files import decode

    try:
        return decode(data).text
    except ValueError:
        return None


def _shown(data: bytes) -> list[str] | None:
    """The lines of a file as they may leave: secrets replaced, markup harmless; None for what is no text."""
    from gardener.llm.fencing import harmless
    from gardener.llm.redaction import Redactor

    text = _decoded(data)
    if text is None:
        return None
    return [line.rstrip() for line in split_lines(harmless(Redactor().redact(text)))]


def _places(found: list[tuple[str, str]]) -> list[str]:
    shown = without_orders([line for _, line in found])
    return [f"{place}: {line}" for (place, _), line in zip(found, shown, strict=True)]


def _bounded(rows: list[str]) -> str:
    """As many rows as one answer may hold."""
    kept: list[str] = []
    tokens = 0
    for row in rows:
        tokens += estimate_tokens(row) + 1
        if tokens > MOST_TOKENS:
            kept.append("... cut here: ask for less at once")
            break
        kept.append(row)
    return "\n".join(kept)
