"""The source text behind a metavariable, as it stands in the file, with its comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gardener.checking.patterns.state import Bound
    from gardener.checking.source import SourceFile

MESSAGE_WIDTH = 60


def source_of(bound: Bound, file: SourceFile) -> str:
    """The code that a metavariable stands for; a sequence with the separators it has in the file."""
    if bound.text is not None:
        return bound.text
    if bound.nodes and is_statement(bound.nodes[0]):
        return statements_source(bound.nodes, file).strip("\r\n")
    if not bound.is_sequence:
        return node_source(bound.nodes[0], file)
    return list_source(bound.nodes, file)


def node_source(node: Any, file: SourceFile) -> str:
    """The code of one node, without the comma or semicolon that follows it."""
    return file.source(_bare(node)).strip()


def list_source(nodes: Sequence[Any], file: SourceFile) -> str:
    """The code of members of a list, with the commas between them."""
    if not nodes:
        return ""
    written = []
    for node in nodes[:-1]:
        text = file.source(node)
        has_comma = type(getattr(node, "comma", None)).__name__ == "Comma"
        written.append(text if has_comma or not hasattr(node, "comma") else f"{text}, ")
    return "".join([*written, node_source(nodes[-1], file)])


def _bare(node: Any) -> Any:
    import libcst as cst

    for name in ("comma", "semicolon"):
        if type(getattr(node, name, None)).__name__ in {"Comma", "Semicolon"}:
            return node.with_changes(**{name: cst.MaybeSentinel.DEFAULT})
    return node


def is_statement(node: Any) -> bool:
    """Whether a node is a statement, simple or compound, or the `except` clause of one."""
    import libcst as cst

    kinds = (cst.BaseSmallStatement, cst.BaseStatement, cst.ExceptHandler, cst.ExceptStarHandler)
    return isinstance(node, kinds)


def statements_source(nodes: Sequence[Any], file: SourceFile, indent: str = "") -> str:
    """The code of consecutive statements on lines of their own, indented by `indent`, strings left as they are."""
    import libcst as cst

    lines: list[Any] = []
    for node in nodes:
        parent = file.parent(node)
        if not isinstance(node, cst.BaseSmallStatement):
            lines.append(node)
        elif isinstance(parent, cst.SimpleStatementLine) and len(parent.body) == 1:
            lines.append(parent)
        else:
            lines.append(cst.SimpleStatementLine([_bare(node)]))
    if not indent:
        return "".join(file.root.code_for_node(line) for line in lines)
    holder = cst.If(cst.Name("_"), cst.IndentedBlock(lines, indent=indent))
    return file.root.code_for_node(holder).split(file.root.default_newline, 1)[1]


def final_line(node: Any, file: SourceFile) -> Any:
    """The line of simple statements with which a statement ends."""
    while True:
        parts = [getattr(node, name, None) for name in ("finalbody", "orelse", "handlers", "cases", "body")]
        part = next((part for part in parts if part), None)
        if part is None:
            parent = file.parent(node)
            return parent if type(parent).__name__.startswith("SimpleStatement") else node
        node = part[-1] if isinstance(part, (list, tuple)) else part


def trailing_comment(node: Any, file: SourceFile) -> str:
    """The comment at the end of the last line of a statement, or nothing."""
    line = final_line(node, file)
    comment = getattr(getattr(line, "trailing_whitespace", None), "comment", None)
    return "" if comment is None else str(comment.value)


def shortened(text: str) -> str:
    """Code for a message: on one line, and not too long."""
    folded = " ".join(text.split())
    return folded if len(folded) <= MESSAGE_WIDTH else f"{folded[: MESSAGE_WIDTH - 1]}…"
