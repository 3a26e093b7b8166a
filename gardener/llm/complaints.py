"""What an endpoint objects to in a request, and the same request without it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gardener.llm.ask import Ask, Reply
    from gardener.llm.form import Form

_STATUSES = {400, 404, 415, 422, 500, 501}
"""Gateways answer 404 where no model behind them has a feature, llama.cpp 500 for tools or a grammar it cannot use."""
_REFUSALS = {400, 415, 422, 501}
_VAGUE = re.compile(r"\b(?:un(?:supported|recogni[sz]ed|known)|not (?:supported|permitted|allowed)|extra inputs?)\b")
_SUBJECTS = {
    "max_completion_tokens": r"max_completion_tokens",
    "max_tokens": r"max_tokens",
    "parallel_tool_calls": r"parallel_tool_calls?|parallel tool",
    "prompt_cache_key": r"prompt_cache_key",
    "response_format": r"response_?format|json_schema|json_object|json mode|structured[ _-]outputs?|grammar|guided",
    "strict": r"(?<!\.)\bstrict\b",
    "temperature": r"temperature",
    "tool_choice": r"tool_choice",
    "tools": r"\btools?\b|function[ _-]call\w*",
}


def less_objectionable(ask: Ask, reply: Reply) -> Form | None:
    """The form without what the endpoint complains about; None where nothing could be left out.

    The first thing named is meant, if it was sent: what follows is often what to use in its place.
    """
    if reply.status not in _STATUSES:
        return None
    # A model may be called `llama-tools`.
    said = re.sub(rf"(?<!\w){re.escape(ask.model.lower())}(?!\w)", "", reply.complaint.lower())
    places = [
        (match.start(), subject) for subject in sent(ask) if (match := re.search(_SUBJECTS[subject], said)) is not None
    ]
    if places:
        return _without(ask, min(places)[1])
    # Some only say that something is not supported: a simpler form of the answer is the likeliest cure.
    vague = reply.status in _REFUSALS and _VAGUE.search(said) is not None
    return ask.form.down() if vague and ask.schema is not None else None


def sent(ask: Ask) -> list[str]:
    """What the request for `ask` holds that it could do without."""
    form, schema = ask.form, ask.schema is not None
    tools = form.sends("tools") and (bool(ask.tools) or (schema and form.rung == "tool"))
    strict = form.sends("strict") and (tools or (schema and form.rung == "json_schema"))
    held = {
        form.limit: True,
        "parallel_tool_calls": tools and form.sends("parallel_tool_calls"),
        "prompt_cache_key": bool(ask.cache_key) and form.sends("prompt_cache_key"),
        "response_format": schema and form.rung in ("json_schema", "json_object"),
        "strict": strict,
        "temperature": ask.temperature is not None and form.sends("temperature"),
        "tool_choice": tools and form.sends("tool_choice"),
        "tools": tools,
    }
    return [subject for subject, is_held in held.items() if is_held]


def _without(ask: Ask, subject: str) -> Form | None:
    form, forced = ask.form, ask.schema is not None and ask.form.rung == "tool"
    if subject == "response_format":
        return form.down()
    if forced and not ask.tools and subject in ("tools", "tool_choice"):
        return form.down()
    return form.less(subject)
