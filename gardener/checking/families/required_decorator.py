"""Functions, methods or classes that must carry a decorator: views need a permission, tasks a retry policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.checking.compile import Compiled
from gardener.checking.families._definitions import AST_NODES, Kind, kind_of, node_type
from gardener.checking.families._matching import Names, Wording, fullmatch, regex_of, stands_for
from gardener.checking.families._parameters import ANY_NAME, Dotted, Regex
from gardener.core.rule import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from gardener.checking.hit import Hit
    from gardener.checking.source import SourceFile


@dataclass(frozen=True, slots=True)
class PARAMETERS:
    """`decorators`: dotted names, one of which is needed. `on`: function, method or class.

    `names`: a regular expression for the whole name of those concerned. `base`: only classes with such a base,
    or methods of such classes.
    """

    decorators: tuple[Dotted, ...]
    on: Kind = "function"
    names: Regex = ANY_NAME
    base: tuple[Dotted, ...] = ()


def compile_family(parameters: PARAMETERS, *, message: str | None) -> Compiled:
    """Flags definitions without the decorator. Message placeholders: `$NAME`, `$DECORATOR`."""
    from gardener.checking.hit import Matcher

    decorators, bases = Names(parameters.decorators), Names(parameters.base)
    pattern = regex_of(parameters.names)
    wording = Wording(message, f"{parameters.on} `$NAME` needs `@$DECORATOR`", ("NAME", "DECORATOR"))

    def run(node: cst.CSTNode, file: SourceFile) -> Iterator[Hit]:
        import libcst as cst

        if not isinstance(node, cst.FunctionDef | cst.ClassDef) or kind_of(node, file) != parameters.on:
            return
        if not fullmatch(pattern, node.name.value) or not _has_base(node, file, bases):
            return
        if not any(stands_for(item.decorator, file, decorators) for item in node.decorators):
            said = wording.say(NAME=node.name.value, DECORATOR=parameters.decorators[0])
            yield file.flag(node.name, said, label=f"{parameters.on} {node.name.value}")

    plan = Plan(bases.words, AST_NODES[parameters.on], (), "toplevel")
    return Compiled(Matcher((node_type(parameters.on),), run), plan)


def _has_base(node: cst.FunctionDef | cst.ClassDef, file: SourceFile, bases: Names) -> bool:
    import libcst as cst

    if not bases.names:
        return True
    holder = node if isinstance(node, cst.ClassDef) else file.enclosing(node, cst.ClassDef)
    return holder is not None and any(stands_for(base.value, file, bases) for base in holder.bases)
