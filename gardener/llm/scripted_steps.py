"""What a scripted server can do with a request: answer it as asked, and everything that goes wrong out there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gardener.llm.scripted_exchange import Exchange, completion, head

if TYPE_CHECKING:
    from gardener.llm.ask import ToolCall

Step = Callable[[Exchange], None]
DRIP_SECONDS = 0.01


def judged() -> Step:
    """The judge's answer, as it should be."""
    return lambda exchange: _send(exchange, exchange.judged())


def says(text: str, *, finish: str = "stop") -> Step:
    """An answer with this text and reason to finish: `length` for one that was cut, `content_filter` for a filter."""
    return lambda exchange: _send(exchange, completion(exchange.request, text, finish=finish))


def calls(*wanted: ToolCall) -> Step:
    """An answer that wants tools called, be they known or not."""
    return lambda exchange: _send(exchange, completion(exchange.request, "", calls=wanted))


def refuses(text: str = "I cannot help with that.") -> Step:
    """The model declines."""
    return lambda exchange: _send(exchange, completion(exchange.request, None, refusal=text))


def reshaped(change: Callable[[str], str]) -> Step:
    """The judge's text after a change: fenced, cut off, wrapped in prose."""

    def step(exchange: Exchange) -> None:
        message = exchange.judged()["choices"][0]["message"]
        text = message["content"] or message["tool_calls"][0]["function"]["arguments"]
        _send(exchange, completion(exchange.request, change(text)))

    return step


def altered(change: Callable[[dict[str, Any]], Any]) -> Step:
    """The judge's answer after a change to the whole record: no choices, odd usage, wrong types."""
    return lambda exchange: _send(exchange, change(exchange.judged()))


def with_usage(usage: Any) -> Step:
    """The judge's answer with another `usage`, whatever that is."""
    return altered(lambda record: record | {"usage": usage})


def sends(body: bytes, *, status: int = 200, content_type: str = "application/json") -> Step:
    """These bytes: an empty body, half a JSON, the HTML of a captive portal."""
    return lambda exchange: exchange.respond(status, body, {"Content-Type": content_type})


def portal() -> Step:
    """HTML with status 200, as from a network that wants people to log in first."""
    return sends(b"<!DOCTYPE html><title>Log in</title>", content_type="text/html; charset=utf-8")


def fails(
    status: int, message: str = "scripted failure", *, code: str = "", param: str = "", **headers: str | float
) -> Step:
    """An error in the words of the API. Headers are given with underscores: `retry_after=2`."""
    error = {"message": message, "type": "scripted_error", "param": param or None, "code": code or None}
    body = json.dumps({"error": error}).encode()
    named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    return lambda exchange: exchange.respond(status, body, named)


def out_of_quota() -> Step:
    """The 429 that does not pass."""
    return fails(429, "You exceeded your current quota.", code="insufficient_quota")


def redirects(url: str, status: int = 307) -> Step:
    """Sends the client elsewhere, body and all."""
    return lambda exchange: exchange.respond(status, b"", {"Location": url})


def resets() -> Step:
    """A connection that is reset in the middle of the body."""

    def step(exchange: Exchange) -> None:
        body = json.dumps(exchange.judged()).encode()
        exchange.write(head(200, {"Content-Length": str(len(body))}) + body[: len(body) // 2])
        exchange.hang_up(reset=True)

    return step


def hangs_up() -> Step:
    """A connection that is closed before a byte was answered."""
    return lambda exchange: exchange.hang_up()


def hangs() -> Step:
    """Silence, until the client goes away."""

    def step(exchange: Exchange) -> None:
        exchange.gone()
        exchange.hang_up()

    return step


def drips_body() -> Step:
    """A byte of the body now and then, until the client goes away."""
    return _drips(head(200, {"Content-Length": "1000000"}))


def drips_headers() -> Step:
    """A byte of a header now and then, until the client goes away."""
    return _drips(b"HTTP/1.1 200 OK\r\nX-Slow: ")


def floods(size: int) -> Step:
    """A body of that many bytes."""

    def step(exchange: Exchange) -> None:
        block, left = b" " * 65536, size
        open_ = exchange.write(head(200, {"Content-Length": str(size)}))
        while open_ and left > 0:
            open_ = exchange.write(block[:left])
            left -= len(block)

    return step


def _drips(start: bytes) -> Step:
    def step(exchange: Exchange) -> None:
        exchange.write(start)
        while not exchange.gone(DRIP_SECONDS) and exchange.write(b" "):
            pass
        exchange.hang_up()

    return step


def _send(exchange: Exchange, record: Any) -> None:
    exchange.respond(200, json.dumps(record, ensure_ascii=False).encode())
