"""A night for people at a terminal: what every step said, what waits for them, and what would raise a grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.outputs._visible import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.gardening.night import Tended

SHOWN = 5


def as_text(tended: Tended) -> str:
    """The story in a few lines; nothing in it depends on when it is told."""
    return "\n".join(_lines(tended)) + "\n"


def _lines(tended: Tended) -> Iterator[str]:
    yield "tonight:"
    room = max(len(step.name) for step in tended.steps)
    for step in tended.steps:
        yield f"  {step.name:<{room}}  {step.said.outcome:<7}  {sentence(step.said.words)}"
    for change in tended.changes:
        yield f"  changed: {sentence(change)}"
    if tended.duties:
        yield ""
        yield "to do, when somebody has a minute:"
        for duty in tended.duties[:SHOWN]:
            where = f"{sentence(duty.path)}: " if duty.path else ""
            yield f"  {where}{sentence(duty.what)}" + (f" ({sentence(duty.do)})" if duty.do else "")
        if len(tended.duties) > SHOWN:
            yield f"  ... and {len(tended.duties) - SHOWN} more, in the report"
    if tended.waiting:
        yield ""
        yield "waiting for a decision:"
        for one in tended.waiting[:SHOWN]:
            yield f"  {sentence(one.kind)}: {sentence(one.what)}" + (f" ({sentence(one.do)})" if one.do else "")
    actions = tended.graded.scores.actions if tended.graded else ()
    if actions:
        from gardener.gardening.grades.describe import sentence_of

        yield ""
        yield "to raise a grade:"
        yield from (f"  {number}. {sentence_of(action)}" for number, action in enumerate(actions, start=1))
    if not tended.request.apply and any(step.said.outcome == "planned" for step in tended.steps):
        yield ""
        yield "nothing was written; --apply does what is planned"
