"""One request to an OpenAI-compatible endpoint, and what came of it.

A dialect says how an ask is written down, with which method of the SDK it is sent, and how the answer is read. Another
one, as for the Responses API, is one more `Dialect`; nothing else changes.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gardener.llm.ask import Reply, Usage
from gardener.llm.chat_reply import chat_reply
from gardener.llm.chat_request import chat_request
from gardener.llm.declined import declined, declined_with
from gardener.llm.line import Heard, Line
from gardener.llm.one_line import one_line
from gardener.llm.tokens import estimate_input, estimate_tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import openai

    from gardener.llm.ask import Ask, Outcome
    from gardener.llm.endpoint import Endpoint
    from gardener.llm.line import Create, Trouble

DEFAULT_SECONDS = 120.0

_TROUBLES: Mapping[Trouble, tuple[Outcome, str]] = {
    "refused": ("unreachable", "no connection"),
    "lost": ("unreachable", "the connection broke"),
    "late": ("unreachable", "no answer before the deadline"),
    "oversized": ("unusable", "the answer is larger than 16 MB"),
    "closed": ("unreachable", "given up"),
    "unsendable": ("rejected", "the request could not be sent"),
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How to write an ask down, send it, and read the decoded body of the answer."""

    write: Callable[[Ask], dict[str, Any]]
    create: Callable[[openai.OpenAI], Create]
    read: Callable[[Any, Ask], Reply]


CHAT = Dialect(
    write=chat_request,
    create=lambda client: client.chat.completions.with_streaming_response.create,
    read=chat_reply,
)


class Attempts:
    """Attempts at one endpoint: call it with an ask for one request. `clock` is what `Ask.expires` is read against."""

    def __init__(
        self, endpoint: Endpoint, dialect: Dialect = CHAT, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._dialect = dialect
        self._clock = clock
        self._key = endpoint.key
        self._line = Line(endpoint, dialect.create)

    def __call__(self, ask: Ask) -> Reply:
        """One request; it ends at `ask.expires`, or after two minutes."""
        seconds = DEFAULT_SECONDS if ask.expires is None else ask.expires - self._clock()
        if self._line.closed:
            return Reply("unreachable", detail="given up", requests=0)
        if seconds <= 0:
            return Reply("unreachable", detail="no time is left before the deadline", requests=0)
        try:
            heard = self._line.post(self._dialect.write(ask), seconds)
        except ImportError as error:
            detail = one_line(f"the package `openai` cannot be imported: {error}")
            return Reply("rejected", detail=detail, requests=0)
        return self._without_key(self._reply(heard, ask))

    def close(self) -> None:
        """Give up what is on its way and send nothing any more."""
        self._line.close()

    def _reply(self, heard: Heard, ask: Ask) -> Reply:
        if heard.trouble:
            return _troubled(heard, ask)
        if not 200 <= heard.status < 300:
            return declined(heard.status, heard.headers, heard.body)
        try:
            data = json.loads(heard.body)
        except (ValueError, RecursionError):
            kind = heard.headers.get("content-type", "").partition(";")[0]
            what = "no JSON" if not heard.body or "json" in kind else f"no JSON but `{one_line(kind, 60)}`"
            return Reply(
                "unusable",
                usage=_estimated(heard, ask),
                detail=f"the answer is {what}",
                status=heard.status,
            )
        error = data.get("error") if isinstance(data, dict) and not data.get("choices") else None
        code = error.get("code") if isinstance(error, dict) else None
        # Gateways pass on the errors of what stands behind them with a status of success.
        if isinstance(code, int) and 400 <= code < 600:
            return declined_with(code, data, heard.headers)
        return self._dialect.read(data, ask)

    def _without_key(self, reply: Reply) -> Reply:
        """Servers repeat the key they refuse; whatever is printed or stored must not."""
        if not self._key:
            return reply
        return replace(
            reply,
            detail=reply.detail.replace(self._key, "***"),
            complaint=reply.complaint.replace(self._key, "***"),
        )


def _troubled(heard: Heard, ask: Ask) -> Reply:
    outcome, text = _TROUBLES[heard.trouble]
    sent = heard.trouble not in ("refused", "unsendable")
    detail = one_line(f"{text} ({heard.detail})" if heard.detail else text)
    usage = _estimated(heard, ask) if sent else Usage()
    return Reply(outcome, usage=usage, detail=detail, status=heard.status, requests=int(heard.trouble != "unsendable"))


def _estimated(heard: Heard, ask: Ask) -> Usage:
    """What an answer that cannot be read may have cost: all of the prompt, and what was written of the answer."""
    written = heard.body.decode("utf-8", "replace")
    return Usage(input=estimate_input(ask), output=min(estimate_tokens(written), ask.max_output), estimated=True)
