"""Requests and responses as lines of a file: the Batch format of OpenAI, and a simpler one for whoever answers by hand.

A response line is an object with `custom_id` and either `response` (with `status_code` and `body`, a Chat Completion),
as a batch endpoint writes it, or `verdicts`, the answer itself.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gardener.llm.ask import Ask, Reply
from gardener.llm.chat_reply import chat_reply
from gardener.llm.chat_request import chat_request

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "/v1/chat/completions"
OK = 200


def request_line(ask: Ask) -> tuple[str, str]:
    """The id of a request, a hash of its body, and its line, without a line end."""
    body = chat_request(replace(ask, cache_key=""))
    custom_id = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    record = {"custom_id": custom_id, "method": "POST", "url": URL, "body": body}
    return custom_id, json.dumps(record, ensure_ascii=False)


def read_responses(text: str) -> Iterator[tuple[int, str, Reply]]:
    """The number of each line that is not blank, the id it answers (empty where it names none), and the reply."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, *_response(line)


def _response(line: str) -> tuple[str, Reply]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return "", Reply("unusable", detail="the line is no JSON", requests=0)
    if not isinstance(record, dict) or not isinstance(record.get("custom_id"), str):
        return "", Reply("unusable", detail="the line names no `custom_id`", requests=0)
    return record["custom_id"], _reply(record)


def _reply(record: dict[str, Any]) -> Reply:
    if "verdicts" in record:
        return Reply("answered", json.dumps({"verdicts": record["verdicts"]}), requests=0)
    response, error = record.get("response"), record.get("error")
    if isinstance(response, dict) and response.get("status_code", OK) == OK:
        return chat_reply(response.get("body"), Ask("", ()))
    said = error if isinstance(error, dict) else response if isinstance(response, dict) else {}
    reason = said.get("code") or said.get("status_code") or "no response"
    return Reply("unusable", detail=f"the batch says: {str(reason)[:100]}", requests=0)
