"""A model without a wire: it answers from a list or a function, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from gardener.llm.ask import Reply, Usage
from gardener.llm.tokens import estimate_input, estimate_tokens

if TYPE_CHECKING:
    from gardener.llm.ask import Ask

Scripted = Reply | str | Mapping[str, Any]
"""A reply, or the text or the JSON of one that is answered."""


class ScriptedModel:
    """A `Model` for tests. `history` holds all asks in the order they came in.

    Answers come from a function of the ask, or from an iterable, one an ask; when that has ended, further asks get
    `unusable`.
    """

    def __init__(self, answers: Callable[[Ask], Scripted] | Iterable[Scripted]) -> None:
        self.history: list[Ask] = []
        self._lock = threading.Lock()
        self._answer = answers if callable(answers) else _from(iter(answers))

    def __call__(self, ask: Ask) -> Reply:
        """The next answer of the script."""
        with self._lock:
            self.history.append(ask)
            scripted = self._answer(ask)
        if isinstance(scripted, Reply):
            return scripted
        text = scripted if isinstance(scripted, str) else json.dumps(scripted, ensure_ascii=False)
        usage = Usage(input=estimate_input(ask), output=estimate_tokens(text), estimated=True)
        return Reply("answered", text, usage=usage, model=ask.model)


def _from(answers: Any) -> Callable[[Ask], Scripted]:
    ended = Reply("unusable", detail="the script has no answer left", requests=0)
    return lambda _: next(answers, ended)
