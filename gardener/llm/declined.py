"""What a response that is no answer means for the ask: try again, or never."""

from __future__ import annotations

import json
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from gardener.llm.ask import Outcome, Reply, Usage
from gardener.llm.one_line import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

_AGAIN = {408, 409, 425, 429}
_SPENT = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "access_terminated"}
_LONGEST_COMPLAINT = 2_000


def declined(status: int, headers: Mapping[str, str], body: bytes) -> Reply:
    """The reply for a status other than 2xx: `unreachable` where trying again may help, else `rejected`."""
    return declined_with(status, _decoded(body), headers)


def declined_with(status: int, data: Any, headers: Mapping[str, str]) -> Reply:
    """The same for a body that is decoded already, as some send errors with status 200."""
    complaint = read_complaint(data)
    if 300 <= status < 400:
        detail = f"HTTP {status}: a redirect, which is not followed"
    else:
        detail = f"HTTP {status}: {complaint}" if complaint else f"HTTP {status}"
    return Reply(
        _outcome(status, data),
        detail=one_line(detail),
        usage=Usage(),
        status=status,
        complaint=complaint,
        retry_after=read_retry_after(headers, time.time()),
    )


def read_complaint(data: Any) -> str:
    """What a body of an error says, in the shapes that servers give it; the parameter it names comes first."""
    error = data.get("error", data) if isinstance(data, dict) else data
    if isinstance(error, str):
        return one_line(error, _LONGEST_COMPLAINT)
    if not isinstance(error, dict):
        return ""
    told = error.get("message", error.get("detail", error.get("msg")))
    if isinstance(told, list):
        told = "; ".join(_located(item) for item in told)
    param = error.get("param")
    named = f"`{param}`: " if isinstance(param, str) and param else ""
    return one_line(f"{named}{told}" if isinstance(told, str) else named, _LONGEST_COMPLAINT)


def read_retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """The seconds in `retry-after-ms` or `retry-after`, which may also be a date; `now` is that of the wall."""
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(lower[name]) * unit
        except (KeyError, ValueError):
            continue
        if 0 <= seconds < float("inf"):
            return seconds
    try:
        return max(parsedate_to_datetime(lower["retry-after"]).timestamp() - now, 0.0)
    except (KeyError, ValueError, OverflowError):
        return None


def _outcome(status: int, data: Any) -> Outcome:
    error = data.get("error") if isinstance(data, dict) else None
    words = [error.get("code"), error.get("type")] if isinstance(error, dict) else []
    spent = any(isinstance(word, str) and word in _SPENT for word in words)
    return "unreachable" if (status in _AGAIN or status >= 500) and not spent else "rejected"


def _located(item: Any) -> str:
    """One problem of a list as validators give it: where and what, without the input it may repeat."""
    if not isinstance(item, dict):
        return item if isinstance(item, str) else ""
    place = item.get("loc")
    where = ".".join(str(part) for part in place) if isinstance(place, list) else ""
    return f"{where}: {item.get('msg', '')}"


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
