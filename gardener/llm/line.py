"""One HTTP request through the OpenAI SDK, with an end: by the clock on the wall, and by size.

The SDK's own time limits are per read, so that a server that sends a byte now and then holds it forever. Each request
runs in a thread of its own, which can be given up, and on a client of its own, whose connection can be hung up without
the others'. Clients are kept for the next request unless they were given up.
"""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import openai

    from gardener.llm.endpoint import Endpoint

Trouble = Literal["", "refused", "lost", "late", "oversized", "closed", "unsendable"]
"""What kept an answer from arriving whole: no connection at all, a connection lost, the deadline, the limit of size,
the line closed meanwhile, or a request that the SDK would not send."""

LARGEST = 16 * 1024 * 1024
LARGEST_COMPLAINT = 64 * 1024
CONNECT_SECONDS = 10.0
NO_KEY = "no-key"
"""Servers without keys ignore it, and the SDK insists on one."""

_NEVER_SENT = {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol"}
_LOGGERS = ("openai", "httpx", "httpx2", "httpcore", "httpcore2")

Create = Any
"""A `create` method of the SDK whose answer is streamed, as `chat.completions.with_streaming_response.create`."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back: with `trouble`, as much as had arrived until then. `detail` names the error behind it."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    trouble: Trouble = ""
    detail: str = ""


class _DeclinedError(Exception):
    """Carries a response out of the SDK that is no success, before it reads a body of any size."""

    def __init__(self, heard: Heard) -> None:
        super().__init__(str(heard.status))
        self.heard = heard


class Line:
    """Requests to one endpoint, several at once. `create` picks the method of a client that sends them."""

    def __init__(self, endpoint: Endpoint, create: Callable[[openai.OpenAI], Create]) -> None:
        self._endpoint = endpoint
        self._create = create
        self._lock = threading.Lock()
        self._idle: list[openai.OpenAI] = []
        self._waiting: set[queue.SimpleQueue[Heard]] = set()
        self._closed = False

    def post(self, body: Mapping[str, Any], seconds: float) -> Heard:
        """Send one request and wait for its answer for so many seconds at most. Raises ImportError without the SDK."""
        answer: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        with self._lock:
            if self._closed:
                return Heard(trouble="closed")
            client = self._idle.pop() if self._idle else None
            self._waiting.add(answer)
        given_up = threading.Event()
        heard = Heard(trouble="closed")
        try:
            client = client or _client(self._endpoint)
            call = self._create(client)
            threading.Thread(target=_run, args=(call, body, seconds, answer, given_up), daemon=True).start()
            heard = answer.get(timeout=max(seconds, 0.0))
        except queue.Empty:
            heard = Heard(trouble="late")
        finally:
            given_up.set()
            self._hang_up(client, answer, keep=heard.trouble not in ("late", "closed", "oversized"))
        return heard

    @property
    def closed(self) -> bool:
        """Was it closed?"""
        return self._closed

    def close(self) -> None:
        """Give up what is on its way and send nothing any more."""
        with self._lock:
            self._closed = True
            waiting, idle = tuple(self._waiting), tuple(self._idle)
            self._idle.clear()
        for answer in waiting:
            answer.put(Heard(trouble="closed"))
        for client in idle:
            _close(client)

    def _hang_up(self, client: openai.OpenAI | None, answer: queue.SimpleQueue[Heard], *, keep: bool) -> None:
        with self._lock:
            self._waiting.discard(answer)
            if client is not None and keep and not self._closed:
                self._idle.append(client)
                return
        if client is not None:
            _close(client)


def _client(endpoint: Endpoint) -> openai.OpenAI:
    import openai

    _silence()
    # What is meant for this machine must not go to a proxy that the environment names for the web.
    http = openai.DefaultHttpxClient(
        follow_redirects=False, trust_env=not endpoint.local, event_hooks={"response": [_refuse_all_but_success]}
    )
    return openai.OpenAI(api_key=endpoint.key or NO_KEY, base_url=endpoint.base_url, max_retries=0, http_client=http)


def _silence() -> None:
    """OPENAI_LOG=debug, or an application that logs everything, would print the code that is sent."""
    import logging

    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if logger.getEffectiveLevel() < logging.WARNING:
            logger.setLevel(logging.WARNING)


def _run(
    call: Create,
    body: Mapping[str, Any],
    seconds: float,
    answer: queue.SimpleQueue[Heard],
    given_up: threading.Event,
) -> None:
    import openai

    # A little longer than the deadline, which is kept elsewhere: this only ends the thread when it was given up.
    limits = openai.Timeout(seconds + 1.0, connect=min(seconds, CONNECT_SECONDS))
    status, headers, parts = 0, dict[str, str](), list[bytes]()
    try:
        with call(**body, timeout=limits) as response:
            status, headers = response.status_code, dict(response.headers)
            size = 0
            for part in response.iter_bytes():
                parts.append(part)
                size += len(part)
                if given_up.is_set() or size > LARGEST:
                    answer.put(Heard(status, headers, b"", "oversized"))
                    return
        heard = Heard(status, headers, b"".join(parts))
    except Exception as error:
        heard = _troubled(error, status, headers, b"".join(parts))
    answer.put(heard)


def _refuse_all_but_success(response: Any) -> None:
    if response.is_success:
        return
    body = bytearray()
    for part in response.iter_bytes():
        body += part
        if len(body) > LARGEST_COMPLAINT:
            break
    raise _DeclinedError(Heard(response.status_code, dict(response.headers), bytes(body[:LARGEST_COMPLAINT])))


def _troubled(error: BaseException, status: int, headers: Mapping[str, str], body: bytes) -> Heard:
    """The trouble behind an error of the SDK; its kinds differ between versions, the names of what caused it do not."""
    causes = [error]
    while (cause := causes[-1].__cause__) is not None and cause not in causes:
        causes.append(cause)
    for cause in causes:
        if isinstance(cause, _DeclinedError):
            return cause.heard
    names = {kind.__name__ for cause in causes for kind in type(cause).__mro__}
    root = causes[-1]
    detail = f"{type(root).__name__}: {root}" if str(root) else type(root).__name__
    if names & _NEVER_SENT:
        return Heard(trouble="refused", detail=detail)
    if names & {"OpenAIError", "HTTPError", "OSError"}:
        return Heard(status, headers, body, "lost", detail)
    return Heard(trouble="unsendable", detail=detail)


def _close(client: openai.OpenAI) -> None:
    # A thread that was given up may be using it at this moment.
    with suppress(OSError, RuntimeError):
        client.close()
