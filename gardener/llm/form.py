"""How a request is put to an endpoint that may not take everything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Rung = Literal["json_schema", "tool", "json_object", "prompt"]
"""How JSON is had: with a strict schema, a forced tool call, the demand for any JSON, or the words of the prompt."""

RUNGS: tuple[Rung, ...] = ("json_schema", "tool", "json_object", "prompt")
DROPPABLE = (
    "max_completion_tokens",
    "parallel_tool_calls",
    "prompt_cache_key",
    "strict",
    "temperature",
    "tool_choice",
    "tools",
)
"""What a request can do without; `max_tokens` takes the place of `max_completion_tokens`."""


@dataclass(frozen=True, slots=True)
class Form:
    """The rung a JSON answer is had on, and the parameters an endpoint does not take."""

    rung: Rung = "json_schema"
    without: frozenset[str] = frozenset()

    def sends(self, parameter: str) -> bool:
        """May the parameter be sent?"""
        return parameter not in self.without

    def less(self, parameter: str) -> Form:
        """The same without a parameter. Without tools there is no rung that needs one either."""
        lower = replace(self, without=self.without | {parameter})
        return lower.down() or lower if parameter == "tools" and self.rung == "tool" else lower

    def down(self) -> Form | None:
        """The next rung down; None on the lowest."""
        left = RUNGS[RUNGS.index(self.rung) + 1 :]
        usable = [rung for rung in left if rung != "tool" or self.sends("tools")]
        return replace(self, rung=usable[0]) if usable else None
