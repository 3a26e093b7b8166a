"""A repository with beliefs, a rule that can be run backwards, and clean code to spoil."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

BELIEFS = """# Core beliefs

## Waiting has a limit

Every wait must go through `bounded`, which gives up after a while.

- **Scope:** `src/**`
- **Severity:** P1
- **Enforced by:** rule `unbounded-wait`; review

```python bad
def f(job):
    log("waiting")
    wait(job)  # here
```

```python good
def f(job):
    log("waiting")
    bounded(job, 10)
```

```python bad
def g(job):
    job.start()
    wait(job)  # here
```

```python good
def g(job):
    job.start()
    bounded(job, 10)
```

## Names tell

A function must be named for what it does.

- **Severity:** P2
- **Enforced by:** review

```python bad
def do_it(x):
    return x + 1
```

```python good
def incremented(x):
    return x + 1
```
"""
RULE = """# Unbounded wait

```toml gardener
severity = "P1"
belief = "waiting-has-a-limit"
pattern = "wait($X)"
fix = "bounded($X, 10)"
safety = "unsafe"
syntactic = true
```

Waits for ever.

```python bad
wait(job)
```

```python good
bounded(job, 10)
```
"""
STEP = """def step_{number}_{index}(job):
    job.prepare({index})
    bounded(job.part({number}), 10)
    return job
"""
SETTINGS = '[tool.gardener.review]\nmodel = "finder-1"\nverify_model = "refuter-1"\n'


def module(number: int, functions: int) -> str:
    """Clean code in which `bounded` is called once a function."""
    made = [STEP.format(number=number, index=index) for index in range(functions)]
    return "\n\n".join(["import jobs\n", *made])


def repository(files: int = 4, functions: int = 5) -> Mapping[str, str]:
    """The files of a repository whose only violations are those of its examples."""
    code = {f"src/part_{number}.py": module(number, functions) for number in range(files)}
    outside = {"tools/script.py": module(99, 2)}
    return {
        "core-beliefs.md": BELIEFS,
        "rules/unbounded-wait.md": RULE,
        "pyproject.toml": SETTINGS,
        **code,
        **outside,
    }
