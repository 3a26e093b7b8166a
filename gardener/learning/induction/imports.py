"""What samples import before and no longer after."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from gardener.learning.induction.shapes import Draft

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gardener.learning.induction.reading import Code
    from gardener.learning.induction.trial import Pair


def import_drafts(pairs: Sequence[Pair], *, only_when_several: bool) -> Iterator[Draft]:
    """A forbidden import; with `only_when_several` only where the samples use different things of the module."""
    changed = [(imported(pair.before.code), imported(pair.after.code)) for pair in pairs if pair.after is not None]
    if not changed:
        return
    gone = _outermost(set.intersection(*(before - after for before, after in changed)))
    new = _outermost(set.intersection(*(after - before for before, after in changed)))
    for module in gone:
        if only_when_several and len({name for pair in pairs for name in _used(pair.before.code, module)}) < 2:
            continue
        parameters = {"modules": [module], **({"instead": new[0]} if len(new) == 1 else {})}
        yield Draft({"form": "family", "family": "forbidden-import", "parameters": parameters}, (module,))


def star_drafts(pairs: Sequence[Pair]) -> Iterator[Draft]:
    """A pattern for `from … import *`, where all samples do away with one."""
    stars = [[_stars(side.code) for side in (pair.before, pair.after) if side is not None] for pair in pairs]
    if stars and all(counts[0] > counts[-1] for counts in stars if len(counts) > 1):
        yield Draft({"form": "pattern", "pattern": "from $MODULE import *"}, ("import", "*"))


def _stars(code: Code) -> int:
    nodes = [node for node in ast.walk(code.tree) if isinstance(node, ast.ImportFrom)]
    return sum(alias.name == "*" for node in nodes for alias in node.names)


def imported(code: Code) -> set[str]:
    """The dotted names that a text imports: modules, and members of modules."""
    found: set[str] = set()
    for node in ast.walk(code.tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names if alias.name != "*")
    return found


def _outermost(names: set[str]) -> list[str]:
    """The names that stand below none of the others."""
    return sorted(name for name in names if not any(name.startswith(f"{other}.") for other in names))


def _used(code: Code, module: str) -> set[str]:
    """The members of a module that a text uses, one level down."""
    found: set[str] = set()
    for node in ast.walk(code.tree):
        if isinstance(node, ast.Name | ast.Attribute):
            for name, _ in code.names_of(node)[:1]:
                if name.startswith(f"{module}."):
                    found.add(name[len(module) + 1 :].partition(".")[0])
    return found
