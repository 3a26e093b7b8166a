"""From hits to findings: offsets, lines, scope, the lines on which a comment counts, and text for the fingerprint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.checking.canonical import canonical
from gardener.checking.hit import Hit, NodeEdit, PendingFix
from gardener.checking.positions import Offsets, offsets_of
from gardener.core.finding import Edit, Finding, Fix, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import libcst as cst

    from gardener.checking.source import SourceFile
    from gardener.core.lines import LineIndex
    from gardener.core.rule import Rule

MESSAGE_LIMIT = 500


@dataclass(frozen=True, slots=True)
class RuleHit:
    """A hit and the rule it belongs to."""

    rule: Rule
    hit: Hit


def findings_of(file: SourceFile, hits: Sequence[RuleHit], lines: LineIndex) -> list[Finding]:
    """Findings for `hits` in one tree. Raises TextDiffers when the tree is not faithful to the text."""
    if not hits:
        return []
    wanted = [node for item in hits for node in _nodes(file, item.hit)]
    offsets = offsets_of(file.root, wanted, file.root_text)
    shift = file.offset - file.prefix
    placed = {
        key: Offsets(found.inclusive + shift, found.start + shift, found.end + shift) for key, found in offsets.items()
    }
    return [_finding(file, item, placed, lines) for item in hits]


def _nodes(file: SourceFile, hit: Hit) -> Iterator[cst.CSTNode]:
    yield hit.node
    yield hit.last or hit.node
    for edit in hit.fix.edits if hit.fix else ():
        if isinstance(edit, NodeEdit):
            yield edit.node
            yield edit.last or edit.node
    holder = _statement(file, hit.node)
    if holder is not None:
        yield holder
        yield from getattr(holder, "decorators", ())
        body = getattr(holder, "body", None)
        if body is not None and not isinstance(body, (list, tuple)):
            yield body


def _statement(file: SourceFile, node: cst.CSTNode) -> cst.CSTNode | None:
    """The line of simple statements, or the compound statement (or clause of one), that a node belongs to."""
    import libcst as cst

    kinds = (
        cst.SimpleStatementLine,
        cst.SimpleStatementSuite,
        cst.BaseCompoundStatement,
        cst.ExceptHandler,
        cst.ExceptStarHandler,
        cst.Else,
        cst.Finally,
        cst.MatchCase,
    )
    if isinstance(node, kinds):
        return node
    if isinstance(node, cst.Module):
        return None
    return next((item for item in file.ancestors(node) if isinstance(item, kinds)), None)


def _finding(file: SourceFile, item: RuleHit, offsets: dict[int, Offsets], lines: LineIndex) -> Finding:
    rule, hit = item.rule, item.hit
    span = Span(offsets[id(hit.node)].start, offsets[id(hit.last or hit.node)].end)
    place = lines.place(span)
    fix = _fix(hit.fix, offsets) if hit.fix else None
    return Finding(
        rule=rule.id,
        path=file.path,
        span=span,
        place=place,
        message=" ".join(hit.message.split())[:MESSAGE_LIMIT],
        severity=rule.severity,
        certainty=hit.certainty,
        belief=rule.belief,
        remediation=fix.title if fix else "",
        state=rule.state,
        fix=fix,
        scope=_scope(file, hit.node),
        text=hit.label if hit.label is not None else _text(hit),
        reach=_reach(file, hit.node, offsets, lines, place.line, place.end_line),
    )


def _scope(file: SourceFile, node: cst.CSTNode) -> str:
    import libcst as cst

    return "" if isinstance(node, cst.Module) else file.scope_of(node).qualname


def _text(hit: Hit) -> str:
    """Name and kind of a whole definition, else the normalised code."""
    import libcst as cst

    node = hit.node
    if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
        return f"{'class' if isinstance(node, cst.ClassDef) else 'def'} {node.name.value}"
    if isinstance(node, cst.Module):
        return "module"
    code = canonical(node)
    return code if hit.last is None or hit.last is node else f"{code} … {canonical(hit.last)}"


def _reach(
    file: SourceFile,
    node: cst.CSTNode,
    offsets: dict[int, Offsets],
    lines: LineIndex,
    first: int,
    last: int,
) -> tuple[int, int]:
    """First and last line of the simple statement, or of the header (decorators included) of a compound one."""
    holder = _statement(file, node)
    if holder is None:
        return first, first
    found = offsets[id(holder)]
    body = getattr(holder, "body", None)
    is_block = body is not None and not isinstance(body, (list, tuple))
    end = offsets[id(body)].inclusive if is_block else found.end
    starts = [found.start, *(offsets[id(item)].start for item in getattr(holder, "decorators", ()))]
    start_line = lines.position(min(starts))[0]
    end_line = lines.position(max(end, found.start))[0]
    return min(start_line, first), max(end_line, first if is_block else last)


def _fix(pending: PendingFix, offsets: dict[int, Offsets]) -> Fix:
    edits = sorted((_edit(edit, offsets) for edit in pending.edits), key=lambda edit: (edit.start, edit.end))
    return Fix(pending.title, pending.safety, tuple(edits))


def _edit(edit: NodeEdit | Edit, offsets: dict[int, Offsets]) -> Edit:
    if isinstance(edit, Edit):
        return edit
    start, end = offsets[id(edit.node)].start, offsets[id(edit.last or edit.node)].end
    if edit.where == "before":
        end = start
    elif edit.where == "after":
        start = end
    return Edit(start, end, edit.text)
