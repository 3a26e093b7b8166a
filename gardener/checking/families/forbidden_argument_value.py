"""An argument that must not have certain values: `verify=False`, `shell=True`, `timeout=None`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gardener.checking.compile import Compiled
from gardener.checking.families._arguments import bad_value, find_argument
from gardener.checking.families._matching import Names, Wording
from gardener.checking.families._parameters import Dotted, Source  # noqa: TC001 - the hint is read at run time
from gardener.core.rule import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from gardener.checking.hit import Hit
    from gardener.checking.source import SourceFile


@dataclass(frozen=True, slots=True)
class PARAMETERS:
    """`calls`: dotted names. `argument`: the keyword; `position`: its 0-based place, when it may be positional.

    `values`: numbers, booleans, strings; "None" is None. `instead`: Python source that the fix puts there.
    """

    calls: tuple[Dotted, ...]
    argument: str
    values: tuple[Any, ...]
    position: int | None = None
    instead: Source | None = None

    def problems(self) -> list[tuple[str, str]]:
        """What does not fit together."""
        return [] if self.argument.isidentifier() else [("argument", "must be the name of a parameter")]


def compile_family(parameters: PARAMETERS, *, message: str | None) -> Compiled:
    """Flags each call that passes one of `values`. Message placeholders: `$CALL`, `$ARGUMENT`, `$VALUE`."""
    import libcst as cst

    from gardener.checking.hit import Matcher

    names = Names(parameters.calls)
    wording = Wording(message, "`$CALL` with `$ARGUMENT=$VALUE`", ("CALL", "ARGUMENT", "VALUE"))

    def run(node: cst.CSTNode, file: SourceFile) -> Iterator[Hit]:
        if not isinstance(node, cst.Call):
            return
        found = names.match(file.resolve(node.func))
        if found is None:
            return
        argument = find_argument(node, file, parameters.argument, parameters.position)
        if argument.value is None or not bad_value(argument, file, parameters.values):
            return
        said = wording.say(CALL=found.name, ARGUMENT=parameters.argument, VALUE=file.source(argument.value))
        fix = None
        if parameters.instead is not None:
            fix = file.replace(argument.value, parameters.instead, title=f"pass `{parameters.instead}`")
        yield file.flag(node, said, fix=fix, certainty=found.certainty)

    plan = Plan(names.words, ("Call",), names.planned, "statement")
    return Compiled(Matcher((cst.Call,), run), plan, parameters.instead is not None)
