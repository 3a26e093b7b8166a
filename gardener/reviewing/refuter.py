"""The second reader: argues against a claim, may look around with read-only tools, and decides.

A plain harness: at most six calls of tools and twelve thousand tokens of what they return; then it must answer. A call
that cannot be carried out is answered with an error once; after a second one the reader must answer, too.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gardener.llm.ask import Ask, Message
from gardener.llm.tokens import estimate_tokens
from gardener.reviewing.answers import SCHEMA, read_answer
from gardener.reviewing.briefs import REFUTER_TOKENS, refuter_messages
from gardener.reviewing.deciding import Row
from gardener.reviewing.refuter_tools import TOOLS, Toolbox, ToolResult

if TYPE_CHECKING:
    from gardener.core.review import Pair
    from gardener.llm.ask import Model, Reply

MOST_CALLS = 6
MOST_TOOL_TOKENS = 12_000
MOST_ERRORS = 1
NO_FURTHER = ToolResult("error: no more can be read; answer now", error=True)


@dataclass(frozen=True, slots=True)
class Second:
    """What the second reader said, or why it said nothing."""

    row: Row | None = None
    reason: str = ""


@dataclass(slots=True)
class _Talk:
    """The state of one conversation."""

    messages: tuple[Message, ...]
    calls: int = 0
    tokens: int = 0
    errors: int = 0
    reads: dict[str, str] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        """True when no further call is allowed."""
        return self.calls >= MOST_CALLS or self.tokens >= MOST_TOOL_TOKENS or self.errors > MOST_ERRORS

    def take(self, reply: Reply, toolbox: Toolbox) -> None:
        """Carry out the calls of a turn; each gets an answer, as providers demand."""
        self.messages = (*self.messages, Message("assistant", reply.text, calls=reply.calls))
        for call in reply.calls:
            result = NO_FURTHER if self.over else toolbox.call(call.name, call.arguments)
            tokens = estimate_tokens(result.text)
            if self.tokens + tokens > MOST_TOOL_TOKENS:
                result, tokens = NO_FURTHER, MOST_TOOL_TOKENS - self.tokens
            self.calls += 1
            self.errors += result.error
            self.tokens += tokens
            self.reads |= result.reads
            self.messages = (*self.messages, Message("tool", result.text, call_id=call.id))


def refuter_ask(pair: Pair, quote: str, *, model: str, temperature: float | None) -> Ask:
    """The question whether the claim stands, without tools."""
    return Ask(
        model=model,
        messages=refuter_messages(pair, quote),
        schema=SCHEMA,
        max_output=REFUTER_TOKENS,
        temperature=temperature,
        purpose="refute",
    )


def refute(pair: Pair, ask: Ask, model: Model, toolbox: Toolbox) -> Second:
    """Put the claim to the second reader. Raises BudgetSpent."""
    talk = _Talk(ask.messages)
    ask = replace(ask, tools=TOOLS)
    wanted = {(pair.criterion.id, "u1")}
    # One turn more than calls are allowed, and one to ask again for a row that did not come.
    for _ in range(MOST_CALLS + 2):
        reply = model(replace(ask, messages=talk.messages, may_call=not talk.over))
        if reply.outcome != "answered":
            return Second(reason=reply.detail or reply.outcome)
        if reply.calls and not talk.over:
            talk.take(reply, toolbox)
            continue
        rows = read_answer(reply.text, wanted).rows
        if rows:
            return Second(Row(rows[pair.criterion.id, "u1"], dict(sorted(talk.reads.items()))))
        talk.errors += 1
        if talk.errors > MOST_ERRORS + 1:
            break
    return Second(reason="the second reader gave no usable answer")
