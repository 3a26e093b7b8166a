"""Everything that goes wrong on the way to a model, and how each of it ends: outcome, requests, tokens charged."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from conversations import KEY, READ, an_ask, asked

from gardener.llm import scripted_steps as steps
from gardener.llm.ask import Outcome, ToolCall, Usage
from gardener.llm.extract_json import extract_json
from gardener.llm.line import LARGEST
from gardener.llm.scripted_server import ScriptedServer

NOTHING = Usage()
Change = Callable[[dict[str, Any]], Any]


def message(**fields: Any) -> Change:
    """A change to the message of an answer."""

    def change(record: dict[str, Any]) -> dict[str, Any]:
        record["choices"][0]["message"] |= fields
        return record

    return change


def whole(value: Any) -> Change:
    return lambda _: value


def field(name: str, value: Any) -> Change:
    return lambda record: record | {name: value}


# Not answered, and nothing to pay for: (step, outcome, what the detail says)
REFUSED: dict[str, tuple[steps.Step, Outcome, str]] = {
    "429": (steps.fails(429), "unreachable", "HTTP 429"),
    "429 with retry-after": (steps.fails(429, retry_after=2), "unreachable", "HTTP 429"),
    "429 for longer than the deadline": (steps.fails(429, retry_after=500), "unreachable", "HTTP 429"),
    "quota": (steps.out_of_quota(), "rejected", "quota"),
    "quota by type": (steps.sends(b'{"error": {"type": "insufficient_quota"}}', status=429), "rejected", "HTTP 429"),
    "408": (steps.fails(408), "unreachable", "HTTP 408"),
    "409": (steps.fails(409), "unreachable", "HTTP 409"),
    "500": (steps.fails(500), "unreachable", "HTTP 500"),
    "502 in HTML": (steps.sends(b"<h1>Bad gateway</h1>", status=502, content_type="text/html"), "unreachable", "502"),
    "503": (steps.fails(503), "unreachable", "HTTP 503"),
    "529": (steps.fails(529), "unreachable", "HTTP 529"),
    "400": (steps.fails(400, "no such thing"), "rejected", "HTTP 400: no such thing"),
    "401": (steps.fails(401, f"wrong key {KEY}"), "rejected", "HTTP 401: wrong key ***"),
    "402": (steps.fails(402), "rejected", "HTTP 402"),
    "403": (steps.fails(403), "rejected", "HTTP 403"),
    "404": (steps.fails(404), "rejected", "HTTP 404"),
    "413": (steps.fails(413), "rejected", "HTTP 413"),
    "error without words": (steps.sends(b"", status=400), "rejected", "HTTP 400"),
    "error of another shape": (steps.sends(b'{"detail": "nope"}', status=400), "rejected", "HTTP 400: nope"),
    "error as a list": (
        steps.sends(b'{"detail": [{"loc": ["body", "x"], "msg": "extra"}]}', status=422),
        "rejected",
        "HTTP 422: body.x: extra",
    ),
    "error as text": (steps.sends(b'{"error": "no model"}', status=404), "rejected", "HTTP 404: no model"),
    "huge error": (steps.sends(b"x" * 1_000_000, status=500), "unreachable", "HTTP 500"),
    "error with a colour": (steps.fails(400, "\x1b[31mred\r\nline"), "rejected", "HTTP 400: [31mred line"),
    "success that is an error": (
        steps.sends(b'{"error": {"code": 401, "message": "no"}}'), "rejected", "HTTP 401: no"
    ),
    "redirect": (steps.redirects("http://127.0.0.1:1/v1"), "rejected", "redirect"),
    "redirect 301": (steps.redirects("/v1/elsewhere", 301), "rejected", "redirect"),
    "redirect 308 to nowhere": (steps.redirects("http://[", 308), "rejected", "redirect"),
    "not modified": (steps.sends(b"", status=304), "rejected", "HTTP 304"),
}  # fmt: skip

# Not answered, but the prompt was read, and perhaps paid for.
LOST: dict[str, tuple[steps.Step, Outcome, str]] = {
    "reset in the body": (steps.resets(), "unreachable", "connection broke"),
    "closed at once": (steps.hangs_up(), "unreachable", "connection broke"),
    "broken compression": (
        lambda exchange: exchange.respond(200, b"no gzip", {"Content-Encoding": "gzip"}), "unreachable", "broke"
    ),
    "an error with broken compression": (
        lambda exchange: exchange.respond(500, b"no gzip", {"Content-Encoding": "gzip"}), "unreachable", "broke"
    ),
    "no HTTP": (lambda exchange: exchange.write(b"SSH-2.0\r\n\r\n") and exchange.hang_up(), "unreachable", "broke"),
    "HTML": (steps.portal(), "unusable", "no JSON but `text/html`"),
    "empty body": (steps.sends(b""), "unusable", "no JSON"),
    "half a body": (steps.sends(b'{"choices": ['), "unusable", "no JSON"),
    "no UTF-8": (steps.sends(b'"\xff\xfe\xfd"'), "unusable", "no JSON"),
    "endless nesting": (steps.sends(b"[" * 200_000), "unusable", "no JSON"),
    "an event stream": (steps.sends(b"data: {}\n\n", content_type="text/event-stream"), "unusable", "event-stream"),
    "more than 16 MB": (steps.floods(LARGEST + 1), "unusable", "larger than 16 MB"),
    "a list": (steps.altered(whole([1])), "unusable", "the answer is no JSON object"),
    "null": (steps.altered(whole(None)), "unusable", "the answer is no JSON object"),
}  # fmt: skip

# Answers with tokens counted, but without what was asked for.
EMPTY: dict[str, tuple[steps.Step, Outcome, str]] = {
    "no choices": (steps.altered(field("choices", [])), "unusable", "no choices"),
    "null choices": (steps.altered(field("choices", None)), "unusable", "no choices"),
    "choices of another type": (steps.altered(field("choices", {"0": 1})), "unusable", "no choices"),
    "a choice of another type": (steps.altered(field("choices", ["x"])), "unusable", "the choice is no JSON object"),
    "null message": (steps.altered(field("choices", [{"message": None}])), "unusable", "the message is no JSON object"),
    "null content": (steps.altered(message(content=None)), "unusable", "empty"),
    "blank content": (steps.says(" \n"), "unusable", "empty"),
    "content of another type": (steps.altered(message(content=42)), "unusable", "content"),
    "parts of another type": (steps.altered(message(content=[{"type": "image"}])), "unusable", "content"),
    "calls of another type": (steps.altered(message(tool_calls="x")), "unusable", "no list"),
    "a call without a function": (steps.altered(message(tool_calls=[{}])), "unusable", "no JSON object"),
    "a call without arguments": (
        steps.altered(message(tool_calls=[{"function": {"name": "a"}}])), "unusable", "lacks"
    ),
    "refusal": (steps.refuses("I'd rather\nnot."), "refused", "the model declined: I'd rather not."),
    "content filter": (steps.says("par", finish="content_filter"), "filtered", "content filter"),
    "filtered without a word": (steps.says("", finish="content_filter"), "filtered", "content filter"),
    "length": (steps.says('{"verdicts": [', finish="length"), "cut", "limit of tokens"),
    "length while thinking": (steps.says("", finish="length"), "cut", "limit of tokens"),
    "broken off": (steps.says("par", finish="error"), "unusable", "broke the answer off"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_costs_nothing(name: str) -> None:
    step, outcome, detail = REFUSED[name]
    reply, server = asked([step])
    assert (reply.outcome, reply.requests, len(server.requests), reply.usage) == (outcome, 1, 1, NOTHING)
    assert detail in reply.detail
    assert KEY not in repr(reply)
    assert reply.detail.isprintable()


@pytest.mark.parametrize("name", LOST)
def test_what_is_lost_is_charged_by_estimate(name: str) -> None:
    step, outcome, detail = LOST[name]
    reply, server = asked([step])
    assert (reply.outcome, reply.requests, len(server.requests)) == (outcome, 1, 1)
    assert reply.usage.estimated
    assert reply.usage.input > 0
    assert detail in reply.detail


@pytest.mark.parametrize("name", EMPTY)
def test_answers_without_an_answer_cost_what_they_say(name: str) -> None:
    step, outcome, detail = EMPTY[name]
    reply, server = asked([step])
    assert (reply.outcome, reply.requests, len(server.requests)) == (outcome, 1, 1)
    assert not reply.usage.estimated
    assert reply.usage.input > 0
    assert reply.usage.output > 0
    assert detail in reply.detail


@pytest.mark.parametrize(
    "step", [steps.hangs(), steps.drips_body(), steps.drips_headers()], ids=["hang", "body", "head"]
)
def test_the_deadline_holds_whatever_the_server_does(step: steps.Step) -> None:
    reply, server = asked([step], deadline_s=0.3)
    assert (reply.outcome, reply.requests, len(server.requests)) == ("unreachable", 1, 1)
    assert reply.detail == "no answer before the deadline"
    assert reply.usage.estimated


def test_a_connection_that_is_refused_costs_nothing() -> None:
    with ScriptedServer() as server:
        pass
    from conversations import talking

    with talking(server) as connection:
        reply = connection(an_ask())
    assert (reply.outcome, reply.requests, reply.usage) == ("unreachable", 1, NOTHING)
    assert "no connection" in reply.detail


FENCED = (
    lambda text: f"```json\n{text}\n```",
    lambda text: f"Sure! Here you go:\n\n{text}\n\nAnything else {{I can do}}?",
    lambda text: f'<think>maybe {{"verdicts": [{{}}, {{}}, {{}}, {{}}, {{}}, {{}}]}}</think>\n{text}',
    lambda text: f"\ufeff\n{text}",
)


@pytest.mark.parametrize("wrap", FENCED)
def test_an_answer_is_found_in_what_stands_around_it(wrap: Callable[[str], str]) -> None:
    reply, server = asked([steps.reshaped(wrap)])
    assert (reply.outcome, len(server.requests)) == ("answered", 1)
    assert extract_json(reply.text)["verdicts"][0]["verdict"] == "violation"


def test_the_rest_of_an_answer_may_be_odd() -> None:
    odd = {"content": [{"type": "text", "text": '{"verdicts":'}, {"type": "text", "text": " []}"}], "extra": {}}
    reply, _ = asked([steps.altered(message(**odd))])
    assert (reply.outcome, reply.text) == ("answered", '{"verdicts": []}')
    without_reason = steps.altered(field("choices", [{"message": {"content": "{}"}}]))
    assert asked([without_reason])[0].outcome == "answered"


USAGES: dict[str, Any] = {
    "missing": None,
    "of another type": "many",
    "negative": {"prompt_tokens": -1, "completion_tokens": 5},
    "huge": {"prompt_tokens": 10**9, "completion_tokens": 5},
    "huge answer": {"prompt_tokens": 100, "completion_tokens": 10**9},
    "nothing read": {"prompt_tokens": 0, "completion_tokens": 5},
    "fractions": {"prompt_tokens": 10.5, "completion_tokens": 5},
    "truth": {"prompt_tokens": True, "completion_tokens": True},
    "half": {"prompt_tokens": 10},
}


@pytest.mark.parametrize("name", USAGES)
def test_usage_that_cannot_be_is_estimated(name: str) -> None:
    reply, _ = asked([steps.with_usage(USAGES[name])])
    assert reply.outcome == "answered"
    assert reply.usage.estimated
    assert 20 < reply.usage.input < 500
    assert 20 < reply.usage.output < 500


def test_parts_of_usage_are_kept_and_never_exceed_the_whole() -> None:
    told = {
        "prompt_tokens": 100,
        "completion_tokens": 50,
        "prompt_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 70},
        "completion_tokens_details": {"reasoning_tokens": 20},
    }
    reply, _ = asked([steps.with_usage(told)])
    assert reply.usage == Usage(input=100, output=50, cached=60, cache_write=0, reasoning=20)
    told["prompt_tokens_details"] = [1]
    assert asked([steps.with_usage(told)])[0].usage == Usage(input=100, output=50, reasoning=20)


def test_tool_calls_are_handed_on_as_they_came() -> None:
    wanted = (ToolCall("c1", "rm_rf", "{not json"), ToolCall("c2", "read_lines", '{"path": "../../etc/passwd"}'))
    reply, _ = asked([steps.calls(*wanted)], an_ask(tools=(READ,)))
    assert (reply.outcome, reply.calls) == ("answered", wanted)


def test_tool_calls_may_lack_an_id_and_have_their_arguments_decoded() -> None:
    call = {"function": {"name": "read_lines", "arguments": {"path": "ä"}}}
    reply, _ = asked([steps.altered(message(tool_calls=[call], content=None))], an_ask(tools=(READ,)))
    assert reply.calls == (ToolCall("call_1", "read_lines", '{"path": "ä"}'),)


def test_calls_of_tools_that_nobody_offered_are_no_answer() -> None:
    reply, _ = asked([steps.calls(ToolCall("c1", "rm_rf", "{}"))])
    assert (reply.outcome, reply.calls) == ("unusable", ())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_code_never_follows_a_redirect(status: int) -> None:
    with ScriptedServer() as elsewhere:
        reply, server = asked([steps.redirects(elsewhere.base_url + "/chat/completions", status)], retries=3)
        assert (reply.outcome, reply.requests, len(server.requests)) == ("rejected", 1, 1)
        assert elsewhere.requests == []


def test_the_same_ask_is_the_same_bytes() -> None:
    (_, one), (_, other) = asked(), asked()
    assert one.requests[0].body == other.requests[0].body
    assert json.loads(one.requests[0].body)["response_format"]["json_schema"]["strict"] is True
