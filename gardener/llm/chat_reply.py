"""What Chat Completions answered, read without trusting a field of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeGuard

from gardener.llm.ask import Reply, ToolCall, Usage
from gardener.llm.chat_request import submitting
from gardener.llm.one_line import one_line
from gardener.llm.tokens import estimate_input, estimate_tokens

if TYPE_CHECKING:
    from gardener.llm.ask import Ask, Outcome

_ENDINGS: dict[Any, tuple[Outcome, str]] = {
    "length": ("cut", "the answer ran into the limit of tokens"),
    "content_filter": ("filtered", "the content filter stopped the answer"),
    "error": ("unusable", "the provider broke the answer off"),
}
_TEMPLATE_TOKENS = 10_000
"""What a server's template may add to a prompt."""
_MOST_TOKENS = 10_000_000


class _Unusable(Exception):
    """The answer is none; the text says why."""


def chat_reply(data: Any, ask: Ask) -> Reply:
    """The reply in the decoded body of a response with status 200, or of a line of a batch's results.

    Whatever is wrong with it makes it `unusable`; its usage counts all the same.
    """
    usage = read_usage(data, ask)
    model = data.get("model") if isinstance(data, dict) else None
    named = one_line(model, 100) if isinstance(model, str) else ""
    try:
        choice = _choice(data)
        message = _record(choice.get("message"), "message")
        text, calls = _content(message.get("content")), _calls(message.get("tool_calls"))
    except _Unusable as why:
        return Reply("unusable", usage=usage, model=named, detail=str(why), status=200)
    except RecursionError:
        return Reply("unusable", usage=usage, model=named, detail="the answer is nested too deeply", status=200)
    text, calls = _handed_in(text, calls, ask)
    outcome, detail = _outcome(choice, message, text, calls)
    return Reply(outcome, text, calls, usage, named, detail, status=200)


def read_usage(data: Any, ask: Ask) -> Usage:
    """The tokens an answer says it took, or an estimate where it says nothing or something impossible."""
    told = data.get("usage") if isinstance(data, dict) else None
    told = told if isinstance(told, dict) else {}
    taken, given = told.get("prompt_tokens"), told.get("completion_tokens")
    most_in, most_out = _most(ask)
    if not (_is_count(taken, most_in) and taken and _is_count(given, most_out)):
        return Usage(input=estimate_input(ask), output=estimate_tokens(_written(data)), estimated=True)
    inward, outward = _details(told, "prompt_tokens_details"), _details(told, "completion_tokens_details")
    cached = _part(inward, "cached_tokens", taken)
    return Usage(
        input=taken,
        output=given,
        cached=cached,
        cache_write=_part(inward, "cache_write_tokens", taken - cached),
        reasoning=_part(outward, "reasoning_tokens", given),
    )


def _most(ask: Ask) -> tuple[int, int]:
    """More tokens than this cannot be: a token stands for a byte at least, and servers round a limit up."""
    if not ask.messages:  # an answer out of a file, whose question is not at hand
        return _MOST_TOKENS, _MOST_TOKENS
    return 4 * estimate_input(ask) + _TEMPLATE_TOKENS, 2 * ask.max_output + _TEMPLATE_TOKENS


def _outcome(
    choice: dict[str, Any], message: dict[str, Any], text: str, calls: tuple[ToolCall, ...]
) -> tuple[Outcome, str]:
    refusal, reason = message.get("refusal"), choice.get("finish_reason")
    if isinstance(refusal, str) and refusal.strip():
        return "refused", one_line(f"the model declined: {refusal}")
    if isinstance(reason, str) and reason in _ENDINGS:
        return _ENDINGS[reason]
    if not text.strip() and not calls:
        return "unusable", "the answer is empty"
    return "answered", ""


def _choice(data: Any) -> dict[str, Any]:
    choices = _record(data, "answer").get("choices")
    if not isinstance(choices, list) or not choices:
        raise _Unusable("the answer has no choices")
    return _record(choices[0], "choice")


def _record(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Unusable(f"the {name} is no JSON object")
    return value


def _content(value: Any) -> str:
    """Text, or the texts of a list of parts, which some servers send."""
    if value is None or isinstance(value, str):
        return _whole(value or "")
    parts = value if isinstance(value, list) else [value]
    texts = [part.get("text") for part in parts if isinstance(part, dict) and part.get("type") == "text"]
    if len(texts) != len(parts) or not all(isinstance(text, str) for text in texts):
        raise _Unusable("the content of the message is no text")
    return _whole("".join(str(text) for text in texts))


def _whole(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON can spell and no file can hold."""
    return text.encode("utf-8", "replace").decode()


def _calls(value: Any) -> tuple[ToolCall, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _Unusable("the tool calls are no list")
    return tuple(_call(item, number) for number, item in enumerate(value, start=1))


def _call(item: Any, number: int) -> ToolCall:
    call = _record(item, "tool call")
    function = _record(call.get("function"), "function of a tool call")
    name, arguments, known = function.get("name"), function.get("arguments"), call.get("id")
    if isinstance(arguments, dict):
        arguments = json.dumps(arguments, ensure_ascii=False)
    if not isinstance(name, str) or not isinstance(arguments, str):
        raise _Unusable("a tool call lacks its name or its arguments")
    identity = known if isinstance(known, str) and known else f"call_{number}"
    return ToolCall(_whole(identity), _whole(name), _whole(arguments))


def _handed_in(text: str, calls: tuple[ToolCall, ...], ask: Ask) -> tuple[str, tuple[ToolCall, ...]]:
    """The answer that was handed in with a tool, as the text; calls of other tools beside it are of no use any more."""
    submit = submitting(ask)
    answers = [call.arguments for call in calls if submit and (call.name == submit or not ask.tools)]
    if answers:
        return answers[0], ()
    # A tool that nobody offered has nobody to answer its call.
    return text, calls if ask.tools else ()


def _written(data: Any) -> str:
    """All a model wrote in an answer, however it is broken."""
    choices = data.get("choices") if isinstance(data, dict) else None
    if not isinstance(choices, list):
        return ""
    messages = [choice.get("message") for choice in choices if isinstance(choice, dict)]
    try:
        return json.dumps(messages, ensure_ascii=False, default=str)
    except RecursionError:
        return ""


def _is_count(value: Any, most: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _details(told: dict[str, Any], name: str) -> dict[str, Any]:
    details = told.get(name)
    return details if isinstance(details, dict) else {}


def _part(details: dict[str, Any], name: str, whole: int) -> int:
    """A part cannot be more than the whole; a part that is no count is none."""
    value = details.get(name)
    return value if _is_count(value, whole) else 0
