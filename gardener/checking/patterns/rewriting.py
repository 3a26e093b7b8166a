"""From a match and a template to the edits of a fix; None where a rewrite would lose or break something."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gardener.checking.hit import ImportRequest, NodeEdit, PendingFix
from gardener.checking.patterns.precedence import ALWAYS, LEAST, demand, fitted, spaced, strength
from gardener.checking.patterns.removal import removal
from gardener.checking.patterns.sources import (
    final_line,
    is_statement,
    list_source,
    shortened,
    source_of,
    statements_source,
    trailing_comment,
)
from gardener.checking.patterns.text import tokens_of

if TYPE_CHECKING:
    from gardener.checking.patterns.conditions import Subject
    from gardener.checking.patterns.state import Bound, State
    from gardener.checking.patterns.templates import Slot, Template
    from gardener.core.finding import Safety


_UNIT = "    "
_INDENT = re.compile(" +")


class CannotRewrite(Exception):
    """The template does not fit this match."""


@dataclass(slots=True)
class _Writer:
    """Fills the slots of a template for one match."""

    template: Template
    subject: Subject
    state: State
    indent: str
    requests: list[ImportRequest]

    def write(self) -> str:
        text, at, written = self.template.text, 0, ""
        for slot in self.template.slots:
            written += self._literal(at, slot.start)
            filled = self._fill(slot)
            at = slot.end
            if not filled and slot.kind == "spread":
                written, at = _without_comma(written, text, at)
            written += filled
        return written + self._literal(at, len(text))

    def _literal(self, start: int, end: int) -> str:
        newline = self.state.file.root.default_newline
        written = ""
        for offset in self.template.breaks:
            if start <= offset < end:
                is_blank = self.template.text[offset + 1 : offset + 2] in {"", "\n"}
                written += self.template.text[start:offset] + newline + ("" if is_blank else self.indent)
                start = offset + 1
                indent = _INDENT.match(self.template.text, start, end)
                if indent is not None:
                    written += self._own_indent(indent.group())
                    start = indent.end()
        return written + self.template.text[start:end]

    def _fill(self, slot: Slot) -> str:
        if slot.kind == "name":
            return self._local_name(slot.name)
        bound = self.state.bindings[slot.name]
        if slot.kind == "statements":
            return self._statements(bound, slot)
        if slot.kind == "spread":
            return list_source(bound.nodes, self.state.file)
        return self._expression(bound, slot)

    def _statements(self, bound: Bound, slot: Slot) -> str:
        if not bound.nodes:
            return "pass"
        if not is_statement(bound.nodes[0]):
            return source_of(bound, self.state.file)
        indent = self.indent + self._own_indent(slot.indent)
        text = statements_source(bound.nodes, self.state.file, indent).strip("\r\n").removeprefix(indent)
        if final_line(self.subject.last, self.state.file) is final_line(bound.nodes[-1], self.state.file):
            # The comment at the end of the match is not replaced with it.
            text = text.rstrip().removesuffix(trailing_comment(bound.nodes[-1], self.state.file)).rstrip()
        return text

    def _own_indent(self, indent: str) -> str:
        """The indentation of a template in the file's own unit."""
        levels, rest = divmod(len(indent), len(_UNIT))
        return self.state.file.root.default_indent * levels + " " * rest

    def _expression(self, bound: Bound, slot: Slot) -> str:
        text = source_of(bound, self.state.file)
        if bound.is_sequence or (bound.nodes and is_statement(bound.nodes[0])):
            raise CannotRewrite
        if slot.quote and (set(text) & {slot.quote, "\\", "\n", "#"} or text.startswith("{")):
            raise CannotRewrite
        node = bound.nodes[0]
        if slot.is_attribute_base and type(node).__name__ in {"Integer", "Float"}:
            return f"({text})"
        return fitted(text, strength(node), slot.demand, is_bracketed=slot.is_bracketed)

    def _local_name(self, name: str) -> str:
        """How the imported thing `name` is spelled where the match is; asks for an import where it is missing."""
        parts = name.split(".")
        for dotted, node in self.state.spelled.items():
            found = _respelled(parts, dotted.split("."), self.state.file.source(node).strip())
            if found is not None:
                return found
        for entry in sorted(self.template.imports, key=len, reverse=True):
            if "." not in name and entry.rpartition(".")[2] == name:
                return self._ask(entry)
            if f"{name}.".startswith(f"{entry}."):
                return self._ask(entry) + name[len(entry) :]
        return self._ask(name)

    def _ask(self, name: str) -> str:
        request = self.state.file.add_import(name)
        self.requests.append(request)
        return str(request)


def _respelled(parts: list[str], known: list[str], source: str) -> str | None:
    """`r.post` for `requests.post`, knowing that `requests.get` is spelled `r.get`."""
    local = source.split(".")
    if not all(part.isidentifier() for part in local):
        return None
    if parts == known:
        return source
    for _ in range(min(len(local), len(known)) - 1):
        if local[-1] != known[-1]:
            return None
        local, known = local[:-1], known[:-1]
        if parts[: len(known)] == known:
            return ".".join([*local, *parts[len(known) :]])
    return None


def _without_comma(written: str, text: str, at: int) -> tuple[str, int]:
    """Drop the comma beside a sequence that turned out to be empty."""
    following = re.match(r"\s*,\s*", text[at:])
    if following is not None:
        return written, at + following.end()
    stripped = written.rstrip()
    return (stripped[:-1], at) if stripped.endswith(",") else (written, at)


def fix_for(template: Template, safety: Safety, subject: Subject, state: State) -> PendingFix | None:
    """The fix for one match; None when the template does not fit it."""
    try:
        if not template.text:
            return removal(subject, state.file, safety)
        if template.is_expression and not is_statement(subject.node):
            return _replaced_expression(template, safety, subject, state)
        return _replaced_statement(template, safety, subject, state)
    except CannotRewrite:
        return None


def _replaced_expression(template: Template, safety: Safety, subject: Subject, state: State) -> PendingFix:
    file, node = state.file, subject.node
    requests: list[ImportRequest] = []
    text = _Writer(template, subject, state, "", requests).write()
    quote = _quote_around(node, state)
    has_own = bool(getattr(node, "lpar", ()))
    top = _top_of(template, state)
    demanded = LEAST if has_own else _demand_around(node, top, state)
    if quote and text.startswith("{"):
        demanded = ALWAYS
    text = fitted(text, strength(top), demanded, is_bracketed=has_own)
    if quote and set(text) & {quote, "\\", "\n", "#"}:
        # Before Python 3.12 none of these can stand in the field of an f-string.
        raise CannotRewrite
    text = spaced(text, node, file)
    return _fix(text, safety, NodeEdit(node, text), requests, file.source(node))


def _top_of(template: Template, state: State) -> Any:
    """The outermost expression of the rewritten code."""
    slot = template.slots[0] if template.slots else None
    if slot is not None and slot.kind == "variable" and (slot.start, slot.end) == (0, len(template.text)):
        return state.bindings[slot.name].nodes[0]
    return template.root


def _demand_around(node: Any, top: Any, state: State) -> int:
    parent = state.file.parent(node)
    kind, top_kind = type(parent).__name__, type(top).__name__
    if parent is None:
        return LEAST
    # `1.x` is no attribute, and `with (a, b):` has two items.
    is_misread = (kind, top_kind) in {("Attribute", "Integer"), ("Attribute", "Float"), ("WithItem", "Tuple")}
    return ALWAYS if is_misread else demand(parent, node)


def _quote_around(node: Any, state: State) -> str:
    """The quote of the f-string in whose field a node stands, or nothing."""
    for ancestor in state.file.ancestors(node):
        if type(ancestor).__name__ in {"FormattedString", "TemplatedString"}:
            return str(ancestor.start[-1])  # type: ignore[attr-defined]  # narrowed by its name
    return ""


def _replaced_statement(template: Template, safety: Safety, subject: Subject, state: State) -> PendingFix:
    file = state.file
    node, last = _statement_of(subject, state), subject.last
    is_sequence = subject.last is not subject.node
    if not template.is_simple or is_sequence:
        _check_own_lines(node, state)
        if is_sequence:
            _check_own_lines(last, state)
    indent = ""
    if "\n" in template.text or any(slot.kind == "statements" for slot in template.slots):
        file.need_module()
        indent = _indent_of(node, state)
    requests: list[ImportRequest] = []
    text = _Writer(template, subject, state, indent, requests).write()
    before = statements_source([node], file) if not is_sequence else "#"
    edit = NodeEdit(node, text, last=last if is_sequence else None)
    return _fix(text, safety, edit, requests, before)


def _statement_of(subject: Subject, state: State) -> Any:
    """The statement to replace: the match, or the statement that consists of it."""
    if is_statement(subject.node):
        return subject.node
    parent = state.file.parent(subject.node)
    if type(parent).__name__ != "Expr":
        raise CannotRewrite
    return parent


def _check_own_lines(node: Any, state: State) -> None:
    """Only a statement that has its lines to itself can become several, or a compound one."""
    parent: Any = state.file.parent(node)
    kind = type(parent).__name__
    if kind == "SimpleStatementSuite" or (kind == "SimpleStatementLine" and len(parent.body) > 1):
        raise CannotRewrite
    if kind == "If" and parent.orelse is node:
        raise CannotRewrite


def _indent_of(node: Any, state: State) -> str:
    blocks: list[Any] = [
        item for item in state.file.ancestors(node) if type(item).__name__ in {"IndentedBlock", "Match"}
    ]
    default = state.file.root.default_indent
    return "".join(default if block.indent is None else block.indent for block in reversed(blocks))


def _fix(text: str, safety: Safety, edit: NodeEdit, requests: list[ImportRequest], before: str) -> PendingFix:
    if safety == "safe" and _comments(before) > _comments(text):
        safety = "unsafe"
    added = [item for request in requests for item in request.edits]
    unique = tuple(dict.fromkeys(added))
    return PendingFix(f"replace with `{shortened(text)}`", safety, (edit, *unique))


def _comments(text: str) -> int:
    return sum(token.kind == "comment" for token in tokens_of(text))
