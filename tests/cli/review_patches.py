"""Repositories with a belief for each file, so that each file has a request of its own, which fails in its own way."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.cli.review_gardens import BAD, KEYLESS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from gardener.llm.scripted_exchange import Recorded
    from gardener.llm.scripted_steps import Step
    from tests.conftest import Garden

BELIEF = """\
## {name}

Calls in {name} must carry a timeout.

- **Scope:** `src/p???_{name}.py`
- **Severity:** {severity}
- **Enforced by:** review
- **Status:** active

```python bad
requests.post(there)
```

```python good
requests.post(there, timeout=10)
```

"""
# As the judges of `review_gardens` see it: the call breaks the clause.
CODE = BAD
_PATH = re.compile(r"src/p\d+_(\w+)\.py")
STORE = ".gardener/verdicts"


def patches(names: Iterable[str], *, severity: str = "P2", **settings: Any) -> dict[str, str]:
    """The files of a repository with a belief, and a function, for each name, in this order.

    Requests come in this order, too: units are asked about by path.
    """
    listed = list(names)
    values = {"model": "judge-1", "retries": 0, "deadline_s": 20, "concurrency": 1} | settings
    toml = "[review]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())
    beliefs = "".join(BELIEF.format(name=name, severity=severity) for name in listed)
    code = {f"src/p{number:03}_{name}.py": CODE for number, name in enumerate(listed)}
    return {"core-beliefs.md": f"# Core beliefs\n\n{beliefs}", "gardener.toml": toml, **code}


def patch_of(request: Recorded) -> str:
    """The name of the patch that a request is about."""
    return named(request.text)


def named(text: str) -> str:
    """The name of the patch whose path stands in a text."""
    found = _PATH.search(text)
    return found[1] if found else ""


def by_patch(steps: Mapping[str, Step | None]) -> Callable[[Recorded], Step | None]:
    """A script: what happens to the request about each patch; others are judged."""
    return lambda request: steps.get(patch_of(request))


@dataclass(frozen=True)
class Kept:
    """What the verdict store of a repository holds: the verdict of each patch."""

    verdicts: dict[str, str]

    @classmethod
    def of(cls, root: Path) -> Kept:
        """Read the store as anybody can."""
        text = "".join(file.read_text("utf-8") for file in sorted((root / STORE).glob("*.jsonl")))
        rows = [json.loads(line) for line in text.split("\n") if line]
        return cls({named(row["path"]): row["verdict"] for row in rows})


def failures_of(made: Garden, *arguments: str, env: Mapping[str, str]) -> tuple[int, dict[str, Any], str]:
    """Exit code, JSON report and standard error of a review, which must not have crashed."""
    done = made.run("review", *arguments, "--format", "json", env={**KEYLESS, **env})
    assert "Traceback" not in done.err
    assert "unexpectedly" not in done.err
    return done.code, done.json, done.err
