"""Whatever a server sends, it becomes a reply: no field of it may have a type that was not looked at."""

from __future__ import annotations

import json
from typing import Any, get_args

from conversations import READ, an_ask
from hypothesis import given
from hypothesis import strategies as st

from gardener.llm.ask import Outcome, Reply
from gardener.llm.chat_reply import chat_reply
from gardener.llm.declined import declined, read_retry_after

FIELDS = st.sampled_from(
    [
        "choices", "message", "content", "tool_calls", "function", "name", "arguments", "id", "type", "text",
        "finish_reason", "refusal", "usage", "prompt_tokens", "completion_tokens", "prompt_tokens_details",
        "cached_tokens", "model", "error", "code", "param", "detail", "loc", "msg",
    ]
)  # fmt: skip
WORDS = st.sampled_from(
    ["stop", "length", "content_filter", "text", "insufficient_quota", "\x1b[2J", "\ud800", "", "{}"]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS
ANYTHING = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4))


@st.composite
def answers(draw: st.DrawFn) -> Any:
    """An answer of the right outline, with anything at all in some of its places."""
    call = {"id": draw(ANYTHING), "function": draw(ANYTHING | st.just({"name": "x", "arguments": "{}"}))}
    message = {
        "content": draw(ANYTHING),
        "refusal": draw(ANYTHING),
        "tool_calls": draw(ANYTHING | st.lists(st.just(call) | ANYTHING, max_size=2)),
    }
    choice = {"message": draw(st.just(message) | ANYTHING), "finish_reason": draw(ANYTHING)}
    return {"choices": draw(st.just([choice]) | ANYTHING), "usage": draw(ANYTHING), "model": draw(ANYTHING)}


def is_writable(text: str) -> bool:
    return text.encode("utf-8", "replace").decode() == text


def is_sound(reply: Reply) -> bool:
    usage = reply.usage
    counts = (usage.input, usage.output, usage.cached, usage.cache_write, usage.reasoning)
    return (
        reply.outcome in get_args(Outcome)
        and isinstance(reply.text, str)
        and all(isinstance(part, str) for call in reply.calls for part in (call.id, call.name, call.arguments))
        and all(isinstance(count, int) and count >= 0 for count in counts)
        and usage.cached + usage.cache_write <= usage.input
        and usage.reasoning <= usage.output
        and reply.detail.isprintable()
        and is_writable("".join((reply.text, *(call.id + call.name + call.arguments for call in reply.calls))))
        and (reply.outcome == "answered") == (not reply.detail)
        and (reply.outcome != "answered" or bool(reply.text.strip() or reply.calls))
    )


@given(answers() | ANYTHING, st.booleans())
def test_any_answer_becomes_a_sound_reply(data: Any, tools: bool) -> None:
    assert is_sound(chat_reply(data, an_ask(tools=(READ,) if tools else ())))


@given(st.sampled_from([301, 400, 422, 429, 500]), ANYTHING | st.fixed_dictionaries({"error": ANYTHING}))
def test_any_error_becomes_a_sound_reply(status: int, data: Any) -> None:
    reply = declined(status, {}, json.dumps(data).encode())
    assert is_sound(reply)
    assert reply.outcome in ("rejected", "unreachable")


@given(st.dictionaries(st.sampled_from(["Retry-After", "retry-after-ms"]), st.text(max_size=12) | st.floats().map(str)))
def test_any_wish_to_wait_is_a_finite_time_or_none(headers: dict[str, str]) -> None:
    seconds = read_retry_after(headers, now=0.0)
    assert seconds is None or 0 <= seconds < float("inf")


def test_an_answer_nested_too_deeply_to_be_written_is_unusable() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    reply = chat_reply(
        {"choices": [{"message": {"tool_calls": [{"function": {"name": "a", "arguments": {"x": deep}}}]}}]}, an_ask()
    )
    assert (reply.outcome, reply.usage.estimated) == ("unusable", True)
