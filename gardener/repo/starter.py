"""What `gardener init` adds to a repository: settings, merge rules for ledgers, a hook, a first rule, two documents.

What exists is only ever added to, never changed; a second run adds nothing.
"""

from __future__ import annotations

import os
import re
import textwrap
from typing import TYPE_CHECKING

from gardener.core.errors import RepoError
from gardener.core.lines import split_lines
from gardener.repo.files import decode, encode, newline_of, write_atomic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_SETTINGS = """\
# Globs as in .gitignore, e.g. "migrations/" or "src/vendor/**".
exclude = []
# The gate: findings this grave or graver end a run with exit code 1.
fail-on = "P2"
"""
_LEDGERS = ("baseline", "rules", "deferrals", "scores", "issues")
_ATTRIBUTES = (*(f".gardener/{name}.jsonl merge=union" for name in _LEDGERS), ".gardener/verdicts/*.jsonl merge=union")
_IGNORED = (".gardener/cache/", ".gardener/feedback.db")
_HOOKS = """\
  - repo: local
    hooks:
      - id: gardener-check
        name: gardener check
        entry: gardener check
        language: system
        types_or: [python, pyi, markdown]
        require_serial: true
"""
_RULE_PATH = "rules/bare-print.md"
_RULE = """\
# Output goes through logging

```toml gardener
severity = "P3"
state = "warn"
message = "`print` in library code: use a logger"
pattern = "print(...)"
exclude = ["scripts/**", "tests/**"]
```

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
"""
# Where these documents also stand; the readers know them, and stand on this floor beside us.
_BELIEF_PLACES = ("docs/core-beliefs.md", "docs/design-docs/core-beliefs.md", "docs/golden-principles.md")
_TRACKER_PLACES = (
    "docs/tech-tracker.md",
    "docs/exec-plans/tech-debt-tracker.md",
    "docs/tech-debt-tracker.md",
    "tech-debt-tracker.md",
    "docs/QUALITY_SCORE.md",
)
_BELIEFS_PATH = "core-beliefs.md"
_BELIEFS = """\
# Core beliefs

What this team holds to be right, and what keeps it.

## Every network call is bounded

A call that can wait forever will, in production, at night. Every outbound call carries a timeout.

- **Scope:** `**`
- **Severity:** P1
- **Enforced by:** rule `network-call-without-timeout`
- **Status:** active

**Why.** A service that hangs takes those with it that wait for it.

## Errors are never swallowed

An error must be handled, or reach somebody who can handle it.

- **Scope:** `**`
- **Severity:** P2
- **Enforced by:** review
- **Status:** active

**Why.** What fails without a trace is found by the customer.
"""
# The belief that the first rule serves, where both are new.
_RULE_BELIEF = """\

## Output goes through logging

Library code must log, never print.

- **Severity:** P3
- **Enforced by:** rule `bare-print`
- **Status:** active

**Why.** A library that prints cannot be silenced.
"""
_TRACKER_PATH = "tech-tracker.md"
_TRACKER = """\
# Tech tracker

What is known to be missing or wrong, with the state in which it is done. Finished rows move to Resolved, or go.

## Open

| ID | Area | Debt | Severity | Status | Belief | Evidence | Opened | Owner | Done when |
|---|---|---|---|---|---|---|---|---|---|

## Resolved
"""


def start(root: Path, *, dry_run: bool) -> str:
    """Add to the repository at `root` what gardener needs; returns the additions as a diff, empty when there are none.

    Writes nothing with `dry_run`. Raises RepoError for a file that cannot be read or written.
    """
    wanted = additions(root)
    if not dry_run:
        for name, (_, new) in wanted.items():
            path = root / name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_atomic(path, new, root=root)
            except OSError as error:
                raise RepoError(f"cannot be written: {error.strerror}", at=name) from error
    return "".join(_diff(name, old, new) for name, (old, new) in wanted.items())


def additions(root: Path) -> Mapping[str, tuple[bytes | None, bytes]]:
    """Path to (present content or None, content with the additions), for every file that would change."""
    settings = _settings_file(root)
    found: Mapping[str, Callable[[str | None], str | None]] = {
        settings: lambda old: _with_settings(settings, old),
        ".gitattributes": lambda old: _with_lines(old, _ATTRIBUTES),
        ".gitignore": lambda old: _with_lines(old, _IGNORED),
        ".pre-commit-config.yaml": _with_hooks,
    }
    wanted: dict[str, tuple[bytes | None, bytes]] = {}
    for name, add in found.items():
        old = _present(root, name)
        new = add(None if old is None else _text(name, old))
        if new is not None:
            wanted[name] = (old, _joined(name, old, new))
    return wanted | _first_documents(root)


def _first_documents(root: Path) -> dict[str, tuple[bytes | None, bytes]]:
    """A first rule, beliefs and a tracker, each where there is none; the first two name each other if both are new."""
    with_rule = not (root / "rules").is_dir()
    with_beliefs = not _stands(root, _BELIEFS_PATH, *_BELIEF_PLACES)
    found: dict[str, str] = {}
    if with_rule:
        linked = _RULE.replace("pattern = ", 'belief = "output-goes-through-logging"\npattern = ', 1)
        found[_RULE_PATH] = linked if with_beliefs else _RULE
    if with_beliefs:
        found[_BELIEFS_PATH] = _BELIEFS + (_RULE_BELIEF if with_rule else "")
    if not _stands(root, _TRACKER_PATH, *_TRACKER_PLACES):
        found[_TRACKER_PATH] = _TRACKER
    return {name: (None, text.encode()) for name, text in found.items()}


def _stands(root: Path, *places: str) -> bool:
    return any(os.path.lexists(root / place) for place in places)


def _settings_file(root: Path) -> str:
    """A project file that is there is shared; otherwise gardener has its own."""
    shared = (root / "pyproject.toml").exists() and not (root / "gardener.toml").exists()
    return "pyproject.toml" if shared else "gardener.toml"


def _with_settings(name: str, old: str | None) -> str | None:
    if name == "pyproject.toml":
        return None if "tool.gardener" in (old or "") else "[tool.gardener]\n" + _SETTINGS
    return _SETTINGS if old is None else None


def _with_lines(old: str | None, lines: tuple[str, ...]) -> str | None:
    present = {line.strip() for line in (old or "").split("\n")}
    missing = [line for line in lines if line not in present]
    return "".join(f"{line}\n" for line in missing) if missing else None


def _with_hooks(old: str | None) -> str | None:
    """The hook as the last repository of the list; None where one is there, or where the list is not what ends it."""
    if old is None or not old.strip():
        return "repos:\n" + _HOOKS
    keys = re.findall(r"(?m)^\w.*", old)
    items = re.findall(r"(?m)^([ ]*)- repo:", old)
    if "gardener" in old or not items or not keys or not re.fullmatch(r"repos:\s*(?:#.*)?", keys[-1]):
        return None
    return textwrap.indent(textwrap.dedent(_HOOKS), items[0])


def _present(root: Path, name: str) -> bytes | None:
    path = root / name
    if not os.path.lexists(path):
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise RepoError(f"cannot be read: {error.strerror}", at=name) from error


def _text(name: str, old: bytes) -> str:
    try:
        return decode(old, cookie=False).text
    except ValueError as error:
        raise RepoError(f"{error}", at=name) from None


def _joined(name: str, old: bytes | None, new: str) -> bytes:
    """`new` after `old`, in the line ends of `old`; a table of settings stands apart by an empty line."""
    if not old:
        return new.encode()
    decoded = decode(old, cookie=False)
    end = newline_of(decoded.text)
    text = decoded.text if decoded.text.endswith(("\n", "\r")) else decoded.text + end
    gap = end if name.endswith(".toml") else ""
    return encode(text + gap + new.replace("\n", end), decoded)


def _diff(name: str, old: bytes | None, new: bytes) -> str:
    import difflib

    before = split_lines(decode(old or b"", cookie=False).text.replace("\r\n", "\n"))
    after = split_lines(decode(new, cookie=False).text.replace("\r\n", "\n"))
    source = "/dev/null" if old is None else f"a/{name}"
    text = "".join(difflib.unified_diff(_ended(before), _ended(after), source, f"b/{name}"))
    return text if text.endswith("\n") else text + "\n"


def _ended(lines: list[str]) -> list[str]:
    return [line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines]
