"""A GitHub and a GitLab on loopback, over one board of issues, with faults that a test scripts or draws by lot."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

GITHUB = "/repos/acme/shop"
GITLAB = "/projects/acme%2Fshop"


@dataclass
class Fault:
    """What happens to a request: `status` is answered in its place; `lost` carries it out and closes the line.

    `body` replaces that of the answer, `headers` are added. `cut` promises more bytes than are sent.
    """

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    lost: bool = False
    refused: bool = False
    cut: bool = False


@dataclass
class Board:
    """Issues by number, and how the server behaves. `chooser` is asked for a fault before every request."""

    address: str = ""
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    moved: dict[int, str] = field(default_factory=dict)
    enabled: bool = True
    archived: bool = False
    drops_labels: bool = False
    full_name: str = "acme/shop"
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    chooser: Callable[[str], Fault | None] = lambda _: None
    asked: list[str] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)

    def fail(self, request: str, **fault: Any) -> None:
        """Let the next request that matches a pattern, such as `POST .*/issues$`, end in a fault."""
        self.faults.append((request, Fault(**fault)))

    def add(self, title: str, body: str = "", *, labels: tuple[str, ...] = ("gardener",), **fields: Any) -> int:
        """Add an issue as a person would; its number."""
        number = len(self.issues) + len(self.gone) + 1
        self.issues[number] = {"title": title, "body": body, "labels": list(labels), "state": "open", **fields}
        self.labels |= set(labels)
        return number

    def delete(self, number: int) -> None:
        """Delete an issue as a person would."""
        del self.issues[number]
        self.gone.add(number)

    @property
    def writes(self) -> list[str]:
        """The requests that asked for a change."""
        return [line for line in self.asked if not line.startswith("GET")]

    def drawn(self, line: str) -> Fault | None:
        """The fault for a request."""
        for one in self.faults:
            if re.search(one[0], line):
                self.faults.remove(one)
                return one[1]
        return self.chooser(line)


def _listed(board: Board, query: dict[str, str]) -> tuple[list[int], bool]:
    """The numbers of one page, and whether there are more."""
    wanted = [label for label in query.get("labels", "").split(",") if label]
    numbers = [number for number, one in sorted(board.issues.items()) if set(wanted) <= set(one["labels"])]
    size, page = int(query.get("per_page", 20)), int(query.get("page", 1))
    return numbers[size * (page - 1) : size * page], len(numbers) > size * page


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    board: Board

    def handle_one(self) -> None:
        board = self.board
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        data = json.loads(raw) if raw else {}
        board.asked.append(f"{self.command} {self.path}")
        board.sent.append(data)
        board.tokens.add(self.headers.get("Authorization", ""))
        fault = board.drawn(board.asked[-1]) or Fault()
        if fault.refused:
            self.close_connection = True
            return
        if fault.status:
            self._send(fault.status, fault.body if fault.body is not None else {"message": "no"}, fault.headers)
            return
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        status, answer, headers = self._answered(parts.path, query, data)
        if fault.lost:
            self.close_connection = True
            return
        answer = fault.body if fault.body is not None else answer
        self._send(status, answer, {**headers, **fault.headers}, cut=fault.cut)

    do_GET = do_POST = do_PATCH = do_PUT = handle_one  # noqa: N815 the names are the library's

    def _answered(self, path: str, query: dict[str, str], data: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        gitlab = path.startswith(GITLAB)
        inner = path.removeprefix(GITLAB if gitlab else GITHUB)
        show = self._as_gitlab if gitlab else self._as_github
        board = self.board
        if inner == "":
            return 200, self._project(gitlab), {}
        if inner.startswith("/labels"):
            return self._label(unquote(inner.removeprefix("/labels").strip("/")), data)
        if inner == "/issues":
            if not board.enabled:
                return 410 if not gitlab else 403, {"message": "Issues are disabled for this repo"}, {}
            if self.command == "GET":
                numbers, more = _listed(board, query)
                headers = {"Link": f'<{board.address}{self.path}>; rel="{"next" if more else "first"}"'}
                return 200, [show(number) for number in numbers], headers
            return 201, show(self._create(data)), {}
        return self._one(inner, data, show)

    def _one(self, inner: str, data: dict[str, Any], show: Any) -> tuple[int, Any, dict[str, str]]:
        number = int(inner.split("/")[2])
        if number in self.board.gone:
            return 410, {"message": "This issue was deleted"}, {}
        if number not in self.board.issues:
            return 404, {"message": "Not Found"}, {}
        if inner.endswith("/labels"):
            self.board.issues[number]["labels"] += data["labels"]
            return 200, [], {}
        if self.command != "GET":
            self._change(self.board.issues[number], data)
        return 200, show(number), {}

    def _create(self, data: dict[str, Any]) -> int:
        labels = data["labels"].split(",") if isinstance(data["labels"], str) else data["labels"]
        kept = () if self.board.drops_labels else tuple(labels)
        return self.board.add(data["title"], data.get("body", data.get("description", "")), labels=kept)

    def _change(self, issue: dict[str, Any], data: dict[str, Any]) -> None:
        issue["body"] = data.get("body", data.get("description", issue["body"]))
        if "add_labels" in data:
            issue["labels"] += data["add_labels"].split(",")
        if "state" in data:
            issue["state"], issue["state_reason"] = data["state"], data["state_reason"]
        if "state_event" in data:
            issue["state"] = {"close": "closed", "reopen": "open"}[data["state_event"]]

    def _label(self, name: str, data: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        if self.command == "POST":
            self.board.labels.add(data["name"])
            return 201, {"name": data["name"]}, {}
        return (200, {"name": name}, {}) if name in self.board.labels else (404, {"message": "Not Found"}, {})

    def _project(self, gitlab: bool) -> dict[str, Any]:
        board = self.board
        if gitlab:
            access = "enabled" if board.enabled else "disabled"
            return {"id": 1, "archived": board.archived, "issues_access_level": access}
        return {"full_name": board.full_name, "archived": board.archived, "has_issues": board.enabled}

    def _as_github(self, number: int) -> dict[str, Any]:
        board, issue = self.board, self.board.issues[number]
        home = board.moved.get(number, "acme/shop")
        return {
            "number": number,
            "html_url": f"https://github.com/{home}/issues/{number}",
            "repository_url": f"{board.address}/repos/{home}",
            "locked": False,
            "state_reason": None,
            **issue,
            "labels": [{"name": label} for label in issue["labels"]],
        }

    def _as_gitlab(self, number: int) -> dict[str, Any]:
        issue = self.board.issues[number]
        return {
            "iid": number,
            "title": issue["title"],
            "description": issue["body"],
            "labels": issue["labels"],
            "state": "opened" if issue["state"] == "open" else "closed",
            "web_url": f"https://gitlab.com/acme/shop/-/issues/{number}",
            "discussion_locked": issue.get("locked"),
            "moved_to_id": 99 if number in self.board.moved else None,
        }

    def _send(self, status: int, data: Any, headers: dict[str, str], *, cut: bool = False) -> None:
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body) + 10 * cut), **headers}.items():
            self.send_header(name, value)
        self.close_connection = self.close_connection or cut
        # Whoever asked may be dead.
        with contextlib.suppress(ConnectionError):
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@contextlib.contextmanager
def running(board: Board) -> Iterator[Board]:
    """Serve `board`, and let its address be known."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"board": board}))
    server.daemon_threads = True
    board.address = f"http://127.0.0.1:{server.server_address[1]}"
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    serving.start()
    try:
        yield board
    finally:
        server.shutdown()
        server.server_close()
        serving.join()
