"""A module that nobody, or only some places, may import."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the hint is read at run time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from gardener.checking.compile import Compiled
from gardener.checking.families._matching import Wording, parts_of
from gardener.checking.families._modules import at_module_level, below, for_types_only, imported, module_of
from gardener.checking.families._parameters import Module  # noqa: TC001 - the hint is read at run time
from gardener.core.rule import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from gardener.checking.hit import Hit
    from gardener.checking.source import SourceFile


@dataclass(frozen=True, slots=True)
class PARAMETERS:
    """`modules`: dotted modules or names, each with all below it. `only_in` and `allowed_in`: path globs.

    `layers`: for a package, the modules it must not import, as in `{"app.domain" = ["app.web", "sqlalchemy"]}`.
    `level`: `module` spares imports inside functions. `type_checking`: false spares `if TYPE_CHECKING:`.
    """

    modules: tuple[Module, ...] = ()
    only_in: tuple[str, ...] = ()
    allowed_in: tuple[str, ...] = ()
    layers: Mapping[str, tuple[Module, ...]] = field(default_factory=dict)
    level: Literal["any", "module"] = "any"
    type_checking: bool = True
    instead: str = ""

    def problems(self) -> list[tuple[str, str]]:
        """What does not fit together."""
        return [] if self.modules or self.layers else [("modules", "or `layers` is needed")]


def compile_family(parameters: PARAMETERS, *, message: str | None) -> Compiled:
    """Flags each import of one of `modules`. Message placeholders: `$MODULE`, `$INSTEAD`."""
    import libcst as cst

    from gardener.checking.hit import Matcher

    instead = parameters.instead
    default = "do not import `$MODULE` here; use `$INSTEAD`" if instead else "do not import `$MODULE` here"
    wording = Wording(message, default, ("MODULE", "INSTEAD"))

    def run(node: cst.CSTNode, file: SourceFile) -> Iterator[Hit]:
        forbidden = _forbidden_in(parameters, file.path)
        if not forbidden or not _counts(node, file, parameters):
            return
        for name, place in imported(node, file):
            if below(name, forbidden):
                yield file.flag(place, wording.say(MODULE=name, INSTEAD=instead))

    everything = [*parameters.modules, *(name for names in parameters.layers.values() for name in names)]
    words = tuple(dict.fromkeys(tuple(parts_of(name)) for name in everything))
    plan = Plan(words, ("Import", "ImportFrom"), (), "toplevel" if _looks_around(parameters) else "statement")
    return Compiled(Matcher((cst.Import, cst.ImportFrom), run), plan)


def _looks_around(parameters: PARAMETERS) -> bool:
    return parameters.level == "module" or not parameters.type_checking


def _forbidden_in(parameters: PARAMETERS, path: str) -> tuple[str, ...]:
    from gardener.core.globs import compile_globs

    if parameters.allowed_in and compile_globs(parameters.allowed_in).matches(path):
        return ()
    if parameters.only_in and not compile_globs(parameters.only_in).matches(path):
        return ()
    own = module_of(path)
    layered = [name for package, names in parameters.layers.items() if below(own, [package]) for name in names]
    return (*parameters.modules, *layered)


def _counts(node: cst.CSTNode, file: SourceFile, parameters: PARAMETERS) -> bool:
    if parameters.level == "module" and not at_module_level(node, file):
        return False
    return parameters.type_checking or not for_types_only(node, file)
