"""A request that the scripted server got, and the means to answer it well or badly."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gardener.llm.ask import ToolCall
from gardener.llm.tokens import estimate_tokens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SERVED_MODEL = "scripted-1"
_REASONS = {200: "OK", 307: "Temporary Redirect", 400: "Bad Request", 401: "Unauthorized", 429: "Too Many Requests"}


@dataclass(frozen=True)
class Recorded:
    """A request as it came: `headers` by lower-case name, `json` is None where the body is none."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def json(self) -> Any:
        """The decoded body."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The messages of a chat."""
        return list(self.json["messages"]) if isinstance(self.json, dict) and "messages" in self.json else []

    @property
    def text(self) -> str:
        """All that the system and the user say in it."""
        return "\n".join(str(one["content"]) for one in self.messages if one["role"] in ("system", "user"))

    @property
    def forced_tool(self) -> str:
        """The tool that must be called, or nothing."""
        choice = self.json.get("tool_choice") if isinstance(self.json, dict) else None
        return str(choice["function"]["name"]) if isinstance(choice, dict) else ""

    @property
    def may_call(self) -> bool:
        """Are tools offered that the model is free to call?"""
        return isinstance(self.json, dict) and bool(self.json.get("tools")) and "tool_choice" not in self.json


Judged = str | dict[str, Any] | list[ToolCall]
"""What a judge says: text, JSON, or the tools it wants called."""
Judge = Callable[[Recorded], Judged]


@dataclass
class Exchange:
    """One request in progress. `judged` is the answer that the server's judge gives to it."""

    request: Recorded
    connection: socket.socket
    judge: Judge
    done: bool = field(default=False)

    def judged(self) -> dict[str, Any]:
        """The Chat Completion with what the judge says."""
        said = self.judge(self.request)
        if isinstance(said, list):
            return completion(self.request, "", calls=said)
        text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        return completion(self.request, text)

    def respond(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Send a whole response."""
        self.write(head(status, {"Content-Length": str(len(body))} | dict(headers or {})) + body)

    def write(self, data: bytes) -> bool:
        """Send bytes as they are; False when nobody is there any more."""
        try:
            self.connection.sendall(data)
        except OSError:
            return False
        return True

    def gone(self, seconds: float | None = None) -> bool:
        """Wait for so long at most until the client has gone away, and say whether it has."""
        self.connection.settimeout(seconds)
        try:
            while self.connection.recv(65536):
                pass
        except TimeoutError:
            return False
        except OSError:
            return True
        return True

    def hang_up(self, *, reset: bool = False) -> None:
        """Close the connection in the middle of things, with a reset if wanted."""
        self.done = True
        with suppress(OSError):
            if reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                socket.close(self.connection.detach())
            else:
                self.connection.shutdown(socket.SHUT_RDWR)


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """The head of a response, up to the blank line."""
    fields = {"Content-Type": "application/json"} | dict(headers)
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}", *(f"{name}: {fields[name]}" for name in fields)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def completion(
    request: Recorded, text: str | None, *, calls: Sequence[ToolCall] = (), finish: str = "", **message: Any
) -> dict[str, Any]:
    """A Chat Completion that says `text` or wants `calls`; in a forced tool call the text is its argument."""
    forced = request.forced_tool
    if forced and text is not None and not calls:
        calls, text = [ToolCall("call_1", forced, text)], None
    content: dict[str, Any] = {"role": "assistant", "content": text or None if calls else text, "refusal": None}
    if calls:
        content["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in calls
        ]
    sent, given = estimate_tokens(request.body.decode("utf-8", "replace")), estimate_tokens(json.dumps(content))
    model = request.json.get("model") if isinstance(request.json, dict) else None
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": 0,
        "model": model or SERVED_MODEL,
        "choices": [
            {"index": 0, "message": content | message, "finish_reason": finish or ("tool_calls" if calls else "stop")}
        ],
        "usage": {"prompt_tokens": sent, "completion_tokens": given, "total_tokens": sent + given},
    }
