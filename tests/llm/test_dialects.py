"""The wire against servers that others wrote: they refuse what no double of ours would think of refusing.

`LITELLM` names the command `litellm` (`pip install 'litellm[proxy]'`), `LLAMA_PYTHON` an interpreter with
`llama-cpp-python[server]` and `gguf`. Last seen to hold with litellm 1.108.7 and llama-cpp-python 0.3.36.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from conversations import KEY, READ, an_ask

from gardener.core.settings import ReviewSettings
from gardener.llm.ask import Ask, Message, Reply, ToolCall
from gardener.llm.connect import connect
from gardener.llm.extract_json import extract_json

pytestmark = pytest.mark.dialect
SMALL = {
    "type": "object",
    "properties": {"verdict": {"type": "string", "enum": ["ok", "violation"]}},
    "required": ["verdict"],
    "additionalProperties": False,
}
LOOKED = (Message("assistant", "", calls=(ToolCall("c1", "read_lines", "{}"),)), Message("tool", "1: x", call_id="c1"))


@contextmanager
def serving(command: list[str], port: int, log: Path, **environ: str) -> Iterator[str]:
    """The base URL of a server that listens by the time it is needed, or fails the test with what it said."""
    url = f"http://127.0.0.1:{port}/v1"
    with log.open("wb") as file, subprocess.Popen(
        command, stdout=file, stderr=subprocess.STDOUT, env=os.environ | environ
    ) as process:  # fmt: skip
        try:
            while not answers(f"{url}/models"):
                assert process.poll() is None, log.read_text()
            yield url
        finally:
            process.terminate()


def answers(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(urllib.request.Request(url, headers=BEARER), timeout=5):  # noqa: S310
        return True
    return False


BEARER = {"Authorization": f"Bearer {KEY}"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(variable: str) -> str:
    path = os.environ.get(variable)
    if not path:
        pytest.skip(f"{variable} names no program")
    return path


def reply_of(url: str, ask: Ask, key: str = KEY) -> Reply:
    environ = {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": key}
    with connect(ReviewSettings(model=ask.model, retries=0), environ) as model:
        return model(ask)


@pytest.fixture(scope="module")
def litellm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, port = tmp_path_factory.mktemp("litellm"), free_port()
    answer = json.dumps({"verdict": "ok"})
    served = {"model": "openai/gpt-4o-mini", "api_key": "none", "mock_response": answer}
    config = folder / "config.yaml"
    config.write_text(json.dumps({"model_list": [{"model_name": "judge-1", "litellm_params": served}]}))
    command = [program("LITELLM"), "--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
    with serving(
        command, port, folder / "log", LITELLM_MASTER_KEY=KEY, LITELLM_LOCAL_MODEL_COST_MAP="True"
    ) as url:  # fmt: skip
        yield url


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, port, python = tmp_path_factory.mktemp("llama"), free_port(), program("LLAMA_PYTHON")
    weights = folder / "tiny.gguf"
    subprocess.run([python, str(Path(__file__).parent / "tiny_model.py"), str(weights)], check=True)
    command = [python, "-m", "llama_cpp.server", "--model", str(weights), "--n_ctx", "4096", "--chat_format", "chatml"]
    with serving([*command, "--host", "127.0.0.1", "--port", str(port)], port, folder / "log") as url:
        yield url


@pytest.mark.parametrize("tools", [(), (READ,)], ids=["plain", "tools"])
def test_litellm_takes_the_first_rung(litellm: str, tools: tuple[()]) -> None:
    reply = reply_of(litellm, an_ask(schema=SMALL, temperature=0.0, cache_key="x", tools=tools))
    assert (reply.outcome, reply.text, reply.requests) == ("answered", '{"verdict": "ok"}', 1)
    assert reply.usage.input > 0
    assert not reply.usage.estimated


def test_litellm_takes_the_turns_of_a_tool_loop(litellm: str) -> None:
    messages = (*an_ask().messages, *LOOKED)
    reply = reply_of(litellm, an_ask(messages=messages, tools=(READ,), may_call=False, schema=SMALL))
    assert (reply.outcome, reply.requests) == ("answered", 1)


def test_litellm_refuses_what_it_does_not_serve(litellm: str) -> None:
    reply = reply_of(litellm, an_ask(model="another"))
    assert (reply.outcome, reply.requests) == ("rejected", 1)
    assert reply_of(litellm, an_ask(), key="sk-wrong").outcome == "rejected"


@pytest.mark.parametrize("more", [(), LOOKED], ids=["plain", "tools"])
def test_llama_answers_one_rung_down(llama: str, more: tuple[Message, ...]) -> None:
    tools = (READ,) if more else ()
    messages = (*an_ask().messages, *more)
    reply = reply_of(llama, an_ask(messages=messages, schema=SMALL, tools=tools, may_call=False, max_output=200))
    assert (reply.outcome, reply.requests) == ("answered", 2)
    assert extract_json(reply.text)["verdict"] in ("ok", "violation")
    assert reply.usage.output > 0


def test_llama_runs_into_the_limit(llama: str) -> None:
    reply = reply_of(llama, an_ask(schema=None, max_output=3))
    assert (reply.outcome, reply.usage.output) == ("cut", 3)
