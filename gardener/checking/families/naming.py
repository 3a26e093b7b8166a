"""Names of functions, methods, classes, arguments, constants or modules, held to a regular expression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gardener.checking.compile import Compiled
from gardener.checking.families._definitions import kind_of
from gardener.checking.families._matching import Names, Wording, fullmatch, regex_of, stands_for
from gardener.checking.families._parameters import ANY_NAME, Dotted, Regex
from gardener.core.rule import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from gardener.checking.hit import Hit
    from gardener.checking.source import SourceFile

_AST_NODES = {
    "function": ("FunctionDef", "AsyncFunctionDef"),
    "method": ("FunctionDef", "AsyncFunctionDef"),
    "class": ("ClassDef",),
    "argument": ("FunctionDef", "AsyncFunctionDef", "Lambda"),
    "constant": ("Assign", "AnnAssign"),
    "module": (),
}


@dataclass(frozen=True, slots=True)
class PARAMETERS:
    """`kind`: what is named. `pattern`: a regular expression the whole name must match, or, with `forbid`, must not.

    `names`: only names that match this one are concerned. `bases`: only classes with such a base.
    A constant is a name assigned at module level; a module's name is its file name without suffix.
    """

    kind: Literal["function", "method", "class", "argument", "constant", "module"]
    pattern: Regex
    names: Regex = ANY_NAME
    bases: tuple[Dotted, ...] = ()
    forbid: bool = False


def compile_family(parameters: PARAMETERS, *, message: str | None) -> Compiled:
    """Flags names that break the pattern. Message placeholders: `$NAME`, `$PATTERN`."""
    from gardener.checking.hit import Matcher

    pattern, names, bases = regex_of(parameters.pattern), regex_of(parameters.names), Names(parameters.bases)
    verb = "must not" if parameters.forbid else "must"
    wording = Wording(message, f"{parameters.kind} name `$NAME` {verb} match `$PATTERN`", ("NAME", "PATTERN"))

    def run(node: cst.CSTNode, file: SourceFile) -> Iterator[Hit]:
        for name, place in _named(node, file, parameters.kind):
            if not fullmatch(names, name) or fullmatch(pattern, name) != parameters.forbid:
                continue
            if not bases.names or _has_base(node, file, bases):
                said = wording.say(NAME=name, PATTERN=parameters.pattern)
                yield file.flag(place, said, label=f"{parameters.kind} {name}")

    plan = Plan(bases.words, _AST_NODES[parameters.kind], (), "toplevel" if parameters.kind != "module" else "module")
    return Compiled(Matcher(_node_types(parameters.kind), run), plan)


def _node_types(kind: str) -> tuple[type[cst.CSTNode], ...]:
    import libcst as cst

    types: dict[str, tuple[type[cst.CSTNode], ...]] = {
        "class": (cst.ClassDef,),
        "argument": (cst.Param,),
        "constant": (cst.Assign, cst.AnnAssign),
        "module": (cst.Module,),
    }
    return types.get(kind, (cst.FunctionDef,))


def _named(node: cst.CSTNode, file: SourceFile, kind: str) -> Iterator[tuple[str, cst.CSTNode]]:
    import libcst as cst

    match node:
        case cst.FunctionDef() | cst.ClassDef() if kind_of(node, file) == kind:
            yield node.name.value, node.name
        case cst.Param():
            yield node.name.value, node.name
        case cst.Module():
            yield file.path.rpartition("/")[2].rpartition(".")[0], node
        case cst.Assign() | cst.AnnAssign() if not _in_definition(node, file):
            targets = [node.target] if isinstance(node, cst.AnnAssign) else [item.target for item in node.targets]
            yield from ((target.value, target) for target in targets if isinstance(target, cst.Name))
        case _:
            return


def _in_definition(node: cst.CSTNode, file: SourceFile) -> bool:
    import libcst as cst

    return any(isinstance(outer, cst.FunctionDef | cst.ClassDef) for outer in file.ancestors(node))


def _has_base(node: cst.CSTNode, file: SourceFile, bases: Names) -> bool:
    import libcst as cst

    return isinstance(node, cst.ClassDef) and any(stands_for(base.value, file, bases) for base in node.bases)
