"""Fix templates: Python in which metavariables give way to the code they are bound to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from gardener.checking.patterns.names import dotted_parts, is_resolved
from gardener.checking.patterns.precedence import PRIMARY, STARRED, demand
from gardener.checking.patterns.roots import descendants
from gardener.checking.patterns.text import outdented, spread_name, to_python, tokens_of, variable_name
from gardener.core.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gardener.checking.patterns.compiler import Compiler

SlotKind = Literal["variable", "spread", "statements", "name"]
_CLAUSE = "try:\n    pass\n"
_BRACKETS = frozenset({"Call", "List", "Set", "Dict", "Subscript", "ListComp", "SetComp", "DictComp", "ClassDef"})


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a template that is filled in: `text[start:end]` gives way to what `name` stands for.

    `demand` is the least precedence that stands there without parentheses; `quote` that of the f-string around it.
    """

    start: int
    end: int
    kind: SlotKind
    name: str
    demand: int = PRIMARY
    is_bracketed: bool = False
    is_attribute_base: bool = False
    quote: str = ""
    indent: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A template, parsed: its text, its slots in order, and the offsets of line breaks that are no part of a string."""

    text: str
    slots: tuple[Slot, ...]
    breaks: tuple[int, ...]
    is_expression: bool
    is_simple: bool
    root: Any = None
    imports: tuple[str, ...] = ()


def parse_template(
    text: str, compiler: Compiler, roots: Sequence[Any], imports: Sequence[str], *, place: str
) -> Template:
    """Parse a template. `roots` are the nodes of the patterns that it belongs to. Raises RuleError."""
    python = to_python(outdented(text), key="fix", place=place)
    if not python.strip():
        return Template("", (), (), is_expression=False, is_simple=True)
    if _has_nameless(python):
        raise RuleError("`...` and `$_` in a `fix` stand for nothing", at=place, hint="bind the code with `$...NAME`")
    lead = _CLAUSE if python.startswith("except") else ""
    module = _parsed(lead + python, place, shift=lead.count("\n"))
    finder = _SlotFinder(
        lead + python, _import_roots(roots, compiler), tuple(imports) if compiler.has("fix-imports") else (), place
    )
    finder.parenthesizes = compiler.has("fix-parentheses")
    slots = finder.find(module)
    node = module.body[0]
    simple = len(module.body) == 1 and type(node).__name__ == "SimpleStatementLine"
    value: Any = node.body[0] if simple and len(node.body) == 1 else None
    expression = value.value if type(value).__name__ == "Expr" else None
    shifted = tuple(_shifted(slot, len(lead)) for slot in slots)
    breaks = tuple(_line_breaks(python))
    is_simple = simple and not any(slot.kind == "statements" for slot in slots)
    return Template(python, shifted, breaks, expression is not None, is_simple, expression, tuple(imports))


def _has_nameless(python: str) -> bool:
    names = (token.text for token in tokens_of(python) if token.kind == "name")
    return any(spread_name(name) == "_" or variable_name(name) == "_" for name in names)


def _parsed(python: str, place: str, *, shift: int) -> Any:
    import libcst as cst

    try:
        return cst.parse_module(python)
    except cst.ParserSyntaxError as error:
        line = max(error.raw_line - shift, 1)
        raise RuleError(f"`fix` does not parse as Python at line {line} of its text", at=place) from None


def _shifted(slot: Slot, offset: int) -> Slot:
    from dataclasses import replace

    return replace(slot, start=slot.start - offset, end=slot.end - offset)


def _line_breaks(python: str) -> Iterator[int]:
    offset = 0
    for token in tokens_of(python):
        if token.kind != "string":
            yield from (offset + index for index, char in enumerate(token.text) if char == "\n")
        offset += len(token.text)


def _import_roots(roots: Sequence[Any], compiler: Compiler) -> frozenset[str]:
    """First parts of the imported things that the patterns name."""
    found: set[str] = set()
    if not compiler.has("fix-imports"):
        return frozenset()
    for node in [*roots, *descendants(roots)]:
        parts = dotted_parts(node) if type(node).__name__ == "Attribute" else None
        if parts is not None and is_resolved(parts, compiler):
            found.add(parts[0])
    return frozenset(found)


class _SlotFinder:
    """Finds the slots of one parsed template."""

    def __init__(self, text: str, roots: frozenset[str], imports: tuple[str, ...], place: str) -> None:
        self.text = text
        self.roots = roots
        self.imports = imports
        self.place = place
        self.parenthesizes = True
        self.found: list[tuple[Any, SlotKind, str, dict[str, Any]]] = []

    def find(self, module: Any) -> list[Slot]:
        from gardener.checking.positions import offsets_of

        self._visit(module, None, {})
        offsets = offsets_of(module, [node for node, *_ in self.found], self.text)
        slots = []
        for node, kind, name, facts in self.found:
            at = offsets[id(node)]
            indent = self._indent(at.start) if kind == "statements" else ""
            slots.append(Slot(at.start, at.end, kind, name, indent=indent, **facts))
        return sorted(slots, key=lambda slot: slot.start)

    def _indent(self, start: int) -> str:
        before = self.text[:start].rpartition("\n")[2]
        if before.strip():
            raise RuleError("statements in a `fix` must stand on a line of their own", at=self.place)
        return before

    def _visit(self, node: Any, parent: Any, facts: dict[str, Any]) -> None:
        slot = self._slot(node)
        if slot is not None:
            target, kind, name = slot
            demanded = demand(parent, node) if self.parenthesizes else STARRED
            own = {**facts, "demand": demanded, "is_attribute_base": type(parent).__name__ == "Attribute"}
            self.found.append((target, kind, name, own))
            return
        inner = dict(facts)
        if getattr(node, "lpar", ()) or type(node).__name__ in _BRACKETS:
            inner["is_bracketed"] = True
        if type(node).__name__ == "FormattedString":
            inner["quote"] = node.start.lstrip("rRfF")[:1]
        for child in _children(node):
            self._visit(child, node, inner)

    def _slot(self, node: Any) -> tuple[Any, SlotKind, str] | None:
        kind = type(node).__name__
        if kind == "Name":
            name = variable_name(node.value)
            if name is not None:
                return node, "variable", name
            return (node, "name", node.value) if self._is_imported(node.value) else None
        if kind == "Attribute":
            parts = dotted_parts(node)
            dotted = ".".join(parts or [])
            is_named = parts is not None and all(variable_name(part) is None for part in parts)
            return (node, "name", dotted) if is_named and self._is_imported(dotted) else None
        return self._spread_slot(node, kind)

    def _spread_slot(self, node: Any, kind: str) -> tuple[Any, SlotKind, str] | None:
        if kind not in {"Arg", "StarredElement", "StarredDictElement", "Element", "Expr", "Param"}:
            return None
        value = node.name if kind == "Param" else node.value
        if type(value).__name__ != "Name":
            return None
        name = spread_name(value.value)
        if name is not None:
            return node, "statements" if kind == "Expr" else "spread", name
        variable = variable_name(value.value)
        is_line = kind == "Expr" and variable is not None and self.text.count("\n") > 0
        return (node, "statements", variable) if is_line and variable else None

    def _is_imported(self, name: str) -> bool:
        root = name.partition(".")[0]
        if "." in name and root in self.roots:
            return True
        return any(_covers(entry, name) for entry in self.imports)


def _covers(entry: str, name: str) -> bool:
    """Whether a template's `name` is the thing of an `imports` entry, or something in it."""
    return f"{name}.".startswith(f"{entry}.") or ("." not in name and entry.rpartition(".")[2] == name)


def _children(node: Any) -> list[Any]:
    return [child for child in node.children if type(child).__name__ not in {"SimpleWhitespace", "Comma"}]
