"""The start of a new rule: a page or a Python module that loads, holds, and waits to be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.core.errors import ConfigError, RuleError

if TYPE_CHECKING:
    from pathlib import Path

# For each start: the fence's keys, and a bad and a good example.
_STARTS: dict[str, tuple[str, str, str]] = {
    "pattern": ('pattern = "print(...)"', "print(total)  # here", "log.info(total)"),
    "forbidden-call": (
        'calls = ["time.sleep"]',
        "import time\n\ntime.sleep(1)  # here",
        "import time\n\nstarted = time.monotonic()",
    ),
    "required-argument": (
        'calls = ["subprocess.run"]\nargument = "check"\nvalue = "True"',
        'import subprocess\n\nsubprocess.run(["make"])  # here',
        'import subprocess\n\nsubprocess.run(["make"], check=True)',
    ),
    "required-timeout": (
        'wrappers = ["app.http.fetch"]',
        "from app.http import fetch\n\nfetch(url)  # here",
        "from app.http import fetch\n\nfetch(url, timeout=10)",
    ),
    "forbidden-argument-value": (
        'calls = ["requests.get"]\nargument = "verify"\nvalues = [false]',
        "import requests\n\nrequests.get(url, verify=False)  # here",
        "import requests\n\nrequests.get(url)",
    ),
    "forbidden-import": (
        'modules = ["pickle"]\ninstead = "json"',
        "import pickle  # here",
        "import json",
    ),
    "required-decorator": (
        'decorators = ["functools.cache"]\non = "function"\nnames = "load_.*"',
        "def load_table():  # here\n    return read()",
        "import functools\n\n\n@functools.cache\ndef load_table():\n    return read()",
    ),
    "required-base": (
        'bases = ["app.errors.AppError"]\nnames = ".*Error"',
        "class PaymentError(Exception):  # here\n    pass",
        "from app.errors import AppError\n\n\nclass PaymentError(AppError):\n    pass",
    ),
    "forbidden-attribute": (
        'attributes = ["os.environ"]\ninstead = "the settings module"',
        'import os\n\nregion = os.environ["REGION"]  # here',
        "from app import settings\n\nregion = settings.region",
    ),
    "must-call-within": (
        'calls = ["tempfile.TemporaryDirectory"]\nwithin = ["with"]',
        "import tempfile\n\nfolder = tempfile.TemporaryDirectory()  # here",
        "import tempfile\n\nwith tempfile.TemporaryDirectory() as folder:\n    fill(folder)",
    ),
    "naming": (
        'kind = "class"\npattern = "[A-Z][A-Za-z0-9]*"',
        "class payment_error(Exception):  # here\n    pass",
        "class PaymentError(Exception):\n    pass",
    ),
    "size-limit": (
        'of = "parameters"\nlimit = 3',
        "def place(item, price, customer, coupon):  # here\n    return item",
        "def place(order):\n    return order",
    ),
    "layer-contract": (
        'root = "app"\nlayers = [["web"], ["services"], ["models"]]',
        "from app.web import views  # here",
        "from app.models import Order",
    ),
}
_PATHS = {"layer-contract": " path=app/services/orders.py"}
_PAGE = """# {title}

```toml gardener
{family}{keys}
severity = "P2"
message = "say what is wrong, in lower case"
state = "warn"
```

Why this matters to the team, and what to do instead.

```python bad{path}
{bad}
```

```python good{path}
{good}
```
"""
_MODULE = '''"""The rule `{id}`."""

from collections.abc import Iterator

import libcst as cst

from gardener import rule


@rule(cst.Call, mentions="print", severity="P2", state="warn")
def {name}(call, file) -> Iterator:
    """{title}

    Why this matters to the team, and what to do instead.

    ```python bad
    print(total)  # here
    ```

    ```python good
    log.info(total)
    ```
    """
    if file.name_of(call.func) == "print":
        yield file.flag(call, "say what is wrong, in lower case")
'''


def rule_text(name: str, *, family: str | None = None, python: bool = False) -> str:
    """The text of a new rule's file. Raises RuleError for a name or family that cannot be."""
    from gardener.checking.pages import ID

    if not ID.fullmatch(name):
        raise RuleError(f"`{name}` is not kebab-case", hint="name the smell, as in `allow bare-print`")
    title = name.replace("-", " ").capitalize()
    if python:
        return _MODULE.format(id=name, name=name.replace("-", "_"), title=title)
    if family is not None and family not in _STARTS:
        known = ", ".join(sorted(set(_STARTS) - {"pattern"}))
        raise RuleError(f"there is no family `{family}`", hint=f"families: {known}")
    keys, bad, good = _STARTS[family or "pattern"]
    first = f'family = "{family}"\n' if family else ""
    return _PAGE.format(title=title, family=first, keys=keys, bad=bad, good=good, path=_PATHS.get(family or "", ""))


def write_rule(root: Path, name: str, *, family: str | None = None, python: bool = False) -> str:
    """Write a new rule into `rules/` of the repository and return its path. Never overwrites: raises ConfigError."""
    from gardener.repo.files import write_atomic

    text = rule_text(name, family=family, python=python)
    path = f"rules/{name.replace('-', '_')}.py" if python else f"rules/{name}.md"
    target = root / path
    if target.exists():
        raise ConfigError(f"`{path}` exists already")
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(target, text.encode())
    return path
