"""A server on this machine that speaks Chat Completions, for tests: it judges as it is told, and fails as it is told.

    with ScriptedServer(pair_judge(), [fails(429, retry_after=1), None]) as server:
        ...  # OPENAI_BASE_URL=server.base_url
    assert len(server.requests) == 2

It waits for nothing but its clients.
"""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

from gardener.llm.scripted_exchange import SERVED_MODEL, Exchange, Judge, Judged, Recorded
from gardener.llm.scripted_judge import Decide, answer_pairs
from gardener.llm.scripted_steps import Step, fails, judged

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gardener.llm.ask import ToolCall

Script = Iterable[Step | None] | Callable[[Recorded], Step | None]


def pair_judge(*deciders: Decide) -> Judge:
    """A judge that answers a row for every pair of clause and unit in the prompt, `ok` unless a decider objects."""
    return lambda request: answer_pairs(request.text, *deciders)


def tools_first(wanted: Sequence[ToolCall], judge: Judge) -> Judge:
    """A judge that first wants tools called, one a turn, and then answers as `judge`, or when it may call none."""

    def answer(request: Recorded) -> Judged:
        called = sum(message["role"] == "tool" for message in request.messages)
        return [wanted[called]] if called < len(wanted) and request.may_call else judge(request)

    return answer


class ScriptedServer:
    """An HTTP server on a free port of the loopback, running while its context does.

    `judge` answers chats (by default every pair is `ok`). `script` says what happens to each chat in turn, or is a
    function of the request; None in it, and its end, leave the chat to the judge. Parameters that it `lacks` are
    refused by name: `temperature`, `tools`, `json_schema`, ... With a `key`, requests without it get 401. `requests`
    holds all that came, in order.
    """

    def __init__(
        self,
        judge: Judge | None = None,
        script: Script = (),
        *,
        lacks: Collection[str] = (),
        key: str | None = None,
    ) -> None:
        self.requests: list[Recorded] = []
        self.judge = judge or pair_judge()
        self._lacks = lacks
        self._key = key
        self._next = script if callable(script) else _in_turn(script)
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def host(self) -> str:
        """Host and port, as `Endpoint.host` has it."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def base_url(self) -> str:
        """What OPENAI_BASE_URL must be."""
        return f"http://{self.host}/v1"

    @property
    def chats(self) -> list[Recorded]:
        """The requests for a chat completion."""
        return [request for request in self.requests if request.path == "/v1/chat/completions"]

    def __enter__(self) -> ScriptedServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        with self._lock:
            opened = tuple(self._open)
        for connection in opened:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()
        self._thread.join()

    def take(self, exchange: Exchange) -> None:
        """Record a request and answer it."""
        request = exchange.request
        with self._lock:
            self.requests.append(request)
        if self._key is not None and request.headers.get("authorization") != f"Bearer {self._key}":
            fails(401, "Incorrect API key provided.", code="invalid_api_key")(exchange)
        elif request.path == "/v1/chat/completions" and request.method == "POST":
            self._chat(exchange)
        elif request.path == "/v1/models":
            models = [{"id": SERVED_MODEL, "object": "model", "created": 0, "owned_by": "scripted"}]
            exchange.respond(200, json.dumps({"object": "list", "data": models}).encode())
        else:
            fails(404, f"there is no {request.path} here")(exchange)

    def _chat(self, exchange: Exchange) -> None:
        lacking = next((name for name in sorted(self._lacks) if _asks_for(exchange.request.json, name)), None)
        if lacking is not None:
            fails(400, f"Unsupported parameter: '{lacking}' is not supported with this model.", param=lacking)(exchange)
            return
        with self._lock:
            step = self._next(exchange.request)
        (step or judged())(exchange)

    def serve(self, connection: socket.socket, handler: _Handler) -> None:
        """Answer one connection until it is over."""
        with self._lock:
            self._open.add(connection)
        try:
            handler.talk(self)
        finally:
            with self._lock:
                self._open.discard(connection)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, scripted: ScriptedServer) -> None:
        self.scripted = scripted
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def handle(self) -> None:
        self.server.scripted.serve(self.connection, self)

    def talk(self, scripted: ScriptedServer) -> None:
        """Requests of this connection, one after the other."""
        self._scripted = scripted
        with suppress(OSError):
            super().handle()

    def do_POST(self) -> None:
        self._take()

    def do_GET(self) -> None:
        self._take()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is inherited
        """Nothing is said: tests read `requests`."""

    def _take(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Recorded(self.command, self.path.partition("?")[0], headers, body)
        exchange = Exchange(request, self.connection, self._scripted.judge)
        self._scripted.take(exchange)
        self.close_connection = self.close_connection or exchange.done


def _in_turn(script: Iterable[Step | None]) -> Callable[[Recorded], Step | None]:
    steps = iter(script)
    return lambda _: next(steps, None)


def _asks_for(body: Any, name: str) -> bool:
    """Does a request use a parameter, or a kind of response format, or strict schemas?"""
    if not isinstance(body, dict):
        return False
    asked = body.get("response_format")
    if name in ("json_schema", "json_object"):
        return isinstance(asked, dict) and asked.get("type") == name
    return '"strict": true' in json.dumps(body) if name == "strict" else name in body
