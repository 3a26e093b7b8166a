"""A call that must say something explicitly: a timeout, an encoding, `check=`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from gardener.checking.compile import Compiled
from gardener.checking.families._arguments import add_argument, bad_value, find_argument
from gardener.checking.families._matching import Names, Wording
from gardener.checking.families._parameters import Dotted, Source  # noqa: TC001 - the hint is read at run time
from gardener.core.rule import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from gardener.checking.families._arguments import Argument
    from gardener.checking.hit import Hit, PendingFix
    from gardener.checking.source import SourceFile


@dataclass(frozen=True, slots=True)
class PARAMETERS:
    """`calls`: dotted names. `argument`: the keyword; `position`: its 0-based place, when it may be positional.

    `alternatives`: keywords one of which does as well.
    `value`: Python source for the fix. `forbid`: values that count as missing ("None" is None).
    `splat`: what to say of a call whose `*` or `**` may hold the argument.
    """

    calls: tuple[Dotted, ...]
    argument: str
    position: int | None = None
    alternatives: tuple[str, ...] = ()
    value: Source | None = None
    forbid: tuple[Any, ...] = ()
    splat: Literal["ignore", "maybe"] = "maybe"

    def problems(self) -> list[tuple[str, str]]:
        """What does not fit together."""
        return [] if self.argument.isidentifier() else [("argument", "must be the name of a parameter")]


def compile_family(parameters: PARAMETERS, *, message: str | None) -> Compiled:
    """Flags each call of one of `calls` without `argument`. Message placeholders: `$CALL`, `$ARGUMENT`."""
    import libcst as cst

    from gardener.checking.hit import Matcher

    names = Names(parameters.calls)
    wording = Wording(message, "`$CALL` without `$ARGUMENT`", ("CALL", "ARGUMENT"))

    def run(node: cst.CSTNode, file: SourceFile) -> Iterator[Hit]:
        if not isinstance(node, cst.Call):
            return
        found = names.match(file.resolve(node.func))
        if found is None:
            return
        argument = find_argument(node, file, parameters.argument, parameters.position)
        if any(find_argument(node, file, name, None).state == "given" for name in parameters.alternatives):
            return
        if not _is_missing(argument, file, parameters):
            return
        text = wording.say(CALL=found.name, ARGUMENT=parameters.argument)
        certainty = "maybe" if argument.state == "unknown" else found.certainty
        yield file.flag(node, text, fix=_fix(node, file, argument, parameters), certainty=certainty)

    plan = Plan(names.words, ("Call",), names.planned, "statement")
    return Compiled(Matcher((cst.Call,), run), plan, parameters.value is not None)


def _is_missing(argument: Argument, file: SourceFile, parameters: PARAMETERS) -> bool:
    if argument.state == "unknown":
        return parameters.splat == "maybe"
    return argument.state == "absent" or bad_value(argument, file, parameters.forbid)


def _fix(call: cst.Call, file: SourceFile, argument: Argument, parameters: PARAMETERS) -> PendingFix | None:
    if parameters.value is None or argument.state == "unknown":
        return None
    if argument.value is not None:
        return file.replace(argument.value, parameters.value, title=f"say `{parameters.value}`")
    return add_argument(call, file, f"{parameters.argument}={parameters.value}")
