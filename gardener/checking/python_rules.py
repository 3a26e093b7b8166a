"""Rules written in Python, as their decorator declares them: read from the source, never by importing it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from gardener.checking.families._parameters import unknown_key
from gardener.core.errors import GardenerError, ManyErrors, RuleError
from gardener.core.finding import SEVERITIES
from gardener.core.rule import Plan, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gardener.core.rule import Example, Target

Item = TypeVar("Item")
DECLARED: dict[str, str] = {
    "belief": "a string",
    "mentions": "a string or a list of strings",
    "names": "a string or a list of strings",
    "paths": "a string or a list of strings",
    "exclude": "a string or a list of strings",
    "severity": "one of P0, P1, P2, P3",
    "state": "one of shadow, warn, error",
    "python": "a string",
    "default": "True or False",
    "options": "a dictionary of literals",
}
_LISTS = ("mentions", "names", "paths", "exclude")
_AST_NODES: Mapping[str, tuple[str, ...]] = {
    "Call": ("Call",),
    "FunctionDef": ("FunctionDef", "AsyncFunctionDef"),
    "ClassDef": ("ClassDef",),
    "Import": ("Import",),
    "ImportFrom": ("ImportFrom",),
    "With": ("With", "AsyncWith"),
    "For": ("For", "AsyncFor"),
    "While": ("While",),
    "Try": ("Try",),
    "ExceptHandler": ("ExceptHandler",),
    "Raise": ("Raise",),
    "Return": ("Return",),
    "Assert": ("Assert",),
    "Lambda": ("Lambda",),
    "Await": ("Await",),
    "Attribute": ("Attribute",),
    "Subscript": ("Subscript",),
    "Assign": ("Assign",),
    "AnnAssign": ("AnnAssign",),
    "Dict": ("Dict",),
}


def read_module(text: str, path: str, *, pack: str = "rules") -> Rule | None:
    """The rule of a Python module, read from its source; None when it declares none.

    Raises RuleError, or ManyErrors for several mistakes.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise RuleError(f"not valid Python: {str(error).lower()}", at=f"{path}:{line}") from None
    found = [(item, call) for item in tree.body if isinstance(item, ast.FunctionDef) for call in _decorators(item)]
    if not found:
        return None
    if len(found) > 1:
        raise RuleError("a module holds one rule", at=f"{path}:{found[1][0].lineno}")
    return _Reader(path, *found[0]).rule(text, pack)


def _decorators(function: ast.FunctionDef) -> Iterator[ast.Call]:
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call):
            name = decorator.func
            if "rule" in (getattr(name, "id", None), getattr(name, "attr", None)):
                yield decorator


class _Reader:
    """Reads one decorated function, collecting what is wrong with it."""

    def __init__(self, path: str, function: ast.FunctionDef, decorator: ast.Call) -> None:
        self.path = path
        self.function = function
        self.decorator = decorator
        self.errors: list[GardenerError] = []

    def rule(self, text: str, pack: str) -> Rule:
        """The rule. Raises RuleError or ManyErrors."""
        targets = self._targets()
        declared = self._declared()
        title, why, examples = self._docstring()
        stem = self.path.rpartition("/")[2].removesuffix(".py")
        if self.function.name != stem:
            self._complain(self.function, f"the function must be called `{stem}`, like its file")
        options = declared.get("options", {})
        body = {"form": "python", "function": self.function.name, "nodes": targets, "options": options, "source": text}
        rule = Rule(
            id=stem.replace("_", "-"),
            title=title,
            why=why,
            target=_target(targets),
            severity=declared.get("severity", "P2"),
            state=declared.get("state", "error"),
            belief=declared.get("belief"),
            paths=tuple(declared.get("paths", ())),
            exclude=tuple(declared.get("exclude", ())),
            python=declared.get("python"),
            fixes=_offers_fixes(self.function),
            default=declared.get("default", True),
            pack=pack,
            place=f"{self.path}:{self.function.lineno}",
            plan=_plan(targets, declared),
            examples=examples,
            body=body,
        )
        if self.errors:
            raise self.errors[0] if len(self.errors) == 1 else ManyErrors(self.errors)
        return rule

    def _complain(self, node: ast.expr | ast.stmt, reason: str, hint: str | None = None) -> None:
        self.errors.append(RuleError(reason, at=f"{self.path}:{node.lineno}", hint=hint))

    def _targets(self) -> list[str]:
        given = list(self.decorator.args)
        if len(given) == 1 and isinstance(given[0], ast.Tuple):
            given = list(given[0].elts)
        names = [getattr(item, "attr", None) or getattr(item, "id", None) for item in given]
        for item, name in zip(given, names, strict=True):
            if name is None:
                self._complain(item, "what a rule looks at is written as `cst.Call`, `Document` or `Repo`")
        if not given:
            self._complain(self.decorator, "say what the rule looks at: `@rule(cst.Call, …)`")
        found = [str(name) for name in names]
        if len(found) > 1 and {"Document", "Repo"} & set(found):
            self._complain(self.decorator, "`Document` and `Repo` stand alone")
        return found

    def _declared(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for keyword in self.decorator.keywords:
            name = keyword.arg
            if name is None or name not in DECLARED:
                self.errors.append(unknown_key(name or "**", DECLARED, f"{self.path}:{keyword.value.lineno}"))
                continue
            try:
                value = ast.literal_eval(keyword.value)
            except ValueError:
                self._complain(keyword.value, f"`{name}` must be a literal: it is read without running the module")
                continue
            if name in _LISTS and isinstance(value, str):
                value = [value]
            if _fits(name, value):
                found[name] = value
            else:
                self._complain(keyword.value, f"`{name}` must be {DECLARED[name]}")
        return found

    def _docstring(self) -> tuple[str, str, tuple[Example, ...]]:
        from gardener.documents.examples import read_examples
        from gardener.documents.markdown import outline

        first = self.function.body[0]
        text = ast.get_docstring(self.function)
        if not text:
            self._complain(self.function, "the rule has no docstring, which holds its title, why and examples")
            return "", "", ()
        fences = outline(text).fences
        shift = first.lineno - 1
        examples = tuple(_moved(example, shift) for example in read_examples(fences))
        for kind in ("bad", "good"):
            if not any(example.kind == kind for example in examples):
                self._complain(first, f"the docstring has no `{kind}` example")
        lines = text.split("\n")
        for fence in fences:
            if fence.info.split()[1:2] in (["bad"], ["good"]):
                lines[fence.line - 1 : fence.end] = [""] * (fence.end - fence.line + 1)
        why = re.sub(r"\n{3,}", "\n\n", "\n".join(lines[1:])).strip()
        return lines[0].strip().rstrip("."), why, examples


def _moved(example: Example, shift: int) -> Example:
    from dataclasses import replace

    return replace(example, line=example.line + shift)


def _fits(name: str, value: object) -> bool:
    if name in _LISTS:
        return isinstance(value, list | tuple) and bool(value) and all(isinstance(item, str) for item in value)
    if name in ("severity", "state"):
        return value in (SEVERITIES if name == "severity" else ("shadow", "warn", "error"))
    kinds: dict[str, type] = {"default": bool, "options": dict}
    return isinstance(value, kinds.get(name, str))


def _offers_fixes(function: ast.FunctionDef) -> bool:
    """Does any `flag(…)` in the function pass a fix?"""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    flags = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "flag"]
    return any(keyword.arg == "fix" for call in flags for keyword in call.keywords)


def _target(targets: Sequence[str]) -> Target:
    named: dict[str, Literal["document", "repo"]] = {"Document": "document", "Repo": "repo"}
    return named.get(targets[0], "python") if targets else "python"


def _plan(targets: Sequence[str], declared: Mapping[str, Any]) -> Plan:
    words = tuple(tuple(re.findall(r"\w+", mention)) for mention in declared.get("mentions", ()))
    known = all(target in _AST_NODES for target in targets)
    nodes = tuple(dict.fromkeys(node for target in targets for node in _AST_NODES[target])) if known else ()
    names = tuple(declared.get("names", ())) if nodes else ()
    if names and not words:
        words = tuple(tuple(name.split(".")) for name in names)
    return Plan(tuple(filter(None, words)), nodes, names, "toplevel" if nodes else "module")
