"""What could a program mend in one sitting? Patches of one rule each, small enough to be read.

A patch holds fixes that change no behaviour where there are any, else such that may. It is a file; nobody applies or
pushes it but a person.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from gardener.gardening.chores_ground import Round
from gardener.gardening.night import Duty
from gardener.gardening.patches import patch_of

if TYPE_CHECKING:
    from gardener.core.finding import Finding
    from gardener.gardening.chores_ground import ChoreGround

MOST_LINES = 100
MINUTES = 5


def run(ground: ChoreGround) -> Round:
    """At most as many patches as the settings say, for the rules with most to mend, with a duty for each."""
    grouped: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in ground.report.findings:
        if finding.suppressed is None and finding.state != "shadow" and finding.fix and finding.fix.safety != "shown":
            grouped[finding.rule, finding.fix.safety].append(finding)
    ranked = sorted(grouped, key=lambda key: (key[1] != "safe", -len(grouped[key]), key[0]))
    duties: list[Duty] = []
    patches: list[tuple[str, str]] = []
    for rule, safety in ranked:
        if len(patches) >= ground.settings.garden.max_patches:
            break
        made = patch_of(ground.tree, grouped[rule, safety], MOST_LINES)
        name = f"garden-{rule.replace(':', '-')}.patch"
        if made is None or name in dict(patches):
            continue
        patches.append((name, made.text))
        warning = "" if safety == "safe" else "; it may change behaviour"
        places = f"{made.fixes} place{'s' * (made.fixes > 1)}"
        what = f"{name} mends {places} of `{rule}`{warning}"
        duties.append(Duty("small-patches", what, do=f"git apply {name}", minutes=MINUTES, weight=made.fixes))
    return Round(tuple(duties), tuple(patches))
