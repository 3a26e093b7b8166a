"""Offsets of chosen nodes: one code generation over a tree, recording tokens only for the nodes asked for.

LibCST's own PositionProvider records every node and counts lines and columns for each token; that costs three
times the parse. Here a node's offsets are token indexes, turned into offsets once at the end.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    import libcst as cst

_NOTHING: AbstractContextManager[None] = nullcontext()


@dataclass(slots=True)
class _Range:
    """Token indexes: `inclusive` with leading white space, `start` and `end` without white space around."""

    inclusive: int = -1
    start: int = -1
    end: int = -1


class _Recording(AbstractContextManager[None]):
    __slots__ = ("end_node", "node_range", "recorder", "start_node")

    def __init__(self, recorder: _Recorder, node_range: _Range, start_node: Any, end_node: Any) -> None:
        self.recorder, self.node_range = recorder, node_range
        self.start_node, self.end_node = start_node, end_node
        for node in (start_node, end_node):
            if node is not None:
                recorder.wanted.setdefault(id(node), _Range())

    def __enter__(self) -> None:
        self.node_range.start = len(self.recorder.tokens)

    def __exit__(self, *_: object) -> None:
        wanted = self.recorder.wanted
        self.node_range.end = len(self.recorder.tokens)
        if self.start_node is not None:
            self.node_range.start = wanted[id(self.start_node)].start
        if self.end_node is not None:
            self.node_range.end = wanted[id(self.end_node)].end


class _Recorder:
    """Stands in for `libcst._nodes.internal.CodegenState`: same methods, other bookkeeping."""

    def __init__(self, module: cst.Module, wanted: dict[int, _Range]) -> None:
        self.default_indent = module.default_indent
        self.default_newline = module.default_newline
        self.indent_tokens: list[str] = []
        self.tokens: list[str] = []
        self.wanted = wanted
        self.add_token = self.tokens.append
        self.increase_indent = self.indent_tokens.append

    def decrease_indent(self) -> None:
        self.indent_tokens.pop()

    def add_indent_tokens(self) -> None:
        self.tokens.extend(self.indent_tokens)

    def before_codegen(self, node: cst.CSTNode) -> None:
        found = self.wanted.get(id(node))
        if found is not None:
            found.inclusive = len(self.tokens)

    def after_codegen(self, node: cst.CSTNode) -> None:
        found = self.wanted.get(id(node))
        if found is not None and found.end < 0:
            found.start, found.end = found.inclusive, len(self.tokens)

    def pop_trailing_newline(self) -> None:
        if self.tokens:
            self.tokens.pop()

    def record_syntactic_position(
        self, node: cst.CSTNode, *, start_node: Any = None, end_node: Any = None
    ) -> AbstractContextManager[None]:
        found = self.wanted.get(id(node))
        return _NOTHING if found is None else _Recording(self, found, start_node, end_node)


@dataclass(frozen=True, slots=True)
class Offsets:
    """Code-point offsets in the generated text; `inclusive` also counts leading comments and white space."""

    inclusive: int
    start: int
    end: int


class TextDiffers(Exception):
    """The tree does not reproduce the text it was parsed from."""


def _aligned(tokens: list[str], text: str) -> list[int]:
    """Where each token starts in a text of which LibCST dropped some white space (`except E :`, a form feed)."""
    starts, at = [], 0
    for token in tokens:
        while token and not text.startswith(token, at):
            if at >= len(text) or text[at] not in " \t\f":
                raise TextDiffers
            at += 1
        starts.append(at)
        at += len(token)
    return [*starts, at]


def offsets_of(module: cst.Module, nodes: Iterable[cst.CSTNode], text: str) -> dict[int, Offsets]:
    """Offsets of `nodes` of `module` in `text`, by `id(node)`.

    Raises TextDiffers when the tree does not generate `text`, white space aside.
    """
    wanted = {id(node): _Range() for node in nodes}
    recorder = _Recorder(module, wanted)
    module._codegen(recorder)  # type: ignore[arg-type]  # duck-typed CodegenState
    generated = "".join(recorder.tokens)
    if generated.rstrip("\r\n") == text.rstrip("\r\n"):
        starts = [0, *accumulate(map(len, recorder.tokens))]
    else:
        starts = _aligned(recorder.tokens, text)
    last = len(starts) - 1
    return {
        key: Offsets(starts[min(found.inclusive, last)], starts[min(found.start, last)], starts[min(found.end, last)])
        for key, found in wanted.items()
    }
