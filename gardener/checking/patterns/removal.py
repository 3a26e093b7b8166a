"""Removing statements: whole lines go; where nothing would be left of a block, `pass` stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gardener.checking.canonical import statements
from gardener.checking.hit import NodeEdit, PendingFix
from gardener.core.finding import Edit

if TYPE_CHECKING:
    from gardener.checking.patterns.conditions import Subject
    from gardener.checking.source import SourceFile
    from gardener.core.finding import Safety

TITLE = "remove it"


def removal(subject: Subject, file: SourceFile, safety: Safety) -> PendingFix | None:
    """The fix that removes the matched statements; None for an expression that is no statement of its own."""
    first, last = _statement(subject.node, file), _statement(subject.last, file)
    if first is None or last is None:
        return None
    if _is_elif(first, file):
        return None
    lines = [_line(first, file), _line(last, file)]
    if None in lines or _is_whole_block(first, last, file):
        return PendingFix(TITLE, safety, (NodeEdit(first, "pass", last=None if first is last else last),))
    start, end = _lines_span(lines[0], lines[1], file)
    return PendingFix(TITLE, safety, (Edit(start, end, ""),))


def _statement(node: Any, file: SourceFile) -> Any:
    from gardener.checking.patterns.sources import is_statement

    if is_statement(node):
        return node
    parent = file.parent(node)
    return parent if type(parent).__name__ == "Expr" else None


def _line(node: Any, file: SourceFile) -> Any:
    """The node whose lines hold this statement and nothing else, or None."""
    import libcst as cst

    if not isinstance(node, cst.BaseSmallStatement):
        return node
    parent = file.parent(node)
    return parent if isinstance(parent, cst.SimpleStatementLine) and len(parent.body) == 1 else None


def _is_elif(node: Any, file: SourceFile) -> bool:
    parent: Any = file.parent(node)
    return type(parent).__name__ == "If" and parent.orelse is node


def _is_whole_block(first: Any, last: Any, file: SourceFile) -> bool:
    kinds = {"IndentedBlock", "SimpleStatementSuite"}
    block = next((item for item in file.ancestors(first) if type(item).__name__ in kinds), None)
    if block is None:
        # A slice without its block does not show whether anything else stands there.
        file.need_module()
        return False
    body = statements(block)
    return body[0] is first and body[-1] is last


def _lines_span(first: Any, last: Any, file: SourceFile) -> tuple[int, int]:
    from gardener.checking.positions import offsets_of

    decorators = getattr(first, "decorators", ())
    nodes = [decorators[0] if decorators else first, last]
    offsets = offsets_of(file.root, nodes, file.root_text)
    shift = file.offset - file.prefix
    start, end = offsets[id(nodes[0])].start + shift, offsets[id(last)].end + shift
    start = max(file.text.rfind("\n", 0, start), file.text.rfind("\r", 0, start)) + 1
    breaks = [at for at in (file.text.find("\n", end), file.text.find("\r", end)) if at >= 0]
    end = min(breaks, default=len(file.text) - 1) + 1
    return start, end + (file.text[end - 1 : end + 1] == "\r\n")
