"""A GitHub on loopback that keeps what it is given, pages and dates like the real one, and fails when told to."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

NAME = "acme/shop"


@dataclass
class GitHub:
    """What the server holds. `failures` are answers to give instead, by a part of the path, first come first served."""

    address: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[dict[str, Any]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    reviews: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    threads: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    merged: dict[int, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    left: int = 5000
    failures: list[tuple[str, int, dict[str, str], bytes]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)

    def fail(self, part: str, status: int, headers: dict[str, str] | None = None, body: bytes = b"{}") -> None:
        """Answer the next request whose path holds `part` like this."""
        self.failures.append((part, status, headers or {}, body))

    def comment(self, number: int, body: str, **fields: Any) -> dict[str, Any]:
        """Add a comment on a line of pull request `number`."""
        made = {
            "id": 1000 + len(self.comments),
            "pull_request_url": f"{self.address}/repos/{NAME}/pulls/{number}",
            "html_url": f"https://github.com/{NAME}/pull/{number}#discussion_r{1000 + len(self.comments)}",
            "path": "app/api.py",
            "diff_hunk": "@@ -1,2 +1,2 @@\n import requests\n-old()\n+r = requests.get(url)",
            "original_line": 2,
            "side": "RIGHT",
            "user": {"login": "ana", "type": "User"},
            "author_association": "MEMBER",
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": f"2026-01-01T{len(self.comments) // 60:02}:{len(self.comments) % 60:02}:00Z",
            "body": body,
            **fields,
        }
        self.comments.append(made)
        return made

    def pull(self, number: int, updated: str = "2026-01-02T00:00:00Z") -> None:
        """Add a pull request."""
        self.pulls.append({"number": number, "pull_request": {"url": "x"}, "updated_at": updated})

    def answer(self, path: str, query: dict[str, str]) -> Any:
        """The items of a list, or None."""
        lists = {
            f"/repos/{NAME}/pulls/comments": self.comments,
            f"/repos/{NAME}/issues/comments": self.remarks,
            f"/repos/{NAME}/issues": self.pulls,
        }
        if path in lists:
            dated = [item for item in lists[path] if item.get("updated_at", "") >= query.get("since", "")]
            return _page(sorted(dated, key=lambda item: item.get("updated_at", "")), query)
        match = re.fullmatch(rf"/repos/{NAME}/pulls/(\d+)/reviews", path)
        return _page(self.reviews.get(int(match[1]), []), query) if match else None

    def graphql(self, query: str) -> dict[str, Any]:
        """Pull requests and blobs by alias, as asked for."""
        found: dict[str, Any] = {}
        for alias, number in re.findall(r"(p\d+): pullRequest\(number: (\d+)\)", query):
            oid = self.merged.get(int(number))
            found[alias] = {
                "number": int(number),
                "merged": oid is not None,
                "mergeCommit": {"oid": oid} if oid else None,
                "reviewThreads": {"pageInfo": {"hasNextPage": False}, "nodes": self.threads.get(int(number), [])},
            }
        for alias, expression in re.findall(r'(f\d+): object\(expression: ("(?:[^"\\]|\\.)*")\)', query):
            text = self.files.get(json.loads(expression))
            found[alias] = None if text is None else {"text": text, "byteSize": len(text), "isTruncated": False}
        return {"data": {"repository": found}}


def thread(comment: dict[str, Any], *, resolved: bool, oid: str = "c0ffee") -> dict[str, Any]:
    """A review thread that begins with `comment`, which was made on commit `oid`."""
    first = {"databaseId": comment["id"], "originalCommit": {"oid": oid}}
    return {"isResolved": resolved, "isOutdated": resolved, "path": comment["path"], "comments": {"nodes": [first]}}


def _page(items: list[Any], query: dict[str, str]) -> list[Any]:
    size, number = int(query.get("per_page", 30)), int(query.get("page", 1))
    return items[size * (number - 1) : size * number]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: GitHub

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if self._noted():
            return
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        found = self.hub.answer(parts.path, query)
        if found is None:
            self._send(404, {}, b'{"message": "Not Found"}')
            return
        body = json.dumps(found).encode()
        tag = f'"{hashlib.sha256(self.path.encode() + body).hexdigest()[:12]}"'
        if self.headers.get("If-None-Match") == tag:
            self._send(304, {"ETag": tag}, b"")
        else:
            self._send(200, {"ETag": tag}, body)

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        if not self._noted():
            self._send(
                200,
                {"x-ratelimit-resource": "graphql"},
                json.dumps(self.hub.graphql(json.loads(raw)["query"])).encode(),
            )

    def _noted(self) -> bool:
        self.hub.asked.append(f"{self.command} {self.path}")
        self.hub.tokens.append(self.headers.get("Authorization"))
        for failure in self.hub.failures:
            part, status, headers, body = failure
            if part in self.path:
                self.hub.failures.remove(failure)
                self._send(status, headers, body)
                return True
        return False

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.hub.left -= status != 304
        self.send_response(status)
        every = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": str(self.hub.left), **headers}
        for name, value in {"Content-Length": str(len(body)), **every}.items():
            self.send_header(name, value)
        if int(every.get("Content-Length", len(body))) != len(body):
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@contextlib.contextmanager
def running(hub: GitHub) -> Iterator[GitHub]:
    """Serve `hub`, and let its address be known."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    serving.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        serving.join()
