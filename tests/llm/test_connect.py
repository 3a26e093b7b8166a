"""A connection as a whole: nothing before the first call, nothing to anybody else, and an end at any time."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from conversations import KEY, FakeTime, an_ask, environment, talking

from gardener.core.errors import ConfigError
from gardener.core.settings import ReviewSettings
from gardener.llm import scripted_steps as steps
from gardener.llm.ask import Ask, Attempt, Reply
from gardener.llm.connect import connect
from gardener.llm.scripted_exchange import Exchange
from gardener.llm.scripted_server import ScriptedServer, pair_judge

SETTINGS = ReviewSettings(model="judge-1", verify_model="judge-2", retries=0)


def run(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter, so that what others imported or set up is not there."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ | environ
    )


def test_connecting_imports_and_opens_nothing() -> None:
    code = (
        "import sys, socket\n"
        "socket.socket.connect = None\n"
        "from gardener.core.settings import ReviewSettings\nfrom gardener.llm.connect import connect\n"
        "connect(ReviewSettings(model='m'), {}).close()\n"
        "print([name for name in ('openai', 'httpx', 'httpx2', 'http', 'ssl', 'pydantic') if name in sys.modules])"
    )
    assert run(code).stdout.strip() == "[]"


ONE_CALL = (
    "import logging, sys\n"
    "from gardener.core.settings import ReviewSettings\nfrom gardener.llm.connect import connect\n"
    "from gardener.llm.ask import Ask, Message\n"
    "from gardener.llm.scripted_server import ScriptedServer\n"
    "{setup}\n"
    "with ScriptedServer(lambda _: '{{}}') as server:\n"
    "    environ = {{'OPENAI_BASE_URL': server.base_url, 'OPENAI_API_KEY': 'sk-hidden'}}\n"
    "    model = connect(ReviewSettings(model='m'), environ)\n"
    "    print(model(Ask('m', (Message('user', 'the-code'),))).outcome)\n"
)


@pytest.mark.parametrize("setup", ["", "logging.basicConfig(level=logging.DEBUG)"])
def test_logs_never_show_the_code_or_the_key(setup: str) -> None:
    done = run(ONE_CALL.format(setup=setup), OPENAI_LOG="debug")
    assert done.stdout.strip() == "answered"
    assert "the-code" not in done.stderr
    assert "sk-hidden" not in done.stderr
    assert "chat/completions" not in done.stderr


def test_what_is_meant_for_this_machine_goes_to_no_proxy() -> None:
    with ScriptedServer() as proxy:
        address = f"http://{proxy.host}"
        done = run(ONE_CALL.format(setup=""), HTTP_PROXY=address, http_proxy=address, ALL_PROXY=address, NO_PROXY="")
        assert done.stdout.strip() == "answered"
        assert proxy.requests == []


def test_host_and_models_are_named_once_before_anything_is_sent() -> None:
    said: list[tuple[str, int]] = []
    with ScriptedServer() as server:
        with connect(
            SETTINGS, environment(server), on_first_call=lambda line: said.append((line, len(server.requests)))
        ) as model:
            assert said == []
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(model, [an_ask()] * 8))
        assert said == [(f"asking `judge-1` and `judge-2` at {server.host}", 0)]


def test_wrappers_see_each_request_the_first_next_to_the_wire() -> None:
    seen: list[str] = []

    def wrapper(name: str) -> object:
        def wrap(attempt: Attempt) -> Attempt:
            def wrapped(ask: Ask) -> Reply:
                seen.append(name)
                return attempt(ask)

            return wrapped

        return wrap

    with ScriptedServer(script=[steps.fails(500)], lacks=("json_schema",)) as server:
        around = [wrapper("ledger"), wrapper("budget")]
        settings = ReviewSettings(model="m", retries=1)
        with connect(settings, environment(server), around=around, clock=FakeTime().clock) as model:  # type: ignore[arg-type]
            reply = model(an_ask())
    assert (reply.outcome, reply.requests) == ("answered", 4)
    assert seen == ["budget", "ledger"] * 4


def test_a_forbidden_host_is_an_error_before_any_call() -> None:
    with pytest.raises(ConfigError):
        connect(ReviewSettings(model="m", base_url="https://evil.example.com/v1"), {})


def test_the_key_goes_in_the_header_and_nowhere_else() -> None:
    with ScriptedServer(key=KEY) as server, talking(server) as model:
        assert model(an_ask()).outcome == "answered"
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
        assert KEY.encode() not in server.requests[0].body
    with ScriptedServer(key="another") as server, talking(server) as model:
        assert (model(an_ask()).status, model(an_ask()).requests) == (401, 0)


def test_servers_without_keys_are_spoken_to_as_well() -> None:
    with ScriptedServer() as server, connect(SETTINGS, {"OPENAI_BASE_URL": server.base_url}) as model:
        assert model(an_ask()).outcome == "answered"


def test_connections_are_used_again_but_not_after_they_were_given_up() -> None:
    with ScriptedServer(script=[None, None, steps.hangs(), None]) as server, talking(server, deadline_s=0.3) as model:
        assert [model(an_ask()).outcome for _ in range(4)] == ["answered", "answered", "unreachable", "answered"]


def test_many_ask_at_once() -> None:
    met = threading.Barrier(4)

    def step(exchange: Exchange) -> None:
        met.wait(20)
        steps.judged()(exchange)

    with ScriptedServer(script=lambda _: step) as server, talking(server) as model, ThreadPoolExecutor(4) as pool:
        assert [reply.outcome for reply in pool.map(model, [an_ask()] * 8)] == ["answered"] * 8


def test_closing_ends_every_call_at_once() -> None:
    arrived = threading.Barrier(4)

    def step(exchange: Exchange) -> None:
        arrived.wait(20)
        steps.hangs()(exchange)

    with ScriptedServer(script=lambda _: step) as server, talking(server, retries=5) as model:
        with ThreadPoolExecutor(3) as pool:
            calls = [pool.submit(model, an_ask()) for _ in range(3)]
            arrived.wait(20)
            model.close()
            replies = [call.result() for call in calls]
        assert {reply.outcome for reply in replies} == {"unreachable"}
        assert all(reply.usage.estimated for reply in replies)
        assert model(an_ask()).requests == 0
        assert len(server.chats) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals to a process")
def test_an_interrupt_gets_through_at_once() -> None:
    code = (
        "import sys\nfrom gardener.core.settings import ReviewSettings\nfrom gardener.llm.connect import connect\n"
        "from gardener.llm.ask import Ask, Message\n"
        "try:\n"
        "    with connect(ReviewSettings(model='m', deadline_s=500), {'OPENAI_BASE_URL': sys.argv[1]}) as model:\n"
        "        model(Ask('m', (Message('user', 'x'),)))\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted')\n"
    )
    arrived = threading.Event()

    def step(exchange: Exchange) -> None:
        arrived.set()
        steps.hangs()(exchange)

    with ScriptedServer(script=[step]) as server:
        process = subprocess.Popen([sys.executable, "-c", code, server.base_url], stdout=subprocess.PIPE, text=True)
        assert arrived.wait(60)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert (out.strip(), process.returncode) == ("interrupted", 0)


def test_the_sdk_stays_quiet_in_a_process_that_logs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with ScriptedServer(pair_judge()) as server, talking(server) as model:
        model(an_ask())
    assert [record.name for record in caplog.records if record.name.startswith(("openai", "http"))] == []
