"""A function, class or method nobody here should call, and what to call in its place."""

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
    """`calls`: dotted names, `a.b.*` for all below; methods as `module.Class.method`.

    `instead`: what to use; a dotted name also makes the fix.
    """

    calls: tuple[Dotted, ...]
    instead: str = ""


def compile_family(parameters: PARAMETERS, *, message: str | None) -> Compiled:
    """Flags each call of one of `calls`. Message placeholders: `$CALL`, `$INSTEAD`."""
    import libcst as cst

    from gardener.checking.hit import Matcher

    names = Names(parameters.calls)
    instead = parameters.instead
    default = "do not call `$CALL`; use `$INSTEAD`" if instead else "do not call `$CALL`"
    wording = Wording(message, default, ("CALL", "INSTEAD"))
    fixes = _DOTTED.fullmatch(instead) is not None

    def run(node: cst.CSTNode, file: SourceFile) -> Iterator[Hit]:
        if not isinstance(node, cst.Call):
            return
        found = names.match(file.resolve(node.func))
        if found is None:
            return
        fix = None
        if fixes:
            request = file.add_import(instead)
            fix = file.replace(node.func, str(request), request, title=f"call `{instead}`")
        yield file.flag(node, wording.say(CALL=found.name, INSTEAD=instead), fix=fix, certainty=found.certainty)

    plan = Plan(names.words, ("Call",), names.planned, "statement")
    return Compiled(Matcher((cst.Call,), run), plan, fixes)
