"""The one comment on a pull request, against a server on this machine: written, changed, left, and never another's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

SCRIPT = Path(__file__).parent.parent.parent / ".ci" / "action" / "comment.py"
MARK = "<!-- gardener:comment -->"
FOUND = (
    "### gardener: 1 finding (1 gating) in 1 file · 1 file analysed\n\n| | Where |\n|---|---|\n| 🔴 P1 | `a.py:1` |\n"
)
CLEAN = "### gardener: no findings · 1 file analysed\n"


class Comments(ThreadingHTTPServer):
    """The comments of pull request 7 of acme/shop; `status` answers writes, where it is not 0."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.comments: list[dict[str, Any]] = []
        self.writes: list[tuple[str, str]] = []
        self.tokens: set[str | None] = set()
        self.status = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def add(self, body: str, kind: str = "Bot") -> None:
        self.comments.append({"id": 100 + len(self.comments), "body": body, "user": {"type": kind}})


class Handler(BaseHTTPRequestHandler):
    server: Comments

    def do_GET(self) -> None:
        self.server.tokens.add(self.headers.get("Authorization"))
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        page, size = int(query["page"][0]), int(query["per_page"][0])
        known = parts.path == "/repos/acme/shop/issues/7/comments"
        self.answer(200 if known else 404, self.server.comments[(page - 1) * size : page * size])

    def do_POST(self) -> None:
        if not self.refused():
            self.server.add(self.body())
            self.answer(201, self.server.comments[-1])

    def do_PATCH(self) -> None:
        if not self.refused():
            identity = int(self.path.removeprefix("/repos/acme/shop/issues/comments/"))
            (comment,) = (comment for comment in self.server.comments if comment["id"] == identity)
            comment["body"] = self.body()
            self.answer(200, comment)

    def refused(self) -> bool:
        self.server.writes.append((self.command, self.path))
        if self.server.status:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.answer(self.server.status, {"message": "Resource not accessible by integration"})
        return bool(self.server.status)

    def body(self) -> str:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]
        assert isinstance(body, str)
        return body

    def answer(self, status: int, data: Any) -> None:
        raw = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Comments]:
    with Comments() as made:
        thread = Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def say(server: Comments, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(text: str, **values: str) -> subprocess.CompletedProcess[str]:
        summary = tmp_path / "summary.md"
        summary.write_text(text, encoding="utf-8")
        given = {
            "GITHUB_API_URL": server.address,
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_TOKEN": "s3cret",
            "NUMBER": "7",
        }
        command = [sys.executable, "-I", str(SCRIPT), str(summary)]
        environment = os.environ | given | values
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    return run


Say = Callable[..., subprocess.CompletedProcess[str]]


def test_one_comment_is_written_and_kept_up_to_date(server: Comments, say: Say) -> None:
    server.add("Nice!", "User")
    assert say(FOUND).stdout == "wrote a comment\n"
    assert say(FOUND).stdout == "the comment says so already\n"
    assert say(CLEAN).stdout == "changed the comment\n"
    assert [comment["body"] for comment in server.comments] == ["Nice!", f"{MARK}\n{CLEAN}"]
    assert [method for method, _ in server.writes] == ["POST", "PATCH"]
    assert server.tokens == {"Bearer s3cret"}


def test_a_clean_pull_request_gets_no_comment(server: Comments, say: Say) -> None:
    assert say(CLEAN + CLEAN).stdout == "clean, and no comment to correct\n"
    assert server.writes == []


@pytest.mark.parametrize("rest", ["\n**Not analysed**\n\n- **a.py**: syntax error\n", FOUND])
def test_what_is_not_clean_in_all_its_parts_is_said(server: Comments, say: Say, rest: str) -> None:
    say(CLEAN + rest)
    assert len(server.comments) == 1


def test_a_person_who_copies_the_mark_keeps_the_comment(server: Comments, say: Say) -> None:
    server.add(f"{MARK}\nmine", "User")
    server.add(f"> {MARK}\nquoted by a bot")
    say(FOUND)
    assert [method for method, _ in server.writes] == ["POST"]
    assert server.comments[0]["body"] == f"{MARK}\nmine"


def test_the_comment_is_found_behind_many_others(server: Comments, say: Say) -> None:
    for number in range(230):
        server.add(f"comment {number}", "User")
    server.add(f"{MARK}\nold")
    assert say(FOUND).stdout == "changed the comment\n"


@pytest.mark.parametrize("status", [401, 403, 404, 410, 422])
def test_a_forge_that_refuses_is_a_warning_and_no_failure(server: Comments, say: Say, status: int) -> None:
    server.status = status
    done = say(FOUND)
    assert done.returncode == 0
    assert done.stdout == f"::warning::the comment could not be kept up to date: status {status}\n"
    assert "s3cret" not in done.stdout + done.stderr


def test_what_a_comment_has_no_room_for_is_left_to_the_summary(server: Comments, say: Say) -> None:
    say(FOUND + "x" * 40_000 + "\n" + FOUND + "y" * 40_000)
    (comment,) = server.comments
    assert len(comment["body"]) < 65_536
    assert "y" not in comment["body"].partition("x" * 40_000)[2].replace("summary", "").replace("gardener", "")
    assert comment["body"].endswith("\n\nMore stands in the summary of the job.\n")


@pytest.mark.parametrize("values", [{"NUMBER": "7; echo"}, {"GITHUB_REPOSITORY": "acme/shop/../.."}])
def test_what_github_does_not_set_is_refused(server: Comments, say: Say, values: dict[str, str]) -> None:
    assert say(FOUND, **values).returncode == 2
    assert server.tokens == set()
