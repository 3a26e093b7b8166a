"""An ask in the words of Chat Completions, which nearly every server understands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gardener.llm.ask import Ask, Message


def chat_request(ask: Ask) -> dict[str, Any]:
    """The body of a request for `ask`, in its form. The same ask gives the same bytes, in a batch file as over HTTP."""
    form = ask.form
    body: dict[str, Any] = {"model": ask.model, "messages": _messages(ask)}
    body |= _tools(ask)
    if ask.schema is not None and form.rung == "json_schema":
        body["response_format"] = {"type": "json_schema", "json_schema": _schema(ask)}
    elif ask.schema is not None and form.rung == "json_object":
        body["response_format"] = {"type": "json_object"}
    body[form.limit] = ask.max_output
    if ask.temperature is not None and form.sends("temperature"):
        body["temperature"] = ask.temperature
    if ask.cache_key and form.sends("prompt_cache_key"):
        body["prompt_cache_key"] = ask.cache_key
    return body


def submitting(ask: Ask) -> str:
    """The name of the tool that an answer is handed in with; empty where the form needs none."""
    return f"submit_{ask.schema_name}" if ask.schema is not None and ask.form.rung == "tool" else ""


def _messages(ask: Ask) -> list[dict[str, Any]]:
    messages = [_message(message) for message in ask.messages]
    if ask.schema is None or ask.form.rung in ("json_schema", "tool"):
        return messages
    # At the end of the system message it neither breaks a cached prefix nor stands among data.
    demand = (
        "Answer with one JSON object and nothing else: no prose, no Markdown. It must validate against this schema:\n"
        + json.dumps(ask.schema, ensure_ascii=False, separators=(",", ":"))
    )
    if messages and messages[0]["role"] == "system":
        messages[0]["content"] += f"\n\n{demand}"
        return messages
    return [{"role": "system", "content": demand}, *messages]


def _message(message: Message) -> dict[str, Any]:
    content = _sendable(message.content)
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": message.call_id, "content": content}
    if not message.calls:
        return {"role": message.role, "content": content}
    calls = [
        {
            "id": call.id,
            "type": "function",
            "function": {"name": _sendable(call.name), "arguments": _sendable(call.arguments)},
        }
        for call in message.calls
    ]
    # Null would be the usual word for no content, and llama-cpp-python refuses it.
    return {"role": message.role, "content": content, "tool_calls": calls}


def _tools(ask: Ask) -> dict[str, Any]:
    if not ask.form.sends("tools"):
        return {}
    tools = [_function(ask, tool.name, tool.description, tool.parameters) for tool in ask.tools]
    submit = submitting(ask)
    if submit:
        tools.append(_function(ask, submit, "Hand in the answer. Call this exactly once, at the end.", ask.schema))
    if not tools:
        return {}
    fields: dict[str, Any] = {"tools": tools}
    choice = _choice(ask, submit)
    if ask.form.sends("tool_choice") and choice is not None:
        fields["tool_choice"] = choice
    if ask.form.sends("parallel_tool_calls"):
        fields["parallel_tool_calls"] = False
    return fields


def _choice(ask: Ask, submit: str) -> Any:
    """What the model must do with the tools; None leaves it to the model, which is the default everywhere."""
    if ask.tools and ask.may_call:
        return None
    return {"type": "function", "function": {"name": submit}} if submit else "none"


def _function(ask: Ask, name: str, description: str, parameters: Any) -> dict[str, Any]:
    function = {"name": name, "description": description, "parameters": parameters}
    return {"type": "function", "function": function | _strictness(ask)}


def _schema(ask: Ask) -> dict[str, Any]:
    return {"name": ask.schema_name, "schema": ask.schema} | _strictness(ask)


def _strictness(ask: Ask) -> dict[str, Any]:
    return {"strict": True} if ask.form.sends("strict") else {}


def _sendable(text: str) -> str:
    """Half a surrogate pair, as from a file name that is no UTF-8, has no bytes to be sent."""
    return text.encode("utf-8", "replace").decode()
