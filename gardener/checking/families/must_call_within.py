"""A call that is only right in a certain setting: inside `with`, under a time limit, after a check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.checking.compile import Compiled
from gardener.checking.families._matching import Names, Wording, fullmatch, regex_of
from gardener.checking.families._parameters import Dotted, Regex  # noqa: TC001 - the hint is read at run time
from gardener.core.rule import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from gardener.checking.hit import Hit
    from gardener.checking.source import SourceFile

SETTINGS = ("with", "async-with", "try-finally")


@dataclass(frozen=True, slots=True)
class PARAMETERS:
    """`calls`: dotted names. Any one of the settings will do:

    `within`: `with` or `async-with` (the call is the context manager), `try-finally` (it stands in the `try` body),
    or a dotted name (it stands in the body of `with name(...)`, or is an argument of `name(...)`).
    `functions`: a regular expression for the whole name of a function around it.
    `before`: dotted names, one of which is called earlier in the same function.
    """

    calls: tuple[Dotted, ...]
    within: tuple[str, ...] = ()
    functions: Regex | None = None
    before: tuple[Dotted, ...] = ()

    def problems(self) -> list[tuple[str, str]]:
        """What does not fit together."""
        if not (self.within or self.functions or self.before):
            return [("within", "or `functions` or `before` is needed")]
        wrong = [item for item in self.within if "." not in item and item not in SETTINGS and not item.isidentifier()]
        return [("within", f"knows {', '.join(SETTINGS)} and dotted names, not `{item}`") for item in wrong]


def compile_family(parameters: PARAMETERS, *, message: str | None) -> Compiled:
    """Flags each call outside all the settings. Message placeholders: `$CALL`, `$SETTING`."""
    import libcst as cst

    from gardener.checking.hit import Matcher

    names = Names(parameters.calls)
    holders = Names(item for item in parameters.within if item not in SETTINGS)
    before = Names(parameters.before)
    functions = regex_of(parameters.functions) if parameters.functions else None
    wording = Wording(message, _default(parameters), ("CALL", "SETTING"))

    def run(node: cst.CSTNode, file: SourceFile) -> Iterator[Hit]:
        if not isinstance(node, cst.Call):
            return
        found = names.match(file.resolve(node.func))
        if found is None or _is_context(node, file, parameters.within):
            return
        if any(_holds(outer, inner, file, parameters.within, holders) for inner, outer in _steps(node, file)):
            return
        if functions and any(
            isinstance(outer, cst.FunctionDef) and fullmatch(functions, outer.name.value)
            for outer in file.ancestors(node)
        ):
            return
        if not before.names or not _called_before(node, file, before):
            said = wording.say(CALL=found.name, SETTING=_setting(parameters))
            yield file.flag(node, said, certainty=found.certainty)

    return Compiled(Matcher((cst.Call,), run), Plan(names.words, ("Call",), names.planned, "toplevel"))


def _default(parameters: PARAMETERS) -> str:
    return "`$CALL` only after `$SETTING`" if parameters.before else "`$CALL` only within `$SETTING`"


def _setting(parameters: PARAMETERS) -> str:
    return next(iter((*parameters.before, *parameters.within)), parameters.functions or "")


def _steps(node: cst.CSTNode, file: SourceFile) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    """(inner, outer) pairs from `node` to the top."""
    inner = node
    for outer in file.ancestors(node):
        yield inner, outer
        inner = outer


def _is_context(node: cst.Call, file: SourceFile, within: tuple[str, ...]) -> bool:
    """Is the call what a `with` statement opens, alone or wrapped in another call?"""
    import libcst as cst

    for outer in file.ancestors(node):
        if isinstance(outer, cst.With):
            return "async-with" in within if outer.asynchronous else "with" in within
        if not isinstance(outer, cst.WithItem | cst.Arg | cst.Call | cst.Await):
            return False
    return False


def _holds(outer: cst.CSTNode, inner: cst.CSTNode, file: SourceFile, within: tuple[str, ...], holders: Names) -> bool:
    import libcst as cst

    match outer:
        case cst.Try() | cst.TryStar():
            return "try-finally" in within and outer.finalbody is not None and inner is outer.body
        case cst.With():
            calls = [item.item for item in outer.items if isinstance(item.item, cst.Call)]
            return inner is outer.body and any(holders.match(file.resolve(call.func)) for call in calls)
        case cst.Call():
            return isinstance(inner, cst.Arg) and holders.match(file.resolve(outer.func)) is not None
        case _:
            return False


def _called_before(node: cst.Call, file: SourceFile, before: Names) -> bool:
    import libcst as cst

    function = file.enclosing(node, cst.FunctionDef)
    for item in file.nodes():
        if item is node:
            return False
        if isinstance(item, cst.Call) and before.match(file.resolve(item.func)) is not None:
            return function is None or any(outer is function for outer in file.ancestors(item))
    return False
