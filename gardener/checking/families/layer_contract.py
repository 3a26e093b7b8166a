"""Layers of one package: imports go only downwards, and members of one layer do not know each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.checking.compile import Compiled
from gardener.checking.families._matching import Wording, parts_of
from gardener.checking.families._modules import below, for_types_only, imported, module_of
from gardener.checking.families._parameters import Module  # noqa: TC001 - the hint is read at run time
from gardener.core.rule import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from gardener.checking.hit import Hit
    from gardener.checking.source import SourceFile


@dataclass(frozen=True, slots=True)
class PARAMETERS:
    """`layers`: from the top down, each a list of modules relative to `root` (the dotted package around them).

    `independent`: members of one layer must not import each other. `allow`: exceptions, `"a.b -> c.d"`, absolute.
    `type_checking`: false spares imports under `if TYPE_CHECKING:`.
    """

    layers: tuple[tuple[Module, ...], ...]
    root: str = ""
    independent: bool = True
    allow: tuple[str, ...] = ()
    type_checking: bool = True

    def problems(self) -> list[tuple[str, str]]:
        """What does not fit together."""
        wrong = [entry for entry in self.allow if "->" not in entry]
        return [("allow", f"needs entries such as `a.b -> c.d`, not `{entry}`") for entry in wrong]


def compile_family(parameters: PARAMETERS, *, message: str | None) -> Compiled:
    """Flags imports that go upwards or sideways. Placeholders: `$MODULE`, `$LAYER`, `$OWN`."""
    import libcst as cst

    from gardener.checking.hit import Matcher

    default = "`$OWN` must not import `$LAYER`: imports go only downwards"
    wording = Wording(message, default, ("MODULE", "LAYER", "OWN"))
    floors = {_absolute(name, parameters.root): i for i, layer in enumerate(parameters.layers) for name in layer}
    allowed = [tuple(part.strip() for part in entry.split("->", 1)) for entry in parameters.allow]

    def run(node: cst.CSTNode, file: SourceFile) -> Iterator[Hit]:
        own_module = module_of(file.path)
        own = _member(own_module, floors)
        if own is None or (not parameters.type_checking and for_types_only(node, file)):
            return
        for name, place in imported(node, file):
            other = _member(name, floors)
            if other is None or other == own or _downwards(floors[own], floors[other], parameters.independent):
                continue
            if not any(below(own_module, [source]) and below(name, [target]) for source, target in allowed):
                yield file.flag(place, wording.say(MODULE=name, LAYER=other, OWN=own))

    words = tuple(tuple(parts_of(name)) for name in floors)
    plan = Plan(words, ("Import", "ImportFrom"), (), "statement" if parameters.type_checking else "toplevel")
    return Compiled(Matcher((cst.Import, cst.ImportFrom), run), plan)


def _absolute(name: str, root: str) -> str:
    return f"{root}.{name}" if root else name


def _member(module: str, floors: dict[str, int]) -> str | None:
    """The innermost listed module that holds `module`."""
    found = [name for name in floors if module == name or module.startswith(f"{name}.")]
    return max(found, key=len) if found else None


def _downwards(own: int, other: int, independent: bool) -> bool:
    return own < other or (own == other and not independent)
