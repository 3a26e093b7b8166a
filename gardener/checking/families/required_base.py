"""Classes that must inherit from something: every `…Error` from the project's own root."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.checking.compile import Compiled
from gardener.checking.families._matching import Names, Wording, fullmatch, regex_of, stands_for
from gardener.checking.families._modules import module_of
from gardener.checking.families._parameters import ANY_NAME, Dotted, Regex
from gardener.core.rule import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from gardener.checking.hit import Hit
    from gardener.checking.source import SourceFile


@dataclass(frozen=True, slots=True)
class PARAMETERS:
    """`bases`: dotted names, one of which is needed; `names`: a regular expression for the whole class name.

    A base that is itself defined in the same file is followed; `subclasses`: only classes with such a base now.
    """

    bases: tuple[Dotted, ...]
    names: Regex = ANY_NAME
    subclasses: tuple[Dotted, ...] = ()


def compile_family(parameters: PARAMETERS, *, message: str | None) -> Compiled:
    """Flags classes without the base. Message placeholders: `$NAME`, `$BASE`."""
    import libcst as cst

    from gardener.checking.hit import Matcher

    bases, subclasses = Names(parameters.bases), Names(parameters.subclasses)
    pattern = regex_of(parameters.names)
    wording = Wording(message, "class `$NAME` must inherit from `$BASE`", ("NAME", "BASE"))

    def run(node: cst.CSTNode, file: SourceFile) -> Iterator[Hit]:
        if not isinstance(node, cst.ClassDef) or not fullmatch(pattern, node.name.value):
            return
        if f"{module_of(file.path)}.{node.name.value}" in bases:
            return
        if subclasses.names and not any(stands_for(base.value, file, subclasses) for base in node.bases):
            return
        if not _inherits(node, file, bases, depth=5):
            said = wording.say(NAME=node.name.value, BASE=parameters.bases[0])
            yield file.flag(node.name, said, label=f"class {node.name.value}")

    return Compiled(Matcher((cst.ClassDef,), run), Plan(subclasses.words, ("ClassDef",), (), "module"))


def _inherits(node: cst.ClassDef, file: SourceFile, bases: Names, depth: int) -> bool:
    if any(stands_for(base.value, file, bases) for base in node.bases):
        return True
    return depth > 0 and any(_inherits(outer, file, bases, depth - 1) for outer in _local_bases(node, file))


def _local_bases(node: cst.ClassDef, file: SourceFile) -> Iterator[cst.ClassDef]:
    import libcst as cst

    names = {base.value.value for base in node.bases if isinstance(base.value, cst.Name)}
    for item in file.nodes() if names else ():
        if isinstance(item, cst.ClassDef) and item.name.value in names and item is not node:
            yield item
