"""Beliefs that a repository may begin with: what each says, what it takes to fit, and what may keep it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Subject = Literal["code", "tests", "documents"]


@dataclass(frozen=True, slots=True)
class Seed:
    """A belief to begin with. It fits where at least one file shows its `topic` (see `gardener.gardening.adoption`).

    `unlike` is a topic that fewer files may show. `kept_by` are (kind, name) of what may keep it, the first ones
    first; what does not hold in a repository is left out. `page` names the example rule that comes with it and `bad`,
    `good` are examples of code.
    """

    title: str
    severity: str
    says: str
    why: str
    about: Subject
    topic: str
    seen: str
    kept_by: tuple[tuple[str, str], ...]
    unlike: str = ""
    page: str = ""
    bad: str = ""
    good: str = ""


SEEDS = (
    Seed(
        title="Every network call is bounded",
        severity="P1",
        says="A call that can wait forever will, in production, at night. Every outbound call must carry a timeout.",
        why="A service that hangs takes those with it that wait for it.",
        about="code",
        topic="network",
        seen="network libraries",
        kept_by=(("rule", "network-call-without-timeout"), ("ruff", "S113")),
        bad="import requests\n\nrequests.get(url)\n",
        good="import requests\n\nrequests.get(url, timeout=10)\n",
    ),
    Seed(
        title="Output goes through logging",
        severity="P3",
        says="Library code must log, and never print.",
        why="Output of a library that prints cannot be silenced, and has no level, no time and no origin.",
        about="code",
        topic="logging",
        unlike="printing",
        seen="logging, and hardly a `print`",
        kept_by=(("rule", "bare-print"),),
        page="bare-print",
        bad='print("loading")\n',
        good='import logging\n\nlogging.getLogger(__name__).info("loading")\n',
    ),
    Seed(
        title="What is opened is closed, whatever happens",
        severity="P2",
        says="Clean-up must happen after an error, too: it stands in `finally`, or in a `with` statement.",
        why="What an error leaves open is found when the process runs out of it.",
        about="code",
        topic="contexts",
        seen="context managers",
        kept_by=(("rule", "cleanup-skipped-on-error"),),
        bad=(
            "from contextlib import contextmanager\n\n\n@contextmanager\ndef opened(path):\n"
            "    file = open(path)\n    yield file\n    file.close()\n"
        ),
        good=(
            "from contextlib import contextmanager\n\n\n@contextmanager\ndef opened(path):\n"
            "    file = open(path)\n    try:\n        yield file\n    finally:\n        file.close()\n"
        ),
    ),
    Seed(
        title="The event loop is never guessed",
        severity="P2",
        says="Code must start a loop with `asyncio.run`, and a coroutine must ask for the running one.",
        why="Elsewhere the answer depends on the version of Python and the thread.",
        about="code",
        topic="loops",
        seen="event loops taken by hand",
        kept_by=(("rule", "event-loop-taken-from-nowhere"), ("rule", "event-loop-guessed")),
        bad=(
            "import asyncio\n\n\ndef main(work):\n    asyncio.get_event_loop().run_until_complete(work())\n\n\n"
            "async def later(call):\n    loop = asyncio.get_event_loop()\n    loop.call_later(1, call)\n"
        ),
        good="import asyncio\n\n\ndef main(work):\n    asyncio.run(work())\n",
    ),
    Seed(
        title="Waiting is measured by a clock that only goes on",
        severity="P2",
        says="Deadlines and durations must be taken from `time.monotonic` or `time.perf_counter`.",
        why="The wall clock is set and corrected; a deadline kept by it comes hours late, or at once.",
        about="code",
        topic="clocks",
        seen="the wall clock",
        kept_by=(("rule", "deadline-on-wall-clock"), ("rule", "stopwatch-on-wall-clock")),
        bad=(
            "import time\n\n\ndef wait(job, seconds):\n    start = time.time()\n    deadline = time.time() + seconds\n"
            "    while time.time() < deadline:\n        job.poll()\n    return time.time() - start\n"
        ),
        good=(
            "import time\n\n\ndef wait(job, seconds):\n    deadline = time.monotonic() + seconds\n"
            "    while time.monotonic() < deadline:\n        job.poll()\n"
        ),
    ),
    Seed(
        title="Errors are never swallowed",
        severity="P2",
        says="An error must be handled, or reach somebody who can handle it.",
        why="What fails without a trace is found by the customer.",
        about="code",
        topic="errors",
        seen="`except` clauses",
        kept_by=(("rule", "every-error-suppressed"), ("ruff", "BLE001"), ("ruff", "E722"), ("review", "")),
        bad=(
            "from contextlib import suppress\n\nwith suppress(Exception):\n    save(order)\n\n"
            "try:\n    send(order)\nexcept Exception:\n    pass\n\ntry:\n    bill(order)\nexcept:\n    pass\n"
        ),
        good="from contextlib import suppress\n\nwith suppress(KeyError):\n    del cache[order]\n",
    ),
    Seed(
        title="A switch that is set to 0 is off",
        severity="P2",
        says="What the environment says must be read for its meaning, never for whether it is there.",
        why='The text "0" is true.',
        about="code",
        topic="environment",
        seen="environment variables",
        kept_by=(("rule", "switch-read-as-text"),),
        bad='import os\n\nDEBUG = bool(os.environ.get("DEBUG"))\n',
        good='import os\n\nDEBUG = os.environ.get("DEBUG", "") in {"1", "true", "yes"}\n',
    ),
    Seed(
        title="Two that start together do not trip each other up",
        severity="P3",
        says="A folder must be made with `exist_ok=True`, and never after a look whether it is there.",
        why="It fails on the first start of a new machine and never again.",
        about="code",
        topic="folders",
        seen="folders made",
        kept_by=(("rule", "folder-checked-then-made"),),
        bad="import os\n\nif not os.path.exists(folder):\n    os.makedirs(folder)\n",
        good="import os\n\nos.makedirs(folder, exist_ok=True)\n",
    ),
    Seed(
        title="A test that does not count says why",
        severity="P3",
        says="A test must carry a reason where it is skipped or expected to fail.",
        why="Without one nobody knows what would let it count again.",
        about="tests",
        topic="skips",
        seen="skipped tests",
        kept_by=(("rule", "test-skipped-without-reason"),),
        bad="import pytest\n\n\n@pytest.mark.skip\ndef test_order():\n    assert place()\n",
        good='import pytest\n\n\n@pytest.mark.skip(reason="no sandbox")\ndef test_order():\n    assert place()\n',
    ),
    Seed(
        title="Documents tell the truth",
        severity="P2",
        says="A path or link in a document must lead to what is there.",
        why="People and agents believe what is written.",
        about="documents",
        topic="documents",
        seen="documents",
        kept_by=(("rule", "stale-path"), ("rule", "broken-link")),
    ),
    Seed(
        title="A debugger stays on the desk",
        severity="P1",
        says="Code that is merged must never stop in a debugger.",
        why="In production nobody types `continue`.",
        about="code",
        topic="code",
        seen="code",
        kept_by=(("rule", "debugger-left-behind"),),
        page="debugger-left-behind",
        bad="breakpoint()\n",
        good="pass\n",
    ),
)

# Pages of rules; `{belief}`, `{paths}` and `{aside}` are filled in. An example in ASIDES shows that `paths` matters.
ASIDES = {
    "bare-print": '\n```python good path=scripts/load.py\nprint("loaded")\n```\n',
    "debugger-left-behind": "\n```python good path=scripts/load.py\nbreakpoint()\n```\n",
}
PAGES = {
    "bare-print": """\
# Print where there should be a log

```toml gardener
severity = "P3"
state = "warn"
message = "`print` in library code: use a logger"
{belief}pattern = "print(...)"
{paths}```

A library that prints cannot be silenced, and its output has no level, no time and no origin.

```python bad
def load(path):
    print("loading", path)  # here
```

```python good
import logging

log = logging.getLogger(__name__)


def load(path):
    log.info("loading %s", path)
```
{aside}""",
    "debugger-left-behind": """\
# Debugger left behind

```toml gardener
severity = "P1"
message = "this stops the program in a debugger: take it out"
{belief}any = ["breakpoint(...)", "pdb.set_trace(...)"]
{paths}```

In production nobody types `continue`.

```python bad
import pdb


def load(path):
    breakpoint()  # here
    pdb.set_trace()  # here
```

```python good
def load(path):
    return path
```
{aside}""",
}
