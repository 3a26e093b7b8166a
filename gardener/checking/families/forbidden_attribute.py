"""An attribute or module member nobody here should touch directly: `os.environ`, `settings.SECRET_KEY`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.checking.compile import Compiled
from gardener.checking.families._matching import Names, Wording
from gardener.checking.families._parameters import Dotted  # noqa: TC001 - the hint is read at run time
from gardener.core.rule import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from gardener.checking.hit import Hit
    from gardener.checking.source import SourceFile

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")


@dataclass(frozen=True, slots=True)
class PARAMETERS:
    """`attributes`: dotted names, `a.b.*` for all below. `instead`: what to use; a dotted name also makes the fix."""

    attributes: tuple[Dotted, ...]
    instead: str = ""


def compile_family(parameters: PARAMETERS, *, message: str | None) -> Compiled:
    """Flags each use of one of `attributes`. Message placeholders: `$NAME`, `$INSTEAD`."""
    import libcst as cst

    from gardener.checking.hit import Matcher

    names = Names(parameters.attributes)
    instead = parameters.instead
    default = "do not use `$NAME`; use `$INSTEAD`" if instead else "do not use `$NAME`"
    wording = Wording(message, default, ("NAME", "INSTEAD"))
    fixes = _DOTTED.fullmatch(instead) is not None

    def run(node: cst.CSTNode, file: SourceFile) -> Iterator[Hit]:
        if isinstance(node, cst.Name) and not _is_use(node, file):
            return
        found = names.match(file.resolve(node))
        if found is None or _is_inner_part(node, file, names):
            return
        fix = None
        if fixes:
            request = file.add_import(instead)
            fix = file.replace(node, str(request), request, title=f"use `{instead}`")
        yield file.flag(node, wording.say(NAME=found.name, INSTEAD=instead), fix=fix, certainty=found.certainty)

    plan = Plan(names.words, ("Attribute", "Name"), names.planned, "statement")
    return Compiled(Matcher((cst.Attribute, cst.Name), run), plan, fixes)


def _is_use(name: cst.Name, file: SourceFile) -> bool:
    """Is this a name that is read and was imported, not one that is bound here or merely holds the thing?"""
    import libcst as cst

    parent = file.parent(name)
    match parent:
        case cst.Attribute():
            free = parent.value is name
        case cst.Arg() | cst.NamedExpr() | cst.AnnAssign():
            free = name is parent.value
        case cst.FunctionDef() | cst.ClassDef() | cst.Param():
            free = name is not parent.name
        case cst.AssignTarget() | cst.ImportAlias() | cst.AsName() | cst.Import() | cst.ImportFrom():
            free = False
        case _:
            free = True
    return free and _is_imported(name, file)


def _is_imported(name: cst.Name, file: SourceFile) -> bool:
    scope = file.scope_of(name)
    while name.value not in scope.bindings and scope.parent is not None:
        scope = scope.parent
    bindings = scope.bindings.get(name.value, ())
    return not bindings or any(binding.kind in ("import", "star") for binding in bindings)


def _is_inner_part(node: cst.CSTNode, file: SourceFile, names: Names) -> bool:
    """Is the node part of a longer chain that is a use itself, as `a.b` in `a.b.c` under `a.*`?"""
    import libcst as cst

    parent = file.parent(node)
    if not isinstance(parent, cst.Attribute) or parent.value is not node:
        return False
    return names.match(file.resolve(parent)) is not None
