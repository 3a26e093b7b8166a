"""Do the rounds: every chore looks for small duties, and patches are cut for what a program can mend."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.core import family
from gardener.core.errors import GardenerError
from gardener.core.finding import Failure
from gardener.gardening.night import Said

if TYPE_CHECKING:
    from gardener.gardening.night import Duty, Outcome, Tended

FAMILY = "gardener.gardening.chores"
NEEDS = ("report", "graded")


def run(tended: Tended) -> tuple[Tended, Said]:
    """The duties of all chores; one that fails does not keep the others."""
    from gardener.gardening.chores_ground import ground_of
    from gardener.gardening.patches import place_patches

    ground = ground_of(tended)
    duties: list[Duty] = []
    failures: list[Failure] = []
    for name in family.names(FAMILY):
        if name in tended.settings.garden.skip:
            continue
        try:
            found = family.load(FAMILY, name).run(ground)
        except GardenerError as error:
            failures.append(Failure(f"chore {name}: {error}"))
            continue
        duties += found.duties
        tended = replace(tended, patches=(*tended.patches, *found.patches))
    tended = replace(tended, duties=tuple(duties), failures=(*tended.failures, *failures))
    placed = place_patches(tended)
    number = len(duties)
    patched = f", {len(tended.patches)} patch{'es' * (len(tended.patches) != 1)}" if tended.patches else ""
    outcome: Outcome = "planned" if tended.patches and not placed.written else "done"
    return tended, Said(f"{number} dut{'ies' if number != 1 else 'y'}{patched}", outcome, placed.changes)
