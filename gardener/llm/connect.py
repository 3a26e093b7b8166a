"""A model to talk to, put together from the settings and the environment.

From the outside in: retries, the ladder of capabilities, what the caller puts around each request (a budget, a ledger),
the announcement, and one request over the wire.
"""

from __future__ import annotations

import importlib
import random
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from gardener.llm.endpoint import Endpoint, choose_endpoint
from gardener.llm.form_memory import FormMemory
from gardener.llm.ladder import with_ladder
from gardener.llm.openai import Attempts
from gardener.llm.retrying import Clock, Retrying

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from gardener.core.settings import ReviewSettings
    from gardener.llm.ask import Ask, Attempt, Reply


class Connection:
    """A `Model` at an endpoint; safe to call from many threads. Closing it ends every call at once."""

    def __init__(self, endpoint: Endpoint, model: Retrying, attempts: Attempts, ended: threading.Event) -> None:
        self.endpoint = endpoint
        self._model = model
        self._attempts = attempts
        self._ended = ended

    def __call__(self, ask: Ask) -> Reply:
        """What the model answered. Raises BudgetSpent when a budget is around the attempts and has no room."""
        # Loading the SDK takes up to two seconds, which are not the model's.
        with suppress(ImportError):
            importlib.import_module("openai")
        return self._model(ask)

    def close(self) -> None:
        """End all calls and pauses that are on their way, as `unreachable`; later calls are too."""
        self._ended.set()
        self._attempts.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def connect(
    settings: ReviewSettings,
    environ: Mapping[str, str],
    *,
    memory: Path | None = None,
    around: Sequence[Callable[[Attempt], Attempt]] = (),
    on_first_call: Callable[[str], None] | None = None,
    clock: Clock | None = None,
) -> Connection:
    """A model as the settings and the environment name it. Nothing is opened or imported before the first call.

    `memory` is the file that keeps what endpoints can do. `around` is put around each attempt, the first next to the
    wire. `on_first_call` is told once, before a byte leaves, what is asked where. Raises ConfigError for an endpoint
    that must not be used.
    """
    endpoint = choose_endpoint(settings, environ)
    ended = threading.Event()
    clock = clock or Clock(time.monotonic, ended.wait, random.random)
    attempts = Attempts(endpoint, clock=clock.now)
    attempt: Attempt = attempts
    if on_first_call is not None:
        attempt = _announced(attempt, endpoint, settings, on_first_call)
    for wrap in around:
        attempt = wrap(attempt)
    climbing = with_ladder(attempt, endpoint, FormMemory(memory))
    model = Retrying(climbing, retries=settings.retries, deadline_s=settings.deadline_s, clock=clock)
    return Connection(endpoint, model, attempts, ended)


def _announced(attempt: Attempt, endpoint: Endpoint, settings: ReviewSettings, say: Callable[[str], None]) -> Attempt:
    lock = threading.Lock()
    said = False

    def announced(ask: Ask) -> Reply:
        nonlocal said
        with lock:
            if not said:
                models = dict.fromkeys(name for name in (settings.model, settings.verify_model) if name)
                named = " and ".join(f"`{name}`" for name in models or (ask.model,))
                say(f"asking {named} at {endpoint.host}")
                said = True
        return attempt(ask)

    return announced
