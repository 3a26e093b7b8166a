"""Repositories to be reviewed, and judges for them: a clause about timeouts, and code that keeps it or does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gardener.llm.scripted_server import ScriptedServer, pair_judge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.llm.scripted_judge import SeenClause, SeenUnit
    from tests.conftest import Garden, Ran

CLAUSE = "bounded-calls.1"
TEXT = "Every outbound call must carry a timeout."
BELIEFS = f"""\
# Core beliefs

## Bounded calls

{TEXT}

- **Scope:** `src/**`
- **Severity:** P1
- **Enforced by:** review
- **Status:** active

```python bad
requests.get(url)
```

```python good
requests.get(url, timeout=10)
```
"""
SETTINGS = '[review]\nmodel = "judge-1"\nretries = 0\ndeadline_s = 20\n'
BAD = "def fetch(url):\n    return requests.get(url)\n"
GOOD = "def fine(url):\n    return requests.get(url, timeout=3)\n"
CODE = f"import requests\n\n\n{BAD}\n\n{GOOD}"
BAD_LINE = 5
FILES = {"core-beliefs.md": BELIEFS, "gardener.toml": SETTINGS, "src/a.py": CODE}


def unbounded(_: SeenClause, unit: SeenUnit) -> dict[str, str] | None:
    """A judge's verdict: calls without a timeout are violations, and the call is what it quotes."""
    line = next((line for line in unit.text.split("\n") if "requests.get(url)" in line and "def" not in line), None)
    if line is None:
        return None
    return {
        "verdict": "violation",
        "code_quote": line,
        "message": "The call has no `timeout`.",
        "fix_hint": "Add `timeout=10`.",
    }


def strict_server(**options: Any) -> ScriptedServer:
    """A server whose judge flags calls without a timeout."""
    return ScriptedServer(pair_judge(unbounded), **options)


def environment(server: ScriptedServer) -> dict[str, str]:
    """What makes the command ask `server`."""
    return {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "test-key"}


KEYLESS = {"OPENAI_API_KEY": "", "OPENAI_BASE_URL": "", "GARDENER_ALLOW_HOSTS": "", "GARDENER_VERDICT_KEY": ""}


def reviewed(made: Garden, server: ScriptedServer | None, *arguments: str, env: Mapping[str, str] | None = None) -> Ran:
    """Run `gardener review --format json` against a server, or with no key and nowhere to ask."""
    where = environment(server) if server is not None else {}
    return made.run("review", *arguments, "--format", "json", env=KEYLESS | where | dict(env or {}))
