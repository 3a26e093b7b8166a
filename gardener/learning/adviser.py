"""A model that is asked while learning, until it cannot be asked any more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gardener.core.errors import BudgetSpent
from gardener.llm.ask import Ask, Message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gardener.core.feedback import Theme
    from gardener.learning.ground import Ground
    from gardener.llm.ask import Model

# After these the endpoint will not answer the next question either.
_FINAL = frozenset({"unreachable", "rejected"})


@dataclass(slots=True)
class Adviser:
    """A model that is asked until it cannot be: `ended` says why it is not asked any more, `lost` counts what it did
    not answer."""

    model: Model
    ground: Ground
    ended: str = ""
    lost: int = 0
    _name: str = field(init=False)

    def __post_init__(self) -> None:
        self._name = self.ground.settings.review.model or ""

    def ask(self, system: str, turns: Sequence[str], schema: Mapping[str, Any], purpose: str) -> dict[str, Any] | None:
        """The answer, an object; None where there is none. `turns` are those of the user and the model in turn."""
        from gardener.llm.extract_json import extract_json

        if self.ended:
            return None
        said = [Message("assistant" if number % 2 else "user", turn) for number, turn in enumerate(turns)]
        messages = (Message("system", system), *said)
        sampling = self.ground.settings.review.temperature
        try:
            reply = self.model(
                Ask(self._name, messages, schema, purpose, temperature=sampling, cache_key=purpose, purpose=purpose)
            )
        except BudgetSpent as spent:
            self.ended = spent.message
            return None
        if reply.outcome in _FINAL:
            self.ended = reply.detail or reply.outcome
        answer = extract_json(reply.text) if reply.outcome == "answered" else None
        self.lost += not isinstance(answer, dict)
        return answer if isinstance(answer, dict) else None

    def notes(self) -> tuple[str, ...]:
        """One line on what did not go as hoped."""
        if self.ended:
            return (f"the model helped no further: {self.ended}; the rest is what is found without it",)
        return (f"the model gave no usable answer {self.lost} times",) if self.lost else ()

    def may_read(self, theme: Theme) -> bool:
        """Whether none of a theme's code stood in a file that no model is to see."""
        return not any(self.is_denied(each.feedback.path) for each in theme.evidence if each.feedback.path)

    def is_denied(self, path: str) -> bool:
        """Whether a file is never shown to a model."""
        from gardener.llm.denied import is_denied

        return is_denied(path, self.ground.settings.review.deny)
