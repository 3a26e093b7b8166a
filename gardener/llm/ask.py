"""What is asked of a model and what comes back, free of any provider's dialect.

A `Model` never raises for what a model or the way to it does wrong: that is the `outcome` of its reply. It raises
BudgetSpent before a call that would exceed the budget, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from gardener.llm.form import Form

Role = Literal["system", "user", "assistant", "tool"]
Outcome = Literal["answered", "refused", "cut", "filtered", "unusable", "unreachable", "rejected"]
"""How a call ended.

answered     text or tool calls, finished in the ordinary way
refused      the model declined
cut          the answer ran into the limit of tokens
filtered     the provider's content filter stopped it
unusable     something came back that is no answer: HTML, broken JSON, no choices, a stream that ended early
unreachable  no connection, time ran out, 429 or 5xx until the last try
rejected     trying again is no use: key, quota, model, endpoint or request refused, a redirect to elsewhere
"""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool the model wants to use; `arguments` is its raw text, which need not be JSON."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `calls` are those of an assistant's turn; `call_id` names the call that a tool's message answers."""

    role: Role
    content: str
    calls: tuple[ToolCall, ...] = ()
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """A function the model may call, with the JSON schema of its arguments."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `schema` is what the answer must validate against; `max_output` the most tokens of it.

    `may_call` is False in the turn that must answer: the tools stay listed, as a changed list would cost the cached
    prefix. `cache_key` groups requests that share a prefix. `purpose` is for the ledger: `find`, `refute`, `draft`.

    Callers leave `form` and `expires` alone: they are set on the way, to what the endpoint takes and to the reading of
    the clock at which the answer is of no use any more.
    """

    model: str
    messages: tuple[Message, ...]
    schema: Mapping[str, Any] | None = None
    schema_name: str = "verdicts"
    tools: tuple[Tool, ...] = ()
    may_call: bool = True
    max_output: int = 4096
    temperature: float | None = None
    cache_key: str = ""
    purpose: str = ""
    form: Form = field(default_factory=Form)
    expires: float | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call. `cached` and `cache_write` are parts of `input`, `reasoning` of `output`.

    `estimated` is True where the provider did not say, or said something impossible.
    """

    input: int = 0
    output: int = 0
    cached: int = 0
    cache_write: int = 0
    reasoning: int = 0
    estimated: bool = False

    def __add__(self, other: Usage) -> Usage:
        """Both together; estimated if one of them is."""
        return Usage(
            input=self.input + other.input,
            output=self.output + other.output,
            cached=self.cached + other.cached,
            cache_write=self.cache_write + other.cache_write,
            reasoning=self.reasoning + other.reasoning,
            estimated=self.estimated or other.estimated,
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of an ask. `detail` says in one line why it was not answered; `model` is what the provider named.

    `requests` counts what went over the wire for it, tries that failed included; `usage` sums them all. With a schema
    asked for, `text` is the model's words: `extract_json` finds the answer in them, and nobody has validated it.
    `status` is that of HTTP (0 where there was none), `complaint` what the provider said and `retry_after` in how many
    seconds it wants to be asked again.
    """

    outcome: Outcome
    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    usage: Usage = field(default_factory=Usage)
    model: str = ""
    detail: str = ""
    requests: int = 1
    status: int = 0
    complaint: str = ""
    retry_after: float | None = None


Model = Callable[[Ask], Reply]
"""Answers an ask, whatever that takes."""
Attempt = Callable[[Ask], Reply]
"""One request and what came of it. What goes around attempts (budget, ledger) is a function from attempt to attempt."""


def with_earlier(reply: Reply, earlier: Reply | None) -> Reply:
    """`reply`, with the requests and usage of what was tried before it added."""
    if earlier is None:
        return reply
    return replace(reply, requests=earlier.requests + reply.requests, usage=earlier.usage + reply.usage)
