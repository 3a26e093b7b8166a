"""The ladder of capabilities: strict schema, forced tool call, any JSON, the words of the prompt.

Nobody asks beforehand what an endpoint can do. The first real request finds out: what is refused by name, or ignored,
is left out of the next try, and what worked is remembered for the endpoint and the model.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.llm.ask import Ask, Attempt, Reply, with_earlier
from gardener.llm.complaints import less_objectionable
from gardener.llm.extract_json import extract_json
from gardener.llm.form import Form

if TYPE_CHECKING:
    from gardener.llm.endpoint import Endpoint
    from gardener.llm.form_memory import FormMemory

FOREIGN = Form(without=frozenset({"prompt_cache_key"}), limit="max_tokens")
"""What the endpoints of others are asked in first."""
_LIVE = ("answered", "cut", "refused", "filtered")


def with_ladder(attempt: Attempt, endpoint: Endpoint, memory: FormMemory) -> Attempt:
    """`attempt`, in the highest form that the endpoint takes.

    An answer without the JSON that was asked for is `unusable`. The reply counts the requests of all tries.
    """

    def climb(ask: Ask) -> Reply:
        key = _key(ask, endpoint)
        known = memory.recall(key)
        form, reply = first_form(ask, endpoint, memory), None
        while True:
            tried = replace(ask, form=form)
            answer = attempt(tried)
            if _lacks_json(tried, answer):
                answer = replace(answer, outcome="unusable", detail="the answer is no JSON")
                # A form that has given JSON before is not to blame for one answer without.
                lower = None if known is not None and known.proven else form.down()
            else:
                lower = less_objectionable(tried, answer)
            reply = with_earlier(answer, reply)
            if lower is None:
                break
            form = lower
        if reply.outcome in _LIVE:
            has_json = ask.schema is not None and reply.outcome == "answered" and not reply.calls
            memory.learn(key, form, proven=has_json)
        return reply

    return climb


def first_form(ask: Ask, endpoint: Endpoint, memory: FormMemory) -> Form:
    """The form that `ask` is tried in first: the one that last worked, or what the endpoint can be expected to take."""
    known = memory.recall(_key(ask, endpoint))
    if known is not None:
        return known.form
    # Others may refuse the key they do not know, or ignore the limit they do not know.
    return Form() if endpoint.own else FOREIGN


def _key(ask: Ask, endpoint: Endpoint) -> str:
    return f"{endpoint.host} {ask.model}{' with tools' if ask.tools else ''}"


def _lacks_json(ask: Ask, reply: Reply) -> bool:
    wanted = ask.schema is not None and reply.outcome == "answered" and not reply.calls
    return wanted and extract_json(reply.text) is None
