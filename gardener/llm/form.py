"""How a request is put to an endpoint that may not take everything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Rung = Literal["json_schema", "tool", "json_object", "prompt"]
"""How JSON is had: with a strict schema, a forced tool call, the demand for any JSON, or the words of the prompt."""

RUNGS: tuple[Rung, ...] = ("json_schema", "tool", "json_object", "prompt")
Limit = Literal["max_completion_tokens", "max_tokens"]
"""The two names of the most tokens of an answer. OpenAI's newer models refuse the older one, and some servers of others
ignore the newer one, so that their answers have no end."""

LIMITS: tuple[Limit, ...] = ("max_completion_tokens", "max_tokens")
DROPPABLE = (
    *LIMITS,
    "parallel_tool_calls",
    "prompt_cache_key",
    "strict",
    "temperature",
    "tool_choice",
    "tools",
)
"""What a request can do without, though never without both limits."""


@dataclass(frozen=True, slots=True)
class Form:
    """The rung a JSON answer is had on, the name of the limit, and the parameters an endpoint does not take."""

    rung: Rung = "json_schema"
    without: frozenset[str] = frozenset()
    limit: Limit = "max_completion_tokens"

    def sends(self, parameter: str) -> bool:
        """May the parameter be sent?"""
        return parameter not in self.without

    def less(self, parameter: str) -> Form | None:
        """The same without a parameter; None when it cannot be done without.

        Without tools there is no rung that needs one either, and one limit takes the place of the other.
        """
        lower = replace(self, without=self.without | {parameter})
        if parameter == self.limit:
            other = next((name for name in LIMITS if lower.sends(name)), None)
            return None if other is None else replace(lower, limit=other)
        return lower.down() or lower if parameter == "tools" and self.rung == "tool" else lower

    def down(self) -> Form | None:
        """The next rung down; None on the lowest."""
        left = RUNGS[RUNGS.index(self.rung) + 1 :]
        usable = [rung for rung in left if rung != "tool" or self.sends("tools")]
        return replace(self, rung=usable[0]) if usable else None
