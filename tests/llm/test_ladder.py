"""The ladder: what an endpoint does not take is left out, once, and remembered."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conversations import READ, FakeTime, an_ask, asked, environment, talking

from gardener.core.settings import ReviewSettings
from gardener.llm import scripted_steps as steps
from gardener.llm.ask import Message, ToolCall
from gardener.llm.chat_request import chat_request
from gardener.llm.connect import connect
from gardener.llm.extract_json import extract_json
from gardener.llm.form import Form
from gardener.llm.ladder import FOREIGN
from gardener.llm.scripted_exchange import Recorded
from gardener.llm.scripted_server import ScriptedServer, pair_judge, tools_first

FULL = an_ask(temperature=0.0, cache_key="batch-1")


def bodies(server: ScriptedServer) -> list[dict[str, Any]]:
    return [request.json for request in server.chats]


def test_the_first_rung_is_a_strict_schema() -> None:
    reply, server = asked(ask=FULL)
    (body,) = bodies(server)
    assert reply.outcome == "answered"
    assert body["response_format"]["type"] == "json_schema"
    assert body["response_format"]["json_schema"]["name"] == "verdicts"
    assert (body["temperature"], body["max_tokens"]) == (0.0, 4096)
    assert "tools" not in body
    assert "schema" not in body["messages"][0]["content"]


RUNGS = [
    (("json_schema",), 2, "tool"),
    (("response_format",), 2, "tool"),
    (("json_schema", "tools"), 3, "json_object"),
    (("json_schema", "tool_choice"), 3, "json_object"),
    (("response_format", "tools"), 4, "prompt"),
]


@pytest.mark.parametrize(("lacks", "requests", "rung"), RUNGS)
def test_each_rung_leads_to_an_answer(lacks: tuple[str, ...], requests: int, rung: str) -> None:
    reply, server = asked(ask=FULL, lacks=lacks)
    assert (reply.outcome, reply.requests, len(server.chats)) == ("answered", requests, requests)
    assert extract_json(reply.text)["verdicts"][0]["clause"] == "calm.1"
    body = bodies(server)[-1]
    kind = body.get("response_format", {}).get("type") or ("tool" if "tools" in body else "prompt")
    assert kind == rung
    said = body["messages"][0]["content"]
    assert ('"additionalProperties":false' in said) is (rung in ("json_object", "prompt"))
    if rung == "tool":
        assert body["tool_choice"] == {"type": "function", "function": {"name": "submit_verdicts"}}
        assert body["tools"][0]["function"]["strict"] is True
        assert body["parallel_tool_calls"] is False


@pytest.mark.parametrize("name", ["temperature", "max_tokens", "strict"])
def test_one_parameter_is_left_out_and_the_rest_stays(name: str) -> None:
    reply, server = asked(ask=FULL, lacks=(name,))
    assert (reply.outcome, reply.requests) == ("answered", 2)
    before, after = bodies(server)
    assert after["response_format"]["type"] == "json_schema"
    assert name not in json.dumps(after).replace('"strict": false', "")
    assert ("max_completion_tokens" in after) is (name == "max_tokens")
    assert before["messages"] == after["messages"]


def test_a_cache_key_and_the_newer_limit_are_for_openai_only() -> None:
    _, server = asked(ask=FULL)
    assert not bodies(server)[0].keys() & {"prompt_cache_key", "max_completion_tokens"}
    assert chat_request(FULL)["prompt_cache_key"] == "batch-1"
    assert chat_request(FULL)["max_completion_tokens"] == 4096


COOL = replace(FOREIGN, without=FOREIGN.without | {"temperature"})
BRIEF = replace(FOREIGN, without=FOREIGN.without | {"max_tokens"}, limit="max_completion_tokens")
LAX = replace(FOREIGN, without=FOREIGN.without | {"strict"})
CALLED = replace(FOREIGN, rung="tool")
COMPLAINTS = [
    ("Unsupported value: 'temperature' does not support 0 with this model.", "temperature", COOL),
    ("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", "", BRIEF),
    ("UnsupportedParamsError: parameters: ['response_format'], for model=judge-1", "", CALLED),
    ("This model does not support structured outputs.", "", CALLED),
    ("failed to parse grammar", "", CALLED),
    ("response_format.json_schema.strict: unknown field", "", CALLED),
    ("Extra inputs are not permitted: strict", "", LAX),
]


@pytest.mark.parametrize(("message", "param", "form"), COMPLAINTS)
@pytest.mark.parametrize("status", [400, 422, 500])
def test_complaints_of_many_servers_are_understood(message: str, param: str, form: Form, status: int) -> None:
    reply, server = asked([steps.fails(status, message, param=param)], FULL)
    assert (reply.outcome, reply.requests) == ("answered", 2)
    assert bodies(server)[1] == json.loads(
        json.dumps(chat_request(an_ask(temperature=0.0, cache_key="batch-1", form=form)))
    )


@pytest.mark.parametrize(
    "message",
    [
        "This model's maximum context length is 8192 tokens.",
        "The model `judge-1` does not exist",
        "your prompt_cache_key is odd",
        "",
    ],
)
def test_other_complaints_are_final(message: str) -> None:
    reply, server = asked([steps.fails(400, message)], FULL)
    assert (reply.outcome, reply.requests, len(server.chats)) == ("rejected", 1, 1)


def test_one_of_the_two_limits_must_be_taken() -> None:
    reply, server = asked(ask=FULL, lacks=("max_completion_tokens", "max_tokens"))
    assert (reply.outcome, reply.requests) == ("rejected", 2)
    assert all("max_tokens" in body or "max_completion_tokens" in body for body in bodies(server))


def test_a_server_that_refuses_everything_is_asked_a_few_times_only() -> None:
    message = (
        "tools tool_choice strict temperature response_format parallel_tool_calls max_completion_tokens max_tokens"
    )
    reply, server = asked(lambda _: steps.fails(400, message), an_ask(temperature=1.0, tools=(READ,)))
    assert reply.outcome == "rejected"
    assert len(server.chats) < 12


def test_the_name_of_a_model_is_no_complaint() -> None:
    reply, _ = asked([steps.fails(404, "no model strict-tools here")], an_ask(model="strict-tools"))
    assert (reply.outcome, reply.requests) == ("rejected", 1)


def prose_unless(kind: str) -> Any:
    """A server that ignores forms it does not know instead of refusing them."""

    def step(request: Recorded) -> steps.Step | None:
        body = request.json
        used = body.get("response_format", {}).get("type") or ("tool" if "tools" in body else "prompt")
        return None if used == kind else steps.says("All looks fine to me.")

    return step


@pytest.mark.parametrize(("kind", "requests"), [("json_schema", 1), ("json_object", 3), ("prompt", 4)])
def test_forms_that_are_ignored_are_left_too(kind: str, requests: int) -> None:
    reply, _ = asked(prose_unless(kind))
    assert (reply.outcome, reply.requests) == ("answered", requests)


def test_prose_on_every_rung_is_unusable_and_all_of_it_is_counted() -> None:
    reply, server = asked(prose_unless("nothing"))
    assert (reply.outcome, reply.detail, reply.requests) == ("unusable", "the answer is no JSON", 4)
    assert reply.usage.input > 4 * 50
    assert len(server.chats) == 4


def test_a_form_that_worked_is_not_left_for_one_slip() -> None:
    with ScriptedServer(script=[None, steps.says("Hm."), None]) as server, talking(server) as model:
        outcomes = [(reply.outcome, reply.requests) for reply in (model(an_ask()) for _ in range(3))]
    assert outcomes == [("answered", 1), ("unusable", 1), ("answered", 1)]


def connected(server: ScriptedServer, memory: Path) -> Any:
    return connect(ReviewSettings(model="m", retries=0), environment(server), memory=memory, clock=FakeTime().clock)


def test_what_was_found_out_is_remembered_between_runs(tmp_path: Path) -> None:
    memory = tmp_path / "cache" / "forms.json"
    with ScriptedServer(lacks=("json_schema", "temperature")) as server:
        requests = []
        for model in ("judge-1", "judge-1", "judge-2"):
            with connected(server, memory) as connection:
                requests.append(connection(an_ask(model=model, temperature=0.0)).requests)
        assert requests == [3, 1, 3]
        kept = json.loads(memory.read_text())
    assert kept["forms"][f"{server.host} judge-1"] == {
        "rung": "tool",
        "limit": "max_tokens",
        "without": ["prompt_cache_key", "temperature"],
        "proven": True,
    }
    assert [path.name for path in memory.parent.iterdir()] == ["forms.json"]


SPOILED = [
    b"",
    b"{",
    b"[]",
    b"\xff",
    b"[" * 100_000,
    b'{"version": 99, "forms": {"HOST judge-1": {"rung": "tool", "limit": "max_tokens", "without": []}}}',
    b'{"version": 1, "forms": {"HOST judge-1": {"rung": "elevator", "limit": "max_tokens", "without": []}}}',
    b'{"version": 1, "forms": {"HOST judge-1": {"rung": ["tool"], "limit": "max_tokens", "without": []}}}',
    b'{"version": 1, "forms": {"HOST judge-1": {"rung": "tool", "limit": "max_tokens", "without": ["messages"]}}}',
    b'{"version": 1, "forms": {"HOST judge-1": {"rung": "tool", "limit": "max_tokens", "without": [["x"]]}}}',
    b'{"version": 1, "forms": {"HOST judge-1": null}}',
    b'{"version": 1, "forms": {"HOST judge-1": {"rung": "tool", "limit": "none", "without": []}}}',
    b'{"version": 1, "forms": []}',
]


@pytest.mark.parametrize("content", SPOILED)
def test_a_spoiled_memory_is_forgotten(content: bytes, tmp_path: Path) -> None:
    memory = tmp_path / "forms.json"
    with ScriptedServer() as server:
        memory.write_bytes(content.replace(b"HOST", server.host.encode()))
        with connected(server, memory) as connection:
            assert connection(an_ask()).requests == 1
        assert bodies(server)[0]["response_format"]["type"] == "json_schema"
    assert json.loads(memory.read_text())["forms"][f"{server.host} judge-1"]["rung"] == "json_schema"


def test_a_memory_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with ScriptedServer() as server, connected(server, tmp_path / "file" / "forms.json") as connection:
        assert connection(an_ask()).outcome == "answered"


def test_runs_side_by_side_keep_what_the_other_learnt(tmp_path: Path) -> None:
    memory = tmp_path / "forms.json"
    with ScriptedServer() as server, connected(server, memory) as one, connected(server, memory) as other:
        one(an_ask(model="a"))
        other(an_ask(model="b"))
    assert set(json.loads(memory.read_text())["forms"]) == {f"{server.host} a", f"{server.host} b"}


LOOK = ToolCall("call_1", "read_lines", "{}")
LOOKED = (Message("assistant", "", calls=(LOOK,)), Message("tool", "1: x", call_id="call_1"))


def a_look(**changes: Any) -> Any:
    ask = an_ask(tools=(READ,))
    return an_ask(tools=(READ,), messages=(*ask.messages, *changes.pop("more", ())), **changes)


@pytest.mark.parametrize("lacks", [(), ("response_format",)])
def test_a_tool_loop_keeps_its_list_of_tools_to_the_end(lacks: tuple[str, ...]) -> None:
    judge = tools_first([LOOK], pair_judge())
    with ScriptedServer(judge, lacks=lacks) as server, talking(server) as model:
        first = model(a_look())
        second = model(a_look(more=LOOKED))
        last = model(a_look(more=LOOKED, may_call=False))
    assert (first.outcome, first.calls) == ("answered", (LOOK,))
    for reply in (second, last):
        assert reply.calls == ()
        assert extract_json(reply.text)["verdicts"][0]["verdict"] == "ok"
    taken = [body for body in bodies(server) if lacks == () or "response_format" not in body]
    assert len({json.dumps(body["tools"]) for body in taken}) == 1
    assert [tool["function"]["name"] for tool in taken[0]["tools"]] == [
        "read_lines",
        *(["submit_verdicts"] if lacks else []),
    ]
    forced = {"type": "function", "function": {"name": "submit_verdicts"}} if lacks else "none"
    assert [body.get("tool_choice") for body in taken] == [None, None, forced]
    assert all(body["parallel_tool_calls"] is False for body in taken)
    assert taken[1]["messages"][-1] == {"role": "tool", "tool_call_id": "call_1", "content": "1: x"}


def test_a_server_without_tools_judges_without_looking() -> None:
    reply, server = asked(ask=a_look(), lacks=("tools",))
    assert (reply.outcome, reply.calls, reply.requests) == ("answered", (), 2)
    assert "tools" not in bodies(server)[1]
    assert bodies(server)[1]["response_format"]["type"] == "json_schema"


def test_tools_and_no_tools_are_remembered_apart() -> None:
    refuses_both = lambda request: (  # noqa: E731
        steps.fails(400, "response_format cannot be used with tools")
        if "tools" in request.json and "response_format" in request.json
        else None
    )
    with ScriptedServer(script=refuses_both) as server, talking(server) as model:
        assert model(a_look()).requests == 2
        assert model(an_ask()).requests == 1
    assert bodies(server)[-1]["response_format"]["type"] == "json_schema"


def test_half_a_surrogate_pair_does_not_stop_a_request() -> None:
    ask = an_ask(
        messages=(Message("user", "name: \udcff"), Message("assistant", "", calls=(ToolCall("i", "\udcff", "\udcff"),)))
    )
    reply, server = asked(ask=ask, judge=lambda _: "{}")
    assert reply.outcome == "answered"
    assert bodies(server)[0]["messages"][0]["content"] == "name: ?"


def test_without_a_schema_any_text_will_do() -> None:
    reply, server = asked(ask=an_ask(schema=None), judge=lambda _: "Just prose.")
    assert (reply.outcome, reply.text, reply.requests) == ("answered", "Just prose.", 1)
    assert "response_format" not in bodies(server)[0]
