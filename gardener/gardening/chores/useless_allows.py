"""Which comments and deferrals suppress nothing any more?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gardener.gardening.chores_ground import Round
from gardener.gardening.night import Duty

if TYPE_CHECKING:
    from gardener.gardening.chores_ground import ChoreGround

_RULE = "unused-suppression"


def run(ground: ChoreGround) -> Round:
    """A duty for each file with such comments."""
    found = Counter(one.path for one in ground.report.findings if one.rule == _RULE and one.suppressed is None)
    return Round(
        tuple(
            Duty(
                "useless-allows",
                f"{number} comment{'s' * (number > 1)} in {path} suppress{'es' * (number == 1)} nothing",
                path,
                f"gardener check --select {_RULE} {path}",
                minutes=2 * number,
                weight=number,
            )
            for path, number in sorted(found.items(), key=lambda item: (-item[1], item[0]))
        )
    )
