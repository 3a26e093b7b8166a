"""What a coding agent is told of gardener in a guide: three commands, and what the team holds to be right."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gardener.core.belief import Belief, Beliefs

MOST_BELIEFS = 12
KIND = "agents"
BRANCH = "main"


def guide_lines(beliefs: Beliefs | None, branch: str) -> list[str]:
    """The lines between the markers. `branch` is what changes are compared with, by default `main`."""
    checked = f"gardener check --diff {branch or BRANCH} --format agent"
    lines = [
        "- Before you edit a file: `gardener beliefs for PATH --format agent` says what holds there.",
        f"- Before you are done: `{checked}`. Fix what it says you MUST FIX.",
        "- If it is wrong: `# gardener: allow[RULE] reason` at the line. Never edit rules or a baseline to get by.",
    ]
    kept = [belief for belief in beliefs.beliefs if belief.status == "active"] if beliefs else []
    if beliefs is None or not kept:
        return lines
    more = f", and {len(kept) - MOST_BELIEFS} more" if len(kept) > MOST_BELIEFS else ""
    listed = [f"  - {_line(belief)}" for belief in kept[:MOST_BELIEFS]]
    return [*lines, f"- What holds here (`{beliefs.path}`{more}):", *listed]


def _line(belief: Belief) -> str:
    from gardener.documents.escaping import inert

    scope = ", ".join(belief.scope).replace("`", "")
    return inert(f"{belief.title} (`{scope}`)" if scope else belief.title)
