"""The HTTP API of the forge that hosts a repository: bounded, patient, and never talking to anybody else.

The token comes from the environment and goes to one host only; no message and no log ever holds it.
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from gardener.core.errors import ConfigError, RepoError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from http.client import HTTPResponse

TIMEOUT = 30.0
LARGEST_ANSWER = 64 * 1024 * 1024
LONGEST_PAUSE = 60.0
ATTEMPTS = 4
# A fifth of the hourly allowance is left to whoever else uses the same token.
RESERVE = 0.2
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_TRANSIENT = frozenset({500, 502, 503, 504})


class ForgeError(RepoError):
    """A request that was refused or got no usable answer. `status` is 0 where no answer came."""

    def __init__(self, message: str, *, status: int = 0, at: str | None = None, hint: str | None = None) -> None:
        super().__init__(message, at=at, hint=hint)
        self.status = status


class AllowanceSpent(ForgeError):
    """The forge asks to wait for longer than a run should, or only the reserve is left."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the decoded JSON (None where nothing was sent, or nothing is new) and headers in lower case."""

    status: int
    data: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Forge:
    """A connection to one API. `address` is its root; `pause` waits for so many seconds.

    Raises ConfigError for an address that is not https, unless it is on this machine.
    """

    address: str
    token: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: Callable[[float], None] = time.sleep
    _left: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        self.address = self.address.rstrip("/")
        parts = urlsplit(self.address)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise ConfigError(f"`{_shown(self.address)}` is no https address", hint="tokens are sent to it")

    def get(self, path: str, *, etag: str = "") -> Answer:
        """Ask for a path below the address; with `etag` the answer may be 304, without data. Raises ForgeError."""
        return self._ask("GET", path, None, {"If-None-Match": etag} if etag else {})

    def post(self, path: str, data: Mapping[str, Any]) -> Answer:
        """Send `data` as JSON. Only for questions: it is sent again when no answer comes. Raises ForgeError."""
        return self._ask("POST", path, json.dumps(data).encode(), {"Content-Type": "application/json"})

    def write(self, method: str, path: str, data: Mapping[str, Any], *, again: bool) -> Answer:
        """Change something. Without `again` it is sent anew only when the forge said that it was too soon.

        Whoever asks for the same twice without harm says `again`. A redirect is an error. Raises ForgeError.
        """
        return self._ask(method, path, json.dumps(data).encode(), {"Content-Type": "application/json"}, again=again)

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], *, again: bool = True
    ) -> Answer:
        self._keep_reserve()
        for attempt in range(1, ATTEMPTS + 1):
            answer, trouble = self._try(method, path, body, headers)
            if answer is not None and (answer.status < 300 or answer.status == 304):
                return answer
            if not again and (answer is None or answer.status in _TRANSIENT):
                break
            wait = _wait(answer, attempt)
            if wait is None:
                raise _refusal(answer, path)
            if wait > LONGEST_PAUSE:
                raise AllowanceSpent(
                    f"the forge asks to wait for {wait:.0f} seconds", status=answer.status if answer else 0, at=path
                )
            if attempt < ATTEMPTS:
                self.pause(wait)
        if answer is not None:
            raise _refusal(answer, path)
        raise ForgeError(f"no usable answer: {trouble}", at=path)

    def _keep_reserve(self) -> None:
        if self._left is not None:
            left, limit = self._left
            if left <= limit * RESERVE:
                raise AllowanceSpent(f"{left} of {limit} requests are left for this hour, and are left to others")

    def _try(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[Answer | None, str]:
        """One request: an answer with any status, or the reason why there is none."""
        from http.client import HTTPException
        from urllib.error import HTTPError
        from urllib.request import Request

        # Enterprise servers have GraphQL beside their REST API.
        root = self.address.removesuffix("/v3") if path == "/graphql" else self.address
        request = Request(root + path, data=body, method=method)  # noqa: S310 - checked at the start
        for name, value in {"Accept": "application/json", "User-Agent": "gardener", **self.headers, **headers}.items():
            request.add_header(name, value)
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with _opener(self.address).open(request, timeout=TIMEOUT) as response:
                return self._answer(response)
        except HTTPError as error:
            with error:
                return self._answer(error)
        except (OSError, HTTPException, ValueError) as error:
            return None, type(error).__name__ if isinstance(error, HTTPException) else str(error)

    def _answer(self, response: HTTPResponse | Any) -> tuple[Answer | None, str]:
        headers = {name.lower(): value for name, value in response.headers.items()}
        self._note_allowance(headers)
        raw = response.read(LARGEST_ANSWER + 1)
        if len(raw) > LARGEST_ANSWER:
            return None, f"more than {LARGEST_ANSWER} bytes"
        declared = headers.get("content-length", "")
        if declared.isdigit() and len(raw) < int(declared):
            return None, "the answer was cut short"
        if response.status >= 400 or not raw:
            return Answer(response.status, _said(raw), headers), ""
        try:
            return Answer(response.status, json.loads(raw), headers), ""
        except (ValueError, RecursionError):
            return None, "the answer is no JSON"

    def _note_allowance(self, headers: Mapping[str, str]) -> None:
        left, limit = headers.get("x-ratelimit-remaining", ""), headers.get("x-ratelimit-limit", "")
        # GraphQL has an allowance of its own, counted in points.
        if left.isdigit() and limit.isdigit() and headers.get("x-ratelimit-resource", "core") == "core":
            self._left = (int(left), int(limit))


def _opener(address: str) -> Any:
    """Opens addresses of one host only: a redirect elsewhere is an error."""
    from urllib.error import HTTPError
    from urllib.request import HTTPRedirectHandler, ProxyHandler, build_opener

    home = urlsplit(address)

    class SameHost(HTTPRedirectHandler):
        max_redirections = 3

        def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
            if req.get_method() not in {"GET", "HEAD"}:
                # A write that is sent on as a question would seem to have been done.
                raise HTTPError(req.full_url, code, "redirected", headers, fp)
            target = urlsplit(newurl)
            if (target.scheme, target.netloc) != (home.scheme, home.netloc):
                raise HTTPError(req.full_url, code, "redirected to another host", headers, fp)
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    return build_opener(SameHost, *([ProxyHandler({})] if home.hostname in _LOOPBACK else []))


def _wait(answer: Answer | None, attempt: int) -> float | None:
    """Seconds until the next attempt; None where there is no use in one."""
    backoff = 2.0**attempt / 2 + secrets.randbelow(1000) / 1000
    if answer is None:
        return backoff
    after = answer.headers.get("retry-after", "")
    if after.isdigit() and answer.status in {403, 429, *_TRANSIENT}:
        return float(after)
    if answer.status in {403, 429} and answer.headers.get("x-ratelimit-remaining") == "0":
        reset = answer.headers.get("x-ratelimit-reset", "")
        return max(float(reset) - time.time(), 1.0) if reset.isdigit() else LONGEST_PAUSE + 1
    if answer.status == 403 and "rate limit" in str(answer.data):
        # The limit for bursts names no time; the forge's documentation asks for a minute at least.
        return LONGEST_PAUSE
    return backoff if answer.status in {429, *_TRANSIENT} else None


def _refusal(answer: Answer | None, path: str) -> ForgeError:
    status = answer.status if answer else 0
    said = f": {answer.data}" if answer and answer.data else ""
    hint = {
        401: "the token is not accepted: set GITHUB_TOKEN anew",
        403: "the token may not read this",
        404: "check the name, and whether the token may read it",
    }.get(status)
    return ForgeError(f"the forge answered {status}{said}", status=status, at=path.partition("?")[0], hint=hint)


def _said(raw: bytes) -> str:
    """The forge's own message, which is data from outside: one short line of it."""
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        return ""
    message = data.get("message") if isinstance(data, dict) else None
    text = "".join(char if char.isprintable() else " " for char in message) if isinstance(message, str) else ""
    return text[:120].strip(" .")


def _shown(address: str) -> str:
    """An address without whatever credentials stand in it."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname or ''}"
