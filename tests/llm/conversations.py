"""What the tests of the wire have in common: an ask, a judge that finds something, and a connection to a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from gardener.core.settings import ReviewSettings
from gardener.llm.ask import Ask, Message, Reply, Tool
from gardener.llm.connect import Connection, connect
from gardener.llm.retrying import Clock
from gardener.llm.scripted_server import ScriptedServer, pair_judge

SCHEMA = {
    "type": "object",
    "properties": {"verdicts": {"type": "array", "items": {"type": "object"}}},
    "required": ["verdicts"],
    "additionalProperties": False,
}
CLAUSE = '<clause id="calm.1" severity="P1">Functions never shout.</clause>'
UNIT = '<unit id="u1" path="src/a.py" fence="abc">\ndef f():\n    print("HEY")\n</unit>'
READ = Tool("read_lines", "Read lines of a file.", {"type": "object", "properties": {}, "required": []})
KEY = "sk-very-secret-0123456789"


def an_ask(**changes: Any) -> Ask:
    """An ask about one pair."""
    messages = (Message("system", "You judge code."), Message("user", f"{CLAUSE}\n{UNIT}"))
    return Ask(**{"model": "judge-1", "messages": messages, "schema": SCHEMA} | changes)


class FakeTime:
    """Time that passes only where somebody waits, and what was waited for."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.now, self.wait, lambda: 0.0)


def environment(server: ScriptedServer) -> Mapping[str, str]:
    """The environment that leads to a server."""
    return {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": KEY}


@contextmanager
def talking(server: ScriptedServer, time: FakeTime | None = None, **settings: Any) -> Iterator[Connection]:
    """A connection to a server, without retries unless the settings say otherwise, in time that does not pass."""
    review = ReviewSettings(**{"model": "judge-1", "retries": 0, "deadline_s": 60.0} | settings)
    clock = (time or FakeTime()).clock
    with connect(review, environment(server), clock=clock) as connection:
        yield connection


def asked(
    script: Any = (),
    ask: Ask | None = None,
    judge: Callable[..., Any] | None = None,
    *,
    lacks: tuple[str, ...] = (),
    **settings: Any,
) -> tuple[Reply, ScriptedServer]:
    """The reply to one ask of a server with a script, and the server, stopped, with all it got."""
    server = ScriptedServer(judge or pair_judge(lambda *_: "violation"), script, lacks=lacks)
    with server, talking(server, **settings) as connection:
        return connection(ask or an_ask()), server
